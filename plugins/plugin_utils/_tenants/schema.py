# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schema of a tenant's variables, and how to walk it beside the variables."""

from __future__ import annotations

import json
import pathlib
import typing as t

from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.mistakes import Path

Node = t.Mapping[str, t.Any]

#: plugins/plugin_utils/_tenants/ is three folders below the collection's root.
SCHEMA_FILE = pathlib.Path(__file__).resolve().parents[3] / "schemas" / "tenant.schema.json"
PREFIX = "tenant_"
#: Only for the command line: in a file, they would take their purpose away.
COMMAND_LINE_ONLY = ("tenant_confirm_removal", "tenant_force_removal")


class TenantSchema:
    """A JSON Schema with two annotations: x-supported (false: not built yet) and x-secret (true: not in plain text)."""

    def __init__(self, root: Node) -> None:
        self.root = root

    @classmethod
    def load(cls) -> TenantSchema:
        """The schema of this collection."""
        return cls(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))

    @property
    def effective(self) -> dict[str, t.Any]:
        """The schema of all variables of a tenant together: a single file may lack what another has."""
        return {**self.root, "required": self.root["$defs"]["tenant"]["required"]}

    @property
    def variables(self) -> list[str]:
        """The variables that a tenant may have."""
        return list(self.root["properties"])

    def resolved(self, node: Node) -> Node:
        """The node with what it refers to; its own words go first."""
        while "$ref" in node:
            target: t.Any = self.root
            for step in node["$ref"].split("/")[1:]:
                target = target[step]
            node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
        return node

    def child(self, node: Node, step: str | int) -> Node:
        """The schema of a member; empty if it says nothing about it."""
        below: t.Any
        if isinstance(step, int):
            below = node.get("items")
        else:
            below = node.get("properties", {}).get(step, node.get("additionalProperties"))
        return self.resolved(below) if isinstance(below, t.Mapping) else {}

    def at(self, path: Path) -> Node:
        """The schema of a path."""
        node = self.root
        for step in path:
            node = self.child(node, step)
        return node


def is_secret(node: Node) -> bool:
    """Whether the value may not be in plain text."""
    return node.get("x-secret") is True


def is_supported(node: Node) -> bool:
    """Whether this version of the collection can do it."""
    return node.get("x-supported") is not False

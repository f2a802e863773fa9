# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From variables as they are written to the values that a role would see, without opening a secret."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.mistakes import Path
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.schema import (
    Node,
    TenantSchema,
    is_secret,
    is_supported,
)

TRUE = ("true", "yes", "on")
FALSE = ("false", "no", "off")


class Unresolved(Exception):
    """A template that cannot be resolved; the text may be shown."""


class Omitted(Exception):
    """A template that comes to nothing, as with default(omit)."""


class Templates(t.Protocol):
    """What Ansible knows about values of one host."""

    def is_vaulted(self, value: t.Any) -> bool:
        """Whether it is a vaulted value."""

    def is_template(self, value: str) -> bool:
        """Whether it is a template, and not marked as unsafe."""

    def resolve(self, value: str) -> t.Any:
        """What the template comes to.

        :raises Unresolved: or Omitted
        """


class Unknown:
    """Stands for a value that is not looked at: a secret, or one that could not be found out."""


@dataclass
class Resolved:
    """The variables of a tenant.

    :ivar values: as the schema is to judge them
    :ivar unknown: paths of which nothing can be said
    :ivar templates: the text of the templates, by path: what they came to may be a secret
    :ivar problems: by path, why a template cannot be resolved
    :ivar exposed: paths of secrets in plain text
    """

    values: dict[str, t.Any] = field(default_factory=dict)
    unknown: set[Path] = field(default_factory=set)
    templates: dict[Path, str] = field(default_factory=dict)
    problems: dict[Path, str] = field(default_factory=dict)
    exposed: list[Path] = field(default_factory=list)

    def is_unknown(self, path: Path) -> bool:
        """Whether nothing can be said about the path."""
        return any(path[:length] in self.unknown for length in range(len(path) + 1))

    def template_of(self, path: Path) -> str:
        """The template that the value comes from; empty if it stands there as it is."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.templates:
                return self.templates[path[:length]]
        return ""


def resolve(
    variables: t.Mapping[str, t.Any], schema: TenantSchema, templates: Templates, is_private: t.Callable[[Path], bool]
) -> Resolved:
    """Resolve all templates outside of secrets.

    :param is_private: whether a path stands in a file that is vaulted as a whole
    """
    walker = _Walker(schema, templates, is_private)
    walker.result.values = walker.members(variables, schema.root, ())
    return walker.result


@dataclass
class _Walker:
    schema: TenantSchema
    templates: Templates
    is_private: t.Callable[[Path], bool]
    result: Resolved = field(default_factory=Resolved)

    def members(self, value: t.Mapping[t.Any, t.Any], node: Node, path: Path) -> dict[str, t.Any]:
        """A map without what its templates omit."""
        found = {}
        for key, item in value.items():
            name = str(key)
            try:
                found[name] = self.value(item, self._below(node, name), (*path, name))
            except Omitted:
                continue
        return found

    def value(self, value: t.Any, node: Node, path: Path) -> t.Any:
        """Any value; ``Unknown`` for what is not looked at."""
        if self.templates.is_vaulted(value):
            return self._unknown(path)
        if isinstance(value, t.Mapping):
            return self.members(value, node, path)
        if isinstance(value, (list, tuple)):
            return [self.value(item, self._below(node, index), (*path, index)) for index, item in enumerate(value)]
        written = isinstance(value, str) and self.templates.is_template(value)
        if is_secret(node):
            if value is not None and not written and not self.is_private(path):
                self.result.exposed.append(path)
            return self._unknown(path)
        return self._from_template(value, node, path) if written else value

    def _below(self, node: Node, step: str | int) -> Node:
        member = self.schema.child(node, step)
        return member if is_supported(node) else {**member, "x-supported": False}

    def _unknown(self, path: Path) -> Unknown:
        self.result.unknown.add(path)
        return Unknown()

    def _from_template(self, value: str, node: Node, path: Path) -> t.Any:
        if not is_supported(node):
            return self._unknown(path)
        self.result.templates[path] = str(value)
        try:
            return coerced(plain(self.templates.resolve(value)), node)
        except Unresolved as error:
            self.result.problems[path] = str(error)
            return self._unknown(path)


def plain(value: t.Any) -> t.Any:
    """What a template came to, with text keys."""
    if isinstance(value, t.Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def coerced(value: t.Any, node: Node) -> t.Any:
    """A template's result as the schema wants it: templates of older ansible-cores make text of numbers."""
    if not isinstance(value, str):
        return value
    wanted = node.get("type")
    if wanted == "integer" and re.fullmatch(r"[+-]?\d+", value.strip()):
        return int(value)
    if wanted == "number" and re.fullmatch(r"[+-]?\d+(\.\d+)?", value.strip()):
        return float(value)
    if wanted == "boolean" and value.lower() in TRUE + FALSE:
        return value.lower() in TRUE
    return value

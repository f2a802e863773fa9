# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What objects look like: the OpenAPI schemas that kubernetes-validate ships, and those of custom resources."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any

from lab.kube.documents import Json, clone

KUBERNETES = "1.36"
_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


class Schema:
    """One place in a document; children are made when somebody looks at them."""

    def __init__(self, raw: Json, definitions: Json | None = None) -> None:
        self._definitions = definitions or {}
        self.name = ""
        if "$ref" in raw:
            self.name = raw["$ref"].rpartition("/")[2]
            raw = {**self._definitions[self.name], **{key: value for key, value in raw.items() if key != "$ref"}}
        self.raw = raw
        kinds = raw.get("type", [])
        types = [kinds] if isinstance(kinds, str) else [kind for kind in kinds if kind != "null"]
        self.nullable = bool(raw.get("nullable")) or ("null" in kinds and not isinstance(kinds, str))
        for choice in raw.get("oneOf", []) if not types else []:
            types += [kind for kind in choice.get("type", []) if kind != "null"]
        if raw.get("x-kubernetes-int-or-string"):
            types = ["integer", "string"]
        self.types: tuple[str, ...] = tuple(types)
        properties = raw.get("properties") or {}
        extra = raw.get("additionalProperties")
        self.is_struct = bool(properties)
        self.is_map = not properties and extra not in (None, False)
        self.is_list = "array" in self.types
        self.keeps_unknown = bool(raw.get("x-kubernetes-preserve-unknown-fields"))
        self.is_open = not self.is_struct and not self.is_map and not self.is_list and self.types in ((), ("object",))
        self.required: tuple[str, ...] = tuple(raw.get("required") or ())
        self.is_atomic = raw.get("x-kubernetes-map-type") == "atomic"
        self.list_type: str = raw.get("x-kubernetes-list-type", "atomic")
        self.list_keys: tuple[str, ...] = tuple(raw.get("x-kubernetes-list-map-keys") or ())
        strategy = str(raw.get("x-kubernetes-patch-strategy", "")).split(",")
        self.merges = "merge" in strategy
        self.replaces_keys = "retainKeys" in strategy
        self.merge_key: str | None = raw.get("x-kubernetes-patch-merge-key")
        self.has_default = "default" in raw

    @functools.cached_property
    def fields(self) -> dict[str, Schema]:
        """The fields of a struct."""
        return {name: Schema(raw, self._definitions) for name, raw in (self.raw.get("properties") or {}).items()}

    @functools.cached_property
    def items(self) -> Schema:
        """The elements of a list."""
        items = self.raw.get("items")
        return Schema(items if isinstance(items, dict) else {}, self._definitions)

    @functools.cached_property
    def values(self) -> Schema:
        """The values of a map."""
        extra = self.raw.get("additionalProperties")
        return Schema(extra if isinstance(extra, dict) else {}, self._definitions)

    def default(self) -> Any:
        """A copy of the default."""
        return clone(self.raw["default"])

    def key_of(self, element: Any) -> Json | None:
        """The key of an element of a keyed list; None if it lacks one of the key's fields."""
        if not isinstance(element, dict):
            return None
        key: Json = {}
        for name in self.list_keys:
            value = element.get(name, "TCP" if name == "protocol" else "" if name == "ip" else None)
            if value is None:
                return None
            key[name] = value
        return key


@functools.cache
def definitions() -> Json:
    """All definitions by name."""
    path = f"kubernetes-json-schema/v{KUBERNETES}.0-local/_definitions.json"
    text = resources.files("kubernetes_validate").joinpath(path).read_text(encoding="utf-8")
    found: Json = json.loads(text)["$defs"]
    return found


@functools.cache
def _names_by_kind() -> dict[tuple[str, str, str], str]:
    names: dict[tuple[str, str, str], str] = {}
    for name, raw in definitions().items():
        for entry in raw.get("x-kubernetes-group-version-kind") or ():
            names.setdefault((entry["group"], entry["version"], entry["kind"]), name)
    return names


@functools.cache
def builtin_schema(group: str, version: str, kind: str) -> Schema:
    """The schema of a built-in kind; one that takes anything if the package lacks it."""
    name = _names_by_kind().get((group, version, kind))
    return Schema({"$ref": f"#/$defs/{name}"}, definitions()) if name else Schema({"type": "object"})


def custom_schema(raw: Json) -> Schema:
    """The schema of a custom resource, whose metadata is everybody's."""
    properties: Json = dict(raw.get("properties") or {})
    properties["metadata"] = {"$ref": f"#/$defs/{_META}"}
    properties["apiVersion"] = {"type": "string"}
    properties["kind"] = {"type": "string"}
    return Schema({**raw, "type": "object", "properties": properties}, definitions())

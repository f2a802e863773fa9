# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fields of an object belong to whom: sets of paths, and the FieldsV1 form that objects carry.

A path is a tuple of steps as FieldsV1 writes them: ``f:name``, ``k:{"name":"x"}``, ``v:"x"``.
"""

from __future__ import annotations

import json
from typing import Any

from lab.kube.documents import Json
from lab.kube.model.schemas import Schema

Path = tuple[str, ...]
Fields = set[Path]

# Neither sent by a client to own them, nor counted as theirs.
_NOBODYS = {
    ("f:apiVersion",), ("f:kind",), ("f:metadata",), ("f:metadata", "f:name"), ("f:metadata", "f:namespace"),
    ("f:metadata", "f:uid"), ("f:metadata", "f:resourceVersion"), ("f:metadata", "f:creationTimestamp"),
    ("f:metadata", "f:generation"), ("f:metadata", "f:selfLink"), ("f:metadata", "f:managedFields"),
    ("f:metadata", "f:deletionTimestamp"), ("f:metadata", "f:deletionGracePeriodSeconds"),
    ("f:metadata", "f:generateName"),
}  # fmt: skip


def fields_of(document: Json, schema: Schema) -> Fields:
    """The fields that an object sets."""
    found: Fields = set()
    _collect(document, schema, (), found)
    return {path for path in found if path not in _NOBODYS and path[:2] != ("f:metadata", "f:managedFields")}


def _collect(value: Any, schema: Schema, path: Path, found: Fields) -> None:
    if isinstance(value, dict) and not schema.is_atomic:
        if path and (not value or schema.is_map or schema.is_open):
            found.add(path)
        for key, item in value.items():
            _collect(item, child_schema(schema, key), (*path, f"f:{key}"), found)
    elif isinstance(value, list) and schema.list_type == "map":
        for item in value:
            step = element_step(schema, item)
            if step is not None:
                found.add((*path, step))
                _collect(item, schema.items, (*path, step), found)
    elif isinstance(value, list) and schema.list_type == "set":
        found.update((*path, f"v:{_dump(item)}") for item in value)
    elif path:
        found.add(path)


def child_schema(schema: Schema, key: str) -> Schema:
    """The schema of an object's field."""
    return schema.fields.get(key) or schema.values


def element_step(schema: Schema, item: Any) -> str | None:
    """The step to an element of a keyed list."""
    key = schema.key_of(item)
    return None if key is None else f"k:{_dump(key)}"


def _dump(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def value_at(document: Any, schema: Schema, path: Path) -> tuple[bool, Any]:
    """Whether there is something at a path, and what."""
    for step in path:
        kind, text = step[0], step[2:]
        if kind == "f" and isinstance(document, dict) and text in document:
            document, schema = document[text], child_schema(schema, text)
        elif kind == "k" and isinstance(document, list):
            match = next((item for item in document if element_step(schema, item) == step), None)
            if match is None:
                return False, None
            document, schema = match, schema.items
        elif kind == "v" and isinstance(document, list):
            return json.loads(text) in document, None
        else:
            return False, None
    return True, document


def remove_at(document: Any, schema: Schema, path: Path) -> None:
    """Take away what is at a path, and maps and lists that are empty then."""
    step, rest = path[0], path[1:]
    kind, text = step[0], step[2:]
    if kind == "f" and isinstance(document, dict) and text in document:
        child = document[text]
        if rest:
            remove_at(child, child_schema(schema, text), rest)
            if child in ({}, []) and len(path) > 1:
                del document[text]
        else:
            del document[text]
    elif kind == "k" and isinstance(document, list):
        for index, item in enumerate(document):
            if element_step(schema, item) == step:
                if rest:
                    remove_at(item, schema.items, rest)
                else:
                    del document[index]
                return
    elif kind == "v" and isinstance(document, list) and json.loads(text) in document:
        document.remove(json.loads(text))


def to_fields_v1(fields: Fields) -> Json:
    """The nested form; a set that contains a path and paths below it has ``.`` there."""
    root: Json = {}
    for path in sorted(fields):
        place = root
        for step in path:
            place = place.setdefault(step, {})
    for path in fields:
        place = root
        for step in path:
            place = place[step]
        if place:
            place["."] = {}
    return root


def from_fields_v1(nested: Json) -> Fields:
    """The paths of a nested form."""
    found: Fields = set()
    _flatten(nested, (), found)
    return found


def _flatten(nested: Json, path: Path, found: Fields) -> None:
    if path and (not nested or "." in nested):
        found.add(path)
    for step, below in nested.items():
        if step != ".":
            _flatten(below, (*path, step), found)


def dotted(path: Path) -> str:
    """A path as messages about conflicts have it: ``.spec.containers[name="x"].image``."""
    text = ""
    for step in path:
        kind, rest = step[0], step[2:]
        if kind == "f":
            text += f".{rest}"
        elif kind == "k":
            text += "[" + ",".join(f"{key}={json.dumps(value)}" for key, value in json.loads(rest).items()) + "]"
        else:
            text += f"[={rest}]"
    return text

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON patch (RFC 6902) and JSON merge patch (RFC 7386)."""

from __future__ import annotations

from typing import Any

from lab.kube.documents import Json, clone


class PatchError(ValueError):
    """A patch that cannot be applied to this object."""


def merge_patch(document: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, dict):
        return clone(patch)
    result = dict(document) if isinstance(document, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge_patch(result.get(key), value)
    return result


def json_patch(document: Any, operations: Any) -> Any:
    """RFC 6902."""
    if not isinstance(operations, list):
        raise PatchError("a JSON patch is a list of operations")
    result = clone(document)
    for operation in operations:
        result = _apply(result, operation)
    return result


def _apply(document: Any, operation: Json) -> Any:
    name = operation.get("op")
    path = _pointer(operation.get("path", ""))
    if name in ("add", "replace", "test") and "value" not in operation:
        raise PatchError(f"{name} operation without a value")
    if name == "add":
        return _add(document, path, clone(operation["value"]))
    if name == "remove":
        return _remove(document, path)
    if name == "replace":
        _get(document, path)
        return _add(_remove(document, path), path, clone(operation["value"]))
    if name == "test":
        try:
            found = _get(document, path)
        except PatchError:
            found = None
        if found != operation["value"]:
            raise PatchError(f"testing value {operation.get('path')} failed: test failed")
        return document
    if name in ("move", "copy"):
        source = _pointer(operation.get("from", ""))
        value = clone(_get(document, source))
        return _add(_remove(document, source) if name == "move" else document, path, value)
    raise PatchError(f"Unexpected kind: {name}")


def _pointer(text: str) -> list[str]:
    if text and not text.startswith("/"):
        raise PatchError(f"invalid path {text!r}")
    return [step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:]]


def _get(document: Any, path: list[str]) -> Any:
    for step in path:
        if isinstance(document, dict) and step in document:
            document = document[step]
        elif isinstance(document, list) and step.isdigit() and int(step) < len(document):
            document = document[int(step)]
        else:
            raise PatchError(f"the path /{'/'.join(path)} does not exist: missing value")
    return document


def _add(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    parent, last = _get(document, path[:-1]), path[-1]
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list):
        index = len(parent) if last == "-" else int(last) if last.isdigit() else -1
        if not 0 <= index <= len(parent):
            raise PatchError(f"the index {last} is not in the list")
        parent.insert(index, value)
    else:
        raise PatchError(f"the path /{'/'.join(path)} has no place")
    return document


def _remove(document: Any, path: list[str]) -> Any:
    _get(document, path)
    if not path:
        return None
    parent, last = _get(document, path[:-1]), path[-1]
    if isinstance(parent, dict):
        del parent[last]
    else:
        del parent[int(last)]
    return document

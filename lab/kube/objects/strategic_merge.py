# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategic merge patch: like a merge patch, but some lists are merged by a key of their elements."""

from __future__ import annotations

from typing import Any

from lab.kube.documents import Json, clone
from lab.kube.model.schemas import Schema
from lab.kube.objects.field_sets import child_schema
from lab.kube.objects.json_patch import PatchError

_DELETE_FROM = "$deleteFromPrimitiveList/"
_ORDER = "$setElementOrder/"


def strategic_merge(document: Any, patch: Json, schema: Schema) -> Json:
    """The object after the patch."""
    if not isinstance(patch, dict):
        raise PatchError("a strategic merge patch is an object")
    directive = patch.get("$patch")
    if directive == "replace":
        return {key: clone(value) for key, value in patch.items() if key != "$patch"}
    if directive == "delete":
        return {}
    if directive not in (None, "merge"):
        raise PatchError(f"unknown patch type: {directive}")
    result: Json = dict(document) if isinstance(document, dict) else {}
    if "$retainKeys" in patch:
        result = {key: value for key, value in result.items() if key in patch["$retainKeys"]}
    for key, value in patch.items():
        if key.startswith(_DELETE_FROM):
            name = key[len(_DELETE_FROM) :]
            result[name] = [item for item in result.get(name) or () if item not in value]
        elif not key.startswith("$"):
            _merge_field(result, key, value, child_schema(schema, key))
    for key, order in patch.items():
        if key.startswith(_ORDER):
            name = key[len(_ORDER) :]
            if isinstance(result.get(name), list):
                result[name] = _ordered(result[name], order, child_schema(schema, name).merge_key)
    return result


def _merge_field(result: Json, key: str, value: Any, schema: Schema) -> None:
    if value is None:
        result.pop(key, None)
    elif isinstance(value, dict):
        if value.get("$patch") == "delete":
            result.pop(key, None)
        else:
            result[key] = strategic_merge(result.get(key), value, schema)
    elif isinstance(value, list) and schema.merges:
        result[key] = _merge_list(result.get(key) or [], value, schema)
    elif isinstance(value, list):
        result[key] = [clone(item) for item in value if not _is_directive(item)]
    else:
        result[key] = value


def _is_directive(item: Any) -> bool:
    return isinstance(item, dict) and set(item) == {"$patch"}


def _merge_list(current: list[Any], patch: list[Any], schema: Schema) -> list[Any]:
    if any(_is_directive(item) and item["$patch"] == "replace" for item in patch):
        return [clone(item) for item in patch if not _is_directive(item)]
    key = schema.merge_key
    if key is None or not all(isinstance(item, dict) for item in patch):
        return current + [item for item in patch if item not in current]
    result = list(current)
    for item in patch:
        if key not in item:
            raise PatchError(f"map: {item} does not contain declared merge key: {key}")
        places = [index for index, other in enumerate(result) if other.get(key) == item[key]]
        if item.get("$patch") == "delete":
            result = [other for index, other in enumerate(result) if index not in places]
        elif places:
            # Several elements can share the merge key (two protocols on one port): the first one is meant.
            result[places[0]] = strategic_merge(result[places[0]], item, schema.items)
        else:
            result.append(strategic_merge({}, item, schema.items))
    return result


def _ordered(items: list[Any], order: list[Any], key: str | None) -> list[Any]:
    """The elements in the order that the patch wants; those it does not name keep their place behind."""
    wanted = [entry.get(key) if isinstance(entry, dict) else entry for entry in order]

    def rank(item: Any) -> int:
        value = item.get(key) if isinstance(item, dict) else item
        return wanted.index(value) if value in wanted else len(wanted)

    return sorted(items, key=rank)

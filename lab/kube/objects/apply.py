# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Server-side apply: merge by schema, conflicts with other managers, and removal of what is no longer applied."""

from __future__ import annotations

import json
from typing import Any

from lab.kube.documents import Json, clone, now
from lab.kube.model.kinds import Kind
from lab.kube.model.schemas import Schema
from lab.kube.objects.field_sets import (
    Fields,
    Path,
    child_schema,
    dotted,
    element_step,
    fields_of,
    remove_at,
    value_at,
)  # fmt: skip
from lab.kube.objects.managed_fields import Owner, owners_of, write_owners
from lab.kube.wire.errors import ApiError


def apply(kind: Kind, live: Json | None, config: Json, manager: str, force: bool, subresource: str = "") -> Json:
    """The object after an apply, with its managedFields; ApiError 409 if it would take fields from others."""
    schema = kind.schema
    mine = fields_of(config, schema)
    base: Json = clone(live) if live is not None else {"metadata": {}}
    owners = owners_of(base) if live is not None else []
    others = [owner for owner in owners if not owner.is_same(manager, "Apply", subresource)]
    previous = next((owner for owner in owners if owner.is_same(manager, "Apply", subresource)), None)
    taken = _conflicts(base, config, schema, mine, others)
    if taken and not force:
        raise _conflict(taken)
    merged: Json = merge(base, config, schema)
    _remove_given_up(merged, schema, previous, mine, others)
    changed = {path for _owner, paths in taken for path in paths}
    for owner in others:
        owner.fields -= changed
    stamp = previous.time if previous is not None and previous.fields == mine and not _differs(base, merged) else now()
    applied = Owner(manager, "Apply", config["apiVersion"], subresource, stamp, mine)
    write_owners(merged, [*others, applied])
    return merged


def _differs(before: Json, after: Json) -> bool:
    return {**before, "metadata": {**before["metadata"], "managedFields": None}} != {
        **after,
        "metadata": {**after["metadata"], "managedFields": None},
    }


def merge(live: Any, config: Any, schema: Schema) -> Any:
    """Put what is applied over what is there."""
    if isinstance(config, dict) and isinstance(live, dict) and not schema.is_atomic:
        result = dict(live)
        for key, value in config.items():
            result[key] = merge(live.get(key), value, child_schema(schema, key))
        return result
    if isinstance(config, list) and isinstance(live, list):
        if schema.list_type == "map":
            return _merge_keyed(live, config, schema)
        if schema.list_type == "set":
            return live + [item for item in config if item not in live]
    return clone(config)


def _merge_keyed(live: list[Any], config: list[Any], schema: Schema) -> list[Any]:
    wanted = {element_step(schema, item): item for item in config}
    kept = [item for item in live if element_step(schema, item) not in wanted]
    by_step = {element_step(schema, item): item for item in live}
    merged = [merge(by_step.get(step), item, schema.items) for step, item in wanted.items()]
    return merged + kept


def _conflicts(
    live: Json, config: Json, schema: Schema, mine: Fields, others: list[Owner]
) -> list[tuple[Owner, list[Path]]]:
    found = []
    for owner in others:
        paths = [
            path
            for path in sorted(mine & owner.fields)
            if not _is_inner(path, config, schema) and value_at(live, schema, path) != value_at(config, schema, path)
        ]
        if paths:
            found.append((owner, paths))
    return found


def _is_inner(path: Path, config: Json, schema: Schema) -> bool:
    """Whether a path is a map or a keyed element, whose fields conflict on their own."""
    for step in path:
        if step[0] == "f":
            schema = child_schema(schema, step[2:])
        elif step[0] == "k":
            schema = schema.items
        else:
            return True
    value = value_at(config, schema, path)[1]
    return step[0] == "k" or ((schema.is_map or schema.is_struct) and not schema.is_atomic) or isinstance(value, dict)


def _remove_given_up(merged: Json, schema: Schema, previous: Owner | None, mine: Fields, others: list[Owner]) -> None:
    """What the manager applied before, does not any more, and nobody else owns, goes."""
    if previous is None:
        return
    kept: Fields = set(mine).union(*(owner.fields for owner in others))
    removed: Fields = set()
    # Outer paths first: an element that goes takes its fields along.
    for path in sorted(previous.fields - kept, key=len):
        covered = any(path[: len(outer)] == outer for outer in removed)
        needed = any(other[: len(path)] == path for other in kept) or _is_key_of_element(path)
        if not covered and not needed:
            remove_at(merged, schema, path)
            removed.add(path)


def _is_key_of_element(path: Path) -> bool:
    """Whether a path is part of the key of an element that stays."""
    if len(path) < 2 or not path[-2].startswith("k:"):
        return False
    return path[-1][2:] in json.loads(path[-2][2:])


def _conflict(taken: list[tuple[Owner, list[Path]]]) -> ApiError:
    causes = []
    texts = []
    for owner, paths in taken:
        using = f" using {owner.api_version}" if owner.operation == "Update" else ""
        who = f'conflict with "{owner.manager}"' + (
            f' with subresource "{owner.subresource}"' * bool(owner.subresource)
        )
        causes += [{"reason": "FieldManagerConflict", "message": who + using, "field": dotted(path)} for path in paths]
        fields = dotted(paths[0]) if len(paths) == 1 else "\n" + "\n".join(f"- {dotted(path)}" for path in paths)
        texts.append(
            f"{who}{using}: {fields}" if len(paths) == 1 else f'conflicts with "{owner.manager}"{using}:{fields}'
        )
    count = len(causes)
    message = f"Apply failed with {count} conflict{'s' * (count != 1)}: " + "\n".join(texts)
    return ApiError(409, "Conflict", message, {"causes": causes})

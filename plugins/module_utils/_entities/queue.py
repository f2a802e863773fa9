# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Queues of a company."""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    Action,
    Call,
    Create,
    Desired,
    Entity,
    Field,
    Identity,
    Row,
    Update,
    Values,
    as_set,
    check_name,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World


def read(world: World, desired: Desired) -> list[Values]:
    """All queues, those of the Kubernetes agents too, which lists leave out unless asked."""
    return t.cast("list[Values]", world.user.read_all("queues.get_all", "queues", {"search_hidden": True}))


def plain_metadata(value: t.Any) -> dict[str, dict[str, str]]:
    """The API's map of items; each item repeats its key."""
    return {
        key: {"type": item.get("type") or "", "value": item.get("value") or ""} for key, item in (value or {}).items()
    }


def asked_metadata(value: t.Any) -> dict[str, dict[str, str]]:
    """An option's map, where an item is a plain value, or type and value; the API holds text only."""
    items = {key: item if isinstance(item, t.Mapping) else {"value": item} for key, item in (value or {}).items()}
    return {
        key: {"type": str(item.get("type") or ""), "value": _text(item.get("value"))} for key, item in items.items()
    }


def _text(value: t.Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def encode_metadata(value: t.Any) -> dict[str, dict[str, str]]:
    """An option's map as the API takes it."""
    return {key: {"key": key, **item} for key, item in asked_metadata(value).items()}


def guard(world: World, desired: Desired, row: Row | None) -> None:
    """A name that the API would refuse or change; queues that belong to a policy; waiting tasks."""
    name = desired.values.get("name")
    check_name("queue", name)
    _check_metadata(desired.values.get("metadata") or {})
    if row is None:
        return
    label = row.values["name"]
    policy = row.raw.get("profile_connection")
    if policy:
        owner = policy.get("policy_name") or policy.get("policy")
        if desired.absent or any(row.values.get(key) != value for key, value in desired.values.items()):
            raise Refused(
                f"Queue {label!r} was made by resource policy {owner!r} and only changes with it; disconnect the "
                "profile from the policy to remove it"
            )
    waiting = len(row.raw.get("entries") or [])
    if desired.absent and waiting and not desired.steering.get("force"):
        raise Refused(
            f"Queue {label!r} has {waiting} waiting task{'s' if waiting > 1 else ''}; set force to remove it anyway "
            "(the tasks lose their place)"
        )


def _check_metadata(items: Values) -> None:
    for key, item in items.items():
        parts = item if isinstance(item, t.Mapping) else {"value": item}
        unknown = sorted(set(parts) - {"type", "value"})
        nested = any(isinstance(part, (t.Mapping, list)) for part in parts.values())
        if unknown or nested or not str(key):
            problem = f"has {', '.join(map(repr, unknown))}" if unknown else "is not plain text"
            raise InvalidInput(
                f"metadata[{key!r}] {problem}; an item is a text, or a map with value and (if wanted) type, both texts"
            )


def remove(row: Row, desired: Desired) -> tuple[Action, ...]:
    """One call; force only if it was asked for."""
    body = {"queue": row.id, **({"force": True} if desired.steering.get("force") else {})}
    return (Action("delete", "queue", row.values["name"], (Call("queues.delete", body),)),)


UPDATE = "queues.update"
QUEUE = Entity(
    kind="queue",
    key="name",
    read=read,
    guard=guard,
    remove=remove,
    create=Create("queues.create", Identity.USER),
    updates=(Update(UPDATE, "queue"),),
    fields=(
        Field("name", UPDATE),
        Field("display_name", UPDATE),
        Field("tags", UPDATE, normal=as_set, null=None),
        Field("system_tags", UPDATE, normal=as_set, null=None),
        Field("metadata", UPDATE, normal=asked_metadata, encode=encode_metadata, null=None),
    ),
)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""User groups of a company."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._members import (
    apart,
    check_name,
    differs,
    found,
    ids,
    standing,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    Action,
    Call,
    Create,
    Desired,
    Entity,
    Field,
    Row,
    Update,
    Values,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._references import as_refs
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, require_admin

SAVE = "permissions.add_or_update_user_group"
#: Everybody is in this one, and nothing about it can change.
EVERYBODY = "Users"
#: Groups that every company has. Not all of their IDs are known, so their names tell them.
BUILT_IN = (EVERYBODY, "Admins", "Queue admins")


def read(world: World, desired: Desired) -> list[Values]:
    """All groups of the company, with people and service accounts apart."""
    require_admin(world.own, "Reading user groups")
    return apart(world, world.user.read("permissions.get_user_groups", {}).get("groups") or [])


def find_members(world: World, desired: Desired) -> Desired:
    """Names become references; unless the lists are exclusive, those who are in the group stay in it."""
    if desired.absent:
        return desired
    values = found(world, desired)
    if not desired.steering.get("exclusive") and not world.bare:
        group = standing(read(world, desired), desired)
        for option in {"users", "service_accounts"} & set(values):
            values[option] = as_refs([*as_refs(group.get(option)), *(values[option] or [])])
    return replace(desired, values=values)


def guard(world: World, desired: Desired, row: Row | None) -> None:
    """What the server would not do to its own groups; a removal that leaves access rules without their group."""
    name = desired.values.get("name")
    check_name("group", name)
    if row is None:
        if name in BUILT_IN and not desired.absent:
            raise Refused(f"Group {name!r} comes with the server and is not there; only the server can bring it back")
        return
    label = row.values["name"]
    if differs(GROUP, row, desired):
        members_only = not desired.absent and not differs(GROUP, row, _besides_members(desired))
        if label in BUILT_IN and (label == EVERYBODY or not members_only):
            keep = "has everybody in it and cannot be changed" if label == EVERYBODY else "can only change its members"
            raise Refused(f"Group {label!r} comes with the server: it {keep}; leave the other options out")
        if row.raw.get("assignable") is False and not desired.absent:
            raise Refused(f"Group {label!r} ({row.id}) is closed: the server does not let anybody change its members")
    if desired.absent:
        _warn_of_rules(world, row)


def _besides_members(desired: Desired) -> Desired:
    members = ("users", "service_accounts")
    return replace(desired, values={name: value for name, value in desired.values.items() if name not in members})


def _warn_of_rules(world: World, row: Row) -> None:
    rules = world.user.read("permissions.get_access_rules", {}).get("rules") or []
    names = sorted(rule["name"] for rule in rules if row.id in {group["id"] for group in rule.get("groups") or []})
    if names:
        world.warnings.append(
            f"Access rules name group {row.values['name']!r}, which goes: {', '.join(map(repr, names))}. What they "
            "grant to the group is lost with it"
        )


def build(chosen: str, values: Values) -> Values:
    """The whole group."""
    return {
        "id": chosen,
        "name": values["name"],
        "description": values.get("description") or "",
        "users": ids(values, "users", "service_accounts"),
    }


def save(row: Row, values: Values) -> tuple[Call, ...]:
    """The whole group again: nobody says what the server makes of a field that is left out."""
    return (Call(SAVE, build(row.id, {**row.values, **values})),)


def remove(row: Row, desired: Desired) -> tuple[Action, ...]:
    """One call."""
    call = Call("permissions.delete_user_groups", {"groups": [row.id]})
    return (Action("delete", "group", row.values["name"], (call,)),)


def listed(row: Row) -> dict[str, t.Any]:
    """The group for somebody who reads all of them: its members with their IDs."""
    return {
        "id": row.id,
        **row.values,
        "users": _members(row.raw["users"], "email", "name"),
        "service_accounts": _members(row.raw["service_accounts"], "name"),
        "built_in": row.values["name"] in BUILT_IN,
    }


def _members(rows: t.Iterable[Values], *names: str) -> list[dict[str, t.Any]]:
    members = [{name: row.get(name) for name in ("id", *names)} for row in rows]
    return sorted(members, key=lambda member: [str(member[name] or "") for name in names])


GROUP = Entity(
    kind="group",
    key="name",
    chosen_id=True,
    read=read,
    resolve=find_members,
    guard=guard,
    remove=remove,
    create=Create(SAVE, build=build),
    at_birth=tuple({"name": name} for name in BUILT_IN),
    updates=(Update(SAVE, whole=True, calls=save),),
    fields=(
        Field("name", SAVE),
        Field("description", SAVE, normal=lambda value: value or "", null=""),
        Field("users", SAVE, normal=as_refs, null=[]),
        Field("service_accounts", SAVE, normal=as_refs, null=[]),
    ),
)

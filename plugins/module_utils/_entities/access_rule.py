# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access rules of a company: what some of its users and groups may do with an entity."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.clearml.enterprise.plugins.module_utils._entities import _targets as targets
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
    Ref,
    Row,
    Update,
    Values,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._references import as_refs
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, require_admin

SAVE = "permissions.add_or_update_access_rule"
ENTITY_TYPES = ["task", "model", "project", "queue", "dataset", "dataview", "route", "app", "app_category"]
LEVELS = ["read", "read_write"]


def read(world: World, desired: Desired) -> list[Values]:
    """All rules of the company, the server's own too."""
    require_admin(world.own, "Reading access rules")
    rules = apart(world, world.user.read("permissions.get_access_rules", {}).get("rules") or [])
    return [{**rule, "entity": _entity(rule)} for rule in rules]


def _entity(rule: Values) -> Ref | None:
    entity = rule.get("entity_id")
    return Ref(entity, str(rule.get("entity_name") or entity)) if entity else None


def find_targets(world: World, desired: Desired) -> Desired:
    """Names become references; what the type of the entity decides is filled in, or refused."""
    if desired.absent:
        return desired
    values = found(world, desired)
    rule = {} if world.bare else standing(read(world, desired), desired)
    kind = values.get("entity_type", rule.get("entity_type"))
    if kind is None:
        if desired.id is not None:
            return desired  # which does not exist
        raise _needed(rule, desired, "entity_type")
    if "entity" in values or kind != rule.get("entity_type"):
        if "entity" not in values and kind != "project":
            raise _needed(rule, desired, "entity")
        values["entity"] = targets.target(world, kind, values.get("entity"))
    if kind == "app_category":
        if values.setdefault("access_permission", "read_write") == "read":
            raise InvalidInput("access_permission is read; categories of applications are always read_write")
    elif not rule and "access_permission" not in values:
        raise _needed(rule, desired, "access_permission")
    return replace(desired, values=values)


def _needed(rule: Values, desired: Desired, option: str) -> InvalidInput:
    name, kind = desired.values.get("name"), desired.values.get("entity_type")
    if rule:
        return InvalidInput(
            f"entity_type changes from {rule['entity_type']} to {kind}; name the {kind} in {option} too"
        )
    return InvalidInput(f"There is no access rule {name!r} yet, and to create one the option {option} is needed")


def gather(world: World, wanted: t.Sequence[Desired], written: bool) -> None:
    """Read what the rules are about in few requests."""
    # They may be older than this run, however new the company is.
    targets.gather(world, [(one.values.get("entity_type"), one.values.get("entity")) for one in wanted])


def guard(world: World, desired: Desired, row: Row | None) -> None:
    """The server's own rules are left alone."""
    check_name("access rule", desired.values.get("name"))
    if row is not None and row.raw.get("autocreated") and differs(ACCESS_RULE, row, desired):
        raise Refused(
            f"Access rule {row.values['name']!r} ({row.id}) is one of the server's own and is left alone; declare a "
            "rule of another name"
        )


def build(chosen: str, values: Values) -> Values:
    """The whole rule."""
    return {
        "id": chosen,
        "name": values["name"],
        "description": values.get("description") or "",
        "entity_type": values["entity_type"],
        "entity_id": values.get("entity"),
        "access_permission": values["access_permission"],
        "users": ids(values, "users", "service_accounts"),
        "groups": ids(values, "groups"),
    }


def save(row: Row, values: Values) -> tuple[Call, ...]:
    """The whole rule again: nobody says what the server makes of a field that is left out."""
    return (Call(SAVE, build(row.id, {**row.values, **values})),)


def remove(row: Row, desired: Desired) -> tuple[Action, ...]:
    """One call."""
    call = Call("permissions.delete_access_rules", {"rules": [row.id]})
    return (Action("delete", "access_rule", row.values["name"], (call,)),)


def beside(row: Row) -> dict[str, t.Any]:
    """What a rule has besides its options."""
    return {"entity_id": row.raw.get("entity_id"), "built_in": bool(row.raw.get("autocreated"))}


ACCESS_RULE = Entity(
    kind="access_rule",
    key="name",
    chosen_id=True,
    read=read,
    gather=gather,
    resolve=find_targets,
    guard=guard,
    remove=remove,
    create=Create(SAVE, build=build),
    updates=(Update(SAVE, whole=True, calls=save),),
    fields=(
        Field("name", SAVE),
        Field("description", SAVE, normal=lambda value: value or "", null=""),
        Field("entity_type", SAVE),
        Field("entity", SAVE, null=None),
        Field("access_permission", SAVE),
        Field("users", SAVE, normal=as_refs, null=[]),
        Field("groups", SAVE, normal=as_refs, null=[]),
        Field("service_accounts", SAVE, normal=as_refs, null=[]),
    ),
)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server's own access rules: which they are, only the server knows, so it is asked to put back what is missing."""

from __future__ import annotations

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.access_rule import read
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    Action,
    Call,
    Desired,
    Entity,
    Values,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import NotApplied, ReplyLost
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

RESTORE = "permissions.restore_default_access_rules"
#: Built-in groups that have rules of the server's own.
GROUPS = ("Admins", "Users")
DEFAULT_ACCESS_RULES = Entity(kind="default_access_rules", key="", read=read, fields=())


def restore(world: World) -> tuple[tuple[Action, ...], list[str], list[str]]:
    """What was done, and what the server's own rules grant before and after; a check run only expects it.

    :raises NotApplied: if a group still has none
    """
    rules = [] if world.unborn else _own(world)
    before = [_in_words(rule) for rule in rules]
    lacking = [] if world.unborn else _lacking(rules)
    if world.own.read_only:
        after = before + [f"{group}: as the server has it" for group in lacking]
    else:
        after = [_in_words(rule) for rule in _restored(world)]
    action = Action("update", "default_access_rules", "default_access_rules", (Call(RESTORE, {}),), ("rules",))
    return (() if sorted(after) == sorted(before) else (action,)), sorted(before), sorted(after)


def _own(world: World) -> list[Values]:
    return [rule for rule in read(world, Desired({})) if rule.get("autocreated")]


def _lacking(rules: list[Values]) -> list[str]:
    named = {group.get("name") for rule in rules for group in rule.get("groups") or []}
    return [group for group in GROUPS if group not in named]


def _in_words(rule: Values) -> str:
    groups = ", ".join(sorted(str(group.get("name") or group["id"]) for group in rule.get("groups") or []))
    kind, entity = rule["entity_type"], rule["entity"]
    where = f"all of type {kind}" if entity in (None, "*") else f"{kind} {entity.label!r}"
    return f"{groups}: {rule['access_permission']} on {where}"


def _restored(world: World) -> list[Values]:
    """The rules after the server was asked; once more where its answer was lost, which does no harm."""
    try:
        world.user.write(RESTORE, {})
    except ReplyLost:
        world.user.write(RESTORE, {})
    rules = _own(world)
    lacking = _lacking(rules)
    if lacking:
        raise NotApplied(f"The server was asked for its own access rules, and {' and '.join(lacking)} still has none")
    return rules

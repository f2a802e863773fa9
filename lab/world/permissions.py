# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is in which group, and what every company has from its first day: built-in groups and default rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lab.world.records import AccessRule, AuthEntry, Group, new_id

if TYPE_CHECKING:
    from lab.world.world import World

BUILT_IN = {
    "users": ("Users", "30795571-a470-4717-a80d-e8705fc776bf"),
    "admins": ("Admins", "c14a3cc6-1144-4896-8ea6-fb186ee19896"),
    "queue_admins": ("Queue admins", "30795571a4704717a80de8705897ytuyg"),
}
"""Name and id by the key in the server's configuration; which of the last two ids is whose, nobody states."""

_DEFAULTS = (("project", None), ("queue", "*"), ("app_category", "*"))
_WITH_DEFAULTS = ("users", "admins")


def row_id(company: str, key: str) -> str:
    """The id under which the world keeps a group: those of built-in groups repeat between companies."""
    return f"{company}/{key}"


def furnish(world: World, company: str) -> None:
    """Give a new company its built-in groups and default rules."""
    for builtin, (name, key) in BUILT_IN.items():
        world.groups.add(Group(row_id(company, key), key, company, name, builtin=builtin))
    restore(world, company)


def restore(world: World, company: str, wanted: Iterable[str] = _WITH_DEFAULTS) -> int:
    """Make the default rules that are missing; how many there were."""
    present = {
        (group, rule.entity_type, rule.entity_id)
        for rule in world.access_rules.of(company)
        if rule.autocreated
        for group in rule.groups
    }
    made = 0
    for builtin in wanted:
        name, key = BUILT_IN[builtin]
        for entity_type, entity in _DEFAULTS:
            if (key, entity_type, entity) not in present:
                title = f"Default {entity_type} access of {name}"
                world.access_rules.add(
                    AccessRule(
                        new_id(), company, title, "", entity_type, "read_write", entity, groups=[key], autocreated=True
                    )
                )
                made += 1
    return made


def is_member(group: Group, entry: AuthEntry) -> bool:
    """Whether a person or service account of the same company is in the group."""
    if group.builtin and entry.groups:
        return group.builtin in entry.groups
    if group.builtin == "users" or entry.id in group.users:
        return True
    return group.builtin == "admins" and entry.role == "admin" and entry.id not in group.left


def members(world: World, group: Group) -> list[AuthEntry]:
    """Everybody in the group, service accounts too."""
    return [entry for entry in world.people(group.company, service=None) if is_member(group, entry)]


def groups_of(world: World, entry: AuthEntry) -> list[Group]:
    """The groups that somebody is in."""
    return [group for group in world.groups.of(entry.company) if is_member(group, entry)]


def configured_names(world: World, entry: AuthEntry) -> list[str]:
    """The groups to which the server's configuration may give features, by their names there."""
    return entry.groups or [group.builtin for group in groups_of(world, entry) if group.builtin]


def forget(world: World, entry: AuthEntry) -> None:
    """Take somebody who is removed out of all groups and rules."""
    for group in world.groups.of(entry.company):
        group.users = [user for user in group.users if user != entry.id]
        group.left = [user for user in group.left if user != entry.id]
    for rule in world.access_rules.of(entry.company):
        rule.users = [user for user in rule.users if user != entry.id]

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The groups that a service account is in, written one group at a time."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.group import EVERYBODY, SAVE
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import NEW_ID, Call, Desired, Ref, Row, Values
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._references import as_refs, groups
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World


class Membership(Ref):
    """A group that an account is in, or should be in, with all of the group: it can only be written as a whole."""

    group: Values

    def __new__(cls, value: str, label: str, group: Values | None = None) -> Membership:
        """A reference to the group."""
        made = t.cast("Membership", super().__new__(cls, value, label))
        made.group = group or {}
        return made


def memberships(world: World) -> list[Membership]:
    """All groups of the company but the one that everybody is in."""
    rows = world.user.read("permissions.get_user_groups", {}).get("groups") or []
    return [Membership(row["id"], row["name"], row) for row in rows if row["name"] != EVERYBODY]


def members(group: Values) -> list[str]:
    """IDs of those who are in a group."""
    return [user["id"] for user in group.get("users") or []]


def find_groups(world: World, desired: Desired) -> Desired:
    """Names of groups become the groups."""
    given = desired.values.get("groups")
    if desired.absent or not given:
        return desired
    if EVERYBODY in given:
        raise Refused(f"groups has {EVERYBODY!r}, which everybody is in anyway; leave it out")
    known = {} if world.unborn else {str(one): one for one in memberships(world)}
    found = [known.get(str(one), Membership(one, one.label)) for one in groups(world, given, "groups")]
    return replace(desired, values={**desired.values, "groups": found})


def join(row: Row, values: Values) -> tuple[Call, ...]:
    """Each group that gains or loses the account, as a whole: no endpoint changes a single member."""
    wanted, present = as_refs(values["groups"]), as_refs(row.values.get("groups"))
    changed = sorted({*wanted, *present} - ({*wanted} & {*present}))
    return tuple(_with(one, row.id or NEW_ID, one in wanted) for one in changed if isinstance(one, Membership))


def _with(membership: Membership, account: t.Any, member: bool) -> Call:
    group = membership.group
    others = [user for user in members(group) if user != account]
    body = {
        "id": str(membership),
        "name": membership.label,
        "description": group.get("description") or "",
        "users": [*others, account] if member else others,
    }
    return Call(SAVE, body)

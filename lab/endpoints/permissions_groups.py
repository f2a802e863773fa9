# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""permissions: user groups."""

from __future__ import annotations

from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.permissions import members, row_id
from lab.world.records import AuthEntry, Group, Json, new_id


def find(call: Call, key: str) -> Group | None:
    """A group of the caller's company by the id that callers see."""
    return call.world.groups.get(row_id(call.company_id, key))


def checked_people(call: Call, users: list[str]) -> list[str]:
    """People and service accounts of the company, without doubles; ApiError 400/301 for anybody else."""
    known = {entry.id for entry in call.world.people(call.company_id, service=None)}
    for user in users:
        if user not in known:
            raise errors.invalid_user_id(id=user, company=call.company_id)
    return list(dict.fromkeys(users))


def keeps(call: Call) -> bool:
    """Whether an update keeps what it was not given."""
    return call.switches.text("permissions_update") == "merge"


def person(entry: AuthEntry) -> Json:
    """Somebody as lists of members have it."""
    return {"id": entry.id, "name": entry.name, "email": entry.email}


def shown(call: Call, group: Group) -> Json:
    """A group without its members."""
    is_true_for_built_in = call.switches.text("group_system_means") == "built_in"
    return {
        "id": group.key,
        "name": group.name,
        "system": bool(group.builtin) is is_true_for_built_in,
        "assignable": group.builtin != "users",
    }


@endpoint("permissions.get_user_groups", writes=False)
def get_user_groups(call: Call) -> Json:
    """The company's groups with their members, or those of some ids."""
    wanted = call.body.get("groups") or None
    groups = []
    for group in call.world.groups.of(call.company_id):
        if wanted is None or group.key in wanted:
            people = [person(entry) for entry in members(call.world, group)]
            listed = shown(call, group) | {"description": group.description, "users": people}
            groups.append(listed | {"permissions": []} if call.body.get("include_permissions") else listed)
    return {"groups": groups}


@endpoint("permissions.add_or_update_user_group", writes=True)
def add_or_update_user_group(call: Call) -> Json:
    """Change a group, or make one under an id that is not in use."""
    key = call.body.get("id") or new_id()
    group = find(call, key)
    fresh = group is None
    group = group or Group(row_id(call.company_id, key), key, call.company_id, "")
    kept = not fresh and keeps(call)
    name = call.body.get("name") or group.name
    description = call.body.get("description") or (group.description if kept and "description" not in call.body else "")
    if not name.strip():
        raise errors.bad_data("name", "String value is too short")
    if group.builtin and ((name, description) != (group.name, group.description) or group.builtin == "users"):
        raise errors.builtin_group(key)
    if call.switches.on("unique_group_names") and any(
        other.name == name and other.key != key for other in call.world.groups.of(call.company_id)
    ):
        raise errors.not_unique(name=name, company=call.company_id)
    group.name, group.description = name, description
    if not (kept and call.body.get("users") is None):
        group.users = checked_people(call, call.body.get("users") or [])
        admins = [entry.id for entry in call.world.people(call.company_id, service=None) if entry.role == "admin"]
        group.left = [user for user in admins if user not in group.users] if group.builtin == "admins" else []
    call.world.groups.add(group)
    return shown(call, group)


@endpoint("permissions.delete_user_groups", writes=True)
def delete_user_groups(call: Call) -> Json:
    """Remove groups; unknown ids do not count, built-in ones are refused."""
    found = [group for group in (find(call, key) for key in call.body["groups"]) if group is not None]
    for group in found:
        if group.builtin:
            raise errors.builtin_group(group.key)
    for group in found:
        call.world.groups.remove(group.id)
        if not call.switches.on("deleted_groups_stay_in_rules"):
            for rule in call.world.access_rules.of(call.company_id):
                rule.groups = [key for key in rule.groups if key != group.key]
    return {"deleted": len(found)}


@endpoint("permissions.get_company_users", writes=False)
def get_company_users(call: Call) -> Json:
    """The company's people; service accounts are none."""
    return {"users": [person(entry) | {"role": entry.role} for entry in call.world.people(call.company_id)]}

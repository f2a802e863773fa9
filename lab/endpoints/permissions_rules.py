# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""permissions: access rules."""

from __future__ import annotations

from typing import Any

from lab.endpoints import features
from lab.endpoints.permissions_groups import checked_people, find, keeps, person
from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.permissions import groups_of, restore
from lab.world.records import AccessRule, Json, new_id
from lab.world.tables import Table

_TYPES = ("task", "model", "project", "queue", "dataset", "dataview", "route", "app", "app_category")
_LEVELS = ("read", "read_write")


def _names(call: Call, rule: AccessRule) -> Json:
    """What an entity is called, where the lab has it."""
    world = call.world
    tables: dict[str, Table[Any]] = {
        "queue": world.queues,
        "task": world.tasks,
        "project": world.projects,
        "route": world.routes,
    }
    table = tables.get(rule.entity_type)
    entity = table.get(rule.entity_id, call.company_id) if table is not None else None
    name = getattr(entity, "name", None)
    return {"entity_name": name, "entity_display_name": getattr(entity, "display_name", None) or name}


def _shown(call: Call, rule: AccessRule) -> Json:
    groups = {key: find(call, key) for key in rule.groups}
    people = [entry for user in rule.users if (entry := call.world.entries.get(user, call.company_id)) is not None]
    return {
        "id": rule.id,
        "name": rule.name,
        "description": rule.description,
        "entity_type": rule.entity_type,
        "entity_id": rule.entity_id,
        **_names(call, rule),
        "access_permission": rule.access_permission,
        "users": [person(entry) for entry in people],
        "groups": [{"id": key, "name": group.name if group else None} for key, group in groups.items()],
        "autocreated": rule.autocreated,
        "metadata": {},
    }


@endpoint("permissions.get_access_rules", writes=False)
def get_access_rules(call: Call) -> Json:
    """The company's rules, or those of some ids."""
    wanted = call.body.get("rules") or None
    rules = [rule for rule in call.world.access_rules.of(call.company_id) if wanted is None or rule.id in wanted]
    return {"rules": [_shown(call, rule) for rule in rules]}


@endpoint("permissions.add_or_update_access_rule", writes=True)
def add_or_update_access_rule(call: Call) -> Json:
    """Change a rule, or make one under an id that is not in use."""
    body = call.body
    rule_id = body.get("id") or new_id()
    before = call.world.access_rules.get(rule_id)
    if before is not None and before.company != call.company_id:
        raise errors.not_unique(id=rule_id)
    kept = before.entity_id if before is not None and keeps(call) else None
    entity = body.get("entity_id", kept)
    _check_entity(body["entity_type"], entity, body["access_permission"])
    if not body["name"].strip():
        raise errors.bad_data("name", "String value is too short")
    if call.switches.on("unique_access_rule_names") and any(
        other.name == body["name"] and other.id != rule_id for other in call.world.access_rules.of(call.company_id)
    ):
        raise errors.not_unique(name=body["name"], company=call.company_id)
    for key in body["groups"]:
        if find(call, key) is None:
            raise errors.unknown_group(key, call.company_id)
    call.world.access_rules.add(
        AccessRule(
            rule_id,
            call.company_id,
            body["name"],
            body["description"],
            body["entity_type"],
            body["access_permission"],
            entity,
            checked_people(call, body["users"]),
            list(dict.fromkeys(body["groups"])),
            before is not None and before.autocreated,
        )
    )
    return {"id": rule_id, "name": body["name"]}


def _check_entity(entity_type: str, entity: str | None, level: str) -> None:
    """All projects have no id, all categories are a star, and a category is always for reading and writing."""
    if entity is None and entity_type != "project":
        raise errors.bad_value("entity_id is required", entity_type=entity_type)
    if entity == "*" and entity_type != "app_category":
        raise errors.bad_value("wildcard is not allowed", entity_type=entity_type)
    if entity_type == "app_category" and level != "read_write":
        raise errors.bad_value("only read_write is allowed", entity_type=entity_type)


@endpoint("permissions.delete_access_rules", writes=True)
def delete_access_rules(call: Call) -> Json:
    """Remove rules, those of the server too; unknown ids do not count."""
    found = [rule for rule in call.world.access_rules.of(call.company_id) if rule.id in call.body["rules"]]
    for rule in found:
        call.world.access_rules.remove(rule.id)
    return {"deleted": len(found)}


@endpoint("permissions.restore_default_access_rules", writes=True)
def restore_default_access_rules(call: Call) -> Json:
    """Put the default rules back: the missing ones, or by switch all of them anew."""
    if call.switches.text("restore_default_rules") == "anew":
        for rule in call.world.access_rules.of(call.company_id):
            if rule.autocreated:
                call.world.access_rules.remove(rule.id)
    return {"restored": restore(call.world, call.company_id)}


@endpoint("permissions.ensure_default_access_rules", writes=True)
def ensure_default_access_rules(call: Call) -> Json:
    """The same for some groups, only while the company has no permissions."""
    if "permissions" in features.supported(call.company(), call.world.server, ("users", "admins")):
        raise errors.permissions_are_on(call.company_id)
    return {"restored": restore(call.world, call.company_id, call.body.get("groups") or ("users", "admins"))}


@endpoint("permissions.get_entity_access_categories", writes=False)
def get_entity_access_categories(_call: Call) -> Json:
    """The levels that each type of entity offers."""
    return {
        "entity_types": [
            {"type": name, "categories": ["read_write"] if name == "app_category" else list(_LEVELS)} for name in _TYPES
        ]
    }


@endpoint("permissions.check_entity_access", writes=False)
def check_entity_access(call: Call) -> Json:
    """Nothing, if a rule lets the caller in, else ApiError 403/21; what lies in a project follows its type only."""
    entry = call.world.entries.get(call.identity.user)
    groups = {group.key for group in groups_of(call.world, entry)} if entry is not None else set()
    wanted = call.body.get("access_permission") or "read"
    for rule in call.world.access_rules.of(call.company_id):
        meant = rule.entity_type == call.body.get("entity_type") and rule.entity_id in (
            None,
            "*",
            call.body.get("entity_id"),
        )
        named = call.identity.user in rule.users or groups & set(rule.groups)
        if meant and named and rule.access_permission in (wanted, "read_write"):
            return {}
    raise errors.no_access(call.body.get("entity_type"), call.body.get("entity_id"))

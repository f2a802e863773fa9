# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups and access rules: what is there from the first day, who is in it, and the switches."""

from __future__ import annotations

from typing import Any

import pytest

from lab.testing import RunningLab
from tests.lab.api_client import Caller, Json, Tenant, key_of, make_tenant, make_user, system

SAVE_GROUP = "permissions.add_or_update_user_group"
SAVE_RULE = "permissions.add_or_update_access_rule"
RULE: Json = {
    "name": "r",
    "description": "d",
    "entity_type": "project",
    "access_permission": "read",
    "users": [],
    "groups": [],
}


@pytest.fixture
def one(lab: RunningLab) -> Tenant:
    return make_tenant(lab, "One")


def groups(caller: Caller, **body: Any) -> dict[str, Json]:
    return {group["name"]: group for group in caller.get("permissions.get_user_groups", **body)["groups"]}


def members(caller: Caller, name: str) -> set[str]:
    return {user["id"] for user in groups(caller)[name]["users"]}


def rules(caller: Caller, **body: Any) -> dict[str, Json]:
    return {rule["name"]: rule for rule in caller.get("permissions.get_access_rules", **body)["rules"]}


def test_a_company_starts_with_groups_and_rules(lab: RunningLab, one: Tenant) -> None:
    assert list(groups(one.admin)) == list(groups(system(lab))) == ["Users", "Admins", "Queue admins"]
    own = rules(one.admin).values()
    assert all(rule["autocreated"] for rule in own)
    assert {group["name"] for rule in own for group in rule["groups"]} == {"Users", "Admins"}
    assert groups(one.admin)["Users"]["id"] == groups(system(lab))["Users"]["id"]


def test_only_admins_see_and_change_them(lab: RunningLab, one: Tenant) -> None:
    user = key_of(lab, make_user(lab, one.id, "u@one.example"))
    for endpoint in ("permissions.get_user_groups", "permissions.get_access_rules", SAVE_GROUP):
        assert user.codes(endpoint, name="g") == (403, 20)
    assert user.codes(SAVE_RULE, **RULE) == (403, 20)


def test_who_is_in_the_built_in_groups(lab: RunningLab, one: Tenant) -> None:
    user = make_user(lab, one.id, "u@one.example")
    agent = one.admin.get("auth.create_service_user", name="agent")["id"]
    assert members(one.admin, "Users") == {one.admin_id, user, agent}
    assert members(one.admin, "Admins") == {one.admin_id}
    one.admin.get("users.set_role", user=user, role="admin")
    assert members(one.admin, "Admins") == {one.admin_id, user}
    built_in = groups(one.admin)
    admins = {"id": built_in["Admins"]["id"], "name": "Admins"}
    one.admin.get(SAVE_GROUP, **admins, users=[one.admin_id, agent])
    assert members(one.admin, "Admins") == {one.admin_id, agent}
    for group in built_in.values():
        body = {"id": group["id"], "name": group["name"]}
        assert one.admin.codes(SAVE_GROUP, **body, description="x") == (400, 1502)
        assert one.admin.codes("permissions.delete_user_groups", groups=[group["id"]]) == (400, 1502)
    assert one.admin.codes(SAVE_GROUP, id=built_in["Users"]["id"], name="Users", users=[]) == (400, 1502)


def test_a_person_sees_the_own_groups_everywhere(lab: RunningLab, one: Tenant) -> None:
    user = make_user(lab, one.id, "u@one.example")
    group = one.admin.get(SAVE_GROUP, name="g", users=[user])["id"]
    shown = {one["name"] for one in key_of(lab, user).get("users.get_current_user")["sec_groups"]}
    assert shown == {"Users", "g"}
    listed = {u["id"]: u for u in one.admin.get("users.get_all_ex", include_auth=True)["users"]}
    assert group in listed[user]["sec_groups"]
    assert group in system(lab).get("auth.get_users_info", users=[user])["users"][user]["sec_groups"]


def test_ids_are_chosen_by_the_caller(lab: RunningLab, one: Tenant) -> None:
    two = make_tenant(lab, "Two")
    for tenant in (one, two):
        assert tenant.admin.get(SAVE_GROUP, id="own", name="g")["id"] == "own"
        assert list(groups(tenant.admin, groups=["own"])) == ["g"]
    assert one.admin.get(SAVE_RULE, id="own", **RULE)["id"] == "own"
    assert two.admin.codes(SAVE_RULE, id="own", **RULE) == (400, 801)
    one.admin.get(SAVE_RULE, id="own", **{**RULE, "name": "s"})
    assert list(rules(one.admin, rules=["own"])) == ["s"]
    assert one.admin.get("permissions.delete_access_rules", rules=["own", "no"]) == {"deleted": 1}
    assert one.admin.get("permissions.delete_user_groups", groups=["own", "no"]) == {"deleted": 1}
    assert list(groups(two.admin, groups=["own"])) == ["g"]


@pytest.mark.parametrize(("value", "description", "count"), [("replace", "", 0), ("merge", "d", 1)])
def test_permissions_update(lab: RunningLab, one: Tenant, value: str, description: str, count: int) -> None:
    lab.control.set_switches(permissions_update=value)
    one.admin.get(SAVE_GROUP, id="own", name="g", description="d", users=[one.admin_id])
    one.admin.get(SAVE_GROUP, id="own", name="h")
    group = groups(one.admin)["h"]
    assert (group["description"], len(group["users"])) == (description, count)
    one.admin.get(SAVE_RULE, id="own", **RULE, entity_id="p")
    one.admin.get(SAVE_RULE, id="own", **RULE)
    assert rules(one.admin)["r"]["entity_id"] == ("p" if value == "merge" else None)


@pytest.mark.parametrize(("value", "built_in"), [("built_in", True), ("editable", False)])
def test_group_system_means(lab: RunningLab, one: Tenant, value: str, built_in: bool) -> None:
    lab.control.set_switches(group_system_means=value)
    assert one.admin.get(SAVE_GROUP, name="g")["system"] is not built_in
    assert groups(one.admin)["Admins"]["system"] is built_in


def test_unique_names(lab: RunningLab, one: Tenant) -> None:
    for endpoint, body in ((SAVE_GROUP, {"name": "g"}), (SAVE_RULE, RULE)):
        assert one.admin.codes(endpoint, **body) == one.admin.codes(endpoint, **body) == (200, 0)
    lab.control.set_switches(unique_group_names=True, unique_access_rule_names=True)
    for endpoint, body in ((SAVE_GROUP, {"name": "g"}), (SAVE_RULE, RULE)):
        assert one.admin.codes(endpoint, **body) == (400, 801)


@pytest.mark.parametrize("stays", [True, False])
def test_deleted_groups_stay_in_rules(lab: RunningLab, one: Tenant, stays: bool) -> None:
    lab.control.set_switches(deleted_groups_stay_in_rules=stays)
    one.admin.get(SAVE_GROUP, id="own", name="g")
    one.admin.get(SAVE_RULE, **{**RULE, "groups": ["own"]})
    one.admin.get("permissions.delete_user_groups", groups=["own"])
    assert rules(one.admin)["r"]["groups"] == ([{"id": "own", "name": None}] if stays else [])
    assert one.admin.codes(SAVE_RULE, **{**RULE, "groups": ["own"]}) == (400, 1501)


@pytest.mark.parametrize(("value", "all_of_them"), [("missing", False), ("anew", True)])
def test_restore_default_rules(lab: RunningLab, one: Tenant, value: str, all_of_them: bool) -> None:
    lab.control.set_switches(restore_default_rules=value)
    before = rules(one.admin)
    lost = next(iter(before))
    one.admin.get("permissions.delete_access_rules", rules=[before[lost]["id"]])
    restored = one.admin.get("permissions.restore_default_access_rules")["restored"]
    assert restored == (len(before) if all_of_them else 1)
    assert rules(one.admin).keys() == before.keys()
    assert one.admin.codes("permissions.ensure_default_access_rules") == (400, 1503)


@pytest.mark.parametrize(
    "wrong",
    [
        {"entity_type": "queue"},
        {"entity_id": "*"},
        {"entity_type": "app_category", "entity_id": "*"},
    ],
)
def test_entities_that_a_rule_cannot_have(one: Tenant, wrong: Json) -> None:
    assert one.admin.codes(SAVE_RULE, **{**RULE, **wrong}) == (400, 16)


def test_a_rule_shows_what_it_is_about(one: Tenant) -> None:
    queue = one.admin.get("queues.create", name="gpu", display_name="GPU")["id"]
    one.admin.get(SAVE_RULE, **{**RULE, "entity_type": "queue", "entity_id": queue})
    assert (rules(one.admin)["r"]["entity_name"], rules(one.admin)["r"]["entity_display_name"]) == ("gpu", "GPU")
    one.admin.get("queues.delete", queue=queue)
    assert rules(one.admin)["r"]["entity_name"] is None


def test_whoever_is_deleted_is_gone_everywhere(lab: RunningLab, one: Tenant) -> None:
    user = make_user(lab, one.id, "u@one.example")
    one.admin.get(SAVE_GROUP, name="g", users=[user])
    one.admin.get(SAVE_RULE, **{**RULE, "users": [user]})
    assert one.admin.codes(SAVE_RULE, **{**RULE, "users": ["nobody"]}) == (400, 301)
    system(lab).get("auth.delete_user", user=user)
    assert (members(one.admin, "g"), rules(one.admin)["r"]["users"]) == (set(), [])


def test_access_follows_the_rules(lab: RunningLab, one: Tenant) -> None:
    user = key_of(lab, make_user(lab, one.id, "u@one.example"))
    check = {"entity_type": "queue", "entity_id": "q"}
    assert user.codes("permissions.check_entity_access", **check, access_permission="read_write") == (200, 0)
    own = [rule["id"] for rule in rules(one.admin).values()]
    one.admin.get("permissions.delete_access_rules", rules=own)
    assert user.codes("permissions.check_entity_access", **check) == (403, 21)
    users = groups(one.admin)["Users"]["id"]
    one.admin.get(SAVE_RULE, **{**RULE, "entity_type": "queue", "entity_id": "q", "groups": [users]})
    assert user.codes("permissions.check_entity_access", **check) == (200, 0)
    assert user.codes("permissions.check_entity_access", **check, access_permission="read_write") == (403, 21)


def test_routes_by_name(one: Tenant) -> None:
    body = {"name": "a.b", "type": "path", "path": "x"}
    route = one.admin.get("routers.add_or_update_route", **body)["id"]
    assert one.admin.codes("routers.add_or_update_route", **body) == (400, 801)
    assert one.admin.codes("routers.add_or_update_route", id="no", **body) == (400, 16)
    assert one.admin.codes("routers.add_or_update_route", name="c", type="path") == (400, 16)
    one.admin.get("routers.add_or_update_route", **body, id=route, enabled=False)
    (shown,) = one.admin.get("routers.get_routes", name="^a")["routes"]
    assert (shown["id"], shown["enabled"], shown["path"]) == (route, False, "x")
    assert one.admin.get("routers.delete_routes", ids=[route]) == {"deleted": 1}

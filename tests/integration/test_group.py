# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""User groups. What every entity has to do, test_every_entity.py tests with the sample."""

from __future__ import annotations

import itertools
import typing as t

import pytest

from tests.support.modules import Modules

ANN, BOB, ADMIN = "ann@acme.example", "bob@acme.example", "admin@acme.invalid"
#: Every reading of what the contract leaves open.
READINGS = [
    {
        "permissions_update": update,
        "group_system_means": system,
        "unique_group_names": unique,
        "service_users_in_user_lists": listed,
    }
    for update, system, unique, listed in itertools.product(
        ("replace", "merge"), ("built_in", "editable"), (False, True), (True, False)
    )
]


def call(modules: Modules, endpoint: str, **data: t.Any) -> dict[str, t.Any]:
    """An endpoint, as the admin of acme."""
    answer = modules.api(company="acme", endpoint=endpoint, data=data)
    return t.cast("dict[str, t.Any]", answer["data"])


def account(modules: Modules, name: str) -> str:
    """A service account; its ID."""
    return str(call(modules, "auth.create_service_user", name=name)["id"])


def groups(modules: Modules) -> dict[str, dict[str, t.Any]]:
    """All groups by name."""
    return {group["name"]: group for group in modules.group_info(company="acme")["groups"]}


@pytest.fixture
def staff(acme: Modules) -> Modules:
    """Acme with Bob and a service account."""
    acme.user(company="acme", email=BOB, name="Bob Ray", role="user")
    account(acme, "agent")
    acme.lab.control.clear_requests()
    return acme


@pytest.mark.parametrize("reading", READINGS, ids=str)
def test_life_of_a_group_under_every_reading(staff: Modules, reading: dict[str, t.Any]) -> None:
    staff.lab.control.set_switches(**reading)
    options = {
        "company": "acme",
        "name": "Modellers",
        "description": "d",
        "users": [ANN],
        "service_accounts": ["agent"],
    }
    made = staff.group(**options)["group"]
    assert not staff.group(**options)["changed"]
    changed = staff.group(company="acme", name="Modellers", description="e")
    assert changed["group"] == {**made, "description": "e"} and changed["actions"][0]["fields"] == ["description"]
    added = staff.group(company="acme", name="Modellers", users=["Bob Ray"])
    assert added["group"] == {**made, "description": "e", "users": [ANN, BOB]}
    renamed = staff.group(company="acme", id=made["id"], name="Makers")
    assert renamed["group"] == {**added["group"], "name": "Makers"}
    emptied = staff.group(company="acme", name="Makers", description=None, users=None, exclusive=True)
    assert (emptied["group"]["users"], emptied["group"]["description"]) == ([], "")
    assert emptied["group"]["service_accounts"] == ["agent"]
    assert staff.group(company="acme", name="Makers", state="absent")["changed"]
    assert not staff.group(company="acme", name="Makers", state="absent")["changed"]


def test_members_are_added_or_are_all(staff: Modules) -> None:
    staff.group(company="acme", name="Modellers", users=[ANN], service_accounts=["agent"])
    for more in ([BOB], [], None):
        added = staff.group(company="acme", name="Modellers", users=more)
        assert added["changed"] is (more == [BOB]) and added["group"]["users"] == [ANN, BOB]
    for only in ([BOB], [], None):
        all_of_them = staff.group(company="acme", name="Modellers", users=only, exclusive=True)
        assert all_of_them["group"]["users"] == (only or [])
        assert all_of_them["group"]["service_accounts"] == ["agent"], "the other list was not given"


def test_members_by_address_name_or_id(staff: Modules) -> None:
    ids = {user["email"]: user["id"] for user in staff.user_info(company="acme")["users"]}
    staff.group(company="acme", name="Modellers", users=[ANN, "Bob Ray"])
    again = staff.group(company="acme", name="Modellers", users=[ids[BOB], "Ann Lee", ANN], exclusive=True)
    assert not again["changed"]


def test_an_account_is_no_user_and_the_other_way_round(staff: Modules) -> None:
    message = staff.refuse("group", company="acme", name="Modellers", users=["agent"])
    assert "users has 'agent'" in message and "no such user" in message
    message = staff.refuse("group", company="acme", name="Modellers", service_accounts=["Ann Lee"])
    assert "service_accounts has 'Ann Lee'" in message
    account(staff, "agent")
    assert "give the ID" in staff.refuse("group", company="acme", name="Modellers", service_accounts=["agent"])


@pytest.mark.parametrize("system", ["built_in", "editable"])
def test_built_in_groups(staff: Modules, system: str) -> None:
    """Members of Admins and Queue admins can be set; the rest is as the server has it."""
    staff.lab.control.set_switches(group_system_means=system)
    added = staff.group(company="acme", name="Queue admins", users=[ANN])
    assert (
        added["group"]["users"] == [ANN]
        and not staff.group(company="acme", name="Queue admins", users=[ANN])["changed"]
    )
    admins = staff.group(company="acme", name="Admins", users=[ANN], service_accounts=["agent"])
    assert admins["group"]["users"] == [ADMIN, ANN] and admins["group"]["service_accounts"] == ["agent"]
    assert staff.group(company="acme", name="Admins", users=[ADMIN], exclusive=True)["group"]["users"] == [ADMIN]
    for name in ("Users", "Admins", "Queue admins"):
        assert "comes with the server" in staff.refuse("group", company="acme", name=name, description="Other")
        assert "comes with the server" in staff.refuse("group", company="acme", name=name, state="absent")
        built_in = groups(staff)[name]
        assert built_in["built_in"]
        assert "comes with the server" in staff.refuse("group", company="acme", id=built_in["id"], name="Other")
    assert "cannot be changed" in staff.refuse("group", company="acme", name="Users", users=[ANN], exclusive=True)
    assert not staff.group(company="acme", name="Users", users=[ANN, BOB], service_accounts=["agent"])["changed"]


def test_a_built_in_group_is_not_made(staff: Modules) -> None:
    state = staff.lab.control.state()
    state["groups"] = [group for group in state["groups"] if group["name"] != "Queue admins"]
    staff.lab.control.put_state(state)
    assert "only the server" in staff.refuse("group", company="acme", name="Queue admins", users=[ANN])
    assert not staff.group(company="acme", name="Queue admins", state="absent")["changed"]


def test_a_built_in_group_of_a_company_that_is_not_there_yet(modules: Modules) -> None:
    """It comes with the company, so it is changed and not made."""
    options = {"company": "acme", "name": "Queue admins", "users": [ADMIN]}
    foreseen = modules.checking().group(**options)
    assert [action["action"] for action in foreseen["actions"]] == ["update"]
    modules.company(name="acme")
    modules.user(company="acme", email=ADMIN, name="Automation", role="admin", internal=True)
    assert modules.group(**options)["actions"] == foreseen["actions"]


@pytest.mark.parametrize("stays", [True, False])
def test_a_removal_names_the_rules_that_lose_it(staff: Modules, stays: bool) -> None:
    staff.lab.control.set_switches(deleted_groups_stay_in_rules=stays)
    staff.group(company="acme", name="Modellers", users=[ANN])
    rule = {"company": "acme", "name": "All of it", "entity_type": "project", "access_permission": "read"}
    staff.access_rule(**rule, groups=["Modellers"])
    foreseen = staff.checking().group(company="acme", name="Modellers", state="absent")
    gone = staff.group(company="acme", name="Modellers", state="absent")
    assert foreseen["warnings"] == gone["warnings"]
    assert "'Modellers'" in gone["warnings"][0] and "'All of it'" in gone["warnings"][0]
    assert staff.access_rule(**rule, description="still there", users=[ANN])["changed"]
    assert not staff.access_rule(**rule, groups=[])["changed"]


def test_whoever_is_removed_is_out_of_the_group(staff: Modules) -> None:
    staff.group(company="acme", name="Modellers", users=[ANN, BOB])
    staff.user(company="acme", email=BOB, state="absent")
    assert staff.group(company="acme", name="Modellers", users=[])["group"]["users"] == [ANN]


def test_info_shows_members_apart(staff: Modules) -> None:
    staff.group(company="acme", name="Modellers", users=[ANN], service_accounts=["agent"])
    (group,) = staff.group_info(company="acme", name="Modellers")["groups"]
    assert [(user["email"], user["name"]) for user in group["users"]] == [(ANN, "Ann Lee")]
    assert [one["name"] for one in group["service_accounts"]] == ["agent"] and not group["built_in"]
    everybody = groups(staff)["Users"]
    assert len(everybody["users"]) == 3 and len(everybody["service_accounts"]) == 1
    assert staff.group_info(company="acme", name="nobody")["groups"] == []


@pytest.mark.parametrize("name", ["", " Modellers", "x "])
def test_names_that_nobody_finds_again(acme: Modules, name: str) -> None:
    assert repr(name) in acme.refuse("group", company="acme", name=name)


def test_a_group_of_the_same_name_elsewhere_is_another(staff: Modules) -> None:
    staff.company(name="globex")
    staff.user(company="globex", email="admin@globex.invalid", name="Globex automation", role="admin")
    first = staff.group(company="acme", name="Modellers", users=[ANN])["group"]
    second = staff.group(company="globex", name="Modellers")["group"]
    assert first["id"] != second["id"] and second["users"] == []
    assert "no such user" in staff.refuse("group", company="globex", name="Modellers", users=[ANN])

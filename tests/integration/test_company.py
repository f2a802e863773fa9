# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Companies."""

from __future__ import annotations

import pytest

from tests.support.modules import Modules


def test_first_run_second_run(modules: Modules) -> None:
    options = {"name": "acme", "allowed_users": 20, "features": ["queues", "applications"], "max_running_apps": 3}
    foreseen = modules.checking().company(**options)
    assert modules.lab.control.writes() == 0
    made = modules.company(**options)
    assert made["actions"] == foreseen["actions"] and made["diff"] == foreseen["diff"]
    assert made["actions"][0]["calls"] == ["system.create_company", "system.update_company_settings"]
    assert made["company"]["allowed_users"] == 20
    again = modules.company(**options)
    assert not again["changed"] and again["company"] == made["company"]


def test_a_cap_is_changed_and_the_unreadable_settings_go_with_it(modules: Modules) -> None:
    modules.company(name="acme", allowed_users=20, features=["queues"])
    changed = modules.company(name="acme", allowed_users=21, features=["applications"])
    assert changed["actions"][0]["fields"] == ["allowed_users"]
    company = company_in(modules, "acme")
    assert company["settings"]["features"] == ["applications"] and company["settings"]["allowed_users"] == 21


def test_unreadable_settings_follow_the_convention(modules: Modules) -> None:
    modules.company(name="acme", features=["queues"])
    assert not modules.company(name="acme", features=["applications"])["changed"]
    foreseen = modules.checking().company(name="acme", features=["applications"], update_unreadable="always")
    changed = modules.company(name="acme", features=["applications"], update_unreadable="always")
    assert changed["changed"] and changed["actions"] == foreseen["actions"] and changed["diff"] == foreseen["diff"]
    assert changed["diff"]["before"]["features"] == "(cannot be read)"
    assert company_in(modules, "acme")["settings"]["features"] == ["applications"]


def test_settings_that_the_server_shows_are_compared(modules: Modules) -> None:
    modules.lab.control.set_switches(company_info_shows_settings=True)
    modules.company(name="acme", features=["queues"])
    assert not modules.company(name="acme", features=["queues"])["changed"]
    assert modules.company(name="acme", features=["applications"])["changed"]


@pytest.mark.parametrize("settings_update", ["merge", "replace"])
def test_service_account_limits(acme: Modules, settings_update: str) -> None:
    acme.lab.control.set_switches(settings_update=settings_update)
    options = {"name": "acme", "allowed_users": 20, "allowed_service_users": 4, "allow_service_user_admins": True}
    changed = acme.company(**options)
    assert changed["actions"][0]["fields"] == ["allow_service_user_admins", "allowed_service_users"]
    assert not acme.company(**options)["changed"]


def test_rename(acme: Modules) -> None:
    company = acme.company(name="acme")["company"]["id"]
    foreseen = acme.checking().company(id=company, name="Acme Inc")
    renamed = acme.company(id=company, name="Acme Inc")
    assert renamed["actions"] == foreseen["actions"] and renamed["company"] == {"id": company, "name": "Acme Inc"}
    assert not acme.company(id=company, name="Acme Inc")["changed"]
    acme.company(name="other")
    assert company in acme.refuse("company", name="Acme Inc", id=acme.company(name="other")["company"]["id"])


def test_a_refused_rename_changed_nothing(acme: Modules) -> None:
    company = acme.company(name="acme")["company"]["id"]
    acme.lab.control.order_fault("organization.update_company_name", "status", status=429, times=99, retry_after=0)
    refused = acme.run("company", id=company, name="Acme Inc")
    assert refused["failed"] and refused["changed"] is False


def test_rename_before_there_is_an_admin(modules: Modules) -> None:
    company = modules.company(name="acme")["company"]["id"]
    modules.lab.control.set_switches(rename_scope="admin_or_system")
    assert modules.company(id=company, name="Acme Inc")["changed"]


@pytest.mark.parametrize("deleted_companies_listed", [True, False])
def test_removal_frees_name_and_addresses(acme: Modules, deleted_companies_listed: bool) -> None:
    acme.lab.control.set_switches(deleted_companies_listed=deleted_companies_listed)
    options = {"name": "acme", "state": "absent", "confirm_name": "acme"}
    foreseen = acme.checking().company(**options)
    gone = acme.company(**options)
    assert gone["actions"] == foreseen["actions"]
    assert [(one["action"], one["kind"]) for one in gone["actions"]] == [("delete", "user")] * 2 + [
        ("delete", "company")
    ]
    assert not acme.company(**options)["changed"]
    assert acme.company(name="acme")["changed"]
    assert acme.user(company="acme", email="ann@acme.example", name="Ann Lee")["changed"]


def test_removal_needs_confirmation_and_force(acme: Modules) -> None:
    company = acme.company(name="acme")["company"]["id"]
    assert "confirm_name" in acme.refuse("company", name="acme", state="absent")
    assert "'Acme'" in acme.refuse("company", name="acme", state="absent", confirm_name="Acme")
    acme.lab.control.set_running(company, tasks=2)
    assert "tasks: 2" in acme.refuse("company", name="acme", state="absent", confirm_name="acme")
    assert acme.company(name="acme", state="absent", confirm_name="acme", force=True)["changed"]


def test_the_servers_own_company_stays(modules: Modules) -> None:
    own = modules.server_info()["caller"]
    for name, value in (("name", own["company_name"]), ("id", own["company"])):
        options = {"name": own["company_name"], "confirm_name": own["company_name"], name: value}
        assert "never removed" in modules.refuse("company", state="absent", **options)


def test_two_of_one_name_are_listed(modules: Modules) -> None:
    modules.lab.control.set_switches(unique_company_names=False)
    first = modules.company(name="acme")["company"]["id"]
    second = modules.api(endpoint="system.create_company", data={"name": "acme"})["data"]["id"]
    message = modules.refuse("company", name="acme", allowed_users=1)
    assert first in message and second in message
    assert modules.company(name="acme", id=first, allowed_users=1)["changed"]
    assert first in modules.refuse("queue", company="acme", name="gpu-1")


def company_in(modules: Modules, name: str) -> dict:
    """The company as the lab holds it."""
    return next(one for one in modules.lab.control.state()["companies"] if one["name"] == name)

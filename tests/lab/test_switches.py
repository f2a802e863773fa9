# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every switch in both positions."""

from __future__ import annotations

from typing import Any

import pytest

from lab.control import ControlError
from lab.switches import SWITCHES, SwitchError, parse
from lab.testing import RunningLab
from tests.lab.api_client import key_of, make_tenant, make_user, root, system


def test_system_crosses_companies(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    assert system(lab).impersonate(tenant.admin_id).codes("queues.get_all") == (200, 0)
    lab.control.set_switches(system_crosses_companies=False)
    assert system(lab).impersonate(tenant.admin_id).codes("queues.get_all") == (400, 6)
    assert system(lab).codes("auth.delete_user", user=tenant.admin_id) == (400, 301)
    assert root(lab).impersonate(tenant.admin_id).codes("queues.get_all") == (200, 0)


def test_admin_creates_users(lab: RunningLab) -> None:
    one, two = make_tenant(lab, "One"), make_tenant(lab, "Two")
    body = {"company": one.id, "email": "b@one.example", "name": "b"}
    assert one.admin.codes("auth.create_user", **body) == (403, 20)
    lab.control.set_switches(admin_creates_users=True)
    assert two.admin.codes("auth.create_user", **body) == (400, 10)
    assert one.admin.codes("auth.create_user", **body) == (200, 0)


def test_rename_scope(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    body = {"company": tenant.id, "new_name": "Renamed"}
    assert system(lab).codes("organization.update_company_name", **body) == (403, 20)
    assert root(lab).impersonate(tenant.admin_id).codes("organization.update_company_name", **body) == (403, 20)
    assert tenant.admin.codes("organization.update_company_name", **body) == (200, 0)
    assert make_tenant(lab, "Two").admin.codes("organization.update_company_name", **body) == (403, 20)
    lab.control.set_switches(rename_scope="admin_or_system")
    assert system(lab).codes("organization.update_company_name", **body) == (200, 0)
    assert system(lab).codes("organization.update_company_logo", company=tenant.id, data="x", format="url") == (200, 0)


@pytest.mark.parametrize(("value", "cap"), [("replace", None), ("merge", 5)])
def test_settings_update(lab: RunningLab, value: str, cap: int | None) -> None:
    lab.control.set_switches(settings_update=value, company_info_shows_settings=True)
    api = system(lab)
    company = api.get("system.create_company", name="One", defaults={"allowed_users": 5})["id"]
    assert api.get("system.company_info", company=company)["defaults"]["allowed_users"] == 5
    api.get("system.update_company_settings", company=company, features=["queues"])
    defaults = api.get("system.company_info", company=company)["defaults"]
    shown = {name: value for name, value in defaults.items() if value is not None}
    assert shown == ({"features": ["queues"]} if cap is None else {"allowed_users": cap, "features": ["queues"]})


def test_company_info_hides_settings(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    system(lab).get("system.update_company_settings", company=tenant.id, features=["queues"], allowed_users=3)
    assert system(lab).get("system.company_info", company=tenant.id)["defaults"] == {"allowed_users": 3}


@pytest.mark.parametrize(("value", "domains"), [("replace", ["b.example"]), ("merge", ["a.example", "b.example"])])
def test_domains_update(lab: RunningLab, value: str, domains: list[str]) -> None:
    lab.control.set_switches(domains_update=value)
    tenant = make_tenant(lab, "One")
    tenant.admin.get("login.set_domains", domains=["a.example"])
    tenant.admin.get("login.set_domains", domains=["b.example"])
    assert tenant.admin.get("login.get_settings")["domains"] == domains


@pytest.mark.parametrize("kept", [True, False])
def test_delete_user_keeps_profile(lab: RunningLab, kept: bool) -> None:
    lab.control.set_switches(delete_user_keeps_profile=kept)
    tenant = make_tenant(lab, "One")
    user = make_user(lab, tenant.id, "b@one.example")
    assert tenant.admin.get("auth.delete_user", user=user) == {"deleted": True}
    listed = {u["id"]: u for u in tenant.admin.get("users.get_all_ex", include_auth=True)["users"]}
    assert (user in listed) is kept
    assert "email" not in listed.get(user, {})


@pytest.mark.parametrize("listed", [True, False])
def test_deleted_companies(lab: RunningLab, listed: bool) -> None:
    lab.control.set_switches(deleted_companies_listed=listed)
    tenant = make_tenant(lab, "One")
    system(lab).get("tenants.delete_tenant", tenant=tenant.id, name="One")
    companies = system(lab).get("system.get_companies")["companies"]
    assert ({"id": tenant.id, "name": "One", "active": False} in companies) is listed
    assert tenant.admin.codes("queues.get_all") == (401, 22)
    lab.control.set_switches(deleted_company_keys_work=True, deleted_company_names="taken")
    assert tenant.admin.codes("queues.get_all") == (200, 0)
    assert system(lab).codes("system.create_company", name="One") == (400, 801)


def test_unique_company_names(lab: RunningLab) -> None:
    make_tenant(lab, "One")
    assert system(lab).codes("system.create_company", name="One") == (400, 801)
    assert system(lab).codes("system.create_company", name="Two, a long name") == (200, 0)
    assert system(lab).codes("system.create_company", name="ab") == (400, 800)
    lab.control.set_switches(unique_company_names=False)
    assert system(lab).codes("system.create_company", name="One") == (200, 0)


@pytest.mark.parametrize(("value", "found"), [("substring", ["Acme", "Acme 2"]), ("exact_ignore_case", ["Acme"])])
def test_get_companies_name_is(lab: RunningLab, value: str, found: list[str]) -> None:
    lab.control.set_switches(get_companies_name_is=value)
    for name in ("Acme", "Acme 2", "Other"):
        system(lab).get("system.create_company", name=name)
    assert [c["name"] for c in system(lab).get("system.get_companies", name="aCME")["companies"]] == found
    assert len(system(lab).get("system.get_companies", name_pattern="^Acme( 2)?$")["companies"]) == 2


def test_users_info_keyed_by(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    assert list(system(lab).get("auth.get_users_info", users=[tenant.admin_id])["users"]) == [tenant.admin_id]
    lab.control.set_switches(users_info_keyed_by="email")
    assert list(system(lab).get("auth.get_users_info", users=[tenant.admin_id])["users"]) == ["admin@one.example"]


@pytest.mark.parametrize(
    ("switch", "make"),
    [
        ("service_users_in_user_lists", ("auth.create_service_user", {"name": "agent"})),
        ("internal_users_listed", ("auth.create_user", {"name": "i", "email": "i@one.example", "internal": True})),
    ],
)
def test_who_is_listed(lab: RunningLab, switch: str, make: tuple[str, dict[str, Any]]) -> None:
    tenant = make_tenant(lab, "One")
    body = make[1] | ({"company": tenant.id} if make[0] == "auth.create_user" else {})
    user = system(lab).act_as(tenant.admin_id).get(make[0], **body)["id"]
    for on in (True, False):
        lab.control.set_switches(**{switch: on})
        listed = [u["id"] for u in tenant.admin.get("users.get_all")["users"]]
        active = [u["id"] for u in system(lab).get("tenants.get_tenant_info", tenant=tenant.id)["users"]["active"]]
        assert (user in listed, user in active) == (on, on)


def test_queue_metadata_of_old_versions(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    metadata = {"k": {"key": "k", "type": "str", "value": "v"}}
    queue = tenant.admin.get("queues.create", name="gpu", metadata=metadata)["id"]
    assert tenant.admin.get("queues.get_by_id", queue=queue)["queue"]["metadata"] == metadata
    assert tenant.admin.get("v2.16/queues.get_by_id", queue=queue)["queue"]["metadata"] == []
    lab.control.set_switches(queue_metadata_old_versions_empty=False)
    assert tenant.admin.get("v2.16/queues.get_by_id", queue=queue)["queue"]["metadata"] == metadata


def test_lifetimes_of_keys(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    user = key_of(lab, make_user(lab, tenant.id, "b@one.example"))
    lab.control.set_switches(max_expiration_sec=60, default_expiration_sec=30)
    assert user.get("auth.create_credentials", expiration_sec=3600)["credentials"]["expire"] < "9"
    assert "expire" not in tenant.admin.get("auth.create_credentials", expiration_sec=0)["credentials"]
    assert "expire" in user.get("auth.create_credentials", expiration_sec=0)["credentials"]
    lab.control.set_switches(expiration_over_max="refuse")
    assert user.codes("auth.create_credentials", expiration_sec=3600) == (400, 12)
    assert user.get("auth.get_credentials")["max_expiration_sec"] == 60


def test_number_of_keys(lab: RunningLab) -> None:
    lab.control.set_switches(max_credentials=2)
    tenant = make_tenant(lab, "One")
    assert tenant.admin.codes("auth.create_credentials") == (200, 0)
    assert tenant.admin.codes("auth.create_credentials") == (400, 76)


def test_an_older_server(lab: RunningLab) -> None:
    lab.control.set_switches(missing_endpoints=["auth.delete_user"], server_version="3.20.0", api_version="2.30")
    answer = system(lab).ask("auth.delete_user", user="x")
    assert (answer.code, answer.message) == (404, "Unable to find endpoint for name auth.delete_user and version 2.30")
    assert "auth.delete_user" not in system(lab).get("server.endpoints")["endpoints"]
    assert system(lab).get("server.info")["version"] == "3.20.0"


def test_app_queues(lab: RunningLab) -> None:
    lab.control.set_switches(app_queues=["apps"])
    made = system(lab).get("system.create_company", name="One")
    assert [queue["name"] for queue in made["app_queues"]] == ["apps"]


def test_what_is_not_built_says_so(lab: RunningLab) -> None:
    answer = system(lab).ask("resources.get_policies")
    assert (answer.code, answer.message) == (501, "resources.get_policies is in the contract but not built in this lab")


def test_a_wrong_value_changes_nothing(lab: RunningLab) -> None:
    before = lab.control.switches()
    with pytest.raises(ControlError, match="one of replace, merge"):
        lab.control.set_switches(domains_update="merge", settings_update="sometimes")
    with pytest.raises(ControlError, match="there is no switch"):
        lab.control.set_switches(nonsense=True)
    assert lab.control.switches() == before


def test_assignments_on_the_command_line() -> None:
    assert parse("admin_creates_users=TRUE") == ("admin_creates_users", True)
    assert parse("missing_endpoints=a.b,c.d") == ("missing_endpoints", ["a.b", "c.d"])
    assert parse("max_credentials=3") == ("max_credentials", 3)
    for text in ("admin_creates_users=maybe", "max_credentials=-", "nonsense=1", "server_version"):
        with pytest.raises(SwitchError):
            parse(text)


def test_defaults_are_among_the_choices() -> None:
    assert all(not switch.choices or switch.default in switch.choices for switch in SWITCHES)
    assert len({switch.name for switch in SWITCHES}) == len(SWITCHES)

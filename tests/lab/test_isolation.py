# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Companies do not see each other, and who may reach across."""

from __future__ import annotations

from lab.testing import RunningLab
from tests.lab.api_client import key_of, make_tenant, make_user, root, system


def test_queues_of_another_company_do_not_exist(lab: RunningLab) -> None:
    one, two = make_tenant(lab, "One"), make_tenant(lab, "Two")
    queue = one.admin.get("queues.create", name="default")["id"]
    assert two.admin.get("queues.get_all") == {"queues": []}
    assert two.admin.codes("queues.get_by_id", queue=queue) == (400, 701)
    assert two.admin.codes("queues.delete", queue=queue) == (400, 701)
    two.admin.get("queues.create", name="default")
    assert one.admin.codes("queues.create", name="default") == (400, 801)


def test_people_of_another_company_are_out_of_an_admins_reach(lab: RunningLab) -> None:
    one, two = make_tenant(lab, "One"), make_tenant(lab, "Two")
    user = make_user(lab, one.id, "user@one.example")
    assert [u["id"] for u in two.admin.get("users.get_all")["users"]] == [two.admin_id]
    for endpoint, body in (
        ("users.set_role", {"role": "admin"}),
        ("auth.edit_user", {"role": "admin"}),
        ("auth.delete_user", {}),
        ("users.get_by_id", {}),
    ):
        assert two.admin.codes(endpoint, user=user, **body) == (400, 301)
    assert two.admin.get("users.update", user=user, name="other") == {"updated": 0, "fields": {}}
    assert two.admin.impersonate(user).codes("users.get_current_user") == (400, 6)
    assert one.admin.get("users.set_role", user=user, role="consumer") == {"updated": 1}


def test_an_address_is_unique_over_all_companies(lab: RunningLab) -> None:
    one, two = make_tenant(lab, "One"), make_tenant(lab, "Two")
    make_user(lab, one.id, "user@example.com")
    body = {"company": two.id, "email": "user@example.com", "name": "user"}
    assert system(lab).codes("auth.create_user", **body) == (400, 801)
    assert system(lab).codes("auth.create_user", **{**body, "email": "User@example.com"}) == (200, 0)


def test_the_two_halves_of_a_user(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    user = make_user(lab, tenant.id, "user@one.example")
    api = system(lab)
    api.get("users.delete", user=user)
    assert user not in [u["id"] for u in tenant.admin.get("users.get_all", include_auth=True)["users"]]
    assert api.get("auth.get_users_info", emails=["user@one.example"])["users"][user]["role"] == "user"
    active = api.get("tenants.get_tenant_info", tenant=tenant.id)["users"]["active"]
    assert ("user@one.example", user) in [(u["email"], u["id"]) for u in active]
    assert api.codes("auth.create_user", company=tenant.id, email="user@one.example", name="u") == (400, 801)
    api.get("users.create", company=tenant.id, id=user, name="back")
    assert key_of(lab, user).get("users.get_current_user")["user"]["name"] == "back"


def test_built_in_identities_have_no_profile_and_keep_their_keys(lab: RunningLab) -> None:
    for caller in (root(lab), system(lab)):
        assert caller.codes("users.get_current_user") == (400, 300)
        assert caller.codes("auth.create_credentials") == (400, 301)


def test_tenants_are_deleted_softly(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    api = system(lab)
    lab.control.set_running(tenant.id, tasks=2)
    assert api.codes("tenants.delete_tenant", tenant=tenant.id, name="one") == (400, 16)
    assert api.codes("tenants.delete_tenant", tenant=tenant.id, name="One") == (400, 1302)
    resources = api.get("tenants.delete_tenant", tenant=tenant.id, name="One", force=True)
    assert resources["running"]["tasks"] == 2
    assert api.get("system.company_info", company=tenant.id)["active"] is False
    assert api.codes("auth.create_user", company=tenant.id, email="new@one.example", name="n") == (400, 10)
    again = api.get("system.create_company", name="One")["id"]
    taken = {"company": again, "email": "admin@one.example", "name": "admin"}
    assert api.codes("auth.create_user", **taken) == (400, 801)
    api.get("auth.delete_user", user=tenant.admin_id)
    assert api.codes("auth.create_user", **taken) == (200, 0)


def test_limits_are_kept(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    api = system(lab)
    api.get("system.update_company_settings", company=tenant.id, allowed_users=1, allowed_service_users=1)
    assert api.codes("auth.create_user", company=tenant.id, email="b@one.example", name="b") == (400, 303)
    agent = tenant.admin.get("auth.create_service_user", name="agent", allow_running_as_owner=True)
    assert tenant.admin.codes("auth.create_service_user", name="agent") == (400, 304)
    (shown,) = tenant.admin.get("users.get_service_users")["users"]
    assert (shown["id"], shown["credentials"], shown["allow_running_as_owner"]) == (agent["id"], 1, True)
    assert tenant.admin.codes("users.set_role", user=agent["id"], role="admin") == (400, 16)
    assert api.get("tenants.get_tenant_info", tenant=tenant.id)["users"]["max_allowed"] == 1


def test_an_invitation_is_accepted_by_the_user_it_was_for(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    emails = ["new@one.example", "other@one.example"]
    assert tenant.admin.get("login.add_whitelist_entries", emails=emails, role="admin") == {"added": emails}
    assert tenant.admin.get("login.add_whitelist_entries", emails=emails, role="user") == {"added": []}
    user = make_user(lab, tenant.id, emails[0])
    entries = {e["email"]: e for e in tenant.admin.get("login.get_settings")["whitelist_entries"]}
    assert entries[emails[0]]["user"]["id"] == user
    assert (entries[emails[1]]["status"], "user" in entries[emails[1]]) == ("pending", False)
    (record,) = system(lab).get("login.get_whitelist", email=emails[1])["entries"]
    assert (record["company"], record["role"]) == (tenant.id, "admin")
    assert tenant.admin.get("login.remove_whitelist_entries", emails=emails) == {"removed": [emails[1]]}


def test_workers_and_features_belong_to_a_company(lab: RunningLab) -> None:
    one, two = make_tenant(lab, "One"), make_tenant(lab, "Two")
    queue = one.admin.get("queues.create", name="gpu")["id"]
    one.admin.get("workers.register", worker="agent", queues=[queue])
    assert two.admin.codes("workers.register", worker="agent", queues=[queue]) == (400, 701)
    two.admin.get("workers.status_report", worker="agent")
    (worker,) = one.admin.get("workers.get_all")["workers"]
    assert (worker["id"], [q["name"] for q in worker["queues"]]) == ("agent", ["gpu"])
    one.admin.get("workers.unregister", worker="agent")
    assert (one.admin.get("workers.get_count"), two.admin.get("workers.get_count")) == ({"count": 0}, {"count": 1})
    assert system(lab).get("tenants.get_tenant_resources", tenant=two.id)["running"]["connected_workers"] == 1
    settings = {"features": ["queues", "reports"], "exclude_features": ["reports"]}
    system(lab).get("system.update_company_settings", company=one.id, **settings)
    supported = {"get_supported_features": True}
    assert one.admin.get("users.get_current_user", **supported)["supported_features"] == ["queues"]
    assert len(two.admin.get("users.get_current_user", **supported)["supported_features"]) == 25

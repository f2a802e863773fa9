# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two headers, tokens, and keys."""

from __future__ import annotations

from lab.testing import RunningLab
from tests.lab.api_client import Caller, key_of, make_tenant, make_user, root, system


def test_impersonate_as_takes_the_role_and_act_as_keeps_the_callers(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    user = make_user(lab, tenant.id, "user@one.example")
    as_user, acting = system(lab).impersonate(user), system(lab).act_as(user)
    assert as_user.get("users.get_current_user")["user"]["role"] == "user"
    assert acting.get("users.get_current_user")["user"]["role"] == "system"
    assert as_user.codes("login.set_domains", domains=["one.example"]) == (403, 20)
    acting.get("login.set_domains", domains=["one.example"])
    assert tenant.admin.get("login.get_settings")["domains"] == ["one.example"]


def test_both_headers_at_once_are_refused(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    both = Caller(lab, system(lab).auth, {**system(lab).impersonate(tenant.admin_id).headers})
    both.headers["X-Clearml-Act-As"] = tenant.admin_id
    assert both.codes("users.get_current_user") == (400, 5)


def test_a_token_outlives_its_key_and_its_role(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    token = tenant.admin.with_token()
    assert tenant.admin.auth is not None
    system(lab).get("users.set_role", user=tenant.admin_id, role="user")
    tenant.admin.get("auth.revoke_credentials", access_key=tenant.admin.auth[0])
    assert tenant.admin.codes("auth.login") == (401, 22)
    assert token.get("users.get_current_user")["user"]["role"] == "admin"
    assert key_of(lab, tenant.admin_id).get("users.get_current_user")["user"]["role"] == "user"


def test_tokens_can_be_logged_out_expired_and_asked_about(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    token = tenant.admin.with_token()
    shown = system(lab).get("auth.validate_token", token=token.headers["Authorization"].split()[1])
    assert (shown["valid"], shown["user"], shown["company"]) == (True, tenant.admin_id, tenant.id)
    token.get("auth.logout")
    assert token.ask("queues.get_all").message == "Invalid token (revoked token)"
    token = tenant.admin.with_token()
    assert lab.control.expire_tokens() > 0
    assert token.ask("queues.get_all").message.endswith("Signature has expired")


def test_a_token_for_a_user(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    token = system(lab).get("auth.get_token_for_user", user=tenant.admin_id, company=tenant.id)["token"]
    admin = Caller(lab, None, {"Authorization": f"Bearer {token}"})
    assert admin.get("organization.update_company_name", new_name="Renamed") == {"updated": 1}
    assert system(lab).get("system.company_info", company=tenant.id)["name"] == "Renamed"


def test_the_cookie_of_a_login_is_a_token(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    tenant.admin.get("auth.login")
    browser = Caller(lab, session=tenant.admin.session)
    assert browser.get("users.get_current_user")["user"]["id"] == tenant.admin_id
    browser.get("auth.logout")
    assert browser.codes("users.get_current_user") == (401, 20)


def test_labels_and_use_of_keys(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    pair = tenant.admin.get("auth.create_credentials", label="ci", expiration_sec=3600)["credentials"]
    shown = {c["access_key"]: c for c in tenant.admin.get("auth.get_credentials")["credentials"]}
    assert (shown[pair["access_key"]]["label"], "secret_key" in shown[pair["access_key"]]) == ("ci", False)
    assert pair["expire"] == shown[pair["access_key"]]["expire"]
    assert tenant.admin.get("auth.edit_credentials", access_key=pair["access_key"]) == {"updated": 1}
    found = system(lab).get("auth.locate_credentials", access_key=pair["access_key"])
    assert (found["user"], found["label"]) == (tenant.admin_id, None)
    lab.control.expire_key(pair["access_key"])
    assert Caller(lab, (pair["access_key"], pair["secret_key"])).codes("auth.login") == (401, 22)
    assert make_tenant(lab, "Two").admin.codes("auth.locate_credentials", access_key=pair["access_key"]) == (400, 75)


def test_admins_cannot_become_more_than_admins(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    for endpoint in ("system.get_companies", "tenants.get_tenants", "auth.get_users_info"):
        assert tenant.admin.codes(endpoint) == (403, 20)
    assert root(lab).codes("system.get_companies") == (200, 0)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Login rules."""

from __future__ import annotations

import pytest

from tests.support.modules import Modules

RULES = {
    "company": "acme",
    "domains": ["acme.example", "acme.test"],
    "whitelist": [{"email": "x@y.example"}, {"email": "boss@y.example", "role": "admin"}],
}


@pytest.mark.parametrize("domains_update", ["replace", "merge"])
def test_first_run_second_run(acme: Modules, domains_update: str) -> None:
    acme.lab.control.set_switches(domains_update=domains_update)
    foreseen = acme.checking().login_rules(**RULES)
    assert acme.lab.control.writes() == 0
    made = acme.login_rules(**RULES)
    assert made["actions"] == foreseen["actions"] and made["diff"] == foreseen["diff"]
    assert not acme.login_rules(**RULES)["changed"]
    assert made["login_rules"]["whitelist"] == [
        {"email": "boss@y.example", "role": "admin"},
        {"email": "x@y.example", "role": "user"},
    ]


def test_a_server_that_keeps_domains_is_found_out(acme: Modules) -> None:
    acme.lab.control.set_switches(domains_update="merge")
    acme.login_rules(company="acme", domains=["acme.example", "acme.test"])
    message = acme.run("login_rules", company="acme", domains=["acme.example"])["msg"]
    assert "does not show it" in message and "acme.test" in message


def test_lists_are_whole_and_an_omitted_one_stays(acme: Modules) -> None:
    acme.login_rules(**RULES)
    changed = acme.login_rules(company="acme", domains=["acme.example"])
    assert changed["actions"][0]["fields"] == ["domains"] and len(changed["login_rules"]["whitelist"]) == 2
    changed = acme.login_rules(company="acme", whitelist=[{"email": "x@y.example"}])
    assert changed["actions"][0]["calls"] == ["login.remove_whitelist_entries"]
    assert acme.login_rules(company="acme", whitelist=[], domains=None)["login_rules"]["domains"] == []


def test_a_pending_role_changes(acme: Modules) -> None:
    acme.login_rules(**RULES)
    changed = acme.login_rules(
        company="acme", whitelist=[{"email": "x@y.example", "role": "consumer"}, RULES["whitelist"][1]]
    )
    assert changed["actions"][0]["calls"] == ["login.remove_whitelist_entries", "login.add_whitelist_entries"]
    assert changed["login_rules"]["whitelist"][1]["role"] == "consumer"
    assert not acme.login_rules(**RULES)["changed"], "an entry without a role leaves the role as it is"


def test_who_has_signed_in_is_reported_and_left_alone(acme: Modules) -> None:
    acme.login_rules(**RULES)
    company = acme.company(name="acme")["company"]["id"]
    acme.lab.control.accept_invitation(company, "x@y.example")
    assert acme.login_rules(**RULES)["login_rules"]["accepted"] == ["x@y.example"]
    assert not acme.login_rules(**RULES)["changed"]
    changed = acme.login_rules(company="acme", whitelist=[])
    assert changed["login_rules"]["accepted"] == ["x@y.example"] and changed["login_rules"]["whitelist"] == []
    assert not acme.login_rules(company="acme", whitelist=[])["changed"]


def test_two_companies_never_share(acme: Modules) -> None:
    acme.login_rules(**RULES)
    acme.company(name="globex")
    acme.user(company="globex", email="admin@globex.invalid", name="G", role="admin")
    for options in ({"domains": ["acme.test"]}, {"whitelist": [{"email": "x@y.example"}]}):
        message = acme.refuse("login_rules", company="globex", **options)
        assert "'acme'" in message and "'globex'" in message
        assert "'acme'" in acme.checking().refuse("login_rules", company="globex", **options)


def test_a_tenants_own_admin_leaves_roles_that_it_cannot_see(acme: Modules) -> None:
    acme.login_rules(**RULES)
    pair = acme.credentials(company="acme", user="admin@acme.invalid", label="own")["credentials"]
    inside = Modules(acme.lab, pair["access_key"], pair["secret_key"])
    own = {key: value for key, value in RULES.items() if key != "company"}
    assert not inside.login_rules(**own)["changed"]
    assert inside.login_rules(whitelist=[{"email": "new@y.example", "role": "admin"}])["changed"]

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Service accounts. What every entity has to do, test_every_entity.py tests with the sample."""

from __future__ import annotations

import typing as t

import pytest

from tests.support.modules import Modules

AGENTS = {"company": "acme", "name": "agents"}


def entry(modules: Modules, name: str = "agents") -> dict[str, t.Any]:
    """The account as the server holds it."""
    return next(one for one in modules.lab.control.state()["auth_entries"] if one["name"] == name)


def test_the_pair_that_comes_with_an_account_is_revoked(acme: Modules) -> None:
    """Nobody asked for it, and nobody has its secret."""
    made = acme.service_account(**AGENTS)
    assert made["actions"][0]["calls"] == ["auth.create_service_user", "auth.revoke_credentials"]
    assert entry(acme)["credentials"] == []
    assert "secret" not in str(made).replace("api_secret_key", "")


@pytest.mark.parametrize("effect", ["before", "after"])
def test_an_account_whose_first_pair_nobody_saw_is_made_again(acme: Modules, effect: str) -> None:
    acme.lab.control.order_fault("auth.create_service_user", "drop", effect=effect)
    acme.service_account(**AGENTS)
    assert entry(acme)["credentials"] == []
    assert len(acme.service_account_info(company="acme")["service_accounts"]) == 1


def test_keys_by_label(acme: Modules) -> None:
    acme.service_account(**AGENTS)
    foreseen = acme.checking().credentials(company="acme", service_account="agents", label="gpu cluster")
    pair = acme.credentials(company="acme", service_account="agents", label="gpu cluster")
    assert pair["actions"] == foreseen["actions"]
    keys = pair["credentials"]
    assert [one["key"] for one in entry(acme)["credentials"]] == [keys["access_key"]]
    assert not acme.credentials(company="acme", service_account="agents", label="gpu cluster")["changed"]
    renamed = {"company": "acme", "service_account": "agents", "access_key": keys["access_key"], "label": "cluster"}
    assert acme.credentials(**renamed)["actions"][0]["fields"] == ["label"]
    assert not acme.credentials(**renamed)["changed"]
    agent = Modules(acme.lab, keys["access_key"], keys["secret_key"])
    assert agent.run("queue_info")["queues"] == []
    assert acme.credentials(company="acme", service_account="agents", label="cluster", state="absent")["changed"]


def test_an_owner_who_is_not_there(acme: Modules) -> None:
    options = {"company": "acme", "service_account": "agents", "label": "x"}
    assert "no service account 'agents' in company 'acme'" in acme.refuse("credentials", **options)
    assert acme.checking().credentials(**options)["assumes"] == ["service account 'agents' in company 'acme'"]
    assert "one owner" in acme.refuse("credentials", **options, user="ann@acme.example")


def test_two_accounts_of_one_name_have_to_be_told_apart(acme: Modules) -> None:
    first = acme.service_account(**AGENTS)["service_account"]["id"]
    second = acme.api(company="acme", endpoint="auth.create_service_user", data={"name": "agents"})["data"]["id"]
    message = acme.refuse("credentials", company="acme", service_account="agents", label="x")
    assert first in message and second in message
    assert acme.credentials(company="acme", service_account=second, label="x")["changed"]


def test_admins_need_the_companys_leave(acme: Modules) -> None:
    assert "allow_service_user_admins" in acme.refuse("service_account", **AGENTS, role="admin")
    acme.company(name="acme", allow_service_user_admins=True)
    made = acme.service_account(**AGENTS, role="admin")
    assert made["service_account"]["role"] == "admin" and not acme.service_account(**AGENTS, role="admin")["changed"]
    assert acme.service_account(**AGENTS, role="user")["actions"][0]["fields"] == ["role"]


def test_the_companys_limit_comes_first(acme: Modules) -> None:
    acme.company(name="acme", allowed_service_users=1)
    acme.service_account(**AGENTS)
    message = acme.refuse("service_account", company="acme", name="more")
    assert "'more' would be one too many" in message and "allowed_service_users" in message


def test_a_removal_says_what_will_fail(acme: Modules) -> None:
    acme.service_account(**AGENTS)
    acme.credentials(company="acme", service_account="agents", label="gpu")
    gone = acme.service_account(**AGENTS, state="absent")
    assert "agents that have one of them fail" in gone["warnings"][-1]
    assert acme.service_account_info(company="acme")["service_accounts"] == []
    assert "agents" not in [one["name"] for one in acme.lab.control.state()["profiles"]]


def test_everybody_is_no_group_to_be_in(acme: Modules) -> None:
    assert "everybody is in" in acme.refuse("service_account", **AGENTS, groups=["Users"])


def test_other_members_of_a_group_stay(acme: Modules) -> None:
    acme.group(company="acme", name="builders", description="They build", users=["ann@acme.example"])
    acme.service_account(**AGENTS, groups=["builders"])
    (group,) = acme.group_info(company="acme", name="builders")["groups"]
    assert [one["email"] for one in group["users"]] == ["ann@acme.example"]
    assert [one["name"] for one in group["service_accounts"]] == ["agents"] and group["description"] == "They build"
    acme.service_account(**AGENTS, groups=None)
    (group,) = acme.group_info(company="acme", name="builders")["groups"]
    assert len(group["users"]) == 1 and group["service_accounts"] == []


def test_info_shows_keys_and_limits(acme: Modules) -> None:
    acme.company(name="acme", allowed_service_users=7)
    acme.service_account(**AGENTS)
    acme.credentials(company="acme", service_account="agents", label="gpu")
    info = acme.service_account_info(company="acme", name="agents")
    assert [(one["name"], one["credentials"], one["last_active"]) for one in info["service_accounts"]] == [
        ("agents", 1, None)
    ]
    assert info["limits"] == {"allowed_service_users": 7, "allow_admins": False}
    assert acme.service_account_info(company="acme", name="other")["service_accounts"] == []

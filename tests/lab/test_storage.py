# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage settings and the switches about them, and those about what shows of a company."""

from __future__ import annotations

from typing import Any

import pytest

from lab.testing import RunningLab
from tests.lab.api_client import Caller, Json, Tenant, key_of, make_tenant, make_user, system

AWS: Json = {"key": "k", "secret": "s", "buckets": [{"bucket": "b", "token": "t", "host": "h"}]}


@pytest.fixture
def one(lab: RunningLab) -> Tenant:
    return make_tenant(lab, "One")


def settings(caller: Caller, whose: str = "") -> Json:
    shown = caller.get(f"storage.get_{whose}settings")
    shown.pop("last_update", None)
    return shown


@pytest.mark.parametrize(
    ("shown", "aws"),
    [
        ("clear", AWS),
        ("masked", {**AWS, "secret": "*" * 8, "buckets": [{"bucket": "b", "token": "*" * 8, "host": "h"}]}),
        ("absent", {"key": "k", "buckets": [{"bucket": "b", "host": "h"}]}),
    ],
)
def test_how_secrets_show(lab: RunningLab, one: Tenant, shown: str, aws: Json) -> None:
    lab.control.set_switches(storage_secrets=shown)
    assert one.admin.get("storage.set_settings", aws=AWS) == {"updated": 1}
    assert one.admin.get("storage.set_settings", aws=AWS) == {"updated": 0}
    assert settings(one.admin) == {"aws": aws}


@pytest.mark.parametrize(
    ("update", "left"),
    [
        ("replace", {"aws": {"region": "r"}}),
        ("per_provider", {"aws": {"region": "r"}, "google": {"project": "p"}}),
        ("merge", {"aws": {**AWS, "region": "r"}, "google": {"project": "p"}}),
    ],
)
@pytest.mark.parametrize("whose", ["", "user_"])
def test_what_an_update_leaves(lab: RunningLab, one: Tenant, update: str, left: Json, whose: str) -> None:
    lab.control.set_switches(storage_update=update, storage_secrets="clear")
    one.admin.get(f"storage.set_{whose}settings", aws=AWS, google={"project": "p"})
    one.admin.get(f"storage.set_{whose}settings", aws={"region": "r"})
    assert settings(one.admin, whose) == left
    assert one.admin.get(f"storage.reset_{whose}settings", keys=["aws"]) == {"updated": 1}
    assert one.admin.get(f"storage.reset_{whose}settings", keys=["aws"]) == {"updated": 0}
    assert one.admin.get(f"storage.reset_{whose}settings") == {"updated": 0}
    assert "aws" not in settings(one.admin, whose)


def test_companies_and_people_have_their_own(lab: RunningLab, one: Tenant) -> None:
    user = key_of(lab, make_user(lab, one.id, "u@one.example"))
    other = make_tenant(lab, "Two")
    one.admin.get("storage.set_settings", google={"project": "company"})
    user.get("storage.set_user_settings", google={"project": "mine"})
    assert settings(one.admin) == {"google": {"project": "company"}}
    assert settings(user, "user_") == {"google": {"project": "mine"}}
    assert settings(one.admin, "user_") == settings(other.admin) == settings(system(lab)) == {}
    for endpoint in ("get_settings", "set_settings", "reset_settings"):
        assert user.codes(f"storage.{endpoint}") == (403, 20)


@pytest.mark.parametrize("update", ["replace", "merge"])
def test_who_may_open_applications(lab: RunningLab, one: Tenant, update: str) -> None:
    lab.control.set_switches(app_access_update=update)

    def save(**rule: Any) -> Json:
        endpoint = "company_app_instance_access"
        system(lab).get(f"system.update_{endpoint}", company=one.id, app_instance_access=rule)
        answer: Json = system(lab).get(f"system.get_{endpoint}", company=one.id)["app_instance_access"]
        return answer

    save(allowed="owner", applications={"a": {"allowed": "all"}})
    new = {"applications": {"b": {"allowed": "groups"}}}
    both = {"allowed": "owner", "applications": {"a": {"allowed": "all"}, "b": {"allowed": "groups"}}}
    assert save(**new) == (both if update == "merge" else new)


def test_what_company_info_shows(lab: RunningLab, one: Tenant) -> None:
    system(lab).get("system.update_company_sso_config", company=one.id, sso={"tenant": "ext"})

    def defaults() -> Json:
        shown: Json = system(lab).get("system.company_info", company=one.id)["defaults"]
        return shown

    assert set(defaults()) == {"allowed_users"}
    lab.control.set_switches(company_info_shows_settings=True, company_info_shows_sso=True)
    assert defaults()["sso"] == {"tenant": "ext"}
    assert {"features", "cookie_options"} <= set(defaults()), "settings that have no value are there"

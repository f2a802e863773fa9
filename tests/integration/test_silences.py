# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the contract is silent or contradicts itself, the modules work under every reading of it."""

from __future__ import annotations

import typing as t

import pytest

from tests.support.modules import Modules

ADMIN = "admin@acme.invalid"
READINGS: list[dict[str, t.Any]] = [
    {},
    {"system_crosses_companies": False},
    {"admin_creates_users": True},
    {"rename_scope": "admin_or_system"},
    {"settings_update": "merge"},
    {"domains_update": "merge"},
    {"company_info_shows_settings": True},
    {"delete_user_keeps_profile": False},
    {"deleted_companies_listed": False},
    {"unique_company_names": False},
    {"get_companies_name_is": "exact_ignore_case"},
    {"users_info_keyed_by": "email"},
    {"service_users_in_user_lists": False},
    {"internal_users_listed": False},
    {"expiration_over_max": "refuse"},
    {"deleted_company_keys_work": True},
]

TENANT: list[tuple[str, dict[str, t.Any]]] = [
    ("company", {"name": "acme", "allowed_users": 9, "features": ["queues"], "allowed_service_users": 3}),
    ("user", {"email": ADMIN, "name": "Automation", "role": "admin", "internal": True}),
    ("user", {"email": "ann@acme.example", "name": "Ann Lee", "given_name": "Ann", "role": "user"}),
    ("queue", {"name": "gpu-1", "tags": ["a"]}),
    ("login_rules", {"domains": ["acme.example"], "whitelist": [{"email": "x@y.example", "role": "admin"}]}),
    ("credentials", {"user": "ann@acme.example", "label": "nightly"}),
]


def in_company(module: str, options: dict[str, t.Any]) -> dict[str, t.Any]:
    if module == "company":
        return {**options, "acting_user": ADMIN}
    actor = {} if module == "credentials" else {"acting_user": ADMIN}
    return {"company": "acme", **(actor if options.get("email") != ADMIN else {}), **options}


@pytest.mark.parametrize("reading", READINGS, ids=str)
def test_a_tenants_life(modules: Modules, reading: dict[str, t.Any]) -> None:
    lab = modules.lab
    lab.control.set_switches(**reading)
    if reading == {"system_crosses_companies": False}:
        modules = Modules(lab, lab.root_key, lab.root_secret)
    for module, options in TENANT:
        foreseen = modules.checking().run(module, **in_company(module, options))
        made = getattr(modules, module)(**in_company(module, options))
        assert made["changed"] and made["actions"] == foreseen["actions"]
    # The caps of service accounts can be read only by an admin, who is there since the second step.
    for module, options in TENANT:
        assert not getattr(modules, module)(**in_company(module, options))["changed"], module
    role = modules.user(**in_company("user", {"email": "ann@acme.example", "role": "consumer"}))
    assert role["user"]["role"] == "consumer"
    company = modules.company(name="acme")["company"]["id"]
    assert modules.company(id=company, name="Acme Inc", acting_user=ADMIN)["changed"]
    removal = {"name": "Acme Inc", "state": "absent", "confirm_name": "Acme Inc", "acting_user": ADMIN}
    assert modules.company(**removal)["changed"]
    assert not modules.company(**removal)["changed"]
    for module, options in TENANT:
        assert getattr(modules, module)(**in_company(module, options))["changed"], module


def test_a_system_key_that_may_not_cross_companies_is_told(acme: Modules) -> None:
    acme.lab.control.set_switches(system_crosses_companies=False)
    message = acme.run("queue", company="acme", name="gpu-1")["msg"]
    assert "400/6" in message and "root" in message

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each tenant has its own way in: by its own identity provider, at its own address."""

from __future__ import annotations

import requests

from lab.testing import RunningLab
from tests.support.modules import Modules


def ways_in(lab: RunningLab, tenant: str) -> set[str]:
    """What people see who open the login page of an external tenant."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(f"{lab.url}/login.supported_modes", json={"tenant": tenant}, timeout=10)
    assert answer.status_code == 200, answer.text
    return {one["display_name"] for one in answer.json()["data"]["sso_providers"]}


def declare(modules: Modules, company: str) -> list[bool]:
    """A company, its admin and its provider; whether each has changed."""
    done = [
        modules.company(name=company, sso={"external_tenant": f"{company}-at-idp", "group_mapping": {"it": "Ops"}}),
        modules.user(company=company, email=f"admin@{company}.invalid", name="Automation", role="admin", internal=True),
        modules.idp(
            company=company,
            provider="keycloak",
            display_name=f"{company}'s sign-in",
            client_id=f"clearml-{company}",
            client_secret=f"for-{company}-only",
            well_known_url=modules.lab.control.oidc_url,
            active=True,
        ),
    ]
    return [one["changed"] for one in done]


def test_a_tenants_login_page_shows_its_own_provider(modules: Modules) -> None:
    for company in ("acme", "globex"):
        assert declare(modules, company) == [True, True, True]
    for company in ("acme", "globex"):
        assert ways_in(modules.lab, f"{company}-at-idp") == {f"{company}'s sign-in"}
        assert declare(modules, company) == [False, False, False]
    assert ways_in(modules.lab, "nobody-at-idp") == set()
    modules.idp(company="acme", display_name="acme's sign-in", state="absent")
    assert ways_in(modules.lab, "acme-at-idp") == set()
    assert ways_in(modules.lab, "globex-at-idp") == {"globex's sign-in"}

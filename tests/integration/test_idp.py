# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity providers."""

from __future__ import annotations

import itertools
import typing as t

import pytest

from tests.support.modules import Modules

KEYCLOAK: dict[str, t.Any] = {
    "company": "acme",
    "provider": "keycloak",
    "display_name": "Acme Keycloak",
    "client_id": "clearml",
    "client_secret": "hunter2-client",
    "authorization_endpoint": "https://sso.acme.example/auth",
    "token_endpoint": "https://sso.acme.example/token",
    "group_enabled": True,
    "active": True,
}
NAMED = {"company": "acme", "display_name": "Acme Keycloak"}
#: Every reading of what no document tells. What a server does not understand or makes itself is tested apart.
READINGS = [
    {"sso_template_shape": shape, "sso_template_secrets": secrets, "sso_saved_active": active, "sso_save": save}
    for shape, secrets, active, save in itertools.product(
        ("flat", "fields", "groups"), ("masked", "clear", "absent"), (True, False), ("replace", "merge")
    )
]


READINGS += [{"sso_save_checks_required": False, "sso_save": save} for save in ("replace", "merge")]
READINGS += [{"sso_unknown_keys": "refused"}]


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: "-".join(map(str, reading.values())))
def test_a_connections_life(acme: Modules, reading: dict[str, t.Any]) -> None:
    acme.lab.control.set_switches(**reading)
    foreseen = acme.checking().idp(**KEYCLOAK)
    assert acme.lab.control.writes() == 0
    made = acme.idp(**KEYCLOAK)
    assert made["actions"] == foreseen["actions"] and made["diff"] == foreseen["diff"]
    assert "hunter2" not in str(made) + str(foreseen)
    assert made["idp"]["active"] is True and made["idp"]["configuration"]["client_id"] == "clearml"
    again = acme.idp(**KEYCLOAK)
    assert not again["changed"] and again["idp"] == made["idp"]
    foreseen = acme.checking().idp(**{**KEYCLOAK, "client_id": "other"})
    changed = acme.idp(**{**KEYCLOAK, "client_id": "other"})
    assert changed["actions"] == foreseen["actions"] and changed["diff"] == foreseen["diff"]
    assert changed["actions"][0]["fields"] == ["configuration"]
    assert changed["idp"]["configuration"]["authorization_endpoint"] == "https://sso.acme.example/auth"
    assert stored(acme)["client_secret"] == "hunter2-client"
    assert acme.idp(**NAMED, provider="keycloak", active=False)["actions"][0]["fields"] == ["active"]
    assert acme.idp(**NAMED, state="absent")["changed"]
    assert not acme.idp(**NAMED, state="absent")["changed"]


def stored(modules: Modules) -> dict[str, t.Any]:
    """The configuration as the lab holds it."""
    return modules.lab.control.state()["provider_configurations"][0]["settings"]


def test_a_server_that_chooses_the_id(acme: Modules) -> None:
    acme.lab.control.set_switches(sso_id_chosen_by_caller=False)
    made = acme.idp(**KEYCLOAK)
    assert made["idp"]["active"] is True
    assert not acme.idp(**KEYCLOAK)["changed"]


def test_a_template_that_cannot_be_understood(acme: Modules) -> None:
    acme.lab.control.set_switches(sso_template_shape="opaque")
    made = acme.idp(**KEYCLOAK)
    assert "cannot be read" in made["warnings"][0] and made["idp"]["active"] is True
    assert not acme.idp(**{**KEYCLOAK, "client_id": "other"})["changed"]
    options = {**KEYCLOAK, "client_id": "other", "update_unreadable": "always"}
    foreseen = acme.checking().idp(**options)
    changed = acme.idp(**options)
    assert changed["changed"] and changed["actions"] == foreseen["actions"]
    assert stored(acme)["client_id"] == "other"


def test_a_secret_is_sent_again_only_if_asked(acme: Modules) -> None:
    acme.idp(**KEYCLOAK)
    assert not acme.idp(**{**KEYCLOAK, "client_secret": "hunter2-new"})["changed"]
    options = {**KEYCLOAK, "client_secret": "hunter2-new", "update_secret": "always"}
    foreseen = acme.checking().idp(**options)
    changed = acme.idp(**options)
    assert changed["actions"] == foreseen["actions"] and "hunter2" not in str(changed) + str(foreseen)
    assert stored(acme)["client_secret"] == "hunter2-new"


def test_a_change_without_the_secret_is_refused(acme: Modules) -> None:
    acme.idp(**KEYCLOAK)
    message = acme.refuse("idp", **NAMED, provider="keycloak", client_id="other")
    assert "client_secret" in message


def test_rename_by_id(acme: Modules) -> None:
    made = acme.idp(**KEYCLOAK)["idp"]
    renamed = acme.idp(**{**KEYCLOAK, "display_name": "Acme SSO", "id": made["id"]})
    assert renamed["actions"][0]["fields"] == ["display_name"] and renamed["idp"]["id"] == made["id"]
    message = acme.refuse("idp", **KEYCLOAK)
    assert "'Acme SSO'" in message and made["id"] in message


def test_readonly_connections_are_left_alone(acme: Modules) -> None:
    company = acme.company(name="acme")["company"]["id"]
    acme.lab.control.add_readonly_provider(company, "auth0")
    found = acme.idp_info(company="acme")["idps"][0]
    assert found["readonly"] and found["configuration"] is None
    for options in ({"state": "absent"}, {"provider": "auth0", "active": False}):
        message = acme.refuse("idp", company="acme", display_name=found["display_name"], **options)
        assert "environment" in message


def test_unknown_providers_and_keys(acme: Modules) -> None:
    for modules in (acme, acme.checking()):
        assert "'keycloak'" in modules.refuse("idp", **{**KEYCLOAK, "provider": "keycloack"})
        message = modules.refuse("idp", **KEYCLOAK, configuration={"claim_emial": "email"})
        assert "claim_emial" in message and "claim_email" in message
        message = modules.refuse("idp", **KEYCLOAK, configuration={"client_secret": "hunter2-x"})
        assert "secrets" in message and "hunter2" not in message
        assert "provider" in modules.refuse("idp", **NAMED)


def test_discovery(acme: Modules) -> None:
    options = {key: value for key, value in KEYCLOAK.items() if not key.endswith("endpoint")}
    url = acme.lab.oidc_url
    made = acme.idp(**options, well_known_url=url, token_endpoint="https://mine.example/token")
    settings = made["idp"]["configuration"]
    assert settings["authorization_endpoint"].startswith(url.partition("/realms")[0])
    assert settings["token_endpoint"] == "https://mine.example/token"
    assert not acme.idp(**options, well_known_url=url, token_endpoint="https://mine.example/token")["changed"]
    broken = acme.lab.oidc_broken_url
    assert broken in acme.refuse("idp", **options, well_known_url=broken)


def test_settings_are_tried_first_if_asked(acme: Modules) -> None:
    options = {key: value for key, value in KEYCLOAK.items() if key != "authorization_endpoint"}
    for modules in (acme, acme.checking()):
        assert "refused them" in modules.refuse("idp", **options, validate=True)
    assert acme.idp(**KEYCLOAK, validate=True)["changed"]


def test_an_unborn_company(modules: Modules) -> None:
    assert modules.checking().idp(**KEYCLOAK)["actions"][0]["action"] == "create"


def test_what_can_be_set(acme: Modules) -> None:
    found = acme.idp_info(company="acme", provider="keycloak")
    assert "client_secret" in found["settings"] and {"keycloak"} <= {one["id"] for one in found["supported"]}

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
    assert made["idp"]["active"] is True and made["idp"]["client_id"] == "clearml"
    again = acme.idp(**KEYCLOAK)
    assert not again["changed"] and again["idp"] == made["idp"]
    foreseen = acme.checking().idp(**{**KEYCLOAK, "client_id": "other"})
    changed = acme.idp(**{**KEYCLOAK, "client_id": "other"})
    assert changed["actions"] == foreseen["actions"] and changed["diff"] == foreseen["diff"]
    assert changed["actions"][0]["fields"] == ["client_id"]
    assert changed["idp"]["authorization_endpoint"] == "https://sso.acme.example/auth"
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


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: "-".join(map(str, reading.values())))
def test_a_change_without_the_secret_is_refused(acme: Modules, reading: dict[str, t.Any]) -> None:
    acme.lab.control.set_switches(**reading)
    acme.idp(**KEYCLOAK)
    for modules in (acme, acme.checking()):
        assert "client_secret" in modules.refuse("idp", **NAMED, client_id="other")


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
        assert "did you mean 'keycloak'" in modules.refuse("idp", **{**KEYCLOAK, "provider": "keycloack"})
        message = modules.refuse("idp", **KEYCLOAK, configuration={"claim_emial": "email"})
        assert "claim_emial" in message and "claim_email" in message
        message = modules.refuse("idp", **NAMED, provider="keycloak", configuration={"client_secret": "hunter2-x"})
        assert "secrets" in message and "hunter2" not in message
        assert "provider" in modules.refuse("idp", **NAMED)


def test_discovery(acme: Modules) -> None:
    options = {key: value for key, value in KEYCLOAK.items() if not key.endswith("endpoint")}
    url = acme.lab.oidc_url
    made = acme.idp(**options, well_known_url=url, token_endpoint="https://mine.example/token")
    settings = made["idp"]
    assert settings["authorization_endpoint"].startswith(url.partition("/realms")[0])
    assert settings["token_endpoint"] == "https://mine.example/token"
    assert not acme.idp(**options, well_known_url=url, token_endpoint="https://mine.example/token")["changed"]
    broken = acme.lab.oidc_broken_url
    assert broken in acme.refuse("idp", **options, well_known_url=broken)


def test_settings_are_tried_first_if_asked(acme: Modules) -> None:
    options = {**KEYCLOAK, "authorization_endpoint": "ldap://sso.acme.example"}
    for modules in (acme, acme.checking()):
        assert "refused them" in modules.refuse("idp", **options, validate=True)
    assert acme.idp(**KEYCLOAK, validate=True)["changed"]


def test_an_unborn_company(modules: Modules) -> None:
    assert modules.checking().idp(**KEYCLOAK)["actions"][0]["action"] == "create"


def test_what_can_be_set(acme: Modules) -> None:
    found = acme.idp_info(company="acme", provider="keycloak")
    assert "client_secret" in {one["key"] for one in found["template"]} and {"keycloak"} <= {
        one["id"] for one in found["supported"]
    }


def test_secrets_without_an_option(acme: Modules) -> None:
    """By the server's key, masked, and never twice."""
    options = {key: value for key, value in KEYCLOAK.items() if key != "client_secret"}
    options["secrets"] = {"client_secret": "hunter2-map"}
    foreseen = acme.checking().idp(**options)
    made = acme.idp(**options)
    assert made["diff"] == foreseen["diff"] and "hunter2" not in str(made) + str(foreseen)
    assert stored(acme)["client_secret"] == "hunter2-map"
    assert not acme.idp(**options)["changed"]
    options["secrets"] = {"client_secret": "hunter2-new"}
    assert acme.idp(**options, claim_email="mail")["changed"]
    assert stored(acme)["client_secret"] == "hunter2-new"
    for given in ({"secrets": {"client_secret": "x"}}, {"configuration": {"client_id": "x"}}):
        message = acme.refuse("idp", **KEYCLOAK, **given)
        assert "which is the option client_" in message
    assert "which is the option id" in acme.refuse("idp", **KEYCLOAK, configuration={"id": "x"})


def test_what_is_needed_is_told_before_anything_is_written(acme: Modules) -> None:
    """The server would say it too, and in check mode nobody would."""
    for modules in (acme, acme.checking()):
        message = modules.refuse("idp", **NAMED, provider="keycloak", client_id="clearml")
        assert "client_secret, authorization_endpoint, token_endpoint" in message


def test_settings_that_only_a_template_could_place(acme: Modules) -> None:
    """Where no template tells the key, the option is refused by name, and configuration does."""
    acme.lab.control.set_switches(sso_template_shape="flat")
    message = acme.refuse("idp", **KEYCLOAK, verify_token_signature=True)
    assert "verify_token_signature" in message and "configuration" in message
    options = {**KEYCLOAK, "jwks_uri": "https://sso.acme.example/keys", "configuration": {"verify_signature": True}}
    made = acme.idp(**options)
    assert made["idp"]["configuration"]["verify_signature"] is True and not acme.idp(**options)["changed"]
    assert acme.idp(**NAMED, state="absent")["changed"]
    acme.lab.control.set_switches(sso_template_shape="opaque")
    for modules in (acme, acme.checking()):
        message = modules.refuse("idp", **KEYCLOAK, claim_email="mail")
        assert "claim_email" in message and "cannot be read" in message and "configuration" in message
    assert acme.idp(**KEYCLOAK, configuration={"claim_email": "mail"})["changed"]
    assert stored(acme)["claim_email"] == "mail"


def test_another_kind_of_provider_is_another_connection(acme: Modules) -> None:
    acme.idp(**KEYCLOAK)
    assert "cannot be changed" in acme.refuse("idp", **{**KEYCLOAK, "provider": "okta"})


def test_ldap_is_configured_elsewhere(acme: Modules) -> None:
    for modules in (acme, acme.checking()):
        message = modules.refuse("idp", **{**KEYCLOAK, "provider": "ldap"})
        assert "environment" in message and "fixed_user_providers__ldap" in message


def test_mistakes_are_found_before_there_is_a_company(modules: Modules) -> None:
    """The server knows its providers whether or not the company exists."""
    message = modules.checking().refuse("idp", **{**KEYCLOAK, "company": "later"}, entity_id="x")
    assert "entity_id" in message


def test_an_addition_to_configuration_keeps_the_rest(acme: Modules) -> None:
    """Null takes a setting away; what is not named stays."""
    parameters = {"authorization_parameters": {"prompt": "login"}}
    made = acme.idp(**KEYCLOAK, configuration=parameters)
    assert made["idp"]["configuration"] == parameters
    assert not acme.idp(**KEYCLOAK)["changed"]
    acme.idp(**KEYCLOAK, claim_email="mail")
    assert stored(acme)["authorization_parameters"] == {"prompt": "login"}
    gone = acme.idp(**KEYCLOAK, configuration={"authorization_parameters": None})
    assert gone["changed"] and "authorization_parameters" not in stored(acme)
    assert not acme.idp(**KEYCLOAK, configuration={"authorization_parameters": None})["changed"]

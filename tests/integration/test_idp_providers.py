# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity providers of all kinds, SAML above all."""

from __future__ import annotations

import typing as t
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_fields import SETTINGS, Provider
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_template import read_template
from lab.endpoints.sso_forms import PROVIDERS
from tests.support.modules import Modules

OIDC = {
    "client_id": "clearml",
    "client_secret": "hunter2-client",
    "authorization_endpoint": "https://sso.acme.example/auth",
    "token_endpoint": "https://sso.acme.example/token",
}
NAMESPACE = "urn:oasis:names:tc:SAML:2.0:metadata"
METADATA = (
    f'<md:EntityDescriptor xmlns:md="{NAMESPACE}" entityID="https://ad.acme.example">'
    '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
    '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
    'Location="https://ad.acme.example/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>'
)
SAML: dict[str, t.Any] = {"entity_id": "clearml", "idp_metadata": METADATA}
NAMED: dict[str, t.Any] = {"company": "acme", "display_name": "Acme AD"}
AD = {**NAMED, "provider": "microsoft_ad", **SAML}
SIGNING = {"sign_client_requests": True, "public_key": "-----BEGIN CERTIFICATE-----\nA\n", "private_key": "hunter2-pem"}


def stored(modules: Modules) -> dict[str, t.Any]:
    """The configuration as the lab holds it."""
    return t.cast("dict[str, t.Any]", modules.lab.control.state()["provider_configurations"][0]["settings"])


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=lambda one: one.key)
def test_every_kind_of_provider(acme: Modules, provider: t.Any) -> None:
    options = {**NAMED, "provider": provider.key, **(OIDC if provider.category == "oidc" else SAML), "active": True}
    options["claim_email"] = "mail"
    foreseen = acme.checking().idp(**options)
    made = acme.idp(**options)
    assert made["actions"] == foreseen["actions"] and made["diff"] == foreseen["diff"]
    assert not acme.idp(**options)["changed"]
    found = acme.idp_info(company="acme", provider=provider.key)
    assert found["idps"][0]["category"] == provider.category
    assert found["idps"][0]["callback_url"] == f"https://app.lab.example/callback_{made['idp']['id']}"
    assert found["idps"][0]["settings"]["claim_email"] == "mail"
    assert acme.idp(**NAMED, state="absent")["changed"]


@pytest.mark.parametrize("save", ["replace", "merge"])
def test_every_setting_of_saml(acme: Modules, save: str) -> None:
    """One changes, the others stay; a second run finds nothing to do."""
    acme.lab.control.set_switches(sso_save=save)
    whole = {**AD, **SIGNING, "require_signed_assertions": True}
    made = acme.idp(**whole)
    assert "hunter2" not in str(made)
    assert stored(acme)["private_key"] == "hunter2-pem" and stored(acme)["sign_requests"] is True
    assert not acme.idp(**whole)["changed"]
    changes: dict[str, t.Any] = {
        "entity_id": "clearml & co",
        "idp_metadata": METADATA.replace("ad.acme", "ad2.acme"),
        "require_signed_assertions": None,
        "public_key": "-----BEGIN CERTIFICATE-----\nB",
        "claim_user_id": "http://schemas.microsoft.com/identity/claims/objectidentifier",
        "sign_client_requests": False,
    }
    for option, value in changes.items():
        options = {**NAMED, "private_key": "hunter2-pem", option: value}
        foreseen = acme.checking().idp(**options)
        before = stored(acme)
        done = acme.idp(**options)
        assert done["actions"] == foreseen["actions"] and done["diff"] == foreseen["diff"]
        assert done["actions"][0]["fields"] == [option]
        assert done["idp"][option] == (value or False)
        after = stored(acme)
        defaults = {"webapp_url", "group_enabled", "group_prohibit_user_login_if_not_in_group"}
        assert len({key for key in after.keys() - defaults if before.get(key) != after[key]}) == 1
        assert not acme.idp(**options)["changed"]
    renewed = acme.idp(**NAMED, private_key="hunter2-new", update_secret="always")
    assert renewed["changed"] and stored(acme)["private_key"] == "hunter2-new"


def test_a_private_key_is_needed_by_who_signs(acme: Modules) -> None:
    acme.idp(**AD)
    assert acme.idp(**NAMED, claim_email="mail")["changed"], "nothing secret could be lost"
    assert acme.idp(**NAMED, **SIGNING)["changed"]
    for modules in (acme, acme.checking()):
        assert "private_key" in modules.refuse("idp", **NAMED, claim_email="upn")
    assert acme.idp(**NAMED, claim_email="upn", private_key="hunter2-pem")["changed"]
    assert acme.idp(**NAMED, sign_client_requests=False)["changed"]


def test_metadata_from_a_file(acme: Modules, tmp_path: Path) -> None:
    file = tmp_path / "größe.xml"
    file.write_text(f"\ufeff<?xml version='1.0' encoding='utf-8'?>\n<!-- Größe -->{METADATA}\n", encoding="utf-8")
    options = {key: value for key, value in AD.items() if key != "idp_metadata"}
    options["idp_metadata_file"] = str(file)
    foreseen = acme.checking().idp(**options)
    made = acme.idp(**options)
    assert made["diff"] == foreseen["diff"] and METADATA in stored(acme)["idp_metadata"]
    assert not acme.idp(**options)["changed"]
    assert "both given" in acme.refuse("idp", **options, idp_metadata=METADATA)
    for wrong in (tmp_path / "missing.xml", tmp_path):
        message = acme.refuse("idp", **{**options, "idp_metadata_file": str(wrong)})
        assert message.startswith("idp_metadata_file is") and str(wrong) in message
    file.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in acme.refuse("idp", **options)


@pytest.mark.parametrize(
    ("metadata", "complaint"),
    [
        ("", "no XML"),
        ("https://ad.acme.example/metadata", "no XML"),
        (METADATA[:-5], "no XML"),
        ("<EntityDescriptor/>", "no EntityDescriptor"),
        (f'<html xmlns="{NAMESPACE}"/>', "no EntityDescriptor"),
        (f"<!DOCTYPE x>{METADATA}", "document type"),
        (f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]>{METADATA}', "document type"),
        (f'<!DOCTYPE x SYSTEM "file:///etc/passwd">{METADATA}', "document type"),
    ],
)
def test_what_is_no_metadata_is_refused(acme: Modules, metadata: str, complaint: str) -> None:
    for modules in (acme, acme.checking()):
        message = modules.refuse("idp", **{**AD, "idp_metadata": metadata})
        assert message.startswith("idp_metadata ") and complaint in message


def test_a_list_of_descriptors_is_metadata(acme: Modules) -> None:
    several = f'<EntitiesDescriptor xmlns="{NAMESPACE}">{METADATA}</EntitiesDescriptor>'
    assert acme.idp(**{**AD, "idp_metadata": several})["changed"]


def test_options_of_the_other_protocol_are_refused(acme: Modules) -> None:
    keycloak = {**NAMED, "provider": "keycloak", **OIDC}
    for modules in (acme, acme.checking()):
        for name, options in (
            ("client_id", {**AD, "client_id": "x"}),
            ("private_key", {**keycloak, "private_key": "hunter2"}),
            ("idp_metadata", {**keycloak, "idp_metadata": METADATA}),
            ("well_known_url", {**AD, "well_known_url": "https://x.example"}),
        ):
            message = modules.refuse("idp", **options)
            assert name in message and "hunter2" not in message


@pytest.mark.parametrize("shape", ["flat", "fields", "groups", "opaque"])
def test_what_the_provider_is_to_be_told(acme: Modules, shape: str) -> None:
    acme.idp(**AD, require_signed_assertions=True)
    acme.idp(**{**NAMED, "display_name": "By OIDC"}, provider="okta", **OIDC)
    acme.lab.control.set_switches(sso_template_shape=shape)
    ad, okta = acme.idp_info(company="acme", sp_metadata=True)["idps"]
    assert okta["sp_metadata"] is None
    if shape == "opaque":
        assert ad["sp_metadata"] is None and ad["settings"] is None
        return
    root = ElementTree.fromstring(ad["sp_metadata"])
    assert root.get("entityID") == "clearml"
    assert root[0].get("WantAssertionsSigned") == "true" and root[0][0].get("Location") == ad["callback_url"]
    assert "sp_metadata" not in acme.idp_info(company="acme")["idps"][0]


@pytest.mark.parametrize("provider", ["keycloak", "duo"])
def test_a_template_tells_what_can_be_set(acme: Modules, provider: str) -> None:
    rows = {one["key"]: one for one in acme.idp_info(company="acme", provider=provider)["template"]}
    options = {one["option"] for one in rows.values()}
    both = {"display_name", "webapp_url", "claim_user_id", "group_enabled"}
    assert both < options and ("client_id" in options) == (provider == "keycloak")
    if provider == "keycloak":
        assert rows["scopes"]["option"] == "userinfo_scopes" and rows["scopes"]["section"] == "Client"
        assert rows["client_secret"]["secret"] and rows["client_secret"]["required"]
        assert rows["callback_url"]["readonly"] and rows["callback_url"]["option"] is None
        assert rows["code_challenge_method"]["choices"] == ["None", "Plain", "S256"]
    acme.lab.control.set_switches(sso_template_shape="opaque")
    assert acme.idp_info(company="acme", provider=provider)["template"] is None


def provider_with(*fields: dict[str, t.Any], section: str = "") -> Provider:
    """A provider whose template has these fields besides the one that every template has."""
    known = {"name": "display_name", "type": "string"}
    form = read_template({"parts": [{"title": section, "fields": [known, *fields]}]})
    return Provider("okta", "oidc", form)


def test_keys_by_the_labels_of_the_settings_page() -> None:
    """A server that has other keys says so by its labels; what two settings are called is nobody's."""
    one = {"key": "pkceMethod", "label": "Code Challenge Method", "type": "choice"}
    two = {"key": "fresh", "label": "Create new users on first login", "type": "boolean"}
    assert provider_with(one, two).keys == {
        "code_challenge_method": "pkceMethod",
        "create_users_on_first_login": "fresh",
    }
    assert provider_with(one, {**one, "key": "other"}).keys == {}


def test_a_claim_goes_by_its_section() -> None:
    """``Name`` alone may be anything."""
    name = {"key": "n", "label": "Name", "type": "string"}
    assert provider_with(name, section="General").keys == {}
    assert provider_with(name, section="Claims mappings").keys == {"claim_name": "n"}


def test_switches_are_no_secrets() -> None:
    """Whatever their names say; texts of such names are."""
    form = read_template({"display_name": None, "user_info_from_token": True, "client_secret": "x", "a_token": "y"})
    assert form is not None
    assert {key for key, entry in form.items() if entry.secret} == {"client_secret", "a_token"}
    assert form["client_secret"].value is None and form["user_info_from_token"].value is True


def test_settings_have_one_option_each() -> None:
    names = [one.option for one in SETTINGS]
    labels = [one.label for one in SETTINGS if one.label]
    assert len(names) == len(set(names)) and len(labels) == len(set(labels))

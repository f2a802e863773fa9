# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identity providers: every endpoint of sso, its switches, and who may do what."""

from __future__ import annotations

import base64
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import yaml

from lab.control import ControlError
from lab.endpoints.sso_discovery import ENDPOINTS
from lab.endpoints.sso_forms import FORMS, MASK, PROVIDERS, form_of
from lab.schema.catalog import CONTRACT
from lab.testing import RunningLab
from tests.lab.api_client import DEFAULT_COMPANY, Caller, Json, Tenant, key_of, make_tenant, make_user, root, system

TEMPLATE = "sso.get_provider_configuration_template"
SAVE = "sso.save_provider_configuration"
LIST = "sso.get_provider_configurations"
ACTIVE = "sso.set_provider_configurations_active"
DELETE = "sso.delete_provider_configurations"
DISCOVER = "sso.get_oidc_provider_data_from_well_known_url"
TRY = "sso.test_provider_configuration"
METADATA = "sso.download_saml_sp_metadata"

OIDC = {
    "id": "main",
    "display_name": "Sign in",
    "client_id": "client",
    "client_secret": "s3cret",
    "authorization_endpoint": "https://idp.example/auth",
    "token_endpoint": "https://idp.example/token",
}
IDP_METADATA = (
    '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"><IDPSSODescriptor>'
    '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
    'Location="https://idp.example/sso?app=1"/></IDPSSODescriptor></EntityDescriptor>'
)
SAML = {"id": "saml", "display_name": "By SAML", "entity_id": "clearml & co", "idp_metadata": IDP_METADATA}
CALLS: dict[str, Json] = {
    "sso.get_supported_providers": {},
    LIST: {},
    TEMPLATE: {"provider": "okta"},
    DISCOVER: {"url": "http://127.0.0.1:1/"},
    SAVE: {"provider": "okta", "configuration": OIDC},
    ACTIVE: {"ids": []},
    DELETE: {"ids": []},
    TRY: {"provider": "okta", "configuration": OIDC},
    METADATA: {"provider": "saml", "configuration": SAML},
}


def save(caller: Caller, provider: str = "keycloak", base: Json | None = None, **changes: Any) -> tuple[int, int]:
    configuration = {**(OIDC if base is None else base), **changes}
    return caller.codes(SAVE, provider=provider, configuration=configuration)


def rows(caller: Caller, **body: Any) -> list[Json]:
    found: list[Json] = caller.get(LIST, **body)["configurations"]
    return found


def stored(lab: RunningLab, key: str) -> Json:
    (settings,) = [row["settings"] for row in lab.control.state()["provider_configurations"] if row["key"] == key]
    return dict(settings)


@pytest.fixture
def one(lab: RunningLab) -> Tenant:
    return make_tenant(lab, "One")


# The contract's tables


def test_the_providers_are_the_contracts(lab: RunningLab, one: Tenant) -> None:
    contract = yaml.safe_load((CONTRACT / "identity-providers.yml").read_text(encoding="utf-8"))
    stated = [(p["key"]["value"], p["name"], p["protocol"]) for p in contract["providers"] if p["protocol"] != "ldap"]
    listed = one.admin.get("sso.get_supported_providers")["providers"]
    assert len(listed) == 14
    for (key, name, protocol), provider in zip(stated, listed, strict=True):
        assert (provider["display_name"], provider["category"]) == (name, protocol)
        assert provider["id"] == (key or "custom_oidc")


@pytest.mark.parametrize("category", ["oidc", "saml"])
def test_known_field_names_are_the_contracts(category: str) -> None:
    contract = yaml.safe_load((CONTRACT / "identity-providers.yml").read_text(encoding="utf-8"))
    fields = {field.name: field for field in FORMS[category]}
    assert len(fields) == len(FORMS[category])
    for field in contract["field_sets"][category]:
        if field["api"]:
            assert fields[field["api"]].secret is field["secret"]
    assert [f.name for f in fields.values() if f.secret] == [
        {"oidc": "client_secret", "saml": "private_key"}[category],
    ]


def test_the_vendors_example_can_be_saved(lab: RunningLab, one: Tenant) -> None:
    contract = yaml.safe_load((CONTRACT / "identity-providers.yml").read_text(encoding="utf-8"))
    properties = contract["schemas"]["oidc_configuration_stated"]["properties"]
    example = {name: {"string": name, "boolean": True}[schema["type"]] for name, schema in properties.items()}
    assert system(lab).codes(SAVE, company=one.id, provider="keycloak", configuration=example) == (200, 0)
    assert {"id": example["id"], **stored(lab, example["id"])} == example


# Saving, listing, switching, removing


def test_a_configuration_from_first_to_last(lab: RunningLab, one: Tenant) -> None:
    assert rows(one.admin) == []
    assert one.admin.get(SAVE, provider="keycloak", configuration=OIDC) == {}
    (row,) = rows(one.admin)
    first = row.pop("last_update")
    assert row == {
        "id": "main",
        "provider": "keycloak",
        "category": "oidc",
        "display_name": "Sign in",
        "active": False,
        "readonly": False,
    }
    assert save(one.admin, display_name="Sign in here") == (200, 0)
    (row,) = rows(one.admin)
    assert row["display_name"] == "Sign in here"
    assert row["last_update"] >= first
    assert one.admin.get(ACTIVE, ids=["main", "other"]) == {"updated": 1}
    assert one.admin.get(ACTIVE, ids=["main"], active=True) == {"updated": 0}
    assert rows(one.admin)[0]["active"] is True
    assert save(one.admin) == (200, 0)
    assert rows(one.admin)[0]["active"] is True, "a change leaves that as it is"
    assert one.admin.get(ACTIVE, ids=["main"], active=False) == {"updated": 1}
    assert one.admin.get(ACTIVE) == {"updated": 0}
    assert one.admin.get(DELETE, ids=["main", "main", "other"]) == {"deleted": 1}
    assert one.admin.get(DELETE) == {"deleted": 0}
    assert rows(one.admin) == []
    assert lab.control.violations() == []


def test_the_parts_of_the_log_that_are_secret(lab: RunningLab, one: Tenant) -> None:
    save(one.admin)
    save(one.admin, "saml", SAML, private_key="pem")
    first, second = (request["body"]["configuration"] for request in lab.control.requests()[-2:])
    assert (first["client_secret"], first["token_endpoint"]) == ("***", OIDC["token_endpoint"])
    assert second["private_key"] == "***"


@pytest.mark.parametrize("active", [False, True])
def test_saved_active(lab: RunningLab, one: Tenant, active: bool) -> None:
    lab.control.set_switches(sso_saved_active=active)
    save(one.admin)
    assert rows(one.admin)[0]["active"] is active


@pytest.mark.parametrize("merge", [False, True])
def test_save_replaces_or_merges(lab: RunningLab, one: Tenant, merge: bool) -> None:
    lab.control.set_switches(sso_save="merge" if merge else "replace", sso_save_checks_required=False)
    save(one.admin, claim_name="name", claim_email="email")
    save(one.admin, base={"id": "main", "display_name": "New", "claim_email": None})
    kept = {**OIDC, "claim_name": "name"} if merge else {}
    assert stored(lab, "main") == {k: v for k, v in (kept | {"display_name": "New"}).items() if k != "id"}


@pytest.mark.parametrize("checked", [True, False])
def test_save_checks_required(lab: RunningLab, one: Tenant, checked: bool) -> None:
    lab.control.set_switches(sso_save_checks_required=checked)
    assert save(one.admin, client_secret=None) == ((400, 1403) if checked else (200, 0))
    assert save(one.admin, display_name="") == (400, 1403)
    lab.control.set_switches(sso_save="merge", sso_save_checks_required=True)
    save(one.admin, id="whole", display_name="Whole")
    assert save(one.admin, base={"id": "whole", "claim_name": "n"}) == (200, 0)


@pytest.mark.parametrize("chosen", [True, False])
def test_who_chooses_the_id(lab: RunningLab, one: Tenant, chosen: bool) -> None:
    lab.control.set_switches(sso_id_chosen_by_caller=chosen)
    save(one.admin)
    (row,) = rows(one.admin)
    assert (row["id"] == "main") is chosen
    assert save(one.admin) == ((200, 0) if chosen else (400, 801)), "the display name is taken if the id did not count"
    assert save(one.admin, id=row["id"], client_id="other") == (200, 0)
    assert len(rows(one.admin)) == 1


def test_without_an_id_there_is_a_new_one_each_time(lab: RunningLab, one: Tenant) -> None:
    assert save(one.admin, id=None) == (200, 0)
    assert save(one.admin, id=None) == (400, 801)
    assert save(one.admin, id=None, display_name="Other") == (200, 0)
    assert len({row["id"] for row in rows(one.admin)}) == 2


@pytest.mark.parametrize("refused", [False, True])
def test_unknown_keys(lab: RunningLab, one: Tenant, refused: bool) -> None:
    lab.control.set_switches(sso_unknown_keys="refused" if refused else "ignored")
    for endpoint in (SAVE, TRY):
        body = {"provider": "keycloak", "configuration": {**OIDC, "cleint_id": "x"}}
        assert one.admin.codes(endpoint, **body) == ((400, 16) if refused else (200, 0))
    assert save(one.admin, id="next", display_name="Next", callback_url="x") == (200, 0)
    assert "callback_url" not in stored(lab, "next"), "what a form only shows is never stored"
    if not refused:
        assert "cleint_id" not in stored(lab, "main")


def test_what_cannot_be_saved(lab: RunningLab, one: Tenant) -> None:
    save(one.admin)
    assert save(one.admin, "ldap", id="x") == (400, 16)
    assert save(one.admin, "okta") == (400, 16), "a stored configuration keeps its provider"
    assert save(one.admin, id="x") == (400, 801)
    assert save(one.admin, id=3) == (400, 12)
    assert one.admin.codes(SAVE, provider="okta") == (400, 12)
    assert one.admin.codes(SAVE, provider="okta", configuration="x") == (400, 12)
    assert len(rows(one.admin)) == 1


# Templates


def test_templates_of_every_shape(lab: RunningLab, one: Tenant) -> None:
    save(one.admin, claim_name="n")
    texts = set()
    for provider in PROVIDERS.values():
        names = [field.name for field in form_of(provider)]
        for body in ({"provider": provider.key}, {"id": "main"}):
            if "id" in body and provider.key != "keycloak":
                continue
            lab.control.set_switches(sso_template_shape="flat")
            flat = one.admin.get(TEMPLATE, **body)["config_template"]
            assert list(flat) == names
            lab.control.set_switches(sso_template_shape="fields")
            fields = one.admin.get(TEMPLATE, **body)["config_template"]["fields"]
            assert {field["name"]: field["value"] for field in fields} == flat
            lab.control.set_switches(sso_template_shape="groups")
            groups = one.admin.get(TEMPLATE, **body)["config_template"]["groups"]
            assert {item["name"]: item for group in groups for item in group["fields"]} == {
                f["name"]: f for f in fields
            }
            lab.control.set_switches(sso_template_shape="opaque")
            texts.add(text := str(one.admin.get(TEMPLATE, **body)["config_template"]))
            assert not [name for name in names if name != "id" and name in text]
            assert one.admin.get(TEMPLATE, **body)["config_template"] == yaml.safe_load(text)
    assert len(texts) == len(PROVIDERS) + 1, "the callback makes each one different"


def test_a_field_of_a_template(lab: RunningLab, one: Tenant) -> None:
    (groups,) = one.admin.get(TEMPLATE, provider="okta")["config_template"].values()
    fields = {field["name"]: field for group in groups for field in group["fields"]}
    assert fields["client_secret"] == {
        "name": "client_secret",
        "title": "Client Secret",
        "type": "string",
        "required": True,
        "secret": True,
        "readonly": False,
        "default": None,
        "value": None,
    }
    assert fields["code_challenge_method"]["options"] == ["None", "Plain", "S256"]
    assert fields["callback_url"]["readonly"] is True
    assert fields["callback_url"]["value"].endswith("/callback_okta")
    assert (fields["group_enabled"]["default"], fields["group_enabled"]["value"]) == (False, False)


@pytest.mark.parametrize(("value", "shown"), [("masked", MASK), ("clear", "s3cret"), ("absent", None)])
def test_secrets_in_templates(lab: RunningLab, one: Tenant, value: str, shown: str | None) -> None:
    lab.control.set_switches(sso_template_secrets=value, sso_template_shape="flat")
    save(one.admin, webapp_url="https://app.example/")
    flat = one.admin.get(TEMPLATE, id="main")["config_template"]
    assert flat.get("client_secret") == shown
    assert ("client_secret" in flat) is (value != "absent")
    assert (flat["id"], flat["client_id"]) == ("main", "client")
    assert flat["callback_url"] == "https://app.example/callback_main"
    lab.control.set_switches(sso_template_shape="fields")
    (field,) = [
        item
        for item in one.admin.get(TEMPLATE, id="main")["config_template"]["fields"]
        if item["name"] == "client_secret"
    ]
    assert ("value" in field, field.get("value")) == (value != "absent", shown)
    assert one.admin.get(TEMPLATE, provider="okta")["config_template"]["fields"][5]["value"] is None


def test_a_mask_that_is_sent_back_becomes_the_secret(lab: RunningLab, one: Tenant) -> None:
    save(one.admin)
    save(one.admin, client_secret=MASK)
    assert stored(lab, "main")["client_secret"] == MASK


def test_templates_that_there_are_not(lab: RunningLab, one: Tenant) -> None:
    assert one.admin.codes(TEMPLATE) == (400, 12)
    assert one.admin.codes(TEMPLATE, provider="ldap") == (400, 16)
    assert one.admin.codes(TEMPLATE, id="main", provider="okta") == (400, 1401)


# Discovery


def test_discovery(lab: RunningLab, one: Tenant) -> None:
    found = one.admin.get(DISCOVER, url=lab.oidc_url)
    document = requests.get(lab.oidc_url, timeout=10).json()
    assert found == {name: document[name] for name in ENDPOINTS}
    lab.control.set_switches(sso_template_shape="flat")
    save(one.admin)
    before = lab.control.state()["provider_configurations"]
    for body in ({"provider": "custom_oidc"}, {"id": "main"}):
        answer = one.admin.get(TEMPLATE, **body, well_known_url=lab.oidc_url)
        assert found.items() <= answer["config_template"].items()
        assert "error" not in answer
    assert lab.control.state()["provider_configurations"] == before


def test_discovery_that_fails(lab: RunningLab, one: Tenant) -> None:
    not_found, elsewhere = lab.control.oidc_issuer, "https://192.0.2.1/.well-known/openid-configuration"
    keys = not_found + "/protocol/openid-connect/certs"
    for url in (
        lab.oidc_broken_url,
        not_found,
        keys,
        elsewhere,
        "http://127.0.0.1:1/",
        "http://[",
        "file:///etc/hosts",
    ):
        answer = one.admin.ask(DISCOVER, url=url)
        assert (answer.code, answer.subcode) == (400, 1404), url
        shown = one.admin.get(TEMPLATE, provider="okta", well_known_url=url)
        assert shown["error"] == answer.message
        assert shown["config_template"]
    assert "OIDC" in one.admin.get(TEMPLATE, provider="saml", well_known_url=lab.oidc_url)["error"]


def test_discovery_of_the_lab_by_itself_ends(lab: RunningLab, one: Tenant) -> None:
    start = time.monotonic()
    assert one.admin.codes(DISCOVER, url=f"{lab.url}/debug.ping") == (400, 1404)
    assert time.monotonic() - start < 8


def test_the_oidc_provider(lab: RunningLab) -> None:
    document = requests.get(lab.oidc_url, timeout=10).json()
    assert document["issuer"] == lab.control.oidc_issuer
    assert lab.oidc_url == document["issuer"] + "/.well-known/openid-configuration"
    assert requests.get(document["jwks_uri"], timeout=10).json()["keys"][0]["kty"] == "EC"
    assert requests.get(document["userinfo_endpoint"], timeout=10).json()["email_verified"] is True
    assert requests.get(document["authorization_endpoint"] + "?client_id=x", timeout=10).status_code == 200
    assert requests.post(document["token_endpoint"], data={"code": "x"}, timeout=10).json() == {
        "error": "invalid_grant"
    }
    assert "<html" in requests.get(lab.oidc_broken_url, timeout=10).text


# Trials


def test_a_trial_login_by_oidc(lab: RunningLab, one: Tenant) -> None:
    state = base64.b64encode(b"{}").decode()
    configuration = {
        **OIDC,
        "authorization_endpoint": "https://idp.example/auth?realm=1",
        "additional_scopes": "groups, roles",
        "authorization_parameters": {"audience": "api"},
    }
    answer = one.admin.get(TRY, provider="auth0", configuration=configuration, state=state)
    address = urlsplit(answer["redirect_url"])
    assert (address.netloc, address.path) == ("idp.example", "/auth")
    assert {name: values[0] for name, values in parse_qs(address.query).items()} == {
        "realm": "1",
        "response_type": "code",
        "client_id": "client",
        "redirect_uri": "https://app.lab.example/callback_main",
        "scope": "openid profile email groups roles",
        "audience": "api",
        "state": state,
    }


def test_a_trial_login_by_saml(lab: RunningLab, one: Tenant) -> None:
    answer = one.admin.get(TRY, provider="duo", configuration=SAML)
    assert answer == {"redirect_url": "https://idp.example/sso?app=1"}
    answer = one.admin.get(TRY, provider="duo", configuration=SAML, state="e30=")
    assert answer == {"redirect_url": "https://idp.example/sso?app=1&RelayState=e30%3D"}
    for metadata in ("no XML", "<EntityDescriptor/>"):
        assert one.admin.codes(TRY, provider="duo", configuration={**SAML, "idp_metadata": metadata}) == (400, 16)


@pytest.mark.parametrize(
    ("provider", "changes", "missing"),
    [
        ("okta", {"client_id": None, "token_endpoint": ""}, "(client_id, token_endpoint)"),
        ("okta", {"user_info_from_token": False}, "(userinfo_endpoint)"),
        ("okta", {"verify_signature": True}, "(jwks_uri)"),
        ("saml", {"sign_requests": True, "entity_id": None}, "(entity_id, public_key, private_key)"),
    ],
)
def test_a_trial_of_something_incomplete(
    lab: RunningLab, one: Tenant, provider: str, changes: Json, missing: str
) -> None:
    base = OIDC if provider == "okta" else SAML
    answer = one.admin.ask(TRY, provider=provider, configuration={**base, **changes})
    assert (answer.code, answer.subcode) == (400, 1403)
    assert answer.message.endswith(f"missing={missing}")


def test_other_trials_that_fail(lab: RunningLab, one: Tenant) -> None:
    assert one.admin.codes(TRY, provider="ldap", configuration=OIDC) == (400, 16)
    assert one.admin.codes(TRY, provider="okta", configuration=OIDC, state="nö") == (400, 12)
    assert one.admin.codes(TRY, provider="okta", configuration={**OIDC, "authorization_endpoint": "x"}) == (400, 16)


def test_metadata_of_the_service_provider(lab: RunningLab, one: Tenant) -> None:
    text = one.admin.get(METADATA, provider="saml", configuration={**SAML, "sign_requests": True})["metadata"]
    assert 'entityID="clearml &amp; co"' in text
    assert 'AuthnRequestsSigned="true" WantAssertionsSigned="false"' in text
    assert 'Location="https://app.lab.example/callback_saml"' in text
    assert one.admin.codes(METADATA, provider="okta", configuration=OIDC) == (400, 16)
    assert one.admin.codes(METADATA, provider="saml", configuration={}) == (400, 1403)


# Who may, and where


@pytest.mark.parametrize("endpoint", sorted(CALLS))
def test_roles(lab: RunningLab, one: Tenant, endpoint: str) -> None:
    user = key_of(lab, make_user(lab, one.id, "user@one.example"))
    assert user.codes(endpoint, **CALLS[endpoint]) == (403, 20)
    assert Caller(lab).codes(endpoint, **CALLS[endpoint]) == (401, 20)
    good = (400, 1404) if endpoint == DISCOVER else (200, 0)
    for caller in (one.admin, system(lab), root(lab)):
        body = CALLS[endpoint]
        if endpoint == SAVE:
            body = {**body, "configuration": {**OIDC, "id": None, "display_name": str(id(caller))}}
        assert caller.codes(endpoint, **body) == good


@pytest.mark.parametrize("endpoint", [LIST, TEMPLATE, SAVE, ACTIVE, DELETE])
def test_only_system_callers_name_a_company(lab: RunningLab, one: Tenant, endpoint: str) -> None:
    body = CALLS[endpoint] | {"company": one.id}
    assert one.admin.codes(endpoint, **body) == (403, 20)
    assert system(lab).impersonate(one.admin_id).codes(endpoint, **body) == (403, 20)
    assert root(lab).codes(endpoint, **body) == (200, 0)
    assert system(lab).act_as(one.admin_id).codes(endpoint, **body) == (200, 0)
    assert system(lab).codes(endpoint, **CALLS[endpoint] | {"company": "nowhere"}) == (400, 10)
    system(lab).get("tenants.delete_tenant", tenant=one.id, name="One")
    assert system(lab).codes(endpoint, **body) == (400, 10)


def test_companies_do_not_see_each_other(lab: RunningLab, one: Tenant) -> None:
    two = make_tenant(lab, "Two")
    save(one.admin)
    before = lab.control.state()["provider_configurations"]
    assert rows(two.admin) == rows(system(lab)) == []
    assert two.admin.codes(TEMPLATE, id="main") == (400, 1401)
    assert two.admin.get(ACTIVE, ids=["main"]) == {"updated": 0}
    assert two.admin.get(DELETE, ids=["main"]) == {"deleted": 0}
    assert save(two.admin) == (400, 801), "ids are the server's"
    assert lab.control.state()["provider_configurations"] == before
    assert save(two.admin, id="two") == (200, 0), "display names are a company's"
    assert [row["id"] for row in rows(system(lab), company=one.id)] == ["main"]
    assert system(lab).get(DELETE, ids=["main", "two"], company=one.id) == {"deleted": 1}
    assert [row["id"] for row in rows(root(lab).impersonate(two.admin_id))] == ["two"]


def test_read_only_rows(lab: RunningLab, one: Tenant) -> None:
    two = make_tenant(lab, "Two")
    assert lab.control.add_readonly_provider(one.id, "auth0") == "auth0"
    lab.control.add_readonly_provider(two.id, "auth0", display_name="Button", active=False)
    (row,) = rows(one.admin)
    assert row == {"id": "auth0", "provider": "auth0", "display_name": "Auth0", "active": True, "readonly": True}
    save(one.admin)
    assert one.admin.codes(TEMPLATE, id="auth0") == (400, 1402)
    assert save(one.admin, "auth0", id="auth0", display_name="Mine") == (400, 1402)
    assert save(one.admin, "auth0", id="x", display_name="Auth0") == (400, 801)
    assert one.admin.codes(ACTIVE, ids=["main", "auth0"]) == (400, 1402)
    assert system(lab).codes(DELETE, ids=["main", "auth0"], company=one.id) == (400, 1402)
    assert [(row["id"], row["active"]) for row in rows(one.admin)] == [("auth0", True), ("main", False)]
    assert save(make_tenant(lab, "Three").admin, id="auth0") == (200, 0)
    state = lab.control.state()
    lab.control.put_state(state)
    assert lab.control.state() == state
    with pytest.raises(ControlError, match="keycloak"):
        lab.control.add_readonly_provider(one.id, "ldap")


# The login page


def buttons(lab: RunningLab, **body: Any) -> list[tuple[str, str]]:
    answer = Caller(lab).get("login.supported_modes", **body)
    assert answer.get("tenant") == body.get("tenant")
    return [(button["name"], button["display_name"]) for button in answer["sso_providers"]]


def test_buttons(lab: RunningLab, one: Tenant) -> None:
    save(one.admin)
    lab.control.add_readonly_provider(DEFAULT_COMPANY, "okta")
    assert buttons(lab, company_hint=one.id) == []
    one.admin.get(ACTIVE, ids=["main"])
    assert buttons(lab, company_hint=one.id) == [("main", "Sign in")]
    assert buttons(lab) == [("okta", "Okta")]
    assert buttons(lab, company_hint="nowhere") == []
    system(lab).get("system.update_company_sso_config", company=one.id, sso={"tenant": "ext"})
    assert buttons(lab, tenant="ext") == [("main", "Sign in")]
    assert buttons(lab, tenant="other") == []
    system(lab).get("tenants.delete_tenant", tenant=one.id, name="One")
    assert buttons(lab, company_hint=one.id) == buttons(lab, tenant="ext") == []


def test_support_providers(lab: RunningLab, one: Tenant) -> None:
    lab.control.set_switches(sso_saved_active=True)
    body = {"provider": "google_saml", "configuration": SAML, "support_provider": True}
    assert one.admin.codes(SAVE, **body) == (403, 20)
    assert system(lab).codes(SAVE, **body, company=one.id) == (200, 0)
    assert save(one.admin, "google_saml", SAML) == (200, 0)
    assert buttons(lab, company_hint=one.id) == []
    assert buttons(lab, company_hint=one.id, internal=True) == [("saml", "By SAML")]

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The forms of identity providers: which there are, which fields they have, and how a template shows them.

Where the contract knows a field's name in the API, that is its name here (a test compares); the
names of the other fields are the lab's own, so a client has to take them from the template.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lab.world.records import Json

MASK = "********"
"""What stands for a secret; a client that sends it back has lost the secret."""

WEBAPP = "https://app.lab.example"


@dataclass(frozen=True)
class Provider:
    """A kind of identity provider."""

    key: str
    display_name: str
    category: str


PROVIDERS: dict[str, Provider] = {
    key: Provider(key, name, category)
    for key, name, category in (
        ("auth0", "Auth0", "oidc"),
        ("cognito", "AWS Cognito", "oidc"),
        ("google", "Google", "oidc"),
        ("keycloak", "Keycloak", "oidc"),
        ("ad_oauth", "Microsoft AD", "oidc"),
        ("azure_ad", "Microsoft Azure", "oidc"),
        ("okta", "Okta", "oidc"),
        ("ping", "Ping", "oidc"),
        ("custom_oidc", "Custom (OIDC)", "oidc"),
        ("duo", "Duo", "saml"),
        ("google_saml", "Google (SAML)", "saml"),
        ("jumpcloudsaml", "Jumpcloud", "saml"),
        ("microsoft_ad", "Microsoft AD (SAML)", "saml"),
        ("saml", "Custom (SAML)", "saml"),
    )
}


@dataclass(frozen=True)
class Field:
    """One field; ``needed_with`` names one whose value ``needed_when`` makes this one required."""

    name: str
    title: str
    group: str
    kind: str = "string"
    required: bool = False
    secret: bool = False
    default: Any = None
    options: tuple[str, ...] = ()
    shown_only: bool = False
    needed_with: str | None = None
    needed_when: bool = True


_COMMON = (
    Field("id", "Configuration ID", "General"),
    Field("webapp_url", "ClearML WebApp URL", "General", "url", default=WEBAPP),
    Field("display_name", "Display name", "General", required=True),
)
_CLAIMS = (
    Field("claim_user_id", "User ID", "Claims mappings"),
    Field("claim_email", "Email", "Claims mappings"),
    Field("claim_name", "Name", "Claims mappings"),
    Field("claim_given_name", "Given name", "Claims mappings"),
    Field("claim_family_name", "Family name", "Claims mappings"),
    Field("claim_picture", "Picture", "Claims mappings"),
)
_SYNC = "User groups synchronization"
_GROUPS = (
    Field("group_enabled", "Synchronize groups", _SYNC, "boolean", default=False),
    Field("claim_groups", "Groups claim", _SYNC),
    Field("group_prohibit_user_login_if_not_in_group", "Only users of known groups", _SYNC, "boolean", default=False),
)

FORMS: dict[str, tuple[Field, ...]] = {
    "oidc": (
        *_COMMON,
        Field("callback_url", "Callback URL", "General", "url", shown_only=True),
        Field("client_id", "Client ID", "Client", required=True),
        Field("client_secret", "Client Secret", "Client", required=True, secret=True),
        Field("code_challenge_method", "Code challenge method", "Client", "choice", options=("None", "Plain", "S256")),
        Field("scopes", "Standard Userinfo scopes", "Client"),
        Field("additional_scopes", "Additional scopes", "Client"),
        Field("authorization_parameters", "Authorization parameters", "Client", "object"),
        Field("authorization_endpoint", "Authorization Endpoint", "Endpoints", "url", required=True),
        Field("token_endpoint", "Access Token Endpoint", "Endpoints", "url", required=True),
        Field("revocation_endpoint", "Revocation Endpoint", "Endpoints", "url"),
        Field("end_session_endpoint", "Logout Endpoint", "Endpoints", "url"),
        Field(
            "user_info_from_token",
            "Obtain user information from Identity Token",
            "Endpoints",
            "boolean",
            default=True,
        ),
        Field(
            "userinfo_endpoint",
            "User Info Endpoint",
            "Endpoints",
            "url",
            needed_with="user_info_from_token",
            needed_when=False,
        ),
        Field("verify_signature", "Verify token signature", "Endpoints", "boolean", default=False),
        Field("jwks_uri", "JWKS URI", "Endpoints", "url", needed_with="verify_signature"),
        Field("logout_from_provider", "Log out from the provider", "Users", "boolean", default=False),
        Field("email_verification", "Email verification", "Users", "boolean", default=False),
        Field("create_users", "Create new users on first login", "Users", "boolean", default=False),
        *_CLAIMS,
        Field("claim_tenant", "Tenant", "Claims mappings"),
        *_GROUPS,
    ),
    "saml": (
        *_COMMON,
        Field("acs_url", "Reply/ACS URL", "General", "url", shown_only=True),
        Field("entity_id", "Entity ID", "Provider", required=True),
        Field("idp_metadata", "IDP metadata file", "Provider", "text", required=True),
        Field("require_signed_assertions", "Require signed assertions", "Signatures", "boolean", default=False),
        Field("sign_requests", "Sign client requests", "Signatures", "boolean", default=False),
        Field("public_key", "Public Key", "Signatures", "text", needed_with="sign_requests"),
        Field("private_key", "Private Key", "Signatures", "text", secret=True, needed_with="sign_requests"),
        *_CLAIMS,
        *_GROUPS,
    ),
}


def form_of(provider: Provider) -> tuple[Field, ...]:
    """The fields of a provider."""
    return FORMS[provider.category]


def missing(provider: Provider, settings: Mapping[str, Any]) -> list[str]:
    """The required fields that have no value."""
    form = form_of(provider)
    defaults = {field.name: field.default for field in form}

    def is_required(field: Field) -> bool:
        if field.needed_with is None:
            return field.required
        return bool(settings.get(field.needed_with, defaults[field.needed_with])) is field.needed_when

    return [field.name for field in form if is_required(field) and settings.get(field.name) in (None, "")]


def callback(settings: Mapping[str, Any], key: str) -> str:
    """Where the provider sends people back to."""
    return f"{str(settings.get('webapp_url') or WEBAPP).rstrip('/')}/callback_{key}"


def template(fields: Iterable[Field], values: Mapping[str, Any], shape: str, secrets: str) -> Json:
    """A form with values in the shape that the switch names."""
    shown: list[tuple[Field, Json]] = []
    for field in fields:
        value = values.get(field.name)
        value = field.default if value is None else value
        if field.secret and value is not None and secrets != "clear":
            shown.append((field, {} if secrets == "absent" else {"value": MASK}))
        else:
            shown.append((field, {"value": value}))
    if shape == "flat":
        return {field.name: value["value"] for field, value in shown if value}
    items = [(field.group, _item(field) | value) for field, value in shown]
    if shape == "fields":
        return {"fields": [item for _group, item in items]}
    titles = dict.fromkeys(group for group, _field in items)
    groups: Json = {
        "groups": [{"title": title, "fields": [i for group, i in items if group == title]} for title in titles]
    }
    if shape == "groups":
        return groups
    # Something else for every other form or value, but nothing that could be read.
    return {"version": 1, "form": hashlib.sha256(json.dumps(groups, sort_keys=True).encode()).hexdigest()}


def _item(field: Field) -> Json:
    item: Json = {
        "name": field.name,
        "title": field.title,
        "type": field.kind,
        "required": field.required,
        "secret": field.secret,
        "readonly": field.shown_only,
        "default": field.default,
    }
    return item | {"options": list(field.options)} if field.options else item

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity providers: one of OpenID Connect; test_idp_providers.py has one of SAML."""

from __future__ import annotations

import typing as t

from tests.entities.sample import Sample

SSO = "https://sso.acme.example"


def scopes(given: t.Any) -> list[str]:
    """A set of texts; null is the empty one."""
    return sorted(set(given or []))


def texts(option: str) -> tuple[str, str, None]:
    """Two values of a setting, and null, which takes it away."""
    return f"{option}-2", "ü 'q' \"q\" .* 🚀", None


ENDPOINTS = ("revocation_endpoint", "end_session_endpoint", "userinfo_endpoint", "jwks_uri")
CLAIMS = tuple(
    f"claim_{name}" for name in ("user_id", "email", "name", "given_name", "family_name", "picture", "tenant", "groups")
)
#: Switches that are off for a new connection.
OFF = (
    "verify_token_signature",
    "logout_from_provider",
    "email_verification",
    "create_users_on_first_login",
    "group_enabled",
    "group_prohibit_user_login_if_not_in_group",
)
SAML = (
    "entity_id",
    "idp_metadata",
    "require_signed_assertions",
    "sign_client_requests",
    "public_key",
    "private_key",
)

SAMPLE = Sample(
    module="idp",
    key="display_name",
    first={
        "display_name": "Acme Keycloak",
        "provider": "keycloak",
        "active": True,
        "webapp_url": "https://app.acme.example",
        "client_id": "clearml",
        "client_secret": "hunter2-client",
        "authorization_endpoint": f"{SSO}/auth",
        "token_endpoint": f"{SSO}/token",
        **{name: f"{SSO}/{name}" for name in ENDPOINTS},
        "userinfo_from_token": True,
        "code_challenge_method": "S256",
        "userinfo_scopes": ["profile", "openid"],
        "additional_scopes": ["groups"],
        **dict.fromkeys(OFF, True),
        **{name: name for name in CLAIMS},
        "configuration": {"authorization_parameters": {"prompt": "login"}},
    },
    changes={
        "active": (False, True),
        "webapp_url": ("https://clearml.acme.example", None),
        "client_id": ("other",),
        "client_secret": ("hunter2-new", "hunter2-newer"),
        "authorization_endpoint": (f"{SSO}/v2/auth",),
        "token_endpoint": (f"{SSO}/v2/token",),
        "revocation_endpoint": (f"{SSO}/v2/revoke", None),
        "end_session_endpoint": (f"{SSO}/v2/logout", None),
        "userinfo_endpoint": (f"{SSO}/v2/me", None),
        "jwks_uri": (f"{SSO}/v2/keys",),
        "userinfo_from_token": (False, None),
        "code_challenge_method": ("Plain", "None"),
        "userinfo_scopes": (["email", "openid", "email"], [], ["x"], None),
        "additional_scopes": (["roles", "groups"], None),
        **dict.fromkeys(OFF, (False, True, None)),
        **{name: texts(name) for name in CLAIMS},
        "configuration": ({"authorization_parameters": {"prompt": "none"}}, {"authorization_parameters": None}),
    },
    shows={
        "userinfo_scopes": scopes,
        "additional_scopes": scopes,
        "webapp_url": lambda given: given or "https://app.lab.example",
        "userinfo_from_token": lambda given: given is not False,
        **dict.fromkeys(OFF, bool),
    },
    unseen=("client_secret",),
    always={"update_secret": "always"},
    fixed=("provider",),
    beside={"client_secret": "hunter2-client"},
    steering={
        **dict.fromkeys(SAML, "test_idp_providers.py::test_every_setting_of_saml"),
        "idp_metadata_file": "test_idp_providers.py::test_metadata_from_a_file",
        "secrets": "test_idp.py::test_secrets_without_an_option",
        "update_secret": "test_idp.py::test_a_secret_is_sent_again_only_if_asked",
        "update_unreadable": "test_idp.py::test_a_template_that_cannot_be_understood",
        "validate": "test_idp.py::test_settings_are_tried_first_if_asked",
        "well_known_url": "test_idp.py::test_discovery",
    },
    renamed="Acme 'SSO' 🚀",
    table="provider_configurations",
)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of identity providers that have an option, and under which key a server has each.

One documented example states the keys of some OIDC settings. The others are known by what the settings page calls them,
so the server's template has to tell their keys: the option's own name if it is there, else the key with that label.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_template import Entry, Form
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Row, Values

#: Keys that belong to the connection itself, wherever a template lists them.
OWN = ("id", "display_name")
#: Where the provider sends people back to: computed by the server, to be copied to the provider.
CALLBACKS = (("callback_url", "Callback URL"), ("acs_url", "Reply/ACS URL"))


@dataclass(frozen=True)
class Setting:
    """A setting with an option of its own.

    :ivar label: what the settings page calls it; a claim with its section, since ``Name`` alone could be anything
    :ivar stated: a document states that the option's name is the key, for OIDC
    """

    option: str
    label: str = ""
    type: str = "str"
    stated: bool = False
    secret: bool = False
    choices: tuple[str, ...] = ()

    @property
    def spec(self) -> dict[str, t.Any]:
        """Its entry in an argument spec."""
        listed: dict[str, t.Any] = {"elements": "str"} if self.type == "list" else {}
        listed |= {"choices": list(self.choices)} if self.choices else {}
        return {"type": self.type, **listed, **({} if self.type == "bool" else {"no_log": self.secret})}

    def normal(self, value: t.Any) -> t.Any:
        """The value in the form in which two are compared: scopes are a set, the ends of a PEM text do not count."""
        if self.type == "list":
            texts = value.split(",") if isinstance(value, str) else value or []
            return sorted({text.strip() for text in texts if text.strip()})
        return value.strip() if isinstance(value, str) else value

    def encode(self, value: t.Any) -> t.Any:
        """The value as the server takes it: a list as text with commas."""
        return ",".join(value) if isinstance(value, list) else value


SETTINGS = (
    Setting("webapp_url", "ClearML WebApp URL"),
    # OIDC
    Setting("client_id", "Client ID", stated=True),
    Setting("client_secret", "Client Secret", stated=True, secret=True),
    Setting("authorization_endpoint", "Authorization Endpoint", stated=True),
    Setting("token_endpoint", "Access Token Endpoint", stated=True),
    Setting("revocation_endpoint", "Revocation Endpoint", stated=True),
    Setting("end_session_endpoint", stated=True),
    Setting("userinfo_endpoint", "User Info Endpoint"),
    Setting("jwks_uri", "JWKS URI"),
    Setting("userinfo_from_token", "Obtain user information from Identity Token", "bool"),
    Setting("verify_token_signature", "Verify token signature", "bool"),
    Setting("code_challenge_method", "Code challenge method", choices=("None", "Plain", "S256")),
    Setting("userinfo_scopes", "Standard Userinfo scopes", "list"),
    Setting("additional_scopes", "Additional scopes", "list"),
    Setting("logout_from_provider", "", "bool", stated=True),
    Setting("email_verification", "Email verification", "bool"),
    Setting("create_users_on_first_login", "Create new users on first login", "bool"),
    # SAML
    Setting("entity_id", "Entity ID"),
    Setting("idp_metadata", "IDP metadata file"),
    Setting("require_signed_assertions", "Require signed assertions", "bool"),
    Setting("sign_client_requests", "Sign client requests", "bool"),
    Setting("public_key", "Public Key"),
    Setting("private_key", "Private Key", secret=True),
    # Both
    Setting("claim_user_id", "Claims mappings: user id"),
    Setting("claim_email", "Claims mappings: email"),
    Setting("claim_name", "Claims mappings: name", stated=True),
    Setting("claim_given_name", "Claims mappings: given name"),
    Setting("claim_family_name", "Claims mappings: family name"),
    Setting("claim_picture", "Claims mappings: picture"),
    Setting("claim_tenant", stated=True),
    Setting("claim_groups", stated=True),
    Setting("group_enabled", "", "bool", stated=True),
    Setting("group_prohibit_user_login_if_not_in_group", "", "bool", stated=True),
)


class Provider(str):
    """A kind of provider that knows under which key this server has the setting of each option.

    :ivar category: oidc or saml; empty if the server does not tell
    :ivar form: the template that tells; None if it cannot be understood
    :ivar keys: by option; an option that is not in it has no key that anybody would know
    """

    category: str
    form: Form | None
    keys: Values

    def __new__(cls, value: str, category: str | None, form: Form | None) -> Provider:
        """The provider, with the keys that its template tells."""
        made = super().__new__(cls, value)
        made.category = category or ""
        made.form = form
        made.keys = _keys(form) if form is not None else _stated(made.category)
        return made

    @property
    def secret_keys(self) -> list[str]:
        """The settings that no server shows."""
        if self.form is None:
            return [] if self.category == "saml" else ["client_secret"]
        return [entry.key for entry in self.form.values() if entry.secret]


def settings(provider: str, values: Values) -> dict[str, t.Any]:
    """What options say, by the server's keys."""
    keys = provider.keys if isinstance(provider, Provider) else {}
    named = {keys.get(one.option, one.option): one.encode(values[one.option]) for one in asked(values)}
    return {**named, **(values.get("configuration") or {}), **(values.get("secrets") or {})}


def complete(row: Row | None, values: Values) -> dict[str, t.Any]:
    """All settings: what stands, as it stands, and on top what was asked for."""
    if row is None:
        return settings(values["provider"], values)
    stands = {**(row.raw.get("settings") or {}), "configuration": row.raw.get("configuration")}
    stored = settings(row.values["provider"], {option: value for option, value in stands.items() if value is not None})
    return {**stored, **settings(row.values["provider"], values)}


def asked(values: Values) -> list[Setting]:
    """The settings among the options of a task."""
    return [one for one in SETTINGS if one.option in values]


def callback(form: Form) -> tuple[str, t.Any]:
    """Key and value of the address that the provider is to be given; both empty if there is none."""
    key = next((key for key in (_key(form, *one) for one in CALLBACKS) if key), "")
    return key, form[key].value if key else None


def _stated(category: str) -> dict[str, str]:
    return {one.option: one.option for one in SETTINGS if one.stated and category != "saml"}


def _keys(form: Form) -> dict[str, str]:
    found = {one.option: _key(form, one.option, one.label) for one in SETTINGS}
    return {option: key for option, key in found.items() if key}


def _key(form: Form, option: str, label: str) -> str:
    if option in form:
        return option
    named = [entry.key for entry in form.values() if label and _plain(label) in _labels(entry)]
    return named[0] if len(named) == 1 else ""


def _labels(entry: Entry) -> set[str]:
    return {_plain(entry.label), _plain(f"{entry.section}{entry.label}")} if entry.label else set()


def _plain(label: str) -> str:
    return "".join(letter for letter in label.casefold() if letter.isalnum())

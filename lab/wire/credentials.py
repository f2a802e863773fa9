# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the request's headers to the caller, and on to the identity that the call works under."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from lab.switches import Switches
from lab.wire import errors
from lab.wire.identity import Identity, identity_of
from lab.wire.tokens import COOKIE, Tokens
from lab.world.records import AuthEntry, Credential, now
from lab.world.world import World

_IMPERSONATE = ("X-Clearml-Impersonate-As", "X-Trains-Impersonate-As")
_ACT_AS = ("X-Clearml-Act-As", "X-Trains-Act-As")
_MAY_IMPERSONATE = ("system", "root", "admin")


@dataclass(frozen=True)
class Caller:
    """The identity that proved itself, and how."""

    identity: Identity
    method: str
    access_key: str | None = None
    token: str | None = None


class Place(Protocol):
    """What authentication needs of a server."""

    world: World
    switches: Switches
    tokens: Tokens


def authenticate(place: Place, headers: Mapping[str, str], cookies: Mapping[str, str], peer: str) -> Caller:
    """The caller; ApiError 401 with the recorded subcode if there is none."""
    header = headers.get("Authorization")
    if header is None:
        cookie = cookies.get(COOKIE)
        if cookie is None:
            raise errors.unauthorized(20, "(missing credentials)")
        return Caller(place.tokens.verify(cookie).identity, "cookie", token=cookie)
    # The header may be one bare word: HTTP libraries strip the blank that follows an empty value.
    scheme, _blank, value = header.partition(" ")
    if scheme == "Bearer":
        return Caller(place.tokens.verify(value).identity, "bearer", token=value)
    if scheme == "Basic":
        return _basic(place, value, peer)
    raise errors.unauthorized(10, "(bad authentication header type)")


def _basic(place: Place, value: str, peer: str) -> Caller:
    try:
        key, _colon, secret = base64.b64decode(value).decode("utf-8", "replace").partition(":")
    except binascii.Error as error:
        raise errors.unauthorized(21, f"(malformed credentials) ({error})") from None
    entry, credential = credential_of(place, key, secret)
    credential.last_used = now()
    credential.last_used_from = peer
    return Caller(identity_of(place.world, entry), "basic", access_key=key)


def credential_of(place: Place, key: str, secret: str) -> tuple[AuthEntry, Credential]:
    """The owner of a key pair that works; ApiError 401 if it does not."""
    found = place.world.keys.get(key)
    if found is None:
        raise errors.wrong_credentials()
    entry, credential = found
    if credential.secret != secret or credential.expire is not None and credential.expire <= now():
        raise errors.wrong_credentials()
    company = place.world.companies.get(entry.company)
    if company is not None and not company.active and not place.switches.on("deleted_company_keys_work"):
        raise errors.wrong_credentials()
    return entry, credential


def requested_identity(headers: Mapping[str, str]) -> tuple[str, str] | None:
    """``("impersonate" or "act_as", user id)``, or None; ApiError 400/5 when both headers are there."""
    impersonate = next((name for name in _IMPERSONATE if headers.get(name)), None)
    act_as = next((name for name in _ACT_AS if headers.get(name)), None)
    if impersonate and act_as:
        raise errors.both_headers((impersonate, act_as))
    if impersonate:
        return "impersonate", headers[impersonate]
    return ("act_as", headers[act_as]) if act_as else None


def assume(place: Place, caller: Identity, how: str, user: str) -> Identity:
    """The identity of another user, with its own role (impersonate) or the caller's (act_as)."""
    if caller.role not in _MAY_IMPERSONATE:
        raise errors.impersonation("impersonation not allowed", role=caller.role)
    anywhere = crosses_companies(place.switches, caller.role)
    entry = place.world.entries.get(user, None if anywhere else caller.company)
    if entry is None:
        details = {} if anywhere else {"company": caller.company}
        raise errors.impersonation("unknown user", id=user, **details)
    return identity_of(place.world, entry, caller.role if how == "act_as" else None)


def crosses_companies(switches: Switches, role: str) -> bool:
    """Whether a role reaches people of other companies."""
    return role == "root" or role == "system" and switches.on("system_crosses_companies")

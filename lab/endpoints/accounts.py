# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making and removing people: the steps that several endpoints share."""

from __future__ import annotations

import re

from lab.endpoints.registry import Call
from lab.wire import errors
from lab.world.records import AuthEntry, Company, Credential, Json, Profile, new_access_key, new_id, new_secret_key, now

_EMAIL = re.compile(r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$")


def is_address(email: str) -> bool:
    """Whether the text has the form of an e-mail address with a full domain."""
    return _EMAIL.match(email) is not None


def create_person(call: Call, company: Company, role: str) -> AuthEntry:
    """A new auth entry with its profile, from the body of auth.create_user or auth.add_user."""
    email = call.body["email"]
    if not is_address(email):
        raise errors.bad_data("email", f"Invalid email address: {email}")
    if email in call.world.emails:
        raise errors.not_unique(email=email)
    limit = allowed_users(company)
    if limit is not None and len(call.world.people(company.id)) >= limit:
        raise errors.too_many_users("users", company.id, limit)
    internal = bool(call.body.get("internal")) and call.identity.role in ("system", "root")
    entry = call.world.add_entry(
        AuthEntry(new_id(), call.body["name"], company.id, role, email=email, internal=internal)
    )
    add_profile(call, entry, call.body)
    return entry


def add_profile(call: Call, entry: AuthEntry, body: Json) -> Profile:
    """The profile that goes with a new auth entry."""
    return call.world.profiles.add(
        Profile(
            id=entry.id,
            name=entry.name,
            company=entry.company,
            given_name=body.get("given_name"),
            family_name=body.get("family_name"),
            avatar=body.get("avatar"),
            created_in_version=call.switches.text("server_version"),
        )
    )


def new_credential(call: Call, entry: AuthEntry, label: str | None, expiration_sec: int | None) -> Credential:
    """One more key for an entry, within the server's limits on number and lifetime."""
    limit = call.switches.number("max_credentials")
    if limit and len(entry.credentials) >= limit:
        raise errors.too_many_credentials(entry.id, limit)
    seconds = _lifetime(call, expiration_sec)
    credential = Credential(new_access_key(), new_secret_key(), label=label, expire=now(seconds) if seconds else None)
    return call.world.add_credential(entry, credential)


def _lifetime(call: Call, asked: int | None) -> int:
    """Seconds, 0 for endless; only administrators may exceed the maximum or ask for endless keys."""
    seconds = call.switches.number("default_expiration_sec") if asked is None else asked
    longest = call.switches.number("max_expiration_sec")
    if not longest or call.is_privileged or 0 < seconds <= longest:
        return seconds
    if asked is not None and call.switches.text("expiration_over_max") == "refuse":
        raise errors.validation(f"error for field 'expiration_sec': '{asked}' is bigger than maximum ('{longest}')..")
    return longest


def shown_credential(credential: Credential) -> Json:
    """A new pair as create_credentials shows it, the only time with its secret."""
    shown = {"access_key": credential.key, "secret_key": credential.secret}
    if credential.label is not None:
        shown["label"] = credential.label
    if credential.expire is not None:
        shown["expire"] = credential.expire
    return shown


def allowed_users(company: Company) -> int | None:
    """The cap on people; None for no cap."""
    limit = company.settings.get("allowed_users")
    return limit if isinstance(limit, int) else None


def allowed_service_users(company: Company) -> int | None:
    """The cap on service accounts; None for no cap."""
    limit = company.settings.get("allowed_service_users")
    return limit if isinstance(limit, int) else None

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""auth: the caller's own keys."""

from __future__ import annotations

from lab.endpoints.accounts import new_credential, shown_credential
from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.records import AuthEntry, Credential, Json


def _own_entry(call: Call) -> AuthEntry:
    """The entry whose keys the call may change: its own, unless that is one of the server's."""
    identity = call.identity
    entry = call.world.entries.get(identity.user)
    if entry is None:
        raise errors.invalid_user_id(id=identity.user, company=identity.company)
    if entry.protected:
        raise errors.protected_identity()
    return entry


def _find(entry: AuthEntry, key: object) -> Credential | None:
    return next((credential for credential in entry.credentials if credential.key == key), None)


@endpoint("auth.create_credentials", writes=True)
def create_credentials(call: Call) -> Json:
    """A new pair; labels need not be unique."""
    credential = new_credential(call, _own_entry(call), call.body.get("label"), call.body.get("expiration_sec"))
    return {"credentials": shown_credential(credential)}


@endpoint("auth.get_credentials", writes=False)
def get_credentials(call: Call) -> Json:
    """The caller's keys without their secrets, and the server's limits."""
    entry = call.world.entries.get(call.identity.user)
    return {
        "credentials": [_listed(credential) for credential in (entry.credentials if entry else ())],
        "additional_credentials": {},
        "max_credentials": call.switches.number("max_credentials") or None,
        "default_expiration_sec": call.switches.number("default_expiration_sec") or None,
        "max_expiration_sec": call.switches.number("max_expiration_sec") or None,
    }


def _listed(credential: Credential) -> Json:
    listed: Json = {"access_key": credential.key, "created": credential.created}
    if credential.label is not None:
        listed["label"] = credential.label
    if credential.expire is not None:
        listed["expire"] = credential.expire
    if credential.last_used is not None:
        # Recorded: this one time comes without its zone.
        listed["last_used"] = credential.last_used.removesuffix("+00:00")
        listed["last_used_from"] = credential.last_used_from
    return listed


@endpoint("auth.edit_credentials", writes=True)
def edit_credentials(call: Call) -> Json:
    """Change a label; without one the label is removed."""
    entry = _own_entry(call)
    credential = _find(entry, call.body["access_key"])
    if credential is None:
        raise errors.unknown_access_key(entry.id, call.body["access_key"], entry.company)
    credential.label = call.body.get("label")
    return {"updated": 1}


@endpoint("auth.revoke_credentials", writes=True)
def revoke_credentials(call: Call) -> Json:
    """Remove a key; tokens made with it stay valid."""
    entry = _own_entry(call)
    key = call.body["access_key"]
    credential = _find(entry, key)
    if credential is None:
        raise errors.invalid_user(
            "invalid user or invalid access key", id=entry.id, company=entry.company, credentials__key=key
        )
    call.world.remove_credential(entry, credential)
    return {"revoked": 1}


@endpoint("auth.locate_credentials", writes=False)
def locate_credentials(call: Call) -> Json:
    """Who owns a key; keys out of the caller's reach look unknown."""
    key = call.body["access_key"]
    entry, credential = call.world.keys.get(key, (None, None))
    if entry is None or credential is None or entry.company != call.company_id and not call.crosses_companies:
        raise errors.unknown_access_key(call.identity.user, key, call.company_id)
    found: Json = {"user": entry.id, "name": entry.name, "label": credential.label, "expire": credential.expire}
    if credential.last_used is not None:
        found["last_used"] = credential.last_used
        found["last_used_from"] = credential.last_used_from
    return found

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service accounts: users without an address, made together with a key."""

from __future__ import annotations

from lab.endpoints.accounts import add_profile, allowed_service_users, new_credential, shown_credential
from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.records import AuthEntry, Json, new_id


@endpoint("auth.create_service_user", writes=True)
def create_service_user(call: Call) -> Json:
    """A service account in the caller's company; names need not be unique."""
    company = call.company()
    limit = allowed_service_users(company)
    if limit is not None and len(call.world.people(company.id, service=True)) >= limit:
        raise errors.too_many_users("service users", company.id, limit)
    entry = call.world.add_entry(
        AuthEntry(
            new_id(),
            call.body["name"],
            company.id,
            "user",
            service=True,
            allow_running_as_owner=call.body.get("allow_running_as_owner", False),
        )
    )
    add_profile(call, entry, {})
    credential = new_credential(call, entry, None, call.body.get("credentials_expiration_sec"))
    return {"id": entry.id, "credentials": shown_credential(credential)}


@endpoint("users.get_service_users", writes=False)
def get_service_users(call: Call) -> Json:
    """The company's service accounts with the limits on them."""
    company = call.company()
    return {
        "users": [_listed(entry) for entry in call.world.people(company.id, service=True)],
        "allow_admins": company.settings.get("allow_service_user_admins", False),
        "allowed_service_users": allowed_service_users(company),
        "default_expiration_sec": call.switches.number("default_expiration_sec") or None,
        "max_expiration_sec": call.switches.number("max_expiration_sec") or None,
    }


def _listed(entry: AuthEntry) -> Json:
    return {
        "id": entry.id,
        "name": entry.name,
        "role": entry.role,
        "allow_running_as_owner": entry.allow_running_as_owner,
        "credentials": len(entry.credentials),
        "last_active_time": max((c.last_used for c in entry.credentials if c.last_used), default=None),
    }


@endpoint("users.update_service_user", writes=True)
def update_service_user(call: Call) -> Json:
    """Change a service account's name or permission to impersonate; fields not given stay."""
    entry = call.world.entries.get(call.body["user"], call.company_id)
    if entry is None or not entry.service:
        raise errors.invalid_user_id(id=call.body["user"], company=call.company_id)
    if call.body.get("name") is not None:
        entry.name = call.body["name"]
        profile = call.world.profiles.get(entry.id)
        if profile is not None:
            profile.name = entry.name
    if call.body.get("allow_running_as_owner") is not None:
        entry.allow_running_as_owner = call.body["allow_running_as_owner"]
    return {"updated": 1}

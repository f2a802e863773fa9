# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""auth: people as those who may log in."""

from __future__ import annotations

from lab.endpoints.accounts import create_person
from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.permissions import forget, groups_of
from lab.world.records import AuthEntry, Company, Credential, Json, new_secret_key


@endpoint("auth.create_user", writes=True)
def create_user(call: Call) -> Json:
    """An auth entry and its profile; an admin (if the switch lets it in) stays in the own company."""
    company = _joinable(call, call.body["company"])
    return {"id": create_person(call, company, call.body.get("role", "user")).id}


@endpoint("auth.add_user", writes=True)
def add_user(call: Call) -> Json:
    """Like create_user, with a password: a key whose name is the user's id."""
    company = _joinable(call, call.body.get("company"))
    entry = create_person(call, company, "user")
    secret = call.body.get("secret_key") or new_secret_key()
    call.world.add_credential(entry, Credential(entry.id, secret))
    return {"id": entry.id, "secret": secret}


def _joinable(call: Call, company_id: str | None) -> Company:
    """The company a new user goes to: an active one, and the own one for an admin."""
    company = call.company(company_id)
    if not company.active or call.identity.role == "admin" and company.id != call.company_id:
        raise errors.invalid_company(company.id)
    return company


@endpoint("auth.edit_user", writes=True)
def edit_user(call: Call) -> Json:
    """Change a role; ``updated`` counts real changes here, unlike everywhere else."""
    role = call.body.get("role")
    if role is None:
        text = "No update parameters, would remove data"
        raise errors.ApiError(500, 0, text, stack=f"ValueError: {text}\n")
    entry = call.person(call.body["user"])
    if entry is None or entry.protected:
        raise errors.invalid_user_id()
    changed = entry.role != role
    entry.role = role
    return {"updated": int(changed), "fields": {"role": role} if changed else {}}


@endpoint("auth.delete_user", writes=True)
def delete_user(call: Call) -> Json:
    """Remove the auth entry and its keys; by default the profile stays, so that old objects keep an owner."""
    entry = call.person(call.body["user"])
    if entry is None:
        raise errors.invalid_user_id(id=call.body["user"])
    if entry.protected:
        raise errors.protected_identity()
    call.world.remove_entry(entry)
    forget(call.world, entry)
    if not call.switches.on("delete_user_keeps_profile"):
        call.world.profiles.remove(entry.id)
    return {"deleted": True}


@endpoint("auth.get_users_info", writes=False)
def get_users_info(call: Call) -> Json:
    """Auth entries by address or id, all that the caller reaches when neither is given."""
    emails, users = call.body.get("emails"), call.body.get("users")
    wanted = [call.world.emails.get(email) for email in emails or ()] + list(users or ())
    if not emails and not users:
        entries = [entry for entry in call.world.entries if not entry.protected]
    else:
        entries = [entry for entry in map(call.world.entries.get, wanted) if entry is not None]
    by_email = call.switches.text("users_info_keyed_by") == "email"
    return {
        "users": {
            (entry.email if by_email and entry.email else entry.id): _info(entry, call)
            for entry in entries
            if call.crosses_companies or entry.company == call.company_id
        }
    }


def _info(entry: AuthEntry, call: Call) -> Json:
    info: Json = {
        "id": entry.id,
        "email": entry.email,
        "created": entry.created,
        "role": entry.role,
        "sec_groups": [group.key for group in groups_of(call.world, entry)],
    }
    if call.body.get("include_providers_info"):
        info["providers"] = {}
    return info

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""users: the two lists of profiles."""

from __future__ import annotations

from lab.endpoints import query
from lab.endpoints.registry import Call, endpoint
from lab.endpoints.users import shown_profile
from lab.wire import errors
from lab.world.permissions import groups_of
from lab.world.records import AuthEntry, Json

_PROFILE = frozenset({"id", "name", "given_name", "family_name", "avatar", "company", "created", "created_in_version"})
_AUTH = frozenset({"email", "role", "providers", "sec_groups", "activity"})


@endpoint("users.get_all", writes=False)
def get_all(call: Call) -> Json:
    """Profiles of the caller's company; a projection leaves the id out unless it names it."""
    listing = _listing(call)
    only = call.body.get("only_fields")
    for name in only or ():
        query.check_field(listing, name)
    users = query.page(query.select(listing, _visible(call), call.body), call.body)
    return {"users": [query.project(user, only) if only else user for user in users]}


@endpoint("users.get_all_ex", writes=False)
def get_all_ex(call: Call) -> Json:
    """The same list in the notation of the web interface: company as an object, ids always there."""
    listing = _listing(call)
    only = call.body.get("only_fields")
    unknown = list(dict.fromkeys(name for name in only or () if name.partition(".")[0] not in listing.fields))
    if unknown:
        raise errors.undefined_fields(unknown, "User")
    users = query.page(query.select(listing, _visible(call), call.body), call.body)
    shown = [user | {"company": {"id": user["company"]}} for user in users]
    return {"users": [{"id": user["id"]} | query.project(user, only) if only else user for user in shown]}


def _with_auth(call: Call) -> bool:
    """The login details are for administrators; others ask in vain, without an error (the lab's choice)."""
    return bool(call.body.get("include_auth")) and call.is_privileged


def _listing(call: Call) -> query.Listing:
    fields = _PROFILE | _AUTH if _with_auth(call) else _PROFILE
    return query.Listing(fields, "retrieving users")


def _visible(call: Call) -> list[Json]:
    users = []
    for profile in call.world.profiles.of(call.company_id):
        entry = call.world.entries.get(profile.id)
        if entry is not None and not listed(call, entry):
            continue
        user = shown_profile(profile)
        if _with_auth(call):
            user |= _auth_details(call, entry)
        users.append(user)
    return users


def listed(call: Call, entry: AuthEntry) -> bool:
    """Whether a person appears in lists, as the switches have it."""
    if entry.service and not call.switches.on("service_users_in_user_lists"):
        return False
    return not entry.internal or call.switches.on("internal_users_listed")


def _auth_details(call: Call, entry: AuthEntry | None) -> Json:
    """What the auth entry adds; nothing for a profile whose user was deleted."""
    if entry is None:
        return {}
    details: Json = {
        "email": entry.email,
        "role": entry.role,
        "created": entry.created,
        "providers": {},
        "sec_groups": [group.key for group in groups_of(call.world, entry)],
    }
    if call.body.get("include_activity"):
        used = max((c.last_used for c in entry.credentials if c.last_used), default=None)
        details["activity"] = {"last_credentials_login": used}
    return details

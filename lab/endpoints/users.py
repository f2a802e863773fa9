# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""users: profiles one at a time, roles, and the caller's own view."""

from __future__ import annotations

from lab.endpoints import features
from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.permissions import configured_names, groups_of
from lab.world.records import Json, Profile

_ROLE_NAMES = {"admin": "Admin", "user": "User", "consumer": "Consumer"}
_UPDATABLE = ("name", "given_name", "family_name", "avatar")


@endpoint("users.create", writes=True)
def create(call: Call) -> Json:
    """A profile under an id of the caller's choice; it makes nobody able to log in."""
    company = call.company(call.body["company"])
    user = call.body["id"]
    if call.world.profiles.get(user) is not None:
        raise errors.user_id_exists(user)
    names = {key: call.body[key] for key in _UPDATABLE if call.body.get(key) is not None}
    version = call.switches.text("server_version")
    call.world.profiles.add(Profile(id=user, company=company.id, created_in_version=version, **names))
    return {}


@endpoint("users.delete", writes=True)
def delete(call: Call) -> Json:
    """Removes the profile alone: keys, tokens and the address survive."""
    user = call.body["user"]
    if call.world.profiles.get(user, None if call.crosses_companies else call.company_id) is None:
        raise errors.invalid_user_id(id=user)
    call.world.profiles.remove(user)
    return {}


@endpoint("users.get_by_id", writes=False)
def get_by_id(call: Call) -> Json:
    """One profile; a system caller sees every company, root does not (recorded)."""
    user = call.body["user"]
    if call.identity.role == "system":
        profile = call.world.profiles.get(user)
        details = {"id": user}
    else:
        profile = call.world.profiles.get(user, call.company_id)
        details = {"id": user, "company": call.company_id}
    if profile is None:
        raise errors.invalid_user_id(**details)
    return {"user": shown_profile(profile)}


def shown_profile(profile: Profile) -> Json:
    """A profile as the lists and get_by_id show it; names that were never set are absent."""
    shown: Json = {
        "id": profile.id,
        "name": profile.name,
        "company": profile.company,
        "created": profile.created,
        "created_in_version": profile.created_in_version,
    }
    for key in ("given_name", "family_name", "avatar"):
        if getattr(profile, key) is not None:
            shown[key] = getattr(profile, key)
    return shown


@endpoint("users.get_current_user", writes=False)
def get_current_user(call: Call) -> Json:
    """The caller's profile with company, role and groups; identities without a profile are an error."""
    identity = call.identity
    profile = call.world.profiles.get(identity.user)
    if profile is None:
        raise errors.invalid_user("failed loading user")
    entry = call.world.entries.get(identity.user)
    company = {"id": identity.company, "name": identity.company_name, "tier": "paid"}
    user = shown_profile(profile) | {
        "company": company,
        "companies": [{"id": identity.company, "name": identity.company_name, "active": True, "tier": "paid"}],
        "role": identity.role,
        "email": entry.email if entry else None,
        "preferences": profile.preferences,
    }
    groups = groups_of(call.world, entry) if entry else []
    answer: Json = {
        "user": user,
        "sec_groups": [{"id": group.key, "name": group.name} for group in groups],
        "settings": {"max_download_items": "1000"},
        "getting_started": {},
    }
    if call.body.get("get_supported_features"):
        names = configured_names(call.world, entry) if entry else []
        answer["supported_features"] = features.supported(call.company(identity.company), call.world.server, names)
        answer["trial_features"] = []
    return answer


@endpoint("users.update", writes=True)
def update(call: Call) -> Json:
    """Changes names in the caller's company; an unknown user is no error, just nothing updated."""
    given = {key: call.body[key] for key in _UPDATABLE if key in call.body and call.body[key] is not None}
    for key, value in given.items():
        if not isinstance(value, str):
            raise errors.bad_data(key, "StringField only accepts string values", "updating user")
    profile = call.world.profiles.get(call.body["user"], call.company_id)
    if profile is None:
        return {"updated": 0, "fields": {}}
    for key, value in given.items():
        setattr(profile, key, value)
    entry = call.world.entries.get(profile.id)
    if entry is not None and "name" in given:
        entry.name = given["name"]
    return {"updated": 1, "fields": given}


@endpoint("users.set_role", writes=True)
def set_role(call: Call) -> Json:
    """Give one of the assignable roles."""
    return _assign(call, call.body["role"])


@endpoint("users.set_admin", writes=True)
def set_admin(call: Call) -> Json:
    """The older way to say admin or user."""
    return _assign(call, "admin" if call.body.get("admin", True) else "user")


def _assign(call: Call, role: str) -> Json:
    user = call.body.get("user")
    entry = call.person(user)
    if entry is None or entry.protected:
        raise errors.invalid_user_id(id=user, company=call.company_id)
    admins_allowed = call.company(entry.company).settings.get("allow_service_user_admins")
    if entry.service and role == "admin" and not admins_allowed:
        raise errors.bad_value("service users cannot be admins", role=role)
    entry.role = role
    return {"updated": 1}


@endpoint("users.get_role_options", writes=False)
def get_role_options(_call: Call) -> Json:
    """The roles that can be given."""
    return {"roles": [{"role": role, "display_name": name} for role, name in _ROLE_NAMES.items()]}


@endpoint("users.get_preferences", writes=False)
def get_preferences(call: Call) -> Json:
    """What the caller stored for itself."""
    return {"preferences": _own_profile(call).preferences}


@endpoint("users.set_preferences", writes=True)
def set_preferences(call: Call) -> Json:
    """Set single keys; dots in a key reach into nested objects."""
    profile = _own_profile(call)
    for path, value in call.body["preferences"].items():
        *parents, leaf = path.split(".")
        target = profile.preferences
        for parent in parents:
            target = target.setdefault(parent, {})
        target[leaf] = value
    answer: Json = {"updated": 1}
    if call.body.get("return_updated", True):
        answer["fields"] = {"preferences": profile.preferences}
    return answer


def _own_profile(call: Call) -> Profile:
    profile = call.world.profiles.get(call.identity.user)
    if profile is None:
        raise errors.invalid_user_id(id=call.identity.user, company=call.company_id)
    return profile

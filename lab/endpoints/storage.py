# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""storage: credentials for object stores, the company's and everybody's own."""

from __future__ import annotations

from typing import Any

from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.records import Json, Profile, now

_PROVIDERS = ("aws", "azure", "google")
_SECRETS = ("secret", "token", "account_key", "credentials_json")


@endpoint("storage.get_settings", writes=False)
def get_settings(call: Call) -> Json:
    """The company's credentials; secrets as the switch says."""
    return _shown(call.company().storage, call.switches.text("storage_secrets"))


@endpoint("storage.set_settings", writes=True)
def set_settings(call: Call) -> Json:
    """Store credentials; what the request leaves out goes or stays, as the switch says."""
    company = call.company()
    before = company.storage
    company.storage = _stored(call, before)
    return {"updated": int(company.storage != before)}


@endpoint("storage.reset_settings", writes=True)
def reset_settings(call: Call) -> Json:
    """Forget the company's credentials of some providers."""
    company = call.company()
    before = company.storage
    company.storage = _without(before, call.body.get("keys"))
    return {"updated": int(company.storage != before)}


@endpoint("storage.get_user_settings", writes=False)
def get_user_settings(call: Call) -> Json:
    """The same for the caller alone."""
    return _shown(_profile(call).storage, call.switches.text("storage_secrets"))


@endpoint("storage.set_user_settings", writes=True)
def set_user_settings(call: Call) -> Json:
    """The same for the caller alone."""
    profile = _profile(call)
    before = profile.storage
    profile.storage = _stored(call, before)
    return {"updated": int(profile.storage != before)}


@endpoint("storage.reset_user_settings", writes=True)
def reset_user_settings(call: Call) -> Json:
    """The same for the caller alone."""
    profile = _profile(call)
    before = profile.storage
    profile.storage = _without(before, call.body.get("keys"))
    return {"updated": int(profile.storage != before)}


def _profile(call: Call) -> Profile:
    profile = call.world.profiles.get(call.identity.user, call.company_id)
    if profile is None:
        raise errors.invalid_user("failed loading user", user=call.identity.user)
    return profile


def _stored(call: Call, before: Json) -> Json:
    given = {name: call.body[name] for name in _PROVIDERS if call.body.get(name) is not None}
    update = call.switches.text("storage_update")
    if update == "merge":
        given = {name: {**before.get(name, {}), **settings} for name, settings in given.items()}
    kept = {} if update == "replace" else {name: before[name] for name in _PROVIDERS if name in before}
    stored = {**kept, **given}
    same = stored == {name: before[name] for name in _PROVIDERS if name in before}
    return before if same else {**stored, "last_update": now()}


def _without(before: Json, keys: list[str] | None) -> Json:
    gone = set(keys or ()) & set(before)
    return {**{name: before[name] for name in before if name not in gone}, "last_update": now()} if gone else before


def _shown(settings: Json, secrets: str) -> Json:
    """The stored settings with their secrets in clear, masked or left out."""
    return settings if secrets == "clear" else {name: _part(item, secrets) for name, item in settings.items()}


def _part(value: Any, secrets: str) -> Any:
    if isinstance(value, list):
        return [_part(item, secrets) for item in value]
    if not isinstance(value, dict):
        return value
    shown = {}
    for name, item in value.items():
        if name not in _SECRETS or not item:
            shown[name] = _part(item, secrets)
        elif secrets == "masked":
            shown[name] = "********"
    return shown

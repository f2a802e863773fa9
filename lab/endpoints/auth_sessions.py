# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""auth: logging in and out, and tokens for others."""

from __future__ import annotations

from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.wire.identity import identity_of
from lab.world.records import Json


@endpoint("auth.login", writes=False)
def login(call: Call) -> Json:
    """A token for the caller; one of a user that is gone cannot be renewed."""
    identity = call.identity
    entry = call.world.entries.get(identity.user)
    if entry is None:
        raise errors.invalid_user_id(id=identity.user, company=identity.company)
    method = "Basic" if call.caller and call.caller.method == "basic" else "Bearer"
    token = call.tokens.issue(
        identity_of(call.world, entry, identity.role), method, call.server_version(), call.body.get("expiration_sec")
    )
    if call.body.get("set_cookie", True):
        call.set_cookie = token
    return {"token": token}


@endpoint("auth.logout", writes=False)
def logout(call: Call) -> Json:
    """Revokes the token that the call came with, and clears the cookie."""
    if call.caller and call.caller.token:
        call.tokens.revoke(call.caller.token)
    call.delete_cookie = True
    return {}


@endpoint("auth.get_token_for_user", writes=False)
def get_token_for_user(call: Call) -> Json:
    """A token with a named user's identity and role."""
    user, company = call.body["user"], call.body.get("company")
    entry = call.person(user)
    if entry is None or company is not None and entry.company != company:
        details = {"id": user} if company is None else {"id": user, "company": company}
        raise errors.invalid_user_id(**details)
    identity = identity_of(call.world, entry)
    return {"token": call.tokens.issue(identity, "Bearer", call.server_version(), call.body.get("expiration_sec"))}


@endpoint("auth.validate_token", writes=False)
def validate_token(call: Call) -> Json:
    """Whose token it is; an unusable one is an answer, not an error."""
    try:
        identity = call.tokens.verify(call.body["token"]).identity
    except errors.ApiError as error:
        return {"valid": False, "msg": error.message}
    return {
        "valid": True,
        "user": identity.user,
        "company": identity.company,
        "role": identity.role,
        "tenant": identity.company,
        "tenants": [identity.company],
    }


@endpoint("auth.fixed_users_mode", writes=False)
def fixed_users_mode(call: Call) -> Json:
    """Whether only people of the server's settings sign in; a server without settings has none."""
    return {"enabled": call.world.server.get("login", {}).get("fixed_users", False)}

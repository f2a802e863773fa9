# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""People who sign in with a password that the server's own settings hold: the list as the server takes it, hashed."""

from __future__ import annotations

import base64
import json
import typing as t

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput

KEY = "CLEARML__apiserver__auth__fixed_users__users"
#: bcrypt looks at no more.
LONGEST_PASSWORD = 72


def listed(users: list[dict[str, t.Any]], stored: str) -> str:
    """The list as JSON. A hash is random, so one that fits the password stays.

    :param users: each with username, password or password_hash, name and admin
    :param stored: the list as it is kept now
    :raises InvalidInput: naming the user, never a password
    """
    kept = _kept(stored)
    found: dict[str, dict[str, t.Any]] = {}
    for user in users:
        username = user["username"]
        if username in found:
            raise InvalidInput(f"fixed_users names {username!r} twice")
        if bool(user["password"]) == bool(user["password_hash"]):
            raise InvalidInput(f"fixed_users: {username!r} needs either a password or a password_hash")
        found[username] = {
            "username": username,
            "password": _hash(username, user, kept.get(username, "")),
            "name": user["name"] or username,
            **({"admin": True} if user["admin"] else {}),
        }
    return json.dumps(list(found.values()))


def _kept(stored: str) -> dict[str, str]:
    try:
        return {str(one["username"]): str(one["password"]) for one in json.loads(stored)}
    except (ValueError, TypeError, KeyError):
        return {}


def _hash(username: str, user: dict[str, t.Any], kept: str) -> str:
    """In base64, as the server wants it."""
    given = user["password_hash"]
    if given:
        text = given if given.startswith("$2") else _decoded(given).decode(errors="replace")
        if not text.startswith("$2") or len(text) != 60:
            raise InvalidInput(f"fixed_users: the password_hash of {username!r} is no hash of bcrypt")
        return base64.b64encode(text.encode()).decode()
    try:
        import bcrypt
    except ImportError:
        raise InvalidInput(missing_required_lib("bcrypt")) from None
    password = user["password"].encode()
    if len(password) > LONGEST_PASSWORD:
        raise InvalidInput(f"fixed_users: the password of {username!r} is longer than {LONGEST_PASSWORD} bytes")
    try:
        if kept and bcrypt.checkpw(password, _decoded(kept)):
            return kept
    except ValueError:
        pass  # What is kept is no hash: it is replaced.
    return base64.b64encode(bcrypt.hashpw(password, bcrypt.gensalt())).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""

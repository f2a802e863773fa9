# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of people in the server's own settings."""

from __future__ import annotations

import base64
import json
import typing as t

import bcrypt
import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._fixed_users import listed

HASH = bcrypt.hashpw(b"of-jane", bcrypt.gensalt(4)).decode()


def person(username: str = "jane", **given: t.Any) -> dict[str, t.Any]:
    return {"username": username, "password": None, "password_hash": None, "name": None, "admin": False, **given}


def fits(entry: dict[str, t.Any], password: str) -> bool:
    return bcrypt.checkpw(password.encode(), base64.b64decode(entry["password"]))


def test_a_password_is_hashed_once() -> None:
    stored = listed([person(password="of-jane", name="Jane Doe", admin=True)], "")
    (entry,) = json.loads(stored)
    assert fits(entry, "of-jane")
    assert (entry["username"], entry["name"], entry["admin"]) == ("jane", "Jane Doe", True)
    again = listed([person(password="of-jane", name="Jane Doe", admin=True)], stored)
    assert again == stored
    changed = json.loads(listed([person(password="another", name="Jane Doe"), person("joe", password="x")], stored))
    assert fits(changed[0], "another") and fits(changed[1], "x")
    assert "admin" not in changed[0] and changed[1]["name"] == "joe"


@pytest.mark.parametrize("given", [HASH, base64.b64encode(HASH.encode()).decode()], ids=["plain", "base64"])
def test_a_hash_is_kept_as_it_is(given: str) -> None:
    (entry,) = json.loads(listed([person(password_hash=given)], ""))
    assert base64.b64decode(entry["password"]).decode() == HASH


@pytest.mark.parametrize(
    "stored", ["no json", "{}", '[{"username": "jane"}]', '[{"username": "jane", "password": "%"}]']
)
def test_what_is_no_list_is_replaced(stored: str) -> None:
    (entry,) = json.loads(listed([person(password="of-jane")], stored))
    assert fits(entry, "of-jane")


@pytest.mark.parametrize(
    ("users", "message"),
    [
        ([person(password="a"), person(password="b")], "names 'jane' twice"),
        ([person()], "'jane' needs either a password or a password_hash"),
        ([person(password="a", password_hash=HASH)], "'jane' needs either"),
        ([person(password_hash="$2b$no")], "password_hash of 'jane' is no hash of bcrypt"),
        ([person(password_hash="bm9uZQ==")], "password_hash of 'jane' is no hash of bcrypt"),
        ([person(password="é" * 37)], "password of 'jane' is longer than 72 bytes"),
    ],
)
def test_what_nobody_could_sign_in_with_is_refused(users: list[dict[str, t.Any]], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        listed(users, "")

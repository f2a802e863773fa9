# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is secret, told by its key, and how it is shown."""

from __future__ import annotations

import re
import typing as t

#: Stands where a secret would be shown.
MASK = "********"
#: Keys whose texts are secrets: secret_key, client_secret, password, private_key, account_key, token. Not
#: token_endpoint, nor the options that say when to rewrite one (update_secret), nor the names of Secrets
#: (existingSecret).
SECRET = re.compile(
    r"^(?!existing)(.*(?<!update_))?secret(_key)?$|(password|passphrase|private_key|account_key|credentials_json)$"
    r"|(^|_)token$",
    re.IGNORECASE,
)
#: Names of environment variables whose values are secrets. A shorter value is a switch or a number.
SECRET_VARIABLE = re.compile(r"SECRET|PASSW|TOKEN|KEY|CREDENTIAL", re.IGNORECASE)
SHORTEST_VALUE = 8


def hidden(value: t.Any) -> t.Any:
    """The mask, or null where there is nothing to hide."""
    return None if value is None else MASK


def secrets_in(value: t.Any) -> set[str]:
    """The texts under keys that name secrets, however deep, and the values of secret environment variables."""
    if isinstance(value, dict):
        here = {item for key, item in value.items() if SECRET.search(str(key)) and isinstance(item, str) and item}
        if is_secret_variable(value) and len(str(value.get("value"))) >= SHORTEST_VALUE:
            here.add(str(value["value"]))
        return here.union(*(secrets_in(item) for item in value.values()))
    return set().union(*(secrets_in(item) for item in value)) if isinstance(value, list) else set()


def is_secret_variable(entry: t.Mapping[str, t.Any]) -> bool:
    """Whether a map is an entry of a container's environment that holds a secret."""
    name = entry.get("name")
    return isinstance(name, str) and "value" in entry and SECRET_VARIABLE.search(name) is not None


def texts_in(value: t.Any) -> set[str]:
    """All texts and numbers of a value, however deep."""
    if isinstance(value, dict):
        return set().union(*(texts_in(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(texts_in(item) for item in value))
    return {str(value)} if value not in (None, "") and not isinstance(value, bool) else set()


def masked(value: t.Any) -> t.Any:
    """The value without its secrets."""
    if isinstance(value, dict):
        return {
            key: MASK if SECRET.search(str(key)) and isinstance(item, str) and item else masked(item)
            for key, item in value.items()
        }
    return [masked(item) for item in value] if isinstance(value, list) else value

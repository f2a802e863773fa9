# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is secret, told by its key, and how it is shown."""

from __future__ import annotations

import re
import typing as t

#: Stands where a secret would be shown.
MASK = "********"
#: Keys whose texts are secrets: secret_key, client_secret, password, private_key, token. Not token_endpoint, nor the
#: options that say when to rewrite one (update_secret).
SECRET = re.compile(r"(?<!update_)secret(_key)?$|(password|passphrase|private_key)$|(^|_)token$", re.IGNORECASE)


def hidden(value: t.Any) -> t.Any:
    """The mask, or null where there is nothing to hide."""
    return None if value is None else MASK


def secrets_in(value: t.Any) -> set[str]:
    """The texts under keys that name secrets, however deep."""
    if isinstance(value, dict):
        here = {item for key, item in value.items() if SECRET.search(str(key)) and isinstance(item, str) and item}
        return here.union(*(secrets_in(item) for item in value.values()))
    return set().union(*(secrets_in(item) for item in value)) if isinstance(value, list) else set()


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

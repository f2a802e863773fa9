# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets in storage settings: whether the server shows them, and what stands for those that it does not show."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._storage_shape import (
    PROVIDERS,
    Form,
    Provider,
    text,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Values
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import MASK

#: How a server writes what it does not want to show.
MASKED = re.compile(r"[*•●]{3,}")
SECRETS = tuple(sorted({name for one in PROVIDERS.values() for form in (one.own, one.entry) for name in form.secrets}))


class Sealed(str):
    """A secret that the server does not show: it equals the mask, and knows the text that was given for it.

    :ivar text: the secret
    """

    text: str

    def __new__(cls, text: str) -> Sealed:
        """The mask with its text."""
        made = super().__new__(cls, MASK)
        made.text = text
        return made


def secret_texts(value: t.Any) -> list[str]:
    """The secrets of settings, however deep."""
    if isinstance(value, t.Mapping):
        here = [text(item) for name, item in value.items() if name in SECRETS]
        inner = [one for name, item in value.items() if name not in SECRETS for one in secret_texts(item)]
        return [one for one in here if one] + inner
    return [one for item in value for one in secret_texts(item)] if isinstance(value, list) else []


def hide(value: t.Any) -> t.Any:
    """Settings without their secrets."""
    if isinstance(value, t.Mapping):
        return {name: item and MASK if name in SECRETS else hide(item) for name, item in value.items()}
    return [hide(item) for item in value] if isinstance(value, list) else value


def shows_secrets(settings: Values) -> bool:
    """Whether the server shows what it has in clear."""
    return any(not MASKED.search(one) for one in secret_texts(settings))


def sealed(provider: Provider, stands: Values | None, given: Values | None, hides: bool) -> Values | None:
    """A provider whose secrets are not shown, with those that were given.

    :param hides: the server leaves secrets out altogether
    """
    if stands is None:
        return None
    asked = provider.of(given or {})
    entries = [
        _seal(provider.entry, entry, asked.get(address, {}), hides) for address, entry in provider.of(stands).items()
    ]
    return {**_seal(provider.own, stands, given or {}, hides), provider.entries: entries}


def _seal(form: Form, stands: Values, given: Values, hides: bool) -> dict[str, t.Any]:
    """An entry with sealed secrets. Where all are left out, those are there that were given, or that have an owner."""
    entry = dict(stands)
    owned = form.secrets[:1] if hides and (not form.owner or stands.get(form.owner)) else ()
    for name in form.secrets:
        asked = text(given.get(name))
        if asked and (hides or stands.get(name)):
            entry[name] = Sealed(asked)
        elif stands.get(name) or name in owned:
            entry[name] = MASK
    return entry

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The form of storage settings: what a provider and its buckets have, and which of it is secret."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Values


@dataclass(frozen=True)
class Form:
    """What an entry consists of: a provider itself, or one of its buckets.

    :ivar switches: true or false, each with what the API takes when it is not given
    :ivar owner: what an entry has if it has a secret; empty: any entry may have one
    """

    texts: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    switches: t.Mapping[str, bool] = field(default_factory=dict)
    owner: str = ""

    def normal(self, entry: Values) -> dict[str, t.Any]:
        """An entry with all of its keys; an empty text is none."""
        texts = {name: text(entry.get(name)) for name in (*self.texts, *self.secrets)}
        switches = {
            name: default if entry.get(name) is None else entry[name] for name, default in self.switches.items()
        }
        return {**texts, **switches}

    def is_empty(self, entry: Values) -> bool:
        """Whether an entry in normal form says nothing."""
        return entry == self.normal({})


@dataclass(frozen=True)
class Provider:
    """A provider: its own settings, and a list of entries, each known by its address."""

    own: Form
    entries: str
    entry: Form
    address: tuple[str, ...]

    def of(self, value: Values) -> dict[tuple[t.Any, ...], dict[str, t.Any]]:
        """The entries of a provider in normal form, by address."""
        normal = [self.entry.normal(entry) for entry in value.get(self.entries) or []]
        return {self.at(entry): entry for entry in normal}

    def at(self, entry: Values) -> tuple[t.Any, ...]:
        """The address of an entry."""
        return tuple(text(entry.get(name)) for name in self.address)

    def label(self, entry: Values) -> str:
        """The address of an entry for messages."""
        return repr("/".join(filter(None, self.at(entry))))

    def normal(self, value: Values | None) -> dict[str, t.Any] | None:
        """A provider in the form in which two are compared; None if nothing is set."""
        value = value or {}
        entries = self.of(value)
        own = self.own.normal(value)
        if self.own.is_empty(own) and not entries:
            return None
        ordered = sorted(entries.items(), key=lambda item: [str(part or "") for part in item[0]])
        return {**own, self.entries: [entry for _address, entry in ordered]}


def text(value: t.Any) -> str | None:
    """A text; a map, which is a key file that was read already, as JSON. A sealed one stays what it is."""
    if isinstance(value, (t.Mapping, list)):
        return json.dumps(value, sort_keys=True)
    return value or None


CHAIN = {"use_credentials_chain": False}
PROVIDERS: dict[str, Provider] = {
    "aws": Provider(
        Form(("key", "region"), ("secret", "token"), CHAIN, "key"),
        "buckets",
        Form(
            ("bucket", "subdir", "host", "key", "region", "acl"),
            ("secret", "token"),
            {"multipart": True, "secure": True, "verify": True, **CHAIN},
            "key",
        ),
        ("bucket", "subdir", "host"),
    ),
    "google": Provider(
        Form(("project",), ("credentials_json",), owner="project"),
        "buckets",
        Form(("bucket", "subdir", "project"), ("credentials_json",)),
        ("bucket", "subdir"),
    ),
    "azure": Provider(
        Form(),
        "containers",
        Form(("account_name", "container_name"), ("account_key",)),
        ("account_name", "container_name"),
    ),
}

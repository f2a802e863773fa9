# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What groups and access rules have in common: members, who are people or service accounts in one list of the API."""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired, Entity, Row, Values
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._references import (
    accounts,
    as_refs,
    groups,
    service_accounts,
    users,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

#: Options that name others, and what finds these.
FINDERS = {"users": users, "service_accounts": service_accounts, "groups": groups}


def apart(world: World, rows: t.Iterable[Values]) -> list[Values]:
    """The server's rows with the service accounts taken out of ``users``."""
    machines = {account["id"] for account in accounts(world)}
    return [
        {
            **row,
            "users": [one for one in row.get("users") or [] if one["id"] not in machines],
            "service_accounts": [one for one in row.get("users") or [] if one["id"] in machines],
        }
        for row in rows
    ]


def found(world: World, desired: Desired) -> dict[str, t.Any]:
    """What was asked for, with references in place of names; null stays null."""
    values = dict(desired.values)
    for option, find in FINDERS.items():
        if values.get(option) is not None:
            values[option] = find(world, values[option], option)
    return values


def standing(rows: t.Iterable[Values], desired: Desired) -> Values:
    """The row that is meant, or one of several (planning refuses those); empty if there is none yet."""
    key, wanted = ("name", desired.values.get("name")) if desired.id is None else ("id", desired.id)
    return next((row for row in rows if row[key] == wanted), {})


def ids(values: Values, *options: str) -> list[str]:
    """IDs to send. Who has no name any more is gone, and the server may refuse the ID."""
    return [str(one) for option in options for one in as_refs(values.get(option)) if one.label != str(one)]


def differs(entity: Entity, row: Row, desired: Desired) -> bool:
    """Whether anything that was asked for is not as it stands."""
    return desired.absent or any(
        row.values[option] != entity.field(option).normal(value) for option, value in desired.values.items()
    )


def check_name(kind: str, name: str | None) -> None:
    """Refuse a name that nobody would find again.

    :raises InvalidInput: naming it
    """
    if name is not None and (not name or name != name.strip()):
        raise InvalidInput(f"name is {name!r}; a {kind}'s name is not empty and has no space around it")

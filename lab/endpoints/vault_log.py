# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""users: who did what to which configuration vault."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import groupby

from lab.endpoints.query import page
from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.records import Json, Vault, VaultOperation, new_id

#: What the log shows unless it is asked for others.
_SCOPES = ("organization", "group")


def changes(before: Vault | None, after: Vault) -> list[str]:
    """The operations that one write amounts to."""
    if before is None:
        return ["create"]
    switched = [] if before.enabled == after.enabled else ["activate" if after.enabled else "deactivate"]
    same = replace(before, enabled=after.enabled, last_update=after.last_update) == after
    return switched if same and switched else ["edit", *switched]


def note(call: Call, vault: Vault, operation: str) -> None:
    """Enter an operation into the log."""
    owner = call.world.entries.get(vault.user, call.company_id) if vault.user else None
    scope = "service_account" if owner is not None and owner.service else vault.scope
    entry = VaultOperation(new_id(), call.company_id, operation, scope, vault.id, vault.description, call.identity.user)
    call.world.vault_operations.add(entry)


@endpoint("users.get_vault_operations_log", writes=False)
def get_vault_operations_log(call: Call) -> Json:
    """Operations by time, neighbouring equal ones as one unless ``group`` is null."""
    found = [entry for entry in _all(call) if _wanted(call, entry)]
    if call.body.get("group", {}) is not None:
        found = _grouped(found, call.body.get("group", {}))
    if call.body.get("order") != "asc":
        found.reverse()
    return {"operations": page([_shown(call, entry) for entry in found], call.body)}


@endpoint("users.get_vault_operations_log_filters", writes=False)
def get_vault_operations_log_filters(call: Call) -> Json:
    """What there is to filter by."""
    entries = _all(call)
    vaults = {entry.vault: entry.vault_description for entry in entries}
    return {
        "operations": sorted({entry.operation for entry in entries}),
        "users": [_person(call, user) for user in sorted({entry.user for entry in entries})],
        "vaults": [{"id": vault, "description": description} for vault, description in vaults.items()],
    }


def _all(call: Call) -> list[VaultOperation]:
    return call.world.vault_operations.of(call.company_id)


def _wanted(call: Call, entry: VaultOperation) -> bool:
    body = call.body
    first, last = _moment(body.get("from_timestamp")), _moment(body.get("to_timestamp"))
    created = datetime.fromisoformat(entry.created)
    return (
        entry.scope in (body.get("scope") or _SCOPES)
        and entry.operation in (body.get("operations") or [entry.operation])
        and entry.user in (body.get("users") or [entry.user])
        and entry.vault in (body.get("vaults") or [entry.vault])
        and (first is None or created >= first)
        and (last is None or created <= last)
    )


def _moment(value: str | None) -> datetime | None:
    try:
        return None if value is None else datetime.fromisoformat(value)
    except ValueError:
        raise errors.validation("not a time", value=value) from None


def _grouped(entries: list[VaultOperation], how: Json) -> list[VaultOperation]:
    found = []
    for _key, members in groupby(entries, key=lambda entry: (entry.vault, entry.operation, entry.user)):
        ordered = list(members)[:: -1 if how.get("order") == "desc" else 1]
        index = how.get("index") or 0
        found.append(ordered[max(-len(ordered), min(index, len(ordered) - 1))])
    return found


def _shown(call: Call, entry: VaultOperation) -> Json:
    return {
        "created": entry.created,
        "operation": entry.operation,
        "scope": entry.scope,
        "user": _person(call, entry.user),
        "vault_description": entry.vault_description,
        "ip": "127.0.0.1",
    }


def _person(call: Call, user: str) -> Json:
    profile = call.world.profiles.get(user)
    return {"id": user, "name": profile.name if profile is not None else None}

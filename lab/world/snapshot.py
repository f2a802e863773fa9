# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A world as one JSON document and back, for the control API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lab.world.records import (
    AccessRule,
    ApplicationInstance,
    ApplicationVersion,
    AuthEntry,
    Company,
    Credential,
    Group,
    Json,
    Profile,
    Project,
    ProviderConfiguration,
    Queue,
    QueueEntry,
    Route,
    Router,
    Task,
    Vault,
    VaultOperation,
    WhitelistEntry,
    Worker,
)
from lab.world.world import World

#: Tables whose records are JSON as they are.
_PLAIN: dict[str, type[Any]] = {
    "profiles": Profile,
    "projects": Project,
    "tasks": Task,
    "workers": Worker,
    "provider_configurations": ProviderConfiguration,
    "groups": Group,
    "access_rules": AccessRule,
    "vaults": Vault,
    "vault_operations": VaultOperation,
    "routes": Route,
    "routers": Router,
    "application_versions": ApplicationVersion,
    "application_instances": ApplicationInstance,
}


def to_json(world: World) -> Json:
    """Lists of records per table; credentials are inside their auth entries, secrets included."""
    return {
        "companies": [asdict(company) for company in world.companies.values()],
        "auth_entries": [asdict(entry) for entry in world.entries],
        "queues": [asdict(queue) for queue in world.queues],
        **{name: [asdict(record) for record in getattr(world, name)] for name in _PLAIN},
        "server": world.server,
    }


def from_json(document: Json) -> World:
    """A world from what ``to_json`` made; a missing table is an empty one."""
    world = World()
    for item in _items(document, "companies"):
        invited = [WhitelistEntry(**entry) for entry in item.pop("whitelist", [])]
        world.companies[item["id"]] = Company(**item, whitelist=invited)
    for item in _items(document, "auth_entries"):
        credentials = [Credential(**credential) for credential in item.pop("credentials", [])]
        world.add_entry(AuthEntry(**item, credentials=credentials))
    for item in _items(document, "queues"):
        waiting = [QueueEntry(**entry) for entry in item.pop("entries", [])]
        world.queues.add(Queue(**item, entries=waiting))
    for name, record in _PLAIN.items():
        for item in _items(document, name):
            getattr(world, name).add(record(**item))
    world.server = dict(document.get("server", {}))
    return world


def _items(document: Json, table: str) -> list[dict[str, Any]]:
    return [dict(item) for item in document.get(table, [])]

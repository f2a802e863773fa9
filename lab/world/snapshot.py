# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A world as one JSON document and back, for the control API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lab.world.records import (
    AuthEntry,
    Company,
    Credential,
    Json,
    Profile,
    ProviderConfiguration,
    Queue,
    QueueEntry,
    Task,
    WhitelistEntry,
    Worker,
)
from lab.world.world import World


def to_json(world: World) -> Json:
    """Lists of records per table; credentials are inside their auth entries, secrets included."""
    return {
        "companies": [asdict(company) for company in world.companies.values()],
        "auth_entries": [asdict(entry) for entry in world.entries],
        "profiles": [asdict(profile) for profile in world.profiles],
        "queues": [asdict(queue) for queue in world.queues],
        "tasks": [asdict(task) for task in world.tasks],
        "workers": [asdict(worker) for worker in world.workers],
        "provider_configurations": [asdict(row) for row in world.provider_configurations],
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
    for item in _items(document, "profiles"):
        world.profiles.add(Profile(**item))
    for item in _items(document, "queues"):
        waiting = [QueueEntry(**entry) for entry in item.pop("entries", [])]
        world.queues.add(Queue(**item, entries=waiting))
    for item in _items(document, "tasks"):
        world.tasks.add(Task(**item))
    for item in _items(document, "workers"):
        world.workers.add(Worker(**item))
    for item in _items(document, "provider_configurations"):
        world.provider_configurations.add(ProviderConfiguration(**item))
    world.server = dict(document.get("server", {}))
    return world


def _items(document: Json, table: str) -> list[dict[str, Any]]:
    return [dict(item) for item in document.get(table, [])]

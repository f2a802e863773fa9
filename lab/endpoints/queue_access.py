# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding, checking and showing queues: the steps that the queue endpoints share."""

from __future__ import annotations

from lab.endpoints.registry import Call
from lab.wire import errors
from lab.world.records import Json, Queue, now


def find(call: Call, queue_id: object) -> Queue:
    """A queue of the caller's company; ApiError 400/701 for any other id."""
    queue = call.world.queues.get(queue_id, call.company_id)
    if queue is None:
        raise errors.invalid_queue_id(queue_id, call.company_id)
    return queue


def free_name(call: Call, name: str, besides: str | None = None) -> str:
    """The stripped name, long enough and unused in the company (case matters)."""
    stripped = name.strip()
    if len(stripped) < 3:
        raise errors.bad_data("name", "String value is too short")
    for queue in call.world.queues.of(call.company_id):
        if queue.name == stripped and queue.id != besides:
            raise errors.not_unique(name=stripped, company=call.company_id)
    return stripped


def checked_tags(tags: list[str] | None) -> list[str]:
    """Tags as they are kept: sorted, doubles included; the filter's own words are refused."""
    reserved = [tag for tag in tags or () if tag.startswith("__$")]
    if reserved:
        raise errors.bad_value("unsupported tag prefix", values=errors.bracketed(reserved))
    return sorted(tags or ())


def touch(queue: Queue) -> None:
    """Note a change."""
    queue.last_update = now()


def shown(call: Call, queue: Queue, max_entries: int | None = None) -> Json:
    """A queue in the notation of get_all and get_by_id."""
    entries = [{"task": entry.task, "added": entry.added} for entry in queue.entries]
    if max_entries is not None:
        entries = entries[:max_entries] if max_entries >= 0 else entries[max_entries:]
    old = call.version < (2, 17) and call.switches.on("queue_metadata_old_versions_empty")
    document: Json = {
        "id": queue.id,
        "name": queue.name,
        "company": queue.company,
        "created": queue.created,
        "tags": queue.tags,
        "system_tags": queue.system_tags,
        "entries": entries,
        "last_update": queue.last_update,
        "metadata": [] if old else queue.metadata,
    }
    if queue.display_name is not None:
        document["display_name"] = queue.display_name
    if queue.profile_connection is not None:
        document["profile_connection"] = queue.profile_connection
    return document

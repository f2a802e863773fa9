# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""queues: the queues themselves."""

from __future__ import annotations

from typing import Any

from lab.endpoints import query
from lab.endpoints.queue_access import checked_tags, find, free_name, shown, touch
from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.records import Json, Queue, new_id

_LISTING = query.Listing(
    frozenset(
        {
            "id", "name", "display_name", "company", "created", "tags", "system_tags",
            "entries", "last_update", "metadata", "profile_connection", "user",
        }
    )
)  # fmt: skip
_HIDDEN_TAG = "k8s-glue"


@endpoint("queues.create", writes=True)
def create(call: Call) -> Json:
    """A new queue; the answer is its id and nothing more."""
    tags, system_tags = checked_tags(call.body.get("tags")), checked_tags(call.body.get("system_tags"))
    queue = Queue(
        id=new_id(),
        name=free_name(call, call.body["name"]),
        company=call.company_id,
        display_name=call.body.get("display_name"),
        user=call.identity.user,
        tags=tags,
        system_tags=system_tags,
        metadata=call.body.get("metadata") or {},
    )
    call.world.queues.add(queue)
    return {"id": queue.id}


@endpoint("queues.update", writes=True)
def update(call: Call) -> Json:
    """Change a queue; null clears tags and metadata, and means nothing for the two names."""
    queue = find(call, call.body["queue"])
    fields: Json = {}
    for key in ("name", "display_name"):
        if call.body.get(key) is not None:
            fields[key] = call.body[key]
    if "name" in fields:
        fields["name"] = free_name(call, fields["name"], besides=queue.id)
        if queue.profile_connection is not None and fields["name"] != queue.name:
            raise errors.policy_queue(queue.id)
    for key in ("tags", "system_tags"):
        if key in call.body:
            fields[key] = checked_tags(call.body[key])
    if "metadata" in call.body:
        fields["metadata"] = call.body["metadata"] or {}
    for key, value in fields.items():
        setattr(queue, key, value)
    touch(queue)
    return {"updated": 1, "fields": fields}


@endpoint("queues.delete", writes=True)
def delete(call: Call) -> Json:
    """Remove a queue, the default one too; waiting tasks need force."""
    queue = find(call, call.body["queue"])
    if queue.profile_connection is not None:
        raise errors.policy_queue(queue.id)
    if queue.entries and not call.body.get("force"):
        raise errors.queue_not_empty(queue.id)
    for entry in queue.entries:
        task = call.world.tasks.get(entry.task)
        if task is not None:
            task.status = task.previous_status
    call.world.queues.remove(queue.id)
    return {"deleted": 1}


@endpoint("queues.get_by_id", writes=False)
def get_by_id(call: Call) -> Json:
    """One queue."""
    return {"queue": shown(call, find(call, call.body["queue"]), call.body.get("max_task_entries"))}


@endpoint("queues.get_default", writes=False)
def get_default(call: Call) -> Json:
    """The one queue with the system tag default."""
    marked = [queue for queue in call.world.queues.of(call.company_id) if "default" in queue.system_tags]
    if not marked:
        raise errors.no_default_queue()
    if len(marked) > 1:
        raise errors.several_default_queues(queue.id for queue in marked)
    return {"id": marked[0].id, "name": marked[0].name}


def _select(call: Call) -> tuple[list[Json], str | None]:
    """The queues a list call asks for, and the id of its scroll if it is one."""
    body = call.body
    limit: Any = body.get("max_task_entries")
    # Agents mark their own queues; those show only to callers who ask for something in particular.
    show_hidden = bool(body.get("search_hidden") or body.get("name") or body.get("id"))
    items = [
        shown(call, queue, limit)
        for queue in call.world.queues.of(call.company_id)
        if show_hidden or _HIDDEN_TAG not in queue.system_tags
    ]
    if body.get("search_text"):
        pattern = str(body["search_text"]).lower()
        items = [item for item in items if pattern in item["name"].lower()]
    chosen = query.select(_LISTING, items, body)
    if "scroll_id" in body or "size" in body:
        return query.scroll(call.world.scrolls, chosen, body)
    return query.page(chosen, body), None


@endpoint("queues.get_all", writes=False)
def get_all(call: Call) -> Json:
    """The company's queues; a projection leaves the id out unless it names it."""
    only = call.body.get("only_fields")
    for name in only or ():
        query.check_field(_LISTING, name)
    queues, scroll_id = _select(call)
    answer: Json = {"queues": [query.project(queue, only) if only else queue for queue in queues]}
    return answer | {"scroll_id": scroll_id} if scroll_id else answer


@endpoint("queues.get_all_ex", writes=False)
def get_all_ex(call: Call) -> Json:
    """The same with references as objects and a list of workers; projections are ignored."""
    queues, scroll_id = _select(call)
    answer: Json = {"queues": [_extended(call, queue) for queue in queues]}
    return answer | {"scroll_id": scroll_id} if scroll_id else answer


def _extended(call: Call, queue: Json) -> Json:
    entries = []
    for entry in queue["entries"]:
        task = call.world.tasks.get(entry["task"])
        entries.append({**entry, "task": {"id": entry["task"], "name": task.name if task else None}})
    return {**queue, "company": {"id": queue["company"]}, "entries": entries, "workers": []}

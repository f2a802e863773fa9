# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""workers: agents that report for work."""

from __future__ import annotations

from lab.endpoints import query
from lab.endpoints.queue_access import find
from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.records import Json, Worker, now
from lab.world.world import World

_TIMEOUT_SEC = 600
_LISTING = query.Listing(frozenset({"id", "tags", "system_tags"}))


def connected(world: World, company: str) -> list[Worker]:
    """The workers of a company that reported within their timeout."""
    moment = now()
    return [worker for worker in world.workers.of(company) if worker.expires > moment]


def _key(call: Call, name: str) -> str:
    """Worker names are unique within a company only."""
    return f"{call.company_id}:{name}"


@endpoint("workers.register", writes=True)
def register(call: Call) -> Json:
    """Report for work on some queues; doing it again starts anew."""
    queues = call.body.get("queues") or []
    for queue in queues:
        find(call, queue)
    name = call.body["worker"]
    timeout = call.body.get("timeout") or _TIMEOUT_SEC
    call.world.workers.add(
        Worker(
            id=_key(call, name),
            name=name,
            company=call.company_id,
            user=call.identity.user,
            queues=queues,
            tags=call.body.get("tags") or [],
            system_tags=call.body.get("system_tags") or [],
            timeout=timeout,
            expires=now(timeout),
        )
    )
    return {}


@endpoint("workers.unregister", writes=True)
def unregister(call: Call) -> Json:
    """Go home."""
    call.world.workers.remove(_find(call, call.body["worker"]).id)
    return {}


@endpoint("workers.status_report", writes=True)
def status_report(call: Call) -> Json:
    """Still there; an agent that forgot to register (or was forgotten) is registered by its report."""
    worker = call.world.workers.get(_key(call, call.body["worker"]))
    if worker is None:
        register(call)
        worker = _find(call, call.body["worker"])
    if call.body.get("queues") is not None:
        worker.queues = call.body["queues"]
    worker.last_report_time = now()
    worker.expires = now(worker.timeout)
    return {}


def _find(call: Call, name: str) -> Worker:
    worker = call.world.workers.get(_key(call, name))
    if worker is None:
        raise errors.unknown_worker(name, call.company_id)
    return worker


@endpoint("workers.get_all", writes=False)
def get_all(call: Call) -> Json:
    """The connected workers of the caller's company."""
    return {"workers": _shown(call)}


@endpoint("workers.get_count", writes=False)
def get_count(call: Call) -> Json:
    """How many there are."""
    return {"count": len(_shown(call))}


def _shown(call: Call) -> list[Json]:
    last_seen = call.body.get("last_seen") or 0
    oldest = now(-last_seen) if last_seen else ""
    shown = [_document(call, w) for w in connected(call.world, call.company_id) if w.last_report_time >= oldest]
    # A worker's id is its name, so that the filter by name finds it.
    filters = {**call.body, "name": call.body.get("worker_pattern")}
    chosen = query.select(_LISTING, [item | {"name": item["id"]} for item in shown], filters)
    return [{key: value for key, value in item.items() if key != "name"} for item in chosen]


def _task(call: Call, worker: Worker) -> Json:
    for task in call.world.tasks.of(worker.company):
        if task.status == "in_progress" and task.last_worker == worker.name:
            return {"task": {"id": task.id, "name": task.name}}
    return {}


def _document(call: Call, worker: Worker) -> Json:
    queues = [call.world.queues.get(queue, worker.company) for queue in worker.queues]
    entry = call.world.entries.get(worker.user)
    company = call.company(worker.company)
    return {
        "id": worker.name,
        "key": worker.id,
        "company": {"id": company.id, "name": company.name},
        "user": {"id": worker.user, "name": entry.name if entry else None},
        "queues": [{"id": q.id, "name": q.name, "num_tasks": len(q.entries)} for q in queues if q is not None],
        "tags": worker.tags,
        "system_tags": worker.system_tags,
        **_task(call, worker),
        "register_time": worker.register_time,
        "last_activity_time": worker.last_report_time,
        "last_report_time": worker.last_report_time,
    }

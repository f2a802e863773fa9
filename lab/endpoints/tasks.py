# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""tasks: what it takes to run one and to be rid of it."""

from __future__ import annotations

from lab.endpoints import query
from lab.endpoints.queue_access import checked_tags, find
from lab.endpoints.queues_tasks import enqueue
from lab.endpoints.registry import Call, endpoint
from lab.endpoints.task_runs import STOPPING, change_status, leave_queue, look_after
from lab.endpoints.workers import connected
from lab.wire import errors
from lab.world.records import Json, Task, new_id

_LISTING = query.Listing(
    frozenset(
        {
            "id", "name", "company", "user", "type", "status", "project", "tags", "system_tags", "script", "container",
            "execution", "created", "started", "completed", "status_changed", "status_reason", "status_message",
            "last_worker",
        }
    )
)  # fmt: skip
_ENDED = ("completed", "failed", "stopped", "closed", "published")


def find_task(call: Call) -> Task:
    """The task of the request, as far as it has got."""
    task = call.world.tasks.get(call.body["task"], call.company_id)
    if task is None:
        raise errors.invalid_task_id(call.body["task"], call.company_id)
    return look_after(call, task)


@endpoint("tasks.create", writes=True)
def create(call: Call) -> Json:
    """A draft; names need not be unique."""
    body = call.body
    name = body["name"].strip()
    if len(name) < 3:
        raise errors.bad_data("name", "String value is too short")
    if body.get("project") and call.world.projects.get(body["project"], call.company_id) is None:
        raise errors.invalid_project_id(body["project"])
    task = Task(
        new_id(),
        name,
        call.company_id,
        user=call.identity.user,
        type=body["type"],
        project=body.get("project"),
        tags=checked_tags(body.get("tags")),
        system_tags=checked_tags(body.get("system_tags")),
        script=body.get("script") or {},
        container=body.get("container") or {},
    )
    return {"id": call.world.tasks.add(task).id}


@endpoint("tasks.get_by_id", writes=False)
def get_by_id(call: Call) -> Json:
    """One task."""
    return {"task": _shown(find_task(call))}


@endpoint("tasks.get_all", writes=False)
def get_all(call: Call) -> Json:
    """The company's tasks; those of hidden projects only for who asks for them."""
    only = call.body.get("only_fields")
    for name in only or ():
        query.check_field(_LISTING, name)
    items = [_shown(look_after(call, task)) for task in call.world.tasks.of(call.company_id) if _is_listed(call, task)]
    for field in ("project", "status", "type", "user"):
        if call.body.get(field):
            items = [item for item in items if item.get(field) in call.body[field]]
    chosen = query.page(query.select(_LISTING, items, call.body), call.body)
    return {"tasks": [query.project(item, only) if only else item for item in chosen]}


def _is_listed(call: Call, task: Task) -> bool:
    project = call.world.projects.get(task.project)
    return project is None or "hidden" not in project.system_tags or bool(call.body.get("search_hidden"))


@endpoint("tasks.enqueue", writes=True)
def tasks_enqueue(call: Call) -> Json:
    """Put a task into a queue; without one it goes to the default one."""
    wanted = call.body.get("queue")
    if wanted is None:
        marked = [queue for queue in call.world.queues.of(call.company_id) if "default" in queue.system_tags]
        if not marked:
            raise errors.no_default_queue()
        queue = marked[0]
    else:
        queue = find(call, wanted)
    task = call.world.tasks.get(call.body["task"], call.company_id)
    if task is not None and task.status in ("in_progress", *_ENDED[3:]):
        raise errors.invalid_task_status(task.id, task.status, "queued")
    enqueue(call, queue, call.body["task"])
    answer: Json = {"queued": 1, "updated": 1}
    if call.body.get("verify_watched_queue"):
        answer["queue_watched"] = any(queue.id in one.queues for one in connected(call.world, call.company_id))
    return answer


@endpoint("tasks.dequeue", writes=True)
def dequeue(call: Call) -> Json:
    """Take a waiting task out of its queue; it is what it was before."""
    task = find_task(call)
    if task.status != "queued":
        raise errors.invalid_task_status(task.id, task.status, task.previous_status)
    leave_queue(call.world, task)
    change_status(task, task.previous_status)
    return {"dequeued": 1, "updated": 1, "fields": {"status": task.status}}


@endpoint("tasks.stop", writes=True)
def stop(call: Call) -> Json:
    """Ask the worker to stop; a task that no worker has is stopped here and now."""
    task = find_task(call)
    if task.status not in ("in_progress", "queued") and not call.body.get("force"):
        raise errors.invalid_task_status(task.id, task.status, "stopped")
    reason = call.body.get("status_reason") or ""
    if task.status == "in_progress" and any(
        one.name == task.last_worker for one in connected(call.world, task.company)
    ):
        change_status(task, "in_progress", reason, STOPPING)
    else:
        leave_queue(call.world, task)
        change_status(task, "stopped", reason)
    return {"updated": 1, "fields": {"status": task.status, "status_message": task.status_message}}


@endpoint("tasks.delete", writes=True)
def delete(call: Call) -> Json:
    """Remove a task with its log; all but drafts need force."""
    task = find_task(call)
    if task.status != "created" and not call.body.get("force"):
        raise errors.task_cannot_be_deleted(task.id, task.status)
    leave_queue(call.world, task)
    call.world.tasks.remove(task.id)
    return {"deleted": True, "updated_children": 0, "updated_models": 0, "deleted_models": 0}


def _shown(task: Task) -> Json:
    document: Json = {
        "id": task.id,
        "name": task.name,
        "company": task.company,
        "type": task.type,
        "status": task.status,
        "tags": task.tags,
        "system_tags": task.system_tags,
        "script": task.script,
        "container": task.container,
        "created": task.created,
        "status_changed": task.status_changed,
        "status_reason": task.status_reason,
        "status_message": task.status_message,
    }
    rest = {name: getattr(task, name) for name in ("user", "project", "started", "completed", "last_worker")}
    known = {name: value for name, value in rest.items() if value is not None}
    return {**document, **known, **({"execution": {"queue": task.queue}} if task.queue else {})}

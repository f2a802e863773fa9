# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""queues: the tasks that wait in them."""

from __future__ import annotations

from lab.endpoints.queue_access import find, touch
from lab.endpoints.registry import Call, endpoint
from lab.endpoints.task_runs import change_status
from lab.wire import errors
from lab.world.records import Json, Queue, QueueEntry, Task


def enqueue(call: Call, queue: Queue, task_id: object) -> Task:
    """Append a task of the company that waits nowhere yet."""
    task = call.world.tasks.get(task_id, call.company_id)
    if task is None:
        raise errors.invalid_task_id(task_id, call.company_id)
    if any(entry.task == task.id for other in call.world.queues.of(task.company) for entry in other.entries):
        raise errors.task_already_queued(task.id)
    queue.entries.append(QueueEntry(task.id))
    task.queue = queue.id
    if task.status != "queued":
        task.previous_status = task.status
        change_status(task, "queued")
    touch(queue)
    return task


@endpoint("queues.add_task", writes=True)
def add_task(call: Call) -> Json:
    """Append a task."""
    enqueue(call, find(call, call.body["queue"]), call.body["task"])
    return {"added": 1}


def _restore(call: Call, task_id: str) -> None:
    task = call.world.tasks.get(task_id)
    if task is not None:
        change_status(task, task.previous_status)


@endpoint("queues.clear_queue", writes=True)
def clear_queue(call: Call) -> Json:
    """Take all tasks out."""
    queue = find(call, call.body["queue"])
    removed = [entry.task for entry in queue.entries]
    for task in removed:
        _restore(call, task)
    queue.entries = []
    touch(queue)
    return {"removed_tasks": removed}


@endpoint("queues.remove_task", writes=True)
def remove_task(call: Call) -> Json:
    """Take one task out."""
    queue = find(call, call.body["queue"])
    _position(queue, call.body["task"])
    queue.entries = [entry for entry in queue.entries if entry.task != call.body["task"]]
    if call.body.get("update_task_status"):
        _restore(call, call.body["task"])
    touch(queue)
    return {"removed": 1}


@endpoint("queues.get_next_task", writes=True)
def get_next_task(call: Call) -> Json:
    """Take the first task out; an empty queue gives no entry."""
    queue = find(call, call.body["queue"])
    if not queue.entries:
        return {}
    entry = queue.entries.pop(0)
    touch(queue)
    answer: Json = {"entry": {"task": entry.task, "added": entry.added}}
    task = call.world.tasks.get(entry.task)
    if call.body.get("get_task_info") and task is not None:
        answer["task_info"] = {"company": task.company, "user": task.user}
    return answer


@endpoint("queues.peek_task", writes=False)
def peek_task(call: Call) -> Json:
    """The first task, left where it is."""
    queue = find(call, call.body["queue"])
    return {"task": queue.entries[0].task} if queue.entries else {}


@endpoint("queues.get_num_entries", writes=False)
def get_num_entries(call: Call) -> Json:
    """How many tasks wait."""
    return {"num": len(find(call, call.body["queue"]).entries)}


@endpoint("queues.get_queue_metrics", writes=False)
def get_queue_metrics(call: Call) -> Json:
    """No history is kept, so every queue has empty series."""
    ids = call.body.get("queue_ids") or []
    empty: Json = {"dates": [], "avg_waiting_times": [], "queue_lengths": []}
    return {"queues": [{"queue": queue, **empty} for queue in ids]}


@endpoint("queues.move_task_forward", writes=True)
def move_task_forward(call: Call) -> Json:
    """Nearer to the front."""
    return _move_by(call, -_count(call))


@endpoint("queues.move_task_backward", writes=True)
def move_task_backward(call: Call) -> Json:
    """Nearer to the back."""
    return _move_by(call, _count(call))


@endpoint("queues.move_task_to_front", writes=True)
def move_task_to_front(call: Call) -> Json:
    """To the front."""
    return _move_by(call, -len(find(call, call.body["queue"]).entries))


@endpoint("queues.move_task_to_back", writes=True)
def move_task_to_back(call: Call) -> Json:
    """To the back."""
    return _move_by(call, len(find(call, call.body["queue"]).entries))


@endpoint("queues.move_task_to_queue", writes=True)
def move_task_to_queue(call: Call) -> Json:
    """Out of one queue, to the end of another."""
    source, target = find(call, call.body["queue"]), find(call, call.body["target_queue"])
    entry = source.entries.pop(_position(source, call.body["task"]))
    target.entries.append(QueueEntry(entry.task))
    touch(source)
    touch(target)
    return {"moved": 1}


def _count(call: Call) -> int:
    count = call.body.get("count")
    return 1 if count is None else int(count)


def _position(queue: Queue, task: object) -> int:
    for index, entry in enumerate(queue.entries):
        if entry.task == task:
            return index
    raise errors.invalid_queue_or_task(task, queue.id)


def _move_by(call: Call, places: int) -> Json:
    queue = find(call, call.body["queue"])
    old = _position(queue, call.body["task"])
    new = min(max(old + places, 0), len(queue.entries) - 1)
    queue.entries.insert(new, queue.entries.pop(old))
    touch(queue)
    return {"position": new}

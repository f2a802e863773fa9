# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a task gets on: a worker of its queue takes it, runs it for a moment, and it ends as the switch tasks_run says.

Nothing happens in the background: a task moves on when somebody looks at it.
"""

from __future__ import annotations

import ast
from datetime import datetime

from lab.endpoints.registry import Call
from lab.endpoints.workers import connected
from lab.world.records import Json, Queue, Task, Worker, now

_RUN_SEC = 0.2
STOPPING = "stopping"


def change_status(task: Task, status: str, reason: str = "", message: str = "") -> None:
    """A new status with the words that came with it."""
    task.status, task.status_reason, task.status_message = status, reason, message
    task.status_changed = now()


def look_after(call: Call, task: Task) -> Task:
    """The task as it stands by now."""
    outcome = call.switches.text("tasks_run")
    if task.status == "queued" and outcome != "ignored":
        _take(call, task)
    elif task.status == "in_progress":
        if task.status_message == STOPPING:
            _end(task, "stopped", "stopped by the user")
        elif outcome in ("completed", "failed") and (task.started or "") <= now(-_RUN_SEC):
            _end(task, outcome, "" if outcome == "completed" else "process exited with code 1")
    return task


def leave_queue(call: Call, task: Task) -> None:
    """Take a task out of the queue in which it waits, if it does."""
    queue = _queue_of(call, task)
    if queue is not None:
        queue.entries = [entry for entry in queue.entries if entry.task != task.id]


def _queue_of(call: Call, task: Task) -> Queue | None:
    queues = call.world.queues.of(task.company)
    return next((queue for queue in queues if any(entry.task == task.id for entry in queue.entries)), None)


def _take(call: Call, task: Task) -> None:
    queue = _queue_of(call, task)
    workers = [one for one in connected(call.world, task.company) if queue is not None and queue.id in one.queues]
    if queue is None or not workers:
        return
    leave_queue(call, task)
    change_status(task, "in_progress")
    task.started, task.last_worker = now(), workers[0].name
    _say(task, workers[0], f"task {task.id} pulled from {queue.id} by worker {workers[0].name}")
    for line in _printed(str(task.script.get("diff") or "")):
        _say(task, workers[0], line)


def _end(task: Task, status: str, reason: str) -> None:
    change_status(task, status, reason)
    task.completed = now()


def _say(task: Task, worker: Worker, text: str) -> None:
    moment = int(datetime.fromisoformat(now()).timestamp() * 1000)
    line: Json = {"timestamp": moment, "worker": worker.name, "level": "INFO", "msg": text, "task": task.id}
    task.log.append({**line, "type": "log"})


def _printed(script: str) -> list[str]:
    """The texts that a script prints at its top level; it is read, never run."""
    try:
        statements = ast.parse(script).body
    except (SyntaxError, ValueError):
        return ["SyntaxError: invalid syntax"]
    calls = [one.value for one in statements if isinstance(one, ast.Expr) and isinstance(one.value, ast.Call)]
    return [
        str(argument.value)
        for one in calls
        if isinstance(one.func, ast.Name) and one.func.id == "print"
        for argument in one.args
        if isinstance(argument, ast.Constant)
    ]

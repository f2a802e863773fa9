# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a task gets on: a worker of its queue takes it, runs it for a moment, and it ends as the switch tasks_run says.

Nothing happens in the background: a task moves on when somebody looks at it. Only a worker that makes pods has these
begin and end its tasks.
"""

from __future__ import annotations

import ast
from datetime import datetime

from lab.endpoints.registry import Call
from lab.endpoints.workers import connected
from lab.world.records import Json, Queue, Task, now
from lab.world.world import World

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
        _take(call.world, task)
    elif task.status == "in_progress" and not task.in_pod:
        go_on(task, outcome)
    return task


def begin(world: World, task: Task, worker: str, in_pod: bool = False) -> list[str]:
    """Take a task out of its queue and start it; answers the lines that it prints."""
    queue = _queue_of(world, task)
    if queue is not None:
        task.queue = queue.id
    leave_queue(world, task)
    change_status(task, "in_progress")
    task.started, task.last_worker, task.in_pod = now(), worker, in_pod
    printed = _printed(str(task.script.get("diff") or ""))
    for text in (f"task {task.id} pulled from {task.queue} by worker {worker}", *printed):
        moment = int(datetime.fromisoformat(now()).timestamp() * 1000)
        line: Json = {"timestamp": moment, "worker": worker, "level": "INFO", "msg": text, "task": task.id}
        task.log.append({**line, "type": "log"})
    return printed


def go_on(task: Task, outcome: str) -> None:
    """End a running task if somebody asked for that, or if it has run for long enough."""
    if task.status_message == STOPPING:
        end(task, "stopped", "stopped by the user")
    elif outcome in ("completed", "failed") and (task.started or "") <= now(-_RUN_SEC):
        end(task, outcome, "" if outcome == "completed" else "process exited with code 1")


def end(task: Task, status: str, reason: str) -> None:
    """The last status of a run."""
    change_status(task, status, reason)
    task.completed, task.in_pod = now(), False


def leave_queue(world: World, task: Task) -> None:
    """Take a task out of the queue in which it waits, if it does."""
    queue = _queue_of(world, task)
    if queue is not None:
        queue.entries = [entry for entry in queue.entries if entry.task != task.id]


def _queue_of(world: World, task: Task) -> Queue | None:
    queues = world.queues.of(task.company)
    return next((queue for queue in queues if any(entry.task == task.id for entry in queue.entries)), None)


def _take(world: World, task: Task) -> None:
    queue = _queue_of(world, task)
    for worker in connected(world, task.company):
        if queue is not None and queue.id in worker.queues and not worker.makes_pods:
            begin(world, task, worker.name)
            return


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

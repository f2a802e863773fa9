# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One small task, run in a queue of a company, waited for and removed: proof that work gets done there."""

from __future__ import annotations

import contextlib
import re
import time
import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Action, Call, Ref, Values, check_name
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import (
    ApiError,
    ClearMLError,
    InvalidInput,
    ReplyLost,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._module import ClearMLModule, refuse_empty
from ansible_collections.clearml.enterprise.plugins.module_utils._references import reference
from ansible_collections.clearml.enterprise.plugins.module_utils._stamps import seconds_between
from ansible_collections.clearml.enterprise.plugins.module_utils._workers import connected
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, enter, require

#: Marks the tasks of this module: whatever has it, and the same name and project, is a leftover of an earlier run.
TAG = "clearml-enterprise-smoke-test"
GOOD = ("completed", "closed", "published")
ENDED = (*GOOD, "failed", "stopped")
#: Lines of the log that a result has.
TAIL = 20
#: Events to ask for; one may have several lines.
EVENTS = 100
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
#: Subcodes of 400: the task is gone; it is no longer in the status that the call wants.
GONE, OTHER_STATUS = 101, 110

Send = t.Callable[[], Values]


@dataclass(frozen=True)
class Order:
    """What to run, and where.

    :ivar body: of tasks.create
    :ivar keep: when the task stays at the end: never, failed or always
    """

    queue: Ref
    project: Ref | None
    body: Values
    wait: int
    keep: str

    @property
    def name(self) -> str:
        """The task's name."""
        return str(self.body["name"])

    def stays(self, good: bool) -> bool:
        """Whether the task is kept at its end."""
        return self.keep == "always" or (self.keep == "failed" and not good)


@dataclass
class Run:
    """A run of the module: where it acts, what it did (or would do), and what it left behind."""

    world: World
    order: Order
    actions: list[Action] = field(default_factory=list)

    @property
    def client(self) -> Client:
        """Acts as a user of the company, so that the task is that user's."""
        return self.world.user

    def now(self, endpoint: str, body: Values) -> Values:
        """A read of this very moment: what changes by itself must not come from a cache."""
        return self.client.call(endpoint, body).data

    def note(self, verb: str, *endpoints: str) -> None:
        """Put an action on record."""
        self.actions.append(Action(verb, "task", self.order.name, tuple(Call(one, {}) for one in endpoints)))


def run_smoke_task(module: ClearMLModule, client: Client) -> dict[str, t.Any]:
    """The body of the module. A task that ends badly, or not in time, ends the module with its result and a message."""
    params = module.params
    refuse_empty(params, ("name", "queue", "project", "script"))
    check_name("task", params["name"])
    if params["wait_timeout"] < 1:
        raise InvalidInput(f"wait_timeout is {params['wait_timeout']}; give at least one second")
    world = enter(client, params.get("company"), params.get("acting_user"))
    if not module.check_mode:
        require(world)
    run = Run(world, order_from(world, params))
    for warning in world.warnings:
        module.warn(warning)
    remove_leftovers(run)
    problem, task = ("", {}) if module.check_mode else carry_out(run)
    if module.check_mode:
        run.note("run", "tasks.create", "tasks.enqueue")
        if not run.order.stays(good=True):
            run.note("delete", "tasks.delete")
    result = result_of(run, task)
    if problem:
        module.fail_json(msg=problem, **result)
    return result


def order_from(world: World, params: Values) -> Order:
    """The options with names turned into IDs.

    :raises InvalidInput: naming the option, for a queue or project that does not exist
    """

    def queues() -> list[dict[str, t.Any]]:
        return world.user.read_all("queues.get_all", "queues", {"search_hidden": True})

    def projects() -> list[dict[str, t.Any]]:
        pattern = {"name": f"^{re.escape(params['project'])}$", "search_hidden": True}
        return world.user.read_all("projects.get_all", "projects", pattern)

    queue = t.cast("Ref", reference(world, "queue", queues, params["queue"], "queue"))
    project = reference(world, "project", projects, params["project"], "project")
    container = {key: value for key, value in (params["container"] or {}).items() if value is not None}
    body = {
        "name": params["name"],
        "type": params["task_type"],
        "tags": [TAG],
        "script": {
            "binary": "python3",
            "entry_point": "smoke_test.py",
            "working_dir": ".",
            "requirements": {"pip": ""},
            # Without a repository, this is the file itself.
            "diff": params["script"],
        },
        **({"container": container} if container else {}),
        **({"project": project} if project else {}),
    }
    return Order(queue, project, body, params["wait_timeout"], params["keep"])


def remove_leftovers(run: Run) -> None:
    """Remove what killed runs, and those that should keep it, left of this task; in check mode only say so."""
    for task in [] if run.world.unborn else tasks_of(run):
        if not run.world.own.read_only:
            remove(run, task)
        run.note("delete", "tasks.delete")


def tasks_of(run: Run) -> list[str]:
    """IDs of the tasks that this module made under this name in this project."""
    wanted = {"name": f"^{re.escape(run.order.name)}$", "tags": [TAG], "search_hidden": True}
    rows = run.now("tasks.get_all", {**wanted, "page": 0, "page_size": 500}).get("tasks") or []
    mine = [row for row in rows if row["name"] == run.order.name and (row.get("project") or None) == run.order.project]
    return [row["id"] for row in mine]


def carry_out(run: Run) -> tuple[str, Values]:
    """Make the task, run it, and be rid of it in every way out: what went wrong, and the task as it ended."""
    task = create(run)
    try:
        run.note("run", "tasks.create", "tasks.enqueue")
        enqueue(run, task)
        ended = wait(run, task)
        found = {**ended, "log": tail(run, task)}
        problem = problem_of(run, found)
    except BaseException:
        # The error says what happened; a task that cannot be removed now is one for the next run.
        with contextlib.suppress(ClearMLError):
            remove(run, task)
        raise
    if run.order.stays(good=not problem):
        if ended["status"] not in ENDED:
            stop(run, task)
        return (f"{problem}\nThe task is kept: {task}" if problem else ""), {**found, "kept": True}
    remove(run, task)
    run.note("delete", "tasks.delete")
    return problem, {**found, "kept": False}


def create(run: Run) -> str:
    """The ID of a new task; none of this name was there before, so one that is there after a lost answer is it."""
    try:
        return str(run.client.write("tasks.create", run.order.body)["id"])
    except ReplyLost:
        made = tasks_of(run)
        return made[0] if made else str(run.client.write("tasks.create", run.order.body)["id"])


def enqueue(run: Run, task: str) -> None:
    """Put it into the queue; after a lost answer its status tells whether it got there."""
    body = {"task": task, "queue": run.order.queue}
    try:
        run.client.write("tasks.enqueue", body)
    except ReplyLost:
        if status_of(run, task) == "created":
            run.client.write("tasks.enqueue", body)


def wait(run: Run, task: str) -> Values:
    """The task at its end, or as it stands when the time is up; the pauses between two looks grow."""
    end = time.monotonic() + run.order.wait
    pause = FIRST_PAUSE
    while True:
        found: Values = run.now("tasks.get_by_id", {"task": task})["task"]
        left = end - time.monotonic()
        if found["status"] in ENDED or left <= 0:
            return found
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE)


def tail(run: Run, task: str) -> list[str]:
    """The last lines of the log, oldest first."""
    asked = {"task": task, "batch_size": EVENTS, "navigate_earlier": True, "order": "asc"}
    events = run.now("events.get_task_log", asked).get("events") or []
    lines = [line.rstrip() for event in events for line in str(event.get("msg") or "").splitlines()]
    return [line for line in lines if line][-TAIL:]


def problem_of(run: Run, task: Values) -> str:
    """Why this is not the end that was hoped for; empty if it is."""
    status, name = task["status"], run.order.name
    if status in GOOD:
        return ""
    log = "".join(f"\n  {line}" for line in task["log"])
    last = f". The end of its log:{log}" if log else ", and left no log"
    after = f"after {run.order.wait} seconds"
    if status in ENDED:
        reason = " ".join(filter(None, (task.get("status_reason"), task.get("status_message"))))
        where = f" on worker {task['last_worker']!r}" if task.get("last_worker") else ""
        return f"Task {name!r} ended as {status}{where}{f': {reason}' if reason else ''}{last}"
    if status == "in_progress":
        return (
            f"Task {name!r} still runs on worker {task.get('last_worker')!r} {after}; raise wait_timeout if it needs "
            f"longer{last}"
        )
    return f"Task {name!r} still waits in queue {run.order.queue.label!r} {after}: {listeners(run)}"


def listeners(run: Run) -> str:
    """Who could have taken the task."""
    workers, _now = connected(run.world)
    ours = [one for one in workers if any(queue.get("id") == run.order.queue for queue in one.get("queues") or [])]
    if not ours:
        return "no worker listens to it. Start an agent for this queue, or give another one"
    doing = [f"{one['id']} ({_work(one)})" for one in ours]
    return f"none of its workers took it, {', '.join(doing)}. Look at their logs, or raise wait_timeout"


def _work(worker: Values) -> str:
    task = worker.get("task") or {}
    return f"busy with {(task.get('name') or task['id'])!r}" if task.get("id") else "idle"


def status_of(run: Run, task: str) -> str:
    """The task's status of this moment; empty once it is gone."""
    try:
        return str(run.now("tasks.get_by_id", {"task": task})["task"]["status"])
    except ApiError as error:
        if error.is_a(400, GONE):
            return ""
        raise


def stop(run: Run, task: str) -> None:
    """End what waits or runs; a worker notices a moment later."""
    if status_of(run, task) == "queued":
        with _unless(OTHER_STATUS, GONE):
            insist(lambda: run.client.write("tasks.dequeue", {"task": task}))
    if status_of(run, task) == "in_progress":
        with _unless(OTHER_STATUS, GONE):
            insist(lambda: run.client.write("tasks.stop", {"task": task, "force": True}))


def remove(run: Run, task: str) -> None:
    """Stop and delete a task; one that is gone is fine."""
    stop(run, task)
    with _unless(GONE):
        insist(lambda: run.client.write("tasks.delete", {"task": task, "force": True}))


def insist(send: Send) -> Values:
    """What may be done twice is sent again if its answer was lost."""
    try:
        return send()
    except ReplyLost:
        return send()


@contextlib.contextmanager
def _unless(*subcodes: int) -> t.Iterator[None]:
    """Let pass an error that says that there is nothing left to do, or that a worker was quicker."""
    try:
        yield
    except ApiError as error:
        if not any(error.is_a(400, subcode) for subcode in subcodes):
            raise


def result_of(run: Run, task: Values) -> dict[str, t.Any]:
    """The module's result; of a check run only what is known beforehand."""
    world, order = run.world, run.order
    shown: dict[str, t.Any] = {
        "name": order.name,
        "queue": order.queue.label,
        "project": order.project.label if order.project else None,
    }
    if task:
        shown |= {
            "id": task["id"],
            "status": task["status"],
            "status_reason": task.get("status_reason") or "",
            "worker": task.get("last_worker"),
            "waited": seconds_between(task.get("created"), task.get("started")),
            "ran": seconds_between(task.get("started"), task.get("completed")),
            "log": task["log"],
            "kept": task["kept"],
        }
    company = world.company_name or world.company or None
    assumed = [one for one in (world.unborn, *world.assumed) if one]
    return {
        "changed": True,
        "actions": [action.describe(company) for action in run.actions],
        "task": shown,
        **({"assumes": assumed} if assumed else {}),
    }

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks on their way through the lab, and the projects that they belong to."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from lab.testing import RunningLab
from tests.lab.api_client import Caller, Json, make_tenant, system


@dataclass(frozen=True)
class Scene:
    lab: RunningLab
    admin: Caller
    queue: str

    def task(self, **fields: object) -> str:
        """A draft."""
        return str(self.admin.get("tasks.create", name="task", type="testing", **fields)["id"])

    def queued(self, **fields: object) -> str:
        """A task in the queue."""
        task = self.task(**fields)
        self.admin.get("tasks.enqueue", task=task, queue=self.queue)
        return task

    def read(self, task: str) -> Json:
        """The task of this moment."""
        found: Json = self.admin.get("tasks.get_by_id", task=task)["task"]
        return found

    def end(self, task: str) -> Json:
        """The task once it no longer waits or runs."""
        deadline = time.monotonic() + 20
        while (found := self.read(task))["status"] in ("queued", "in_progress"):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return found

    def waiting(self) -> int:
        """How many tasks are in the queue."""
        return int(self.admin.get("queues.get_num_entries", queue=self.queue)["num"])


@pytest.fixture
def scene(lab: RunningLab) -> Scene:
    """A company with a queue and a worker on it."""
    one = make_tenant(lab, "One")
    queue = one.admin.get("queues.create", name="gpu")["id"]
    one.admin.get("workers.register", worker="agent:1", queues=[queue])
    return Scene(lab, one.admin, queue)


@pytest.mark.parametrize("outcome", ["completed", "failed"])
def test_a_worker_takes_a_task_and_it_ends(scene: Scene, outcome: str) -> None:
    scene.lab.control.set_switches(tasks_run=outcome)
    task = scene.queued(script={"diff": "import os\nprint('one')\nprint('two', 2)\nprint(os.name)\n"})
    assert scene.waiting() == 1
    running = scene.read(task)
    assert (running["status"], running["last_worker"]) == ("in_progress", "agent:1") and scene.waiting() == 0
    assert scene.admin.get("workers.get_all")["workers"][0]["task"] == {"id": task, "name": "task"}
    ended = scene.end(task)
    assert ended["status"] == outcome and ended["created"] <= ended["started"] < ended["completed"]
    assert "task" not in scene.admin.get("workers.get_all")["workers"][0]
    events = scene.admin.get("events.get_task_log", task=task, order="asc")["events"]
    assert [event["msg"] for event in events][1:] == ["one", "two", "2"]
    newest = scene.admin.get("events.get_task_log", task=task, batch_size=2)
    assert [event["msg"] for event in newest["events"]] == ["2", "two"] and newest["total"] == 4


def test_without_a_worker_a_task_stays(scene: Scene) -> None:
    scene.admin.get("workers.unregister", worker="agent:1")
    task = scene.queued()
    assert scene.read(task)["status"] == "queued" and scene.waiting() == 1
    scene.admin.get("tasks.dequeue", task=task)
    assert scene.read(task)["status"] == "created" and scene.waiting() == 0
    assert scene.admin.codes("tasks.dequeue", task=task) == (400, 110)


def test_a_task_that_is_stuck_can_be_stopped(scene: Scene) -> None:
    scene.lab.control.set_switches(tasks_run="stuck")
    task = scene.queued()
    scene.read(task)
    time.sleep(0.3)
    assert scene.read(task)["status"] == "in_progress"
    answer = scene.admin.get("tasks.stop", task=task)
    assert answer["fields"] == {"status": "in_progress", "status_message": "stopping"}
    assert scene.read(task)["status"] == "stopped"
    assert scene.admin.codes("tasks.stop", task=task) == (400, 110)


def test_only_drafts_go_without_force(scene: Scene) -> None:
    scene.lab.control.set_switches(tasks_run="ignored")
    task = scene.queued()
    assert scene.admin.codes("tasks.delete", task=task) == (400, 123)
    scene.admin.get("tasks.delete", task=task, force=True)
    assert scene.waiting() == 0
    for endpoint in ("tasks.get_by_id", "tasks.delete", "events.get_task_log"):
        assert scene.admin.codes(endpoint, task=task) == (400, 101)
    scene.admin.get("tasks.delete", task=scene.task())


def test_tasks_of_hidden_projects_are_hidden(scene: Scene) -> None:
    hidden = scene.admin.get("projects.create", name="secret", system_tags=["hidden"])["id"]
    plain = scene.task(tags=["a"])
    inside = scene.task(project=hidden, tags=["a"])

    def listed(**body: object) -> list[str]:
        return [task["id"] for task in scene.admin.get("tasks.get_all", **body)["tasks"]]

    assert listed() == [plain] == listed(tags=["a"], status=["created"])
    assert listed(search_hidden=True) == [plain, inside]
    assert listed(search_hidden=True, project=[hidden], only_fields=["id"]) == [inside]
    assert [one["name"] for one in scene.admin.get("projects.get_all")["projects"]] == []
    assert scene.admin.codes("tasks.create", name="task", type="testing", project="nope") == (400, 401)


def test_projects_lie_in_each_other(scene: Scene) -> None:
    inner = scene.admin.get("projects.create", name="/a b//c/ d /")["id"]

    def names() -> list[str]:
        return [one["name"] for one in scene.admin.get("projects.get_all", order_by=["name"])["projects"]]

    assert names() == ["a b", "a b/c", "a b/c/d"]
    outer = scene.admin.get("projects.get_all", name="^a b$")["projects"][0]["id"]
    scene.admin.get("projects.update", project=outer, name="abc")
    assert names() == ["abc", "abc/c", "abc/c/d"]
    refused = {
        (400, 401): ("projects.update", {"project": "nope", "name": "xyz"}),
        (400, 408): ("projects.update", {"project": inner, "name": "elsewhere"}),
        (400, 801): ("projects.create", {"name": "abc/c"}),
        (400, 407): ("projects.create", {"name": "//"}),
        (400, 409): ("projects.create", {"name": "/".join("abcdefghijk")}),
        (400, 800): ("projects.create", {"name": "ab"}),
    }
    for code, (endpoint, body) in refused.items():
        assert scene.admin.codes(endpoint, **body) == code, endpoint


@pytest.mark.parametrize("contents", [True, False])
def test_a_project_goes_with_those_below(scene: Scene, contents: bool) -> None:
    inner = scene.admin.get("projects.create", name="abc/def")["id"]
    outer = scene.admin.get("projects.get_all", name="^abc$")["projects"][0]["id"]
    task = scene.task(project=inner)
    assert scene.admin.get("projects.validate_delete", project=outer)["tasks"] == 1
    assert scene.admin.codes("projects.delete", project=outer) == (400, 402)
    gone = scene.admin.get("projects.delete", project=outer, force=True, delete_contents=contents)
    assert gone["deleted"] == 2 and scene.admin.get("projects.get_all")["projects"] == []
    left = scene.admin.get("tasks.get_all")["tasks"]
    assert [one["id"] for one in left] == ([] if contents else [task]) and all("project" not in one for one in left)


def test_nothing_reaches_another_company(scene: Scene) -> None:
    project = scene.admin.get("projects.create", name="abc")["id"]
    task = scene.task(project=project)
    other = make_tenant(scene.lab, "Two").admin
    assert other.get("projects.get_all")["projects"] == [] == other.get("tasks.get_all")["tasks"]
    assert other.ask("projects.get_by_id", project=project).subcode == 401
    assert other.ask("tasks.get_by_id", task=task).subcode == 101
    assert system(scene.lab).get("projects.get_all")["projects"] == []

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A smoke task: run, waited for, and gone afterwards in every way out."""

from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from tests.support.modules import Modules, Result

SMOKE = {"company": "acme", "queue": "gpu"}


@pytest.fixture
def gpu(acme: Modules) -> Modules:
    """Company acme with a queue and a worker on it."""
    queue = acme.queue(company="acme", name="gpu")["queue"]["id"]
    as_admin(acme).write("workers.register", {"worker": "agent-1", "queues": [queue]})
    acme.lab.control.clear_requests()
    return acme


def as_admin(modules: Modules) -> Client:
    """A client that acts as the company's admin."""
    admin = modules.user_info(company="acme", email="admin@acme.invalid")["users"][0]["id"]
    return Client.connect(Connection.from_options(modules.connection)).as_user(admin)


def tasks(modules: Modules) -> list[dict[str, t.Any]]:
    return t.cast("list[dict[str, t.Any]]", modules.lab.control.state()["tasks"])


def waiting(modules: Modules) -> int:
    return sum(len(queue["entries"]) for queue in modules.lab.control.state()["queues"])


def fail(modules: Modules, **options: t.Any) -> Result:
    result = modules.run("task", **{**SMOKE, **options})
    assert result.get("failed") and result["changed"], result
    return result


def test_a_task_runs_and_is_gone(gpu: Modules) -> None:
    foreseen = gpu.checking().task(**SMOKE)
    assert gpu.lab.control.writes() == 0
    done = gpu.task(**SMOKE)
    assert done["changed"] and done["actions"] == foreseen["actions"]
    assert [action["action"] for action in done["actions"]] == ["run", "delete"]
    task = done["task"]
    assert (task["status"], task["worker"], task["queue"], task["kept"]) == ("completed", "agent-1", "gpu", False)
    assert task["log"][-1] == "hello from clearml.enterprise"
    assert task["waited"] >= 0 and task["ran"] > 0
    assert tasks(gpu) == [] and waiting(gpu) == 0


def test_everything_that_is_asked_reaches_the_server(gpu: Modules) -> None:
    project = gpu.project(company="acme", name="tests/smoke")["project"]["id"]
    container = {"image": "python:3.12", "arguments": "--shm-size 1g"}
    options = {"name": "a.*b", "project": "tests/smoke", "script": "print('x')", "task_type": "qc", "keep": "always"}
    done = gpu.task(**SMOKE, **options, container=container)
    (task,) = tasks(gpu)
    assert done["task"]["kept"] and done["task"]["id"] == task["id"] and done["task"]["project"] == "tests/smoke"
    assert (task["name"], task["type"], task["project"], task["container"]) == ("a.*b", "qc", project, container)
    assert task["script"]["diff"] == "print('x')"


def test_a_failure_shows_reason_and_the_end_of_the_log(gpu: Modules) -> None:
    gpu.lab.control.set_switches(tasks_run="failed")
    script = "\n".join(f"print('line {number}')" for number in range(30))
    result = fail(gpu, script=script)
    assert "'smoke test' ended as failed on worker 'agent-1': process exited with code 1" in result["msg"]
    assert len(result["task"]["log"]) == 20 and result["task"]["log"][-1] == "line 29"
    assert "line 10\n" in result["msg"] and "line 9\n" not in result["msg"]
    assert tasks(gpu) == []


def test_secrets_in_a_log_are_masked(gpu: Modules) -> None:
    gpu.lab.control.set_switches(tasks_run="failed")
    secret = gpu.connection["api_secret_key"]
    result = fail(gpu, script=f"print('the key is {secret}')")
    assert "the key is" in result["msg"] and secret not in str({**result, "invocation": None})


@pytest.mark.parametrize("outcome", ["completed", "failed"])
@pytest.mark.parametrize("keep", ["never", "failed", "always"])
def test_what_is_kept(gpu: Modules, outcome: str, keep: str) -> None:
    gpu.lab.control.set_switches(tasks_run=outcome)
    result = gpu.run("task", **SMOKE, keep=keep)
    assert bool(result.get("failed")) == (outcome == "failed")
    stays = keep == "always" or (keep == outcome)
    assert len(tasks(gpu)) == stays == result["task"]["kept"]
    if stays and outcome == "failed":
        assert result["task"]["id"] in result["msg"]
    gpu.lab.control.set_switches(tasks_run="completed")
    again = gpu.task(**SMOKE)
    assert [action["action"] for action in again["actions"]] == ["delete"] * stays + ["run", "delete"]
    assert tasks(gpu) == []


def test_nobody_listens(acme: Modules) -> None:
    acme.queue(company="acme", name="gpu")
    message = fail(acme, wait_timeout=1)["msg"]
    assert "still waits in queue 'gpu' after 1 seconds: no worker listens to it" in message
    assert tasks(acme) == [] and waiting(acme) == 0


def test_nobody_takes_it(gpu: Modules) -> None:
    gpu.lab.control.set_switches(tasks_run="ignored")
    result = fail(gpu, wait_timeout=1, keep="failed")
    assert "none of its workers took it, agent-1 (idle)" in result["msg"]
    assert result["task"]["status"] == "queued" and result["task"]["kept"]
    assert waiting(gpu) == 0, "it is kept as a draft"


def test_everybody_is_busy(gpu: Modules) -> None:
    gpu.lab.control.set_switches(tasks_run="stuck")
    client = as_admin(gpu)
    other = client.write("tasks.create", {"name": "long one", "type": "training"})["id"]
    client.write("tasks.enqueue", {"task": other, "queue": gpu.queue_info(company="acme")["queues"][0]["id"]})
    client.call("tasks.get_by_id", {"task": other})
    gpu.lab.control.set_switches(tasks_run="ignored")
    assert "agent-1 (busy with 'long one')" in fail(gpu, wait_timeout=1)["msg"]
    assert [task["id"] for task in tasks(gpu)] == [other]


def test_it_never_ends(gpu: Modules) -> None:
    gpu.lab.control.set_switches(tasks_run="stuck")
    message = fail(gpu, wait_timeout=1)["msg"]
    assert "still runs on worker 'agent-1' after 1 seconds" in message and "hello from" in message
    assert tasks(gpu) == []


def test_another_task_of_the_same_name_is_let_be(gpu: Modules) -> None:
    """Only what carries the tag, in the same project, under exactly the same name, is taken for a leftover."""
    gpu.project(company="acme", name="tests/smoke")
    gpu.task(**SMOKE, project="tests/smoke", keep="always")
    gpu.task(**SMOKE, name="smoke test 2", keep="always")
    as_admin(gpu).write("tasks.create", {"name": "smoke test", "type": "testing"})
    kept = [task["id"] for task in tasks(gpu)]
    gpu.task(**SMOKE)
    assert [task["id"] for task in tasks(gpu)] == kept


def test_a_killed_run_is_cleaned_up_by_the_next(gpu: Modules) -> None:
    """Its task waits, or runs, or ended meanwhile."""
    queue = gpu.queue_info(company="acme", name="gpu")["queues"][0]["id"]
    client = as_admin(gpu)
    for outcome in ("completed", "stuck", "ignored"):
        gpu.lab.control.set_switches(tasks_run=outcome)
        left = client.write(
            "tasks.create", {"name": "smoke test", "type": "testing", "tags": ["clearml-enterprise-smoke-test"]}
        )["id"]
        client.write("tasks.enqueue", {"task": left, "queue": queue})
        client.call("tasks.get_by_id", {"task": left})
        assert gpu.checking().task(**SMOKE)["actions"][0]["action"] == "delete"
        gpu.lab.control.set_switches(tasks_run="completed")
        gpu.task(**SMOKE)
        assert tasks(gpu) == [] and waiting(gpu) == 0


@pytest.mark.parametrize("effect", ["before", "after"])
def test_lost_answers(gpu: Modules, effect: str) -> None:
    """Each write is cut off once: the run goes on, or says what happened, and leaves nothing behind."""
    control = gpu.lab.control
    for nth in range(1, 4):
        control.order_fault("writes", "drop", nth=nth, effect=effect)
        assert gpu.task(**SMOKE)["task"]["status"] == "completed"
        assert control.faults()[0]["struck"]
        control.clear_faults()
        assert tasks(gpu) == [] and waiting(gpu) == 0


def test_an_error_on_the_way_removes_the_task(gpu: Modules) -> None:
    gpu.lab.control.set_switches(missing_endpoints=["events.get_task_log"])
    result = fail(gpu)
    assert "events.get_task_log" in result["msg"] and "does not offer it" in result["msg"]
    assert tasks(gpu) == []


def test_what_does_not_exist_is_named(gpu: Modules) -> None:
    assert "queue has 'gpo'" in gpu.refuse("task", **{**SMOKE, "queue": "gpo"})
    assert "did you mean 'gpu'?" in gpu.refuse("task", **{**SMOKE, "queue": "gpo"})
    assert re.search(
        r"project has 'nope', and company 'acme' has no such project", gpu.refuse("task", **SMOKE, project="nope")
    )
    assert "wait_timeout is 0" in gpu.refuse("task", **SMOKE, wait_timeout=0)
    assert "name is 'ab'" in gpu.refuse("task", **SMOKE, name="ab")
    foreseen = gpu.checking().task(company="acme", queue="later", project="later too")
    assert foreseen["assumes"] == ["queue 'later' in company 'acme'", "project 'later too' in company 'acme'"]


def test_a_company_that_is_not_there_yet(modules: Modules) -> None:
    foreseen = modules.checking().task(**SMOKE)
    assert foreseen["assumes"] == ["company 'acme'"] and foreseen["changed"]
    assert foreseen["task"] == {"name": "smoke test", "queue": "gpu", "project": None}
    assert "no company 'acme'" in modules.refuse("task", **SMOKE)


def test_a_tenants_user_runs_one_with_an_own_key(gpu: Modules) -> None:
    pair = gpu.credentials(company="acme", user="ann@acme.example", label="ann")["credentials"]
    ann = Modules(gpu.lab, pair["access_key"], pair["secret_key"])
    assert ann.task(queue="gpu")["task"]["status"] == "completed"

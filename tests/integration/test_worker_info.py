# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workers, and which of them have gone silent."""

from __future__ import annotations

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from lab.world.records import now
from tests.support.modules import Modules


@pytest.fixture
def admin(acme: Modules) -> Client:
    """A client that acts as the admin of acme."""
    user = acme.user_info(company="acme", email="admin@acme.invalid")["users"][0]["id"]
    return Client.connect(Connection.from_options(acme.connection)).as_user(user)


def test_what_workers_do(acme: Modules, admin: Client) -> None:
    first = acme.queue(company="acme", name="gpu")["queue"]["id"]
    other = acme.queue(company="acme", name="cpu")["queue"]["id"]
    admin.write("workers.register", {"worker": "b", "queues": [first, other], "tags": ["y", "x"], "timeout": 86400})
    admin.write("workers.register", {"worker": "a", "queues": []})
    acme.lab.control.set_switches(tasks_run="stuck")
    task = admin.write("tasks.create", {"name": "long one", "type": "training"})["id"]
    admin.write("tasks.enqueue", {"task": task, "queue": other})
    admin.call("tasks.get_by_id", {"task": task})
    idle, busy = acme.worker_info(company="acme")["workers"]
    assert (idle["id"], idle["queues"], idle["task"]) == ("a", [], None)
    assert (busy["id"], busy["queues"], busy["tags"]) == ("b", ["gpu", "cpu"], ["x", "y"])
    assert busy["task"] == {"id": task, "name": "long one"} and busy["user"] == "Acme automation"
    assert acme.worker_info(company="acme", name="a")["workers"] == [idle | {"silent_for": 0.0}]
    assert acme.worker_info(company="acme", name="c")["workers"] == []
    state = acme.lab.control.state()
    next(row for row in state["workers"] if row["name"] == "b")["last_report_time"] = now(-30 * 60 - 5)
    acme.lab.control.put_state(state)
    (silent,) = acme.worker_info(company="acme")["findings"]
    assert (silent["code"], silent["subject"]) == ("worker_silent", "b")
    assert silent["text"] == "Worker 'b' has been silent for 30 minutes, in the middle of task 'long one'"
    assert acme.worker_info(company="acme", silent_after=31)["findings"] == []


def test_a_company_that_is_not_there_yet(modules: Modules) -> None:
    foreseen = modules.checking().worker_info(company="acme")
    assert foreseen["workers"] == [] and foreseen["assumes"] == ["company 'acme'"]
    assert "no company 'acme'" in modules.refuse("worker_info", company="acme")


def test_a_server_without_workers(acme: Modules) -> None:
    acme.lab.control.set_switches(missing_endpoints=["workers.get_all"])
    assert "workers.get_all" in acme.refuse("worker_info", company="acme")

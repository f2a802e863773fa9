# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with queues, as read from a server."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from lab.world.records import now
from tests.support.modules import Modules

HOUR = 3600


@pytest.fixture
def gpu(acme: Modules) -> str:
    """A queue with a worker; its ID."""
    queue = str(acme.queue(company="acme", name="gpu")["queue"]["id"])
    admin = acme.user_info(company="acme", email="admin@acme.invalid")["users"][0]["id"]
    client = Client.connect(Connection.from_options(acme.connection)).as_user(admin)
    client.write("workers.register", {"worker": "agent-1", "queues": [queue], "timeout": 24 * HOUR})
    return queue


def age(modules: Modules, seconds: int, table: str, *, part: str = "", stamp: str) -> None:
    """Set a time of a table's last row, or of a part's last row in it, back; a little more, as clocks have seconds."""
    state = modules.lab.control.state()
    row = state[table][-1]
    (row[part][-1] if part else row)[stamp] = now(-seconds - 5)
    modules.lab.control.put_state(state)


def found(modules: Modules, **options: t.Any) -> list[tuple[str, str]]:
    findings = modules.queue_info(company="acme", **options)["findings"]
    assert all(one["subject"] == "gpu" for one in findings)
    return [(one["code"], one["text"]) for one in findings]


def test_all_is_well(acme: Modules, gpu: str) -> None:
    acme.lab.control.add_task(gpu)
    assert found(acme) == []


def test_nobody_listens(acme: Modules) -> None:
    queue = acme.queue(company="acme", name="gpu")["queue"]["id"]
    acme.lab.control.add_task(queue)
    assert found(acme) == [("queue_without_workers", "No worker listens to queue 'gpu'; 1 task waits in it")]
    assert found(acme, name="no such queue") == []


def test_who_listens_is_silent(acme: Modules, gpu: str) -> None:
    age(acme, 30 * 60, "workers", stamp="last_report_time")
    assert found(acme) == [("queue_without_workers", "Everybody who listens to queue 'gpu' is silent")]
    assert found(acme, silent_after=45) == []


def test_a_task_waits_for_long(acme: Modules, gpu: str) -> None:
    for _number in range(2):
        acme.lab.control.add_task(gpu)
    age(acme, 2 * HOUR, "queues", part="entries", stamp="added")
    assert found(acme) == [("task_waiting", "1 task waits in queue 'gpu' for too long, up to 120 minutes")]
    assert found(acme, waiting_longer_than=180) == []


def test_nobody_may_use_it(acme: Modules, gpu: str) -> None:
    """Only admins are left once the default rules are gone; a rule for a group without members changes nothing."""
    state = acme.lab.control.state()
    state["access_rules"] = [rule for rule in state["access_rules"] if "Users" not in rule["name"]]
    acme.lab.control.put_state(state)
    assert found(acme) == [("queue_out_of_reach", "No access rule lets anybody but admins use queue 'gpu'")]
    pair = acme.credentials(company="acme", user="ann@acme.example", label="ann")["credentials"]
    ann = Modules(acme.lab, pair["access_key"], pair["secret_key"])
    assert ann.queue_info()["findings"] == [], "who may not read the rules is told nothing about them"
    acme.lab.control.set_switches(missing_endpoints=["permissions.get_access_rules"])
    assert found(acme) == []

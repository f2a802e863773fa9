# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Queues."""

from __future__ import annotations

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from tests.support.modules import Modules


def test_first_run_second_run_and_removal(acme: Modules) -> None:
    options = {"company": "acme", "name": "gpu-1", "tags": ["b", "a"], "metadata": {"cost": 1}, "display_name": "GPU"}
    foreseen = acme.checking().queue(**options)
    assert acme.lab.control.writes() == 0
    made = acme.queue(**options)
    assert made["changed"] and made["actions"] == foreseen["actions"] and made["diff"] == foreseen["diff"]
    assert made["queue"]["tags"] == ["a", "b"]
    again = acme.queue(**options)
    assert not again["changed"] and again["actions"] == [] and again["queue"] == made["queue"]
    gone = acme.queue(company="acme", name="gpu-1", state="absent")
    assert gone["changed"] and gone["queue"] == {}
    assert not acme.queue(company="acme", name="gpu-1", state="absent")["changed"]


@pytest.mark.parametrize(
    ("option", "value", "shown"),
    [
        ("display_name", "Half a GPU", "Half a GPU"),
        ("tags", ["x", "x", "y"], ["x", "y"]),
        ("tags", None, []),
        ("system_tags", ["s"], ["s"]),
        ("metadata", {"b": {"type": "int", "value": "2"}}, {"b": {"type": "int", "value": "2"}}),
        ("metadata", {"on": True}, {"on": {"type": "", "value": "true"}}),
        ("metadata", None, {}),
    ],
)
def test_one_field_changes_and_the_others_stay(acme: Modules, option: str, value: object, shown: object) -> None:
    acme.queue(company="acme", name="gpu-1", tags=["a"], metadata={"a": "1"}, display_name="GPU")
    foreseen = acme.checking().queue(company="acme", name="gpu-1", **{option: value})
    changed = acme.queue(company="acme", name="gpu-1", **{option: value})
    assert changed["actions"] == foreseen["actions"] and changed["diff"] == foreseen["diff"]
    assert changed["actions"][0]["fields"] == [option]
    assert changed["queue"][option] == shown
    before, after = changed["diff"]["before"], changed["diff"]["after"]
    assert {key for key in before if before[key] != after[key]} == {option}
    assert not acme.queue(company="acme", name="gpu-1", **{option: value})["changed"]


@pytest.mark.parametrize("name", ["a b", 'it\'s "q"', "a.*b", "^x$", "Größe", "🚀🚀🚀", "a\\b"])
def test_names_are_exact(acme: Modules, name: str) -> None:
    acme.queue(company="acme", name="decoy-axxb")
    assert acme.queue(company="acme", name=name)["changed"]
    assert not acme.queue(company="acme", name=name)["changed"]
    assert [queue["name"] for queue in acme.queue_info(company="acme", name=name)["queues"]] == [name]


def test_rename_by_id(acme: Modules) -> None:
    made = acme.queue(company="acme", name="before")["queue"]
    renamed = acme.queue(company="acme", id=made["id"], name="after")
    assert renamed["actions"][0]["fields"] == ["name"] and renamed["queue"]["id"] == made["id"]
    assert not acme.queue(company="acme", id=made["id"], name="after")["changed"]


def test_all_pages_are_read(acme: Modules) -> None:
    admin = acme.user_info(company="acme", email="admin@acme.invalid")["users"][0]["id"]
    client = Client.connect(Connection.from_options(acme.connection)).as_user(admin)
    for number in range(520):
        client.write("queues.create", {"name": f"q-{number:03}"})
    assert len(acme.queue_info(company="acme")["queues"]) == 520
    for name in ("q-000", "q-499", "q-500", "q-519"):
        assert not acme.queue(company="acme", name=name)["changed"]


def test_a_hidden_queue_is_found(acme: Modules) -> None:
    acme.queue(company="acme", name="agents", system_tags=["k8s-glue"])
    assert not acme.queue(company="acme", name="agents")["changed"]
    assert len(acme.queue_info(company="acme")["queues"]) == 1


def test_waiting_tasks_need_force(acme: Modules) -> None:
    queue = acme.queue(company="acme", name="busy")["queue"]["id"]
    acme.lab.control.add_task(queue)
    assert "1 waiting task" in acme.refuse("queue", company="acme", name="busy", state="absent")
    assert acme.queue(company="acme", name="busy", state="absent", force=True)["changed"]


def test_a_policys_queue_is_refused(acme: Modules) -> None:
    queue = acme.queue(company="acme", name="policy-q")["queue"]["id"]
    acme.lab.control.set_profile_connection(queue, {"policy": "p1", "policy_name": "Team A", "profile": "x"})
    assert not acme.queue(company="acme", name="policy-q")["changed"]
    assert "Team A" in acme.refuse("queue", company="acme", name="policy-q", tags=["x"])
    assert "Team A" in acme.refuse("queue", company="acme", name="policy-q", state="absent")


def test_a_company_that_is_not_there_yet(modules: Modules) -> None:
    foreseen = modules.checking().queue(company="acme", name="gpu-1", tags=["a"])
    assert foreseen["assumes"] == ["company 'acme'"] and foreseen["actions"][0]["action"] == "create"
    assert "no company 'acme'" in modules.refuse("queue", company="acme", name="gpu-1")
    modules.company(name="acme")
    assert "admin in company 'acme'" in modules.refuse("queue", company="acme", name="gpu-1")

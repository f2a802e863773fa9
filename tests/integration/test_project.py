# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects: what is theirs alone. What every entity promises is in test_every_entity.py."""

from __future__ import annotations

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from tests.support.modules import Modules


def names(modules: Modules) -> list[str]:
    return [one["name"] for one in modules.project_info(company="acme")["projects"]]


def as_admin(modules: Modules) -> Client:
    """A client that acts as the company's admin."""
    admin = modules.user_info(company="acme", email="admin@acme.invalid")["users"][0]["id"]
    return Client.connect(Connection.from_options(modules.connection)).as_user(admin)


def test_what_is_missing_above_a_project_is_made_with_it(acme: Modules) -> None:
    acme.project(company="acme", name="research/vision/night")
    assert names(acme) == ["research", "research/vision", "research/vision/night"]
    assert not acme.project(company="acme", name="research/vision")["changed"]


def test_a_new_name_takes_the_projects_below_along(acme: Modules) -> None:
    acme.project(company="acme", name="research/vision/night")
    vision = acme.project(company="acme", name="research/vision")["project"]["id"]
    renamed = acme.project(company="acme", id=vision, name="research/sight")
    assert renamed["actions"][0]["fields"] == ["name"] and renamed["project"]["id"] == vision
    assert not acme.project(company="acme", id=vision, name="research/sight")["changed"]
    assert names(acme) == ["research", "research/sight", "research/sight/night"]


def test_a_project_stays_where_it_is(acme: Modules) -> None:
    vision = acme.project(company="acme", name="research/vision")["project"]["id"]
    message = acme.refuse("project", company="acme", id=vision, name="sales/vision")
    assert "'research/vision' cannot become 'sales/vision'" in message
    acme.project(company="acme", name="research/sound")
    assert "research/sound" in acme.refuse("project", company="acme", id=vision, name="research/sound")


@pytest.mark.parametrize("name", ["ab", "/research", "research/", "a//b", "a / b", " research", "///"])
def test_names_that_the_server_would_change_are_refused(acme: Modules, name: str) -> None:
    assert repr(name) in acme.refuse("project", company="acme", name=name)


def test_contents_need_force(acme: Modules) -> None:
    """Whatever is in a project, or below it, is counted before it goes; delete_contents takes the tasks along."""
    client = as_admin(acme)
    for contents, left in ((False, 1), (True, 0)):
        inner = acme.project(company="acme", name="research/vision")["project"]["id"]
        task = {"name": "one of them", "type": "training", "project": inner, "system_tags": ["archived"]}
        client.write("tasks.create", task)
        message = acme.refuse("project", company="acme", name="research", state="absent")
        assert "1 project, 1 task" in message and "set force" in message
        options = {"company": "acme", "name": "research", "state": "absent", "force": True}
        assert acme.project(**options, delete_contents=contents)["changed"]
        assert names(acme) == []
        tasks = acme.lab.control.state()["tasks"]
        assert [one["project"] for one in tasks] == [None] * left
        for one in tasks:
            client.write("tasks.delete", {"task": one["id"]})


def test_an_old_server_refuses_by_itself(acme: Modules) -> None:
    inner = acme.project(company="acme", name="research")["project"]["id"]
    as_admin(acme).write("tasks.create", {"name": "one of them", "type": "training", "project": inner})
    acme.lab.control.set_switches(missing_endpoints=["projects.validate_delete"])
    result = acme.run("project", company="acme", name="research", state="absent")
    assert result["failed"] and "projects.delete failed with 400/402" in result["msg"]
    assert not result["changed"]


def test_a_hidden_project_is_found(acme: Modules) -> None:
    acme.project(company="acme", name="agents", system_tags=["hidden"])
    assert not acme.project(company="acme", name="agents")["changed"]
    assert names(acme) == ["agents"]


def test_a_public_project_is_nobodys(acme: Modules) -> None:
    """The examples that come with a server are listed for everybody; a project of the same name can be made."""
    state = acme.lab.control.state()
    state["projects"].append({"id": "e" * 32, "name": "Examples", "company": ""})
    acme.lab.control.put_state(state)
    assert names(acme) == []
    assert not acme.project(company="acme", name="Examples", state="absent")["changed"]
    made = acme.project(company="acme", name="Examples")
    assert made["changed"] and made["project"]["id"] != "e" * 32
    assert not acme.project(company="acme", name="Examples", tags=[])["changed"]


def test_only_what_is_meant_is_read(acme: Modules) -> None:
    """A company's thousands of projects are not read for one; a list of them has all pages."""
    client = as_admin(acme)
    for number in range(501):
        client.write("projects.create", {"name": f"p-{number:03}"})
    assert len(names(acme)) == 501
    acme.lab.control.clear_requests()
    assert not acme.project(company="acme", name="p-500")["changed"]
    assert acme.lab.control.counts()["by_endpoint"]["projects.get_all"] == 1

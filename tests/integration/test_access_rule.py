# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access rules. What every entity has to do, test_every_entity.py tests with the sample."""

from __future__ import annotations

import typing as t

import pytest

from tests.integration.test_group import ANN, account, call
from tests.support.modules import Modules

NAMES = ["a b", 'it\'s "q"', "a.*b", "^x$", "Größe", "🚀🚀🚀", "a\\b", "team/a (b)"]
READ: dict[str, t.Any] = {"company": "acme", "name": "R", "access_permission": "read"}


def rules(modules: Modules) -> dict[str, dict[str, t.Any]]:
    """All rules by name."""
    return {rule["name"]: rule for rule in modules.access_rule_info(company="acme")["access_rules"]}


def drop_default_rules(modules: Modules, *names: str) -> None:
    """Remove those of the server's own rules, or all."""
    own = [rule["id"] for rule in rules(modules).values() if rule["built_in"] and (not names or rule["name"] in names)]
    call(modules, "permissions.delete_access_rules", rules=own)


@pytest.mark.parametrize("update", ["replace", "merge"])
@pytest.mark.parametrize("unique", [True, False])
def test_life_of_a_rule_under_every_reading(acme: Modules, update: str, unique: bool) -> None:
    acme.lab.control.set_switches(permissions_update=update, unique_access_rule_names=unique)
    account(acme, "agent")
    queue = acme.queue(company="acme", name="gpu-1")["queue"]["id"]
    options = {**READ, "entity_type": "queue", "entity": "gpu-1", "users": [ANN], "service_accounts": ["agent"]}
    made = acme.access_rule(**options)["access_rule"]
    assert made["entity"] == "gpu-1" and rules(acme)["R"]["entity_id"] == queue
    assert not acme.access_rule(**options)["changed"]
    widened = acme.access_rule(company="acme", name="R", access_permission="read_write")
    assert widened["access_rule"] == {**made, "access_permission": "read_write"}
    given = acme.access_rule(company="acme", name="R", groups=["Users"], users=None)
    assert given["access_rule"] == {**widened["access_rule"], "groups": ["Users"], "users": []}
    renamed = acme.access_rule(company="acme", id=made["id"], name="S")
    assert renamed["access_rule"] == {**given["access_rule"], "name": "S"}
    topmost = acme.access_rule(company="acme", name="S", entity_type="project")
    assert topmost["actions"][0]["fields"] == ["entity", "entity_type"] and topmost["access_rule"]["entity"] is None
    assert acme.access_rule(company="acme", name="S", state="absent")["changed"]
    assert not acme.access_rule(company="acme", name="S", state="absent")["changed"]


def test_another_type_needs_another_entity(acme: Modules) -> None:
    acme.queue(company="acme", name="gpu-1")
    acme.access_rule(**READ, entity_type="queue", entity="gpu-1")
    message = acme.refuse("access_rule", company="acme", name="R", entity_type="app")
    assert "changes from queue to app" in message and "entity" in message
    changed = acme.access_rule(company="acme", name="R", entity_type="app", entity="jupyter")
    assert (changed["access_rule"]["entity_type"], changed["access_rule"]["entity"]) == ("app", "jupyter")


@pytest.mark.parametrize("kind", ["queue", "project", "route"])
@pytest.mark.parametrize("name", NAMES)
def test_an_entity_by_its_exact_name(acme: Modules, kind: str, name: str) -> None:
    make = {"queue": "queues.create", "project": "projects.create", "route": "routers.add_or_update_route"}[kind]
    extra = {"type": "path", "path": "x"} if kind == "route" else {"description": ""} if kind == "project" else {}
    for one in ("decoy-axxb", "aab", name):
        call(acme, make, name=one, **extra)
    wanted = call(acme, make, name=f"{name}2", **extra)["id"]
    made = acme.access_rule(**READ, entity_type=kind, entity=name)
    assert made["access_rule"]["entity"] == name
    assert rules(acme)["R"]["entity_id"] != wanted
    assert acme.access_rule(**READ, entity=wanted)["access_rule"]["entity"] == f"{name}2"
    assert not acme.access_rule(**READ, entity=f"{name}2")["changed"]


def test_a_queue_by_what_the_web_shows(acme: Modules) -> None:
    acme.queue(company="acme", name="gpu-1", display_name="Half a GPU", system_tags=["k8s-glue"])
    made = acme.access_rule(**READ, entity_type="queue", entity="Half a GPU")
    assert made["access_rule"]["entity"] == "gpu-1" and not acme.access_rule(**READ, entity="gpu-1")["changed"]
    acme.queue(company="acme", name="gpu-2", display_name="Half a GPU")
    assert "display name of several" in acme.refuse("access_rule", **READ, entity="Half a GPU")


@pytest.mark.parametrize("kind", ["task", "model", "dataset", "dataview"])
def test_what_has_no_list_goes_by_id(acme: Modules, kind: str) -> None:
    message = acme.refuse("access_rule", **READ, entity_type=kind, entity="my one")
    assert "'my one'" in message and "32 hex digits" in message
    made = acme.access_rule(**READ, entity_type=kind, entity="ab" * 16)
    assert made["access_rule"]["entity"] == "ab" * 16 and not acme.access_rule(**READ, entity="ab" * 16)["changed"]


def test_categories_are_always_for_changing(acme: Modules) -> None:
    options = {"company": "acme", "name": "C", "entity_type": "app_category", "entity": "*"}
    made = acme.access_rule(**options, groups=["Users"])["access_rule"]
    assert (made["access_permission"], made["entity"]) == ("read_write", "*")
    assert acme.access_rule(**options, groups=["Users"], description="x")["changed"]
    assert "always read_write" in acme.refuse("access_rule", **options, access_permission="read")


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"entity_type": "queue", "entity": "*"}, "'*'"),
        ({"entity_type": "project", "entity": "*"}, "leave entity out"),
        ({"entity_type": "queue", "entity": None}, "entity is null"),
        ({"entity_type": "queue", "entity": " "}, "entity is empty"),
        ({"entity_type": "queue"}, "the option entity is needed"),
        ({}, "the option entity_type is needed"),
        ({"entity_type": "queue", "entity": "gpu-2"}, "did you mean 'gpu-1'?"),
        ({"entity_type": "queue", "entity": "gpu-1", "users": ["ann@acme.exampel"]}, f"did you mean '{ANN}'?"),
        ({"entity_type": "queue", "entity": "gpu-1", "groups": ["User"]}, "did you mean 'Users'?"),
        ({"entity_type": "queue", "entity": "gpu-1", "service_accounts": ["x"]}, "no such service account"),
    ],
)
def test_what_is_refused(acme: Modules, given: dict[str, t.Any], part: str) -> None:
    acme.queue(company="acme", name="gpu-1")
    assert part in acme.refuse("access_rule", **READ, **given)


def test_an_id_that_no_rule_has(acme: Modules) -> None:
    for options in ({}, {"entity_type": "project", "access_permission": "read"}):
        assert "There is no access_rule with the id 'x'" in acme.refuse(
            "access_rule", company="acme", name="R", id="x", **options
        )


@pytest.mark.parametrize("option", ["description", "state"])
def test_two_of_one_name(acme: Modules, option: str) -> None:
    made = acme.access_rule(**READ, entity_type="project")["access_rule"]
    body = {"name": "R", "description": "", "entity_type": "project", "access_permission": "read"}
    other = call(acme, "permissions.add_or_update_access_rule", **body, users=[], groups=[])["id"]
    message = acme.refuse("access_rule", company="acme", name="R", **{option: "absent"})
    assert made["id"] in message and other in message
    assert acme.access_rule(company="acme", name="S", id=other)["changed"]


def test_a_new_rule_says_what_it_allows(acme: Modules) -> None:
    assert "access_permission is needed" in acme.refuse("access_rule", company="acme", name="R", entity_type="project")


def test_names_that_an_earlier_task_makes(acme: Modules) -> None:
    options = {"entity_type": "queue", "entity": "later", "groups": ["Later"], "users": ["late@acme.example"]}
    foreseen = acme.checking().access_rule(**READ, **options)
    assert foreseen["assumes"] == [
        "user 'late@acme.example' in company 'acme'",
        "group 'Later' in company 'acme'",
        "queue 'later' in company 'acme'",
    ]
    acme.user(company="acme", email="late@acme.example", name="Late", role="user")
    acme.group(company="acme", name="Later")
    acme.queue(company="acme", name="later")
    made = acme.access_rule(**READ, **options)
    assert made["actions"] == foreseen["actions"] and made["diff"] == foreseen["diff"]


def test_the_servers_own_rules_are_left_alone(acme: Modules) -> None:
    name = next(rule["name"] for rule in rules(acme).values() if rule["built_in"])
    for options in ({"description": "mine"}, {"state": "absent"}, {"users": [ANN]}):
        message = acme.refuse("access_rule", company="acme", name=name, **options)
        assert "one of the server's own" in message and name in message


def test_what_is_gone_goes_by_its_id(acme: Modules) -> None:
    """The rule of a queue that was removed can still be changed, and its groups that are gone do not hinder it."""
    queue = acme.queue(company="acme", name="gpu-1")["queue"]["id"]
    group = acme.group(company="acme", name="Modellers")["group"]["id"]
    acme.access_rule(**READ, entity_type="queue", entity="gpu-1", groups=["Modellers", "Users"])
    acme.queue(company="acme", name="gpu-1", state="absent")
    acme.group(company="acme", name="Modellers", state="absent")
    shown = rules(acme)["R"]
    assert shown["entity"] == queue and shown["groups"] == sorted([group, "Users"])
    changed = acme.access_rule(company="acme", name="R", description="x")
    assert changed["access_rule"]["groups"] == ["Users"]


@pytest.mark.parametrize("anew", ["missing", "anew"])
def test_default_rules_come_back(acme: Modules, anew: str) -> None:
    acme.lab.control.set_switches(restore_default_rules=anew)
    assert not acme.default_access_rules(company="acme")["changed"]
    before = acme.default_access_rules(company="acme")["default_access_rules"]["rules"]
    assert any(rule.startswith("Users: read_write on all") for rule in before)
    drop_default_rules(acme)
    acme.lab.control.clear_requests()
    foreseen = acme.checking().default_access_rules(company="acme")
    assert acme.lab.control.writes() == 0
    done = acme.default_access_rules(company="acme")
    assert done["changed"] and done["actions"] == foreseen["actions"] and done["diff"]["before"] == {"rules": []}
    assert done["default_access_rules"]["rules"] == before
    assert not acme.default_access_rules(company="acme")["changed"]
    assert not acme.checking().default_access_rules(company="acme")["changed"]


def test_a_group_that_lost_some_of_its_rules(acme: Modules) -> None:
    """Only a real run finds out."""
    drop_default_rules(acme, "Default queue access of Users")
    assert not acme.checking().default_access_rules(company="acme")["changed"]
    assert acme.default_access_rules(company="acme")["changed"]


@pytest.mark.parametrize("effect", ["before", "after"])
def test_a_lost_answer_is_asked_for_again(acme: Modules, effect: str) -> None:
    drop_default_rules(acme)
    acme.lab.control.order_fault("writes", "drop", effect=effect)
    assert acme.default_access_rules(company="acme")["changed"]
    assert not acme.default_access_rules(company="acme")["changed"]


def test_default_rules_of_a_company_that_is_not_there_yet(modules: Modules) -> None:
    foreseen = modules.checking().default_access_rules(company="acme")
    assert not foreseen["changed"] and foreseen["assumes"] == ["company 'acme'"]
    assert "no company 'acme'" in modules.refuse("default_access_rules", company="acme")

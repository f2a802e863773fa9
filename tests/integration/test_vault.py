# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Vaults. What every entity has to do, test_every_entity.py tests with the sample."""

from __future__ import annotations

import itertools
import json
import sys
import typing as t
from pathlib import Path
from unittest import mock

import pytest

from tests.support.modules import Modules

MASK = "********"
GIT = {"company": "acme", "description": "Git"}
HOCON = 'agent { git_user: "robot", git_pass: "hunter2" }'
SAME = '# for all\nagent.git_pass = "hunter2"\nagent.git_user = robot\n'


def stored(modules: Modules) -> list[dict[str, t.Any]]:
    return t.cast("list[dict[str, t.Any]]", modules.lab.control.state()["vaults"])


@pytest.mark.parametrize(
    ("update", "data", "listed"),
    list(itertools.product(("replace", "merge"), ("rendered", "verbatim"), (False, True))),
    ids=str,
)
def test_a_vaults_life_under_every_reading(acme: Modules, update: str, data: str, listed: bool) -> None:
    acme.lab.control.set_switches(vault_update=update, vault_data=data, organization_vaults_have_users=listed)
    for owner in ({}, {"scope": "user", "user": "ann@acme.example"}):
        options = {**GIT, **owner}
        assert acme.vault(**options, content=HOCON)["changed"]
        assert not acme.vault(**options, content=SAME)["changed"], "it says the same"
        assert acme.vault(**options, enabled=False)["actions"][0]["fields"] == ["enabled"]
        assert not acme.vault(**options, content=HOCON, enabled=False)["changed"], "the content is still there"
        assert acme.vault(**options, content="agent.git_user = ann")["actions"][0]["fields"] == ["content"]
        assert acme.vault(**options, state="absent")["changed"] and stored(acme) == []


def test_nothing_of_the_content_is_shown(acme: Modules) -> None:
    for run in (acme.checking().vault, acme.vault):
        result = run(**GIT, content=HOCON)
        assert "hunter2" not in json.dumps(result) and "robot" not in json.dumps(result)
        assert result["vault"]["content"] == {"agent": {"git_user": MASK, "git_pass": MASK}}
    assert "hunter2" not in json.dumps(acme.vault_info(company="acme"))
    wrong = acme.run("vault", **GIT, content="a = hunter2 {{")
    assert "hunter2" not in json.dumps(wrong)


def test_whose_it_is(acme: Modules) -> None:
    """The same description in every scope is another vault."""
    acme.group(company="acme", name="researchers", users=["ann@acme.example"])
    acme.service_account(company="acme", name="agents")
    owners: list[dict[str, str]] = [
        {},
        {"scope": "group", "group": "researchers"},
        {"scope": "user", "user": "ann@acme.example"},
        {"scope": "user", "user": "admin@acme.invalid"},
        {"scope": "service_account", "service_account": "agents"},
    ]
    for owner in owners:
        foreseen = acme.checking().vault(**GIT, **owner, content=HOCON)
        made = acme.vault(**GIT, **owner, content=HOCON)
        assert made["actions"] == foreseen["actions"] and made["actions"][0]["action"] == "create"
        assert {**made["vault"], "scope": "", **owner} == {**made["vault"], "scope": owner.get("scope", "")}
    assert len(stored(acme)) == len(owners)
    for owner in owners:
        assert not acme.vault(**GIT, **owner, content=HOCON)["changed"]
    info = acme.vault_info(company="acme")["vaults"]
    assert [(one["scope"], one["owner"], one["settings"]) for one in info] == [
        ("group", "researchers", 2),
        ("organization", None, 2),
    ]
    own = acme.vault_info(company="acme", service_account="agents")["vaults"]
    assert [(one["scope"], one["owner"]) for one in own] == [("service_account", "agents")]
    assert acme.vault(**GIT, **owners[2], state="absent")["changed"] and len(stored(acme)) == len(owners) - 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"scope": "group"}, "scope is group, so the option group has to say which"),
        ({"user": "ann@acme.example"}, "scope is organization; set scope to user"),
        ({"scope": "group", "group": "reserchers"}, "did you mean 'researchers'?"),
        ({"content": "a { b"}, "content is not valid HOCON"),
        ({"content": "{", "format": "json"}, "content is not valid JSON (line 1"),
        ({"content": "a: [", "format": "yaml"}, "content is not valid YAML (line 1"),
        ({"content": "[1, 2]", "format": "json"}, "no map of settings"),
        ({"content": "agent.debug = true"}, "content sets agent.debug"),
        (
            {"content": '{"agent": {"worker_id": 1, "cuda_version": 2}}'},
            "content sets agent.cuda_version, agent.worker_id",
        ),
        ({"content": '{"agent.worker_name": "x"}', "format": "json"}, "content sets agent.worker_name"),
        ({"description": " "}, "description is empty"),
        ({"content": None}, "content is null"),
    ],
)
def test_what_cannot_work_is_refused(acme: Modules, options: dict[str, t.Any], said: str) -> None:
    acme.group(company="acme", name="researchers")
    assert said in acme.refuse("vault", **{**GIT, "content": "a = 1", **options})


def test_a_new_vault_needs_content(acme: Modules) -> None:
    assert "the option content is needed" in acme.refuse("vault", **GIT)


def test_types_are_apart(acme: Modules) -> None:
    acme.vault(**GIT, content="a = 1")
    assert acme.vault(**GIT, type="other", content="a = 1")["actions"][0]["action"] == "create"
    assert {vault["type"] for vault in stored(acme)} == {"config", "other"}


def test_another_format_needs_the_content(acme: Modules) -> None:
    acme.vault(**GIT, content="a = 1")
    assert "give content in it too" in acme.refuse("vault", **GIT, format="yaml")
    assert acme.vault(**GIT, format="yaml", content="a: 1")["actions"][0]["fields"] == ["format"]
    assert not acme.vault(**GIT, content="# still one\na: 1")["changed"], "the format that it has"


def test_references_to_other_settings_are_left_to_the_reader(acme: Modules) -> None:
    """What they mean is decided where the configuration is used; texts are compared."""
    content = "a = ${SOME_VARIABLE}"
    assert acme.vault(**GIT, content=content)["vault"]["content"] == {"a": MASK}
    assert not acme.vault(**GIT, content=f"{content}\n")["changed"]
    assert acme.vault(**GIT, content="a = ${OTHER}")["changed"]
    assert "content sets agent.worker_id" in acme.refuse("vault", **GIT, content="agent.worker_id = ${HOSTNAME}")


def test_nothing_is_included(acme: Modules, tmp_path: Path) -> None:
    """Who may write a vault must not make the controller read its files, or open addresses for them."""
    bait = tmp_path / "bait.conf"
    bait.write_text("bait = 1", encoding="utf-8")
    for statement in (f'include "{bait}"', f'include file("{bait}")', f'Include url("{acme.lab.url}/bait")'):
        made = acme.vault(**GIT, content=f"a = 1\n{statement}")
        assert made["changed"] and made["vault"]["content"] == MASK
        assert not acme.vault(**GIT, content=f"a = 1\n{statement}")["changed"]
    assert not any("bait" in str(request["endpoint"]) for request in acme.lab.control.requests())


def test_a_map_is_sent_as_text(acme: Modules) -> None:
    """Its short values are masked where they are, not in every word of the result."""
    content = {"agent": {"git_user": "acme", "git_pass": "hunter2", "port": 1, "on": True}}
    made = acme.vault(**GIT, content=content)
    assert "hunter2" not in json.dumps(made) and made["actions"][0]["company"] == "acme"
    assert made["vault"]["content"]["agent"] == dict.fromkeys(content["agent"], MASK)
    assert json.loads(stored(acme)[0]["data"]) == content
    same = "agent { port = 1, on = true, git_user = acme, git_pass = hunter2 }\n"
    told = acme.vault(**GIT, content=same)
    assert not told["changed"] and "hunter2" not in json.dumps(told)


def test_an_encrypted_vault(acme: Modules) -> None:
    """What cannot be read is left alone, and what cannot be changed is refused before anything is sent."""
    acme.vault(**GIT, content=HOCON)
    acme.lab.control.set_switches(vaults_readable=False)
    assert not acme.vault(**GIT, content="a = 1")["changed"]
    assert "encryption is off" in acme.refuse("vault", **GIT, content="a = 1", update_secret="always")
    assert "encryption is off" in acme.refuse("vault", **GIT, enabled=False)
    assert acme.vault_info(company="acme")["vaults"][0]["settings"] is None
    assert acme.vault(**GIT, state="absent")["changed"]


def test_without_pyhocon_texts_are_compared(acme: Modules) -> None:
    acme.lab.control.set_switches(vault_data="verbatim")
    with mock.patch.dict(sys.modules, {"pyhocon": None}):
        made = acme.vault(**GIT, content=HOCON)
        assert "pip install pyhocon" in made["warnings"][-1] and made["vault"]["content"] == MASK
        assert not acme.vault(**GIT, content=HOCON)["changed"]
        assert acme.vault(**GIT, content=SAME)["changed"], "nobody can tell that it says the same"
        assert acme.vault(**{**GIT, "description": "JSON"}, content='{"a": 1}')["vault"]["content"] == {"a": MASK}


def test_the_vault_of_somebody_who_is_gone(acme: Modules) -> None:
    gone = {**GIT, "scope": "user", "user": "bob@acme.example", "state": "absent"}
    assert not acme.vault(**gone)["changed"]


def test_the_personal_vault_is_left_alone(acme: Modules) -> None:
    """The web UI's has no description."""
    ann = acme.user_info(company="acme", email="ann@acme.example")["users"][0]["id"]
    personal = {"vault": {"scope": "user", "data": "a = 1"}, "user": ann}
    acme.api(company="acme", endpoint="users.add_or_update_vault", data=personal)
    acme.vault(**GIT, scope="user", user="ann@acme.example", content="b = 2")
    acme.vault(**GIT, scope="user", user="ann@acme.example", state="absent")
    assert [vault["data"] for vault in stored(acme)] == ["a = 1"]

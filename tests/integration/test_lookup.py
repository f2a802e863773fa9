# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup plugin clearml_id."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleLookupError

from ansible_collections.clearml.enterprise.plugins.lookup import clearml_id
from ansible_collections.clearml.enterprise.plugins.module_utils import _connection
from tests.support.modules import Modules

NAME = "clearml.enterprise.clearml_id"
ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = str(ROOT.parents[2])
DOCUMENTED: dict[str, t.Any] = yaml.safe_load(clearml_id.DOCUMENTATION)


class Lookup:
    """The plugin as Ansible runs it, connected to a lab."""

    def __init__(self, modules: Modules, **options: t.Any) -> None:
        self.options = {**modules.connection, **options}
        self.plugin = clearml_id.LookupModule()
        self.plugin._load_name = self.plugin.ansible_name = NAME

    def __call__(self, *names: t.Any, **options: t.Any) -> list[t.Any]:
        return self.plugin.run(list(names), {}, **{**self.options, **options})

    def refuse(self, *names: t.Any, **options: t.Any) -> str:
        """The one sentence of an error."""
        with pytest.raises(AnsibleLookupError) as caught:
            self(*names, **options)
        message = str(caught.value)
        assert message.startswith("clearml_id: ") and self.options["api_secret_key"] not in message
        return message


@pytest.fixture(autouse=True)
def options(monkeypatch: pytest.MonkeyPatch) -> None:
    """The options are defined as Ansible's loader does it, from the documentation; the environment has none of them."""
    for variable in [name for name in os.environ if name.startswith("CLEARML_")]:
        monkeypatch.delenv(variable)
    constants.config.initialize_plugin_configuration_definitions("lookup", NAME, DOCUMENTED["options"])


@pytest.fixture
def lookup(acme: Modules) -> Lookup:
    """In company acme, with one object of each kind."""
    acme.queue(company="acme", name="gpu 🚀 'q' .*")
    acme.project(company="acme", name="Größe/Vision")
    acme.group(company="acme", name="Modellers", users=["ann@acme.example"])
    acme.access_rule(company="acme", name="rule", entity_type="project", access_permission="read", groups=["Modellers"])
    acme.idp(
        company="acme",
        display_name="Acme Okta",
        provider="okta",
        client_id="x",
        client_secret="hunter2",
        authorization_endpoint="https://a.example",
        token_endpoint="https://b.example",
    )
    acme.lab.control.clear_requests()
    return Lookup(acme, company="acme")


NAMES = {
    "user": "ann@acme.example",
    "queue": "gpu 🚀 'q' .*",
    "project": "Größe/Vision",
    "group": "Modellers",
    "access_rule": "rule",
    "idp": "Acme Okta",
}


@pytest.mark.parametrize("kind", NAMES)
def test_an_id_by_name_and_by_id(lookup: Lookup, acme: Modules, kind: str) -> None:
    name = NAMES[kind]
    (found,) = lookup(name, kind=kind)
    assert lookup(found, kind=kind) == [found] and acme.lab.control.writes() == 0
    key = "email" if kind == "user" else "display_name" if kind == "idp" else "name"
    removed = getattr(acme, kind)(company="acme", **{key: name}, id=found, state="absent")
    assert removed["changed"], "the module takes the ID for the same object"


@pytest.mark.parametrize("kind", NAMES)
def test_what_is_not_there(lookup: Lookup, acme: Modules, kind: str) -> None:
    name = NAMES[kind]
    message = lookup.refuse(name[:-1], kind=kind)
    assert repr(name[:-1]) in message and f"did you mean {name!r}?" in message and "'acme'" in message
    assert "check the spelling" in lookup.refuse("zzzzzzzz", kind=kind)
    assert lookup(name[:-1], name, kind=kind, default="none") == ["none", *lookup(name, kind=kind)]
    assert acme.lab.control.writes() == 0


def test_every_kind_that_has_a_name(lookup: Lookup) -> None:
    """A new entity is looked up by declaration; what has no name of its own is not."""
    named = {kind for kind in clearml_id.kinds() if clearml_id.declared(kind)}
    assert {*NAMES, "company"} <= named and not {"credentials", "login_rules"} & named
    for kind in ("cue", "credentials", "_members", "", "os.path"):
        message = lookup.refuse("x", kind=kind)
        assert f"kind is {kind!r}; it must be one of access_rule, company" in message


def test_companies(modules: Modules) -> None:
    made = modules.company(name="Größe & Co")["company"]["id"]
    lookup = Lookup(modules)
    assert lookup("Größe & Co", made, kind="company") == [made, made]
    assert "did you mean 'Größe & Co'?" in lookup.refuse("Grösse & Co", kind="company")
    assert "no company 'later'" in lookup.refuse("gpu", kind="queue", company="later")
    assert lookup("gpu", kind="queue", company="later", default="") == [""]


def test_several_of_one_name(lookup: Lookup, acme: Modules) -> None:
    (first,) = lookup(NAMES["queue"], kind="queue")
    state = acme.lab.control.state()
    state["queues"].append({**next(row for row in state["queues"] if row["id"] == first), "id": "f" * 32})
    acme.lab.control.put_state(state)
    message = lookup.refuse(NAMES["queue"], kind="queue", default="x")
    assert first in message and "f" * 32 in message
    assert lookup("f" * 32, kind="queue") == ["f" * 32]


def test_who_works_in_the_own_company_names_none(acme: Modules, lookup: Lookup) -> None:
    pair = acme.credentials(company="acme", user="admin@acme.invalid", label="own")["credentials"]
    own = Lookup(Modules(acme.lab, pair["access_key"], pair["secret_key"]))
    assert own(NAMES["queue"], kind="queue") == lookup(NAMES["queue"], kind="queue")
    assert "role" in own.refuse("acme", kind="company")


@pytest.mark.parametrize("name", ["", "  ", None, 7, ["a"]])
def test_a_name_is_a_text(lookup: Lookup, name: t.Any) -> None:
    assert "A name to look up" in lookup.refuse(name, kind="queue")


def test_a_connection_that_does_not_work(lookup: Lookup) -> None:
    assert "company is empty" in lookup.refuse("x", kind="queue", company="")
    assert "missing: api_host" in lookup.refuse("x", kind="queue", api_host=None)
    assert "hunter2" not in lookup.refuse("x", kind="queue", api_secret_key="hunter2")


def test_options_are_those_of_the_modules() -> None:
    """Same names, types, defaults and environment; variables besides."""
    options = DOCUMENTED["options"]
    for name, spec in _connection.connection_argument_spec().items():
        if name != "unborn_server":
            assert options[name]["type"] == spec["type"] and options[name].get("default") == spec.get("default"), name
            assert [one["name"] for one in options[name].get("env", [])] == list(spec.get("fallback", ((), []))[1])
            assert options[name]["vars"] == [{"name": f"clearml_{name.removeprefix('clearml_')}"}]


def ansible(command: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {"ANSIBLE_COLLECTIONS_PATH": COLLECTIONS, "LC_ALL": "C.UTF-8", **environment}
    return subprocess.run(
        [str(Path(sys.executable).with_name(command)), *arguments],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_its_documentation() -> None:
    done = ansible("ansible-doc", "-t", "lookup", "--json", NAME)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)[NAME]
    assert found["doc"]["short_description"] and found["return"]["_list"] and "query(" in found["examples"]


def test_in_a_playbook(lookup: Lookup, tmp_path: Path) -> None:
    """Connection from variables and environment; several names at once; a message without a secret."""
    book = [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "vars": {"clearml_company": "acme", "clearml_api_host": lookup.options["api_host"]},
            "tasks": [
                {"ansible.builtin.debug": {"msg": f"{{{{ query('{NAME}', 'Modellers', kind='group') }}}}"}},
                {"ansible.builtin.debug": {"msg": f"{{{{ lookup('{NAME}', 'Modelers', kind='group') }}}}"}},
            ],
        }
    ]
    file = tmp_path / "book.yml"
    file.write_text(json.dumps(book), encoding="utf-8")
    pair = {
        "CLEARML_API_ACCESS_KEY": lookup.options["api_access_key"],
        "CLEARML_API_SECRET_KEY": lookup.options["api_secret_key"],
    }
    done = ansible("ansible-playbook", "-vvvv", "-i", "localhost,", "-c", "local", str(file), **pair)
    (found,) = lookup("Modellers", kind="group")
    output = done.stdout + done.stderr
    assert found in output and "did you mean 'Modellers'?" in output.replace('\\"', '"').replace("\\'", "'")
    assert done.returncode != 0 and lookup.options["api_secret_key"] not in output

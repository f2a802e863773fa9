# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module's documentation says is what the module does."""

from __future__ import annotations

import functools
import importlib
import json
import os
import re
import subprocess
import sys
import typing as t
from pathlib import Path
from unittest import mock

import pytest
import yaml
from ansible.playbook.task import Task

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = "clearml.enterprise"
ACTION = f"{COLLECTION}.clearml_api"
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
#: Modules that are documentation only: an action plugin of their name does the work, on the controller.
CONTROLLER_ONLY = {path.stem for path in (ROOT / "plugins" / "action").glob("*.py")} & set(MODULES) - {"clearml_api"}
#: Options whose names say so hold secrets, unless their type can hold none.
SECRET = re.compile(r"(?<!update_)secret(?!_key_name)|password|passphrase|token(?!_endpoint)|private_key")
#: What a module without these words in its name would make the linter of ansible-core ask about.
SUSPECT = re.compile(r"key|secret|pass|token|auth|cred")
PARTS = ("type", "elements", "choices", "default", "required")
TYPES = {"str", "int", "float", "bool", "list", "dict", "path", "raw", "json", "bytes", "bits", "jsonarg"}

Spec = t.Mapping[str, t.Any]


@functools.cache
def documented() -> dict[str, dict[str, t.Any]]:
    """What ansible-doc makes of the modules: fragments resolved, all at once because each start takes a second."""
    names = [f"{COLLECTION}.{name}" for name in MODULES]
    command = Path(sys.executable).with_name("ansible-doc")
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2]), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [str(command), "--type", "module", "--json", *names],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    answer = json.loads(done.stdout)
    return {name: answer[f"{COLLECTION}.{name}"] for name in MODULES}


@functools.cache
def runtime() -> dict[str, t.Any]:
    """meta/runtime.yml."""
    content: dict[str, t.Any] = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    return content


class Captured(Exception):
    """Ends a module when it has said what its arguments are."""


@functools.cache
def argument_spec(name: str) -> Spec:
    """The argument spec that a module gives to AnsibleModule."""
    found: list[Spec] = []

    def make(**kwargs: t.Any) -> t.NoReturn:
        found.append(kwargs["argument_spec"])
        raise Captured

    module = importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.modules.{name}")
    with pytest.raises(Captured):
        if name in CONTROLLER_ONLY:
            with mock.patch.object(module, "AnsibleModule", make):
                module.main()
        module.main(make)
    return found[0]


def plain(option: Spec, suboptions: str) -> dict[str, t.Any]:
    """An option of a spec or of a documentation, in the same words."""
    parts = {part: option.get(part) for part in PARTS}
    parts["type"] = parts["type"] or "str"
    parts["required"] = bool(parts["required"])
    parts["choices"] = list(parts["choices"] or [])
    inner = option.get(suboptions) or {}
    parts["options"] = {name: plain(one, suboptions) for name, one in inner.items()}
    parts["aliases"] = sorted(option.get("aliases") or [])
    return parts


def tasks(name: str) -> list[dict[str, t.Any]]:
    """The tasks of a module's examples."""
    content: list[dict[str, t.Any]] = yaml.safe_load(documented()[name]["examples"])
    return content


def all_options(spec: Spec) -> t.Iterator[tuple[str, Spec]]:
    """Every option of a spec, those inside others too."""
    for name, option in spec.items():
        yield name, option
        yield from all_options(option.get("options") or {})


def all_returned(values: Spec, where: str = "") -> t.Iterator[tuple[str, Spec]]:
    """Every documented key of a result, those inside others too."""
    for name, value in (values or {}).items():
        yield f"{where}{name}", value
        yield from all_returned(value.get("contains"), f"{where}{name}.")


@pytest.mark.smoke
@pytest.mark.parametrize("name", MODULES)
def test_options_are_those_of_the_argument_spec(name: str) -> None:
    """Names, types, elements, choices, defaults, what is required, and the same of suboptions."""
    options = documented()[name]["doc"]["options"]
    spec = argument_spec(name)
    assert {key: plain(option, "suboptions") for key, option in options.items()} == {
        key: plain(option, "options") for key, option in spec.items()
    }
    assert all(option["description"] for option in options.values())


@pytest.mark.parametrize("name", MODULES)
def test_secrets_are_masked(name: str) -> None:
    """An option that holds a secret has no_log; one whose name only sounds so says that it has not."""
    for option, definition in all_options(argument_spec(name)):
        if SECRET.search(option) and definition.get("type", "str") != "bool":
            assert definition.get("no_log") is True, option
        elif SUSPECT.search(option) and definition.get("type", "str") in ("str", "path"):
            assert "no_log" in definition or "choices" in definition, option


@pytest.mark.parametrize("name", MODULES)
def test_environment_fallbacks_are_documented(name: str) -> None:
    """Each variable that an option falls back to is named in its description."""
    options = documented()[name]["doc"]["options"]
    for option, definition in argument_spec(name).items():
        for variable in definition["fallback"][1] if "fallback" in definition else ():
            assert f"E({variable})" in " ".join(options[option]["description"])


@pytest.mark.parametrize("name", MODULES)
def test_attributes_are_complete(name: str) -> None:
    """Check mode, diff mode and idempotence; what is partial is explained."""
    attributes = documented()[name]["doc"]["attributes"]
    assert {"check_mode", "diff_mode", "idempotent"} <= set(attributes)
    for attribute in attributes.values():
        assert attribute["description"]
        assert attribute["support"] in ("full", "none") or attribute["details"]


@pytest.mark.parametrize("name", MODULES)
def test_documentation_is_complete(name: str) -> None:
    """It names the module, and says since when it exists and who wrote it."""
    doc = documented()[name]["doc"]
    assert doc["module"] == name and doc["version_added"] and doc["author"]
    assert doc["description"] and not doc["short_description"].endswith(".")


@pytest.mark.parametrize("name", MODULES)
def test_examples_use_full_names(name: str) -> None:
    """Every task has a name and one action, by its full name; its options exist; one task uses the module itself."""
    used = set()
    for task in tasks(name):
        assert task["name"]
        actions = [key for key in task if "." in key]
        assert len(actions) == 1, task["name"]
        assert {key for key in task if key not in Task.fattributes} - {"name", *actions} == set()
        collection, _dot, short = actions[0].rpartition(".")
        if collection == COLLECTION:
            used.add(short)
            assert set(task[actions[0]] or {}) <= set(argument_spec(short)), task["name"]
    assert name in used


@pytest.mark.parametrize("name", MODULES)
def test_results_are_described(name: str) -> None:
    """Every key, however deep, has a description and a type; a list says what is in it."""
    returned = dict(all_returned(documented()[name]["return"]))
    assert returned
    for key, value in returned.items():
        assert value["description"], key
        assert value["type"] in TYPES, key
        assert "elements" in value or value["type"] != "list", key
        assert "." in key or value["returned"], key


@pytest.mark.parametrize("name", MODULES)
def test_readers_read(name: str) -> None:
    """A module ends in _info if and only if it has no state to bring about; it changes nothing."""
    doc = documented()[name]["doc"]
    if name.endswith("_info"):
        assert "state" not in doc["options"]
        assert doc["attributes"]["check_mode"]["support"] == "full"
        assert doc["attributes"]["diff_mode"]["support"] == "none"
        assert doc["attributes"]["idempotent"]["support"] == "full"


def test_every_module_with_a_connection_is_in_an_action_group() -> None:
    """So that module_defaults reach it, and no module that lacks the options."""
    groups = {name: set(members) for name, members in runtime()["action_groups"].items()}
    telling = {"clearml": "api_access_key", "kubernetes": "kubeconfig"}
    assert groups == {
        group: {name for name in MODULES if option in argument_spec(name)} for group, option in telling.items()
    }


def test_every_module_is_routed_to_the_action_plugin() -> None:
    """Unless it has one of its own."""
    routing = runtime()["plugin_routing"]["modules"]
    routed = {name: route.get("action_plugin") for name, route in routing.items()}
    assert routed == {name: ACTION for name in MODULES if name not in CONTROLLER_ONLY}
    assert "action" not in runtime()["plugin_routing"]

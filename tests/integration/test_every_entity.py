# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every entity promises, held for each of them by its sample in tests/entities."""

from __future__ import annotations

import ast
import importlib
import typing as t
from pathlib import Path

import pytest

from tests.entities.sample import Sample, samples
from tests.support.modules import Modules, Result

HERE = Path(__file__).parent
SAMPLES = samples()
#: Options that every module has, and that say which object is meant or whether it should exist.
COMMON = {"company", "acting_user", "id", "state"}
#: Reads that belong to finding one's way, not to the entity.
SURROUNDINGS = {"auth.login", "server.info", "system.get_companies", "tenants.get_tenant_info"}


def changes() -> list[t.Any]:
    """Every option that can change, of every entity."""
    return [
        pytest.param(one, option, id=f"{one.module}-{option}")
        for one in SAMPLES
        for option in one.changes
        if option not in one.unseen
    ]


def removables() -> list[Sample]:
    return [one for one in SAMPLES if one.removable]


def succeed(modules: Modules, sample: Sample, options: dict[str, t.Any]) -> Result:
    return t.cast("Result", getattr(modules, sample.module)(**options))


def prepared(modules: Modules, sample: Sample) -> Modules:
    """What the sample refers to is there."""
    for module, options in sample.before:
        getattr(modules, module)(**options)
    modules.lab.control.clear_requests()
    return modules


def made(modules: Modules, sample: Sample) -> Result:
    prepared(modules, sample)
    return succeed(modules, sample, sample.whole)


def as_foreseen(modules: Modules, sample: Sample, options: dict[str, t.Any]) -> Result:
    """A check run that writes nothing, then the run that does what it said, then one that has nothing to do."""
    modules.lab.control.clear_requests()
    foreseen = succeed(modules.checking(), sample, options)
    assert modules.lab.control.writes() == 0
    done = succeed(modules, sample, options)
    assert done["changed"] and foreseen["changed"]
    assert done["actions"] == foreseen["actions"]
    assert done["diff"] == foreseen["diff"]
    again = succeed(modules, sample, {**options, **dict.fromkeys(sample.always, "on_create")})
    assert not again["changed"] and again["actions"] == []
    return done


def test_there_is_a_sample_of_every_entity() -> None:
    """A module of an entity is one that has a state and lives on the API."""
    modules = {
        path.stem.removeprefix("clearml_")
        for path in (HERE.parents[1] / "plugins" / "modules").glob("*.py")
        if "run_entity(" in path.read_text(encoding="utf-8")
    }
    assert modules - {"credentials"} == {sample.module for sample in SAMPLES}, (
        "credentials are made once and never changed; test_credentials.py is about nothing else"
    )


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_every_option_is_observed(sample: Sample) -> None:
    """Each option changes what a test sees: as a field of the object, or in the test that the sample names."""
    module = importlib.import_module(f"ansible_collections.clearml.enterprise.plugins.modules.clearml_{sample.module}")
    options = set(module.ARGUMENT_SPEC) - COMMON - {sample.key}
    observed = set(sample.changes) | set(sample.fixed) | set(sample.steering)
    assert options <= observed, "options without a test"
    assert observed <= options, "tests of options that do not exist"
    assert set(sample.first) - {sample.key} <= observed
    for test in sample.steering.values():
        file, _sep, function = test.partition("::")
        tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
        assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, test


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_first_run_second_run_removal(acme: Modules, sample: Sample) -> None:
    prepared(acme, sample)
    done = as_foreseen(acme, sample, sample.whole)
    shown = done[sample.module]
    for option, value in sample.first.items():
        if option not in sample.unseen and value is not None:
            assert shown[option] == sample.shown(option, value), option
    if sample.key and sample.removable:
        gone = as_foreseen(acme, sample, sample.gone)
        assert gone[sample.module] == {} and gone["diff"]["after"] == {}


@pytest.mark.parametrize(("sample", "option"), changes())
def test_one_option_changes_and_the_others_stay(acme: Modules, sample: Sample, option: str) -> None:
    made(acme, sample)
    for value in sample.changes[option]:
        done = as_foreseen(acme, sample, sample.change(option, value))
        assert option in done["actions"][0]["fields"]
        assert done[sample.module][option] == sample.shown(option, value)
        before, after = done["diff"]["before"], done["diff"]["after"]
        assert {key for key in after if before.get(key) != after[key]} == {option}


@pytest.mark.parametrize("sample", [one for one in SAMPLES if one.unseen and one.always], ids=str)
def test_what_cannot_be_read_is_sent_if_asked(acme: Modules, sample: Sample) -> None:
    """Nobody sees it in a result; the server has it afterwards."""
    made(acme, sample)
    for option in sample.unseen:
        for value in sample.changes.get(option, ()):
            before = stored(acme)
            assert not succeed(acme, sample, {**sample.named, **sample.beside, option: value})["changed"]
            assert stored(acme) == before
            assert succeed(acme, sample, sample.change(option, value))["changed"]
            assert stored(acme) != before, option


def stored(modules: Modules) -> dict[str, t.Any]:
    """What the lab holds, without the keys, which say when they were used."""
    state: dict[str, t.Any] = modules.lab.control.state()
    return {**state, "auth_entries": [{**entry, "credentials": []} for entry in state["auth_entries"]]}


@pytest.mark.parametrize("sample", [one for one in SAMPLES if one.key], ids=str)
def test_names_are_exact(acme: Modules, sample: Sample) -> None:
    made(acme, sample)
    for name in sample.names:
        options = {**sample.whole, sample.key: name}
        assert succeed(acme, sample, options)["changed"], name
        again = succeed(acme, sample, options)
        assert not again["changed"] and again[sample.module][sample.key] == name
    for name in sample.names if sample.removable else ():
        removal = {key: name if value == sample.first[sample.key] else value for key, value in sample.gone.items()}
        assert succeed(acme, sample, removal)["changed"]
    assert not succeed(acme, sample, sample.whole)["changed"], "the one that was there first"


@pytest.mark.parametrize("sample", [one for one in SAMPLES if one.renamed], ids=str)
def test_an_id_and_a_name_rename(acme: Modules, sample: Sample) -> None:
    first = made(acme, sample)[sample.module]
    renaming = {**sample.place, **sample.beside, "id": first["id"], sample.key: sample.renamed}
    done = as_foreseen(acme, sample, renaming)
    assert done[sample.module]["id"] == first["id"] and done[sample.module][sample.key] == sample.renamed
    assert "There is no" in acme.refuse(sample.module, **{**renaming, "id": "f" * 32})


@pytest.mark.parametrize("sample", [one for one in SAMPLES if one.in_company], ids=str)
def test_a_company_that_is_not_there_yet(modules: Modules, sample: Sample) -> None:
    """A check run takes it as made by an earlier task; a real run says that it is missing."""
    foreseen = succeed(modules.checking(), sample, sample.whole)
    assert foreseen["assumes"] == ["company 'acme'"] and foreseen["changed"]
    assert "no company 'acme'" in modules.refuse(sample.module, **sample.whole)
    if sample.removable:
        assert not succeed(modules.checking(), sample, sample.gone)["changed"]


@pytest.mark.parametrize("sample", [one for one in SAMPLES if one.parents], ids=str)
def test_what_it_refers_to_is_not_there_yet(acme: Modules, sample: Sample) -> None:
    foreseen = succeed(acme.checking(), sample, sample.whole)
    assert foreseen["assumes"] and foreseen["actions"][0]["action"] == "create"
    message = acme.refuse(sample.module, **sample.whole)
    prepared(acme, sample)
    done = succeed(acme, sample, sample.whole)
    assert done["actions"] == foreseen["actions"], message


@pytest.mark.parametrize("sample", [one for one in SAMPLES if one.in_company and not one.platform], ids=str)
def test_the_key_of_the_companys_own_admin(acme: Modules, sample: Sample) -> None:
    """Who works in the own company names none."""
    prepared(acme, sample)
    pair = acme.credentials(company="acme", user="admin@acme.invalid", label="own")["credentials"]
    admin = Modules(acme.lab, pair["access_key"], pair["secret_key"])
    options = {key: value for key, value in sample.whole.items() if key != "company"}
    as_foreseen(admin, sample, options)
    if sample.key and sample.removable:
        removal = {key: value for key, value in sample.gone.items() if key != "company"}
        as_foreseen(admin, sample, removal)


@pytest.mark.parametrize("sample", [one for one in SAMPLES if not one.everybody], ids=str)
def test_a_key_without_the_rights(acme: Modules, sample: Sample) -> None:
    """One sentence says what is lacking, and nothing was written."""
    prepared(acme, sample)
    pair = acme.credentials(company="acme", user="ann@acme.example", label="ann")["credentials"]
    acme.lab.control.clear_requests()
    ann = Modules(acme.lab, pair["access_key"], pair["secret_key"])
    options = {key: value for key, value in sample.whole.items() if key != "company"}
    message = ann.refuse(sample.module, **options)
    assert "role" in message


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_an_endpoint_that_the_server_lacks(acme: Modules, sample: Sample) -> None:
    """Whatever endpoint an older server lacks, the message names it; or the module can do without."""
    prepared(acme, sample)
    control = acme.lab.control
    start = control.state()
    succeed(acme, sample, sample.whole)
    for endpoint in sorted(set(control.counts()["by_endpoint"]) - SURROUNDINGS):
        control.put_state(start)
        control.set_switches(missing_endpoints=[endpoint])
        result = acme.run(sample.module, **sample.whole)
        if result.get("failed"):
            assert endpoint in result["msg"] and "does not offer it" in result["msg"], endpoint


@pytest.mark.parametrize("sample", [one for one in SAMPLES if one.table], ids=str)
def test_two_of_one_name_are_listed(acme: Modules, sample: Sample) -> None:
    """An error names both, whatever is asked; nothing is guessed."""
    first = made(acme, sample)[sample.module]["id"]
    state = acme.lab.control.state()
    twin = next(row for row in state[sample.table] if first in row["id"])
    state[sample.table].append({**twin, "id": twin["id"].replace(first, "f" * 32), **_own_key(twin)})
    acme.lab.control.put_state(state)
    acme.lab.control.clear_requests()
    for options in (sample.whole, sample.gone):
        message = acme.refuse(sample.module, **options)
        assert first in message and "f" * 32 in message


def _own_key(row: dict[str, t.Any]) -> dict[str, t.Any]:
    """Rows that callers know by another field than the table's ID."""
    return {"key": "f" * 32} if "key" in row else {}

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each write that a module makes is cut off: the request lost, or its answer. The next run makes it whole."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

import pytest

from tests.entities.sample import samples
from tests.support.modules import Modules

#: Under which a row of the lab has what people call it.
LABELS = ("email", "name", "display_name", "description")
NEVER_THE_SAME = re.compile(r"created|last_update|last_used|added|accepted|key|secret|expire")


@dataclass(frozen=True)
class Scenario:
    """One run of a module on a world with the company acme."""

    module: str
    options: dict[str, t.Any]
    first: tuple[tuple[str, dict[str, t.Any]], ...] = ()
    leftovers: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.module}-{self.options.get('state', 'present')}-{len(self.first)}"


PAIR = {"company": "acme", "user": "ann@acme.example", "label": "nightly"}


def of_samples() -> list[Scenario]:
    """Creation, a change of all options that show, and removal of every entity."""
    scenarios = []
    for sample in samples():
        whole = (sample.module, sample.whole)
        changed = {name: values[0] for name, values in sample.changes.items() if name not in sample.unseen}
        scenarios.append(Scenario(sample.module, sample.whole, sample.before, sample.leftovers))
        scenarios.append(Scenario(sample.module, {**sample.whole, **changed}, (*sample.before, whole)))
        if sample.removable:
            scenarios.append(Scenario(sample.module, sample.gone, (*sample.before, whole)))
    return scenarios


SCENARIOS = [
    *of_samples(),
    Scenario("company", {"name": "acme", "state": "absent", "confirm_name": "acme"}),
    Scenario("credentials", PAIR),
    Scenario("credentials", {**PAIR, "state": "absent"}, (("credentials", PAIR),)),
]
#: Once is healed within the run. A server that goes on cutting requests makes the run fail, and the next one heals it;
#: one that goes on cutting answers does not always: looking tells what took effect.
CUTS = [("before", 1), ("after", 1), ("before", 9), ("after", 9)]


def prepared(acme: Modules, scenario: Scenario) -> None:
    for module, options in scenario.first:
        getattr(acme, module)(**options)


def world(acme: Modules, leftovers: tuple[str, ...]) -> t.Any:
    """What the lab holds, without what no two runs have in common: IDs, keys and times."""
    state = acme.lab.control.state()
    names: dict[str, str] = {}
    for table, rows in state.items():
        for one in rows if isinstance(rows, list) else ():
            called = next((one[key] for key in LABELS if one.get(key)), "")
            names.setdefault(one["id"], f"{table}:{called}")

    def plain(value: t.Any, key: str = "") -> t.Any:
        if isinstance(value, dict):
            return {names.get(k, k): plain(v, k) for k, v in sorted(value.items()) if k not in leftovers}
        if isinstance(value, list):
            return sorted((plain(item) for item in value), key=repr)
        return "-" if NEVER_THE_SAME.search(key) and not isinstance(value, bool) else names.get(value, value)

    return plain(state)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_cut_writes_are_made_whole(acme: Modules, scenario: Scenario) -> None:
    control = acme.lab.control
    prepared(acme, scenario)
    start = control.state()
    control.clear_requests()
    clean = getattr(acme, scenario.module)(**scenario.options)
    assert clean["changed"]
    writes = control.writes()
    assert writes > 0
    expected = world(acme, scenario.leftovers)
    for effect, times in CUTS:
        for nth in range(1, writes + 1):
            where = f"write {nth} of {writes}, {effect}, {times} times"
            control.put_state(start)
            control.order_fault("writes", "drop", nth=nth, times=times, effect=effect)
            cut = acme.run(scenario.module, **scenario.options)
            struck = [fault for fault in control.faults() if fault["struck"]]
            control.clear_faults()
            assert struck, where
            if times == 1:
                assert not cut.get("failed"), (where, cut)
                if scenario.module == "credentials" and "state" not in scenario.options:
                    assert cut["credentials"]["secret_key"], where
            elif effect == "before":
                assert cut.get("failed") and "broke before the answer" in cut["msg"], where
                assert cut["changed"] is True, "it may have written, and says so"
            rerun = getattr(acme, scenario.module)(**scenario.options)
            assert rerun["changed"] is not True or cut.get("failed"), where
            assert world(acme, scenario.leftovers) == expected, where
            assert not getattr(acme, scenario.module)(**scenario.options)["changed"], where


def test_a_secret_survives_a_failing_read_back(acme: Modules) -> None:
    """The pair is made, and then the server is gone: the secret is returned all the same, with a warning."""
    acme.lab.control.order_fault("auth.get_credentials", "drop", nth=2, times=99)
    made = acme.run("credentials", **PAIR)
    acme.lab.control.clear_faults()
    assert made["credentials"]["secret_key"] and made["credentials"]["access_key"]
    assert "could not be read back" in made["warnings"][0]
    pair = acme.credentials(**PAIR)
    assert not pair["changed"] and pair["credentials"]["access_key"] == made["credentials"]["access_key"]

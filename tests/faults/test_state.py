# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run over all tenants is cut off at each of its writes, or killed: it says what it did not do, the next does it."""

from __future__ import annotations

import json
import subprocess
import time
import typing as t
from pathlib import Path

import pytest

from lab.control import Control
from lab.testing import RunningLab
from tests.integration.site.processes import kill
from tests.integration.test_state import ACME, tenant
from tests.properties.platforms import server
from tests.support.plays import Site
from tests.support.state import Result, converge, foreseen, objects

State = dict[str, t.Any]
GLOBEX = tenant("Globex", tenant_users=[{"email": "gil@globex.example", "name": "Gil"}])
WANTED = {"acme": ACME, "globex": GLOBEX}
#: Something of every kind differs from it.
BEFORE: dict[str, t.Any] = {
    "acme": {
        **ACME,
        "tenant_settings": {**ACME["tenant_settings"], "allowed_users": 10},
        "tenant_users": [{**ACME["tenant_users"][0], "name": "Somebody else"}],
        "tenant_groups": [{"name": "researchers", "description": "others", "users": []}],
        "tenant_queues": [{"name": "gpu-1", "tags": ["c"]}, {"name": "old queue"}],
        "tenant_access_rules": [{**ACME["tenant_access_rules"][0], "access_permission": "read_write"}],
        "tenant_vaults": [{**ACME["tenant_vaults"][0], "content": {"agent": {}}}],
        "tenant_login_rules": {"domains": ["other.example"]},
    },
    "globex": tenant("Globex", tenant_queues=[{"name": "gpu-1", "display_name": "Mine"}]),
}
STARTS: dict[str, State] = {"nothing": {}, "something-else": BEFORE}
#: A request that is lost once is healed within the run, and the same is true of an answer.
CUTS = [("before", 1), ("after", 1), ("before", 9), ("after", 9)]


def what_stands(lab: RunningLab) -> State:
    """All that the server has, and how many key pairs each person has."""
    state = lab.control.state()
    pairs = {str(one.get("email") or one["name"]): len(one.get("credentials") or ()) for one in state["auth_entries"]}
    return {**server(state), "pairs": pairs}


def told(result: Result, status: str) -> set[tuple[str, str, str]]:
    """The objects of which a run says this."""
    return {
        (name, one["kind"], one["name"])
        for name, each in result["tenants"].items()
        for one in each["objects"]
        if one["status"] == status
    }


@pytest.fixture(params=STARTS)
def start(request: pytest.FixtureRequest, lab: RunningLab) -> State:
    """A server as it is before the run."""
    if STARTS[request.param]:
        assert converge(lab, STARTS[request.param])["failed_tenants"] == []
    return lab.control.state()


@pytest.mark.parametrize(("effect", "times"), CUTS)
def test_cut_writes_are_made_whole(lab: RunningLab, start: State, effect: str, times: int) -> None:
    control = lab.control
    control.clear_requests()
    foreseen(lab, WANTED)
    writes, expected = control.writes(), what_stands(lab)
    assert writes > 10
    for nth in range(1, writes + 1):
        where = f"write {nth} of {writes}"
        control.put_state(start)
        control.order_fault("writes", "drop", nth=nth, times=times, effect=effect)
        cut = converge(lab, WANTED)
        struck = [fault for fault in control.faults() if fault["struck"]]
        control.clear_faults()
        assert struck, where
        if times == 1:
            assert cut["failed_tenants"] == [], (where, cut["tenants"])
        elif effect == "before" and nth <= writes - times:
            assert cut["failed_tenants"], where
        again = converge(lab, WANTED)
        assert again["failed_tenants"] == [], (where, again["tenants"])
        assert not told(cut, "done") & told(again, "done"), f"{where}: what was said to be done was not"
        found = what_stands(lab)
        if times > 1:
            # The pair that comes with a service account, and could not be revoked, looks like one that people made.
            found["pairs"]["agent"] = expected["pairs"]["agent"]
        assert found == expected, where
        assert not converge(lab, WANTED)["changed"], where


def test_who_is_cut_off_is_named(lab: RunningLab) -> None:
    """A company that the server does not make any more is one tenant's failure."""
    lab.control.order_fault("queues.create", "status", times=10**6)
    done = converge(lab, {"acme": tenant("Acme"), "globex": {"tenant_company": {"name": "Globex"}}})
    assert done["failed_tenants"] == ["acme"] and done["changed"]
    assert "503" in done["tenants"]["acme"]["errors"][0]
    assert told(done, "failed") == {("acme", "queue", "gpu-1")}
    lab.control.clear_faults()
    assert set(objects(converge(lab, {"acme": tenant("Acme")}))) == {("acme", "queue", "gpu-1")}


@pytest.mark.parametrize("nth", [1, 5, 20, 40])
def test_a_token_that_expires_in_the_middle(lab: RunningLab, nth: int) -> None:
    lab.control.order_fault("*", "expire_token", nth=nth)
    assert converge(lab, WANTED)["failed_tenants"] == []
    assert objects(converge(lab, WANTED)) == {}


def test_a_server_that_has_too_much_to_do(lab: RunningLab) -> None:
    """It asks to be left alone now and then, and is: nothing is doubled, and nothing fails."""
    converge(lab, WANTED)
    expected = what_stands(lab)
    lab.control.reset()
    for nth in range(1, 60, 3):
        lab.control.order_fault("*", "status", nth=nth, status=429, retry_after=0.01)
    assert converge(lab, WANTED)["failed_tenants"] == []
    assert all(fault["struck"] for fault in lab.control.faults())
    assert what_stands(lab) == expected


KILLED = """
- clearml.enterprise.clearml_state:
  register: result
"""


@pytest.mark.parametrize("writes", [1, 4, 8, 16, 24])
def test_a_killed_run_is_finished_by_the_next(lab: RunningLab, tmp_path: Path, writes: int) -> None:
    converge(lab, WANTED)
    expected = what_stands(lab)
    lab.control.reset()
    lab.control.order_fault("writes", "delay", times=10**6, seconds=0.05)
    site = Site(lab, tmp_path)
    site.declare(WANTED)
    run = site.begin(KILLED)
    try:
        _wait_for(lab.control, run, writes)
    finally:
        kill(run.pid)
        run.wait()
    lab.control.clear_faults()
    assert what_stands(lab) != expected
    done = site.play(KILLED)
    assert done.code == 0 and done.result is not None and done.result["failed_tenants"] == [], done.output
    assert what_stands(lab) == expected, json.dumps(done.result)
    assert not converge(lab, WANTED)["changed"]


def _wait_for(control: Control, run: subprocess.Popen[str], writes: int) -> None:
    while control.counts()["writes_done"] < writes:
        assert run.poll() is None, "the run ended before it could be killed"
        time.sleep(0.005)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Lease: one holder at a time, ended ones are taken over, a race has one winner."""

from __future__ import annotations

import datetime
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube
from ansible_collections.clearml.enterprise.plugins.module_utils._lease import Claim, Lease
from lab.kube.testing import RunningKube, running_kube
from tests.support.modules import Result, run_module

START = datetime.datetime(2026, 11, 23, 1, 0, tzinfo=datetime.timezone.utc)


@pytest.fixture(scope="module")
def kube() -> t.Iterator[RunningKube]:
    with running_kube() as kube:
        yield kube


class Nights:
    """Runs that want one Lease, with a clock of their own."""

    def __init__(self, kube: RunningKube, name: str) -> None:
        self.kubeconfig = str(kube.kubeconfig)
        self.name = name
        self.now = START

    def lease(self, holder: str, check: bool = False) -> Lease:
        client = Kube.connect({"kubeconfig": self.kubeconfig, "context": None}, check)
        return Lease(client, self.name, "default", holder, 600, lambda: self.now)

    def module(self, holder: str, **options: t.Any) -> Result:
        check = options.pop("check", False)
        given = {"kubeconfig": self.kubeconfig, "name": self.name, "namespace": "default", "holder": holder, **options}
        return run_module("clearml_lease", given, check=check)


@pytest.fixture
def nights(kube: RunningKube, request: pytest.FixtureRequest) -> Nights:
    return Nights(kube, request.node.name.replace("_", "-").replace("[", "-").replace("]", ""))


def test_one_holds_it_and_the_other_is_told(nights: Nights) -> None:
    assert nights.lease("a").hold() == Claim(True, "a", "2026-11-23T01:10:00.000000Z", changed=True)
    assert nights.lease("b").hold() == Claim(False, "a", "2026-11-23T01:10:00.000000Z", changed=False)
    nights.now += datetime.timedelta(minutes=5)
    assert nights.lease("a").hold().ends == "2026-11-23T01:15:00.000000Z", "renewed"
    assert not nights.lease("b").release().changed, "it is not his"
    assert nights.lease("a").release() == Claim(False, "", "", changed=True)
    assert nights.lease("b").hold().held


def test_one_that_ended_is_taken_over(nights: Nights) -> None:
    nights.lease("killed").hold()
    nights.now += datetime.timedelta(minutes=10)
    assert nights.lease("next").hold().held
    assert not nights.lease("killed").hold().held
    assert not nights.lease("killed").release().changed


def test_a_race_has_one_winner(nights: Nights) -> None:
    for _round in range(2):
        leases = [nights.lease(f"night {number}") for number in range(8)]
        with ThreadPoolExecutor(8) as pool:
            claims = list(pool.map(Lease.hold, leases))
        winners = [claim.holder for claim in claims if claim.held]
        assert len(winners) == 1
        assert {claim.holder for claim in claims} <= {winners[0], ""}
        nights.now += datetime.timedelta(hours=1)


def test_the_module(nights: Nights) -> None:
    foreseen = nights.module("a", check=True)
    assert foreseen["held"] and foreseen["changed"]
    assert not nights.module("b", state="released")["changed"]
    assert nights.module("a")["held"]
    told = nights.module("b", check=True)
    assert (told["held"], told["holder"], told["changed"]) == (False, "a", False)
    assert nights.module("a", state="released", check=True)["changed"]
    assert not nights.module("b")["held"], "the check run gave nothing back"
    assert nights.module("a", state="released")["changed"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"holder": " "}, "holder is empty (' ')"),
        ({"holder": "a", "duration": 0}, "duration is 0; it is a number of seconds from 1 up"),
        ({"holder": "a", "namespace": "nowhere"}, "nowhere"),
    ],
)
def test_wrong_input(nights: Nights, options: dict[str, t.Any], told: str) -> None:
    result = nights.module(options.pop("holder"), **options)
    assert result.get("failed") and told in result["msg"]

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ordered faults, before and after they took effect."""

from __future__ import annotations

import time

import pytest
import requests

from lab.control import ControlError
from lab.testing import RunningLab
from tests.lab.api_client import make_tenant, system


def _names(lab: RunningLab) -> list[str]:
    return [company["name"] for company in lab.control.state()["companies"]]


@pytest.mark.parametrize(("effect", "made"), [("before", False), ("after", True)])
def test_a_dropped_connection(lab: RunningLab, effect: str, made: bool) -> None:
    lab.control.order_fault("system.create_company", "drop", effect=effect)
    with pytest.raises(requests.ConnectionError):
        system(lab).ask("system.create_company", name="One")
    assert ("One" in _names(lab)) is made
    assert lab.control.requests()[-1]["fault"] == "drop"
    assert lab.control.faults()[0]["struck"] == 1
    assert system(lab).codes("system.create_company", name="Two") == (200, 0)


def test_the_nth_write_and_the_one_after(lab: RunningLab) -> None:
    lab.control.order_fault("writes", "status", nth=2, times=2, status=503, retry_after=0.5)
    api = system(lab)
    codes = []
    for name in ("First", "Second", "Third", "Fourth"):
        api.get("system.get_companies")
        response = api.session.post(f"{lab.url}/system.create_company", json={"name": name}, auth=api.auth, timeout=10)
        codes.append((response.status_code, response.headers.get("Retry-After")))
    assert codes == [(200, None), (503, "0.5"), (503, "0.5"), (200, None)]
    assert _names(lab)[1:] == ["First", "Fourth"]


@pytest.mark.parametrize(("action", "content"), [("html", "text/html"), ("not_json", "application/json")])
def test_answers_that_are_not_the_apis(lab: RunningLab, action: str, content: str) -> None:
    lab.control.order_fault("reads", action)
    api = system(lab)
    response = api.session.post(f"{lab.url}/system.get_companies", json={}, auth=api.auth, timeout=10)
    assert (response.status_code, response.headers["Content-Type"].partition(";")[0]) == (200, content)
    with pytest.raises(requests.JSONDecodeError):
        response.json()


def test_a_delay(lab: RunningLab) -> None:
    lab.control.order_fault("*", "delay", seconds=0.2)
    started = time.monotonic()
    system(lab).get("server.info")
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize(("effect", "codes"), [("before", [401, 401]), ("after", [200, 401])])
def test_a_token_that_expires(lab: RunningLab, effect: str, codes: list[int]) -> None:
    token = make_tenant(lab, "One").admin.with_token()
    lab.control.order_fault("queues.get_all", "expire_token", effect=effect)
    assert [token.ask("queues.get_all").code for _index in range(2)] == codes


def test_faults_can_be_cancelled_and_wrong_ones_are_refused(lab: RunningLab) -> None:
    lab.control.order_fault("*", "drop")
    lab.control.clear_faults()
    assert system(lab).codes("server.info") == (200, 0)
    for wrong in ({"action": "explode"}, {"action": "drop", "effect": "during"}, {"action": "drop", "nth": 0}):
        with pytest.raises(ControlError):
            lab.control.order_fault("*", **wrong)

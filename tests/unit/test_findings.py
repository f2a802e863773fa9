# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with queues and workers, at a given time."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils import _findings as findings
from ansible_collections.clearml.enterprise.plugins.module_utils._stamps import moment, seconds_between, server_time

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc)
QUEUE = {"id": "q", "name": "gpu", "entries": []}
EVERYBODY, ADMINS, EMPTY = ({"id": name.lower(), "name": name} for name in ("Users", "Admins", "Empty"))


def stamp(minutes: float) -> str:
    """So many minutes before noon."""
    return (NOON - dt.timedelta(minutes=minutes)).isoformat()


def worker(name: str, minutes: float, **more: t.Any) -> dict[str, t.Any]:
    return {"id": name, "last_report_time": stamp(minutes), "queues": [{"id": "q"}], **more}


def codes(found: list[findings.Finding]) -> list[tuple[str, str]]:
    return [(one["code"], one["subject"]) for one in found]


def test_a_worker_is_silent_past_the_limit() -> None:
    rows = [worker("a", 4), worker("b", 5), worker("c", 6), {"id": "d"}, worker("e", -3)]
    assert codes(findings.about_workers(rows, NOON, 5)) == [("worker_silent", "c")]


@pytest.mark.parametrize(
    ("workers", "code"),
    [
        ([], ["queue_without_workers"]),
        ([worker("a", 1)], []),
        ([worker("a", 9)], ["queue_without_workers"]),
        ([worker("a", 9), worker("b", 1)], []),
        ([worker("a", 1, queues=[{"id": "other"}])], ["queue_without_workers"]),
    ],
)
def test_a_queue_needs_somebody_who_listens(workers: list[dict[str, t.Any]], code: list[str]) -> None:
    assert [one["code"] for one in findings.about_queues([QUEUE], workers, NOON, 5, 60)] == code


def test_tasks_that_wait_too_long_are_counted() -> None:
    queue = {**QUEUE, "entries": [{"added": stamp(10)}, {"added": stamp(61)}, {"added": stamp(200)}]}
    (found,) = findings.about_queues([queue], [worker("a", 0)], NOON, 5, 60)
    assert found["text"] == "2 tasks wait in queue 'gpu' for too long, up to 200 minutes"


@pytest.mark.parametrize("everything", [None, "", "*"])
def test_a_rule_for_all_queues_opens_each(everything: str | None) -> None:
    rule = {"entity_type": "queue", "entity_id": everything, "groups": [EVERYBODY], "users": []}
    assert findings.out_of_reach([QUEUE], [rule], []) == []


@pytest.mark.parametrize(
    ("rule", "reached"),
    [
        ({"groups": [EVERYBODY]}, True),
        ({"users": [{"id": "ann"}]}, True),
        ({"groups": [ADMINS]}, False),
        ({"groups": [EMPTY]}, False),
        ({"groups": [EMPTY, EVERYBODY]}, True),
        ({}, False),
        ({"entity_id": "other", "groups": [EVERYBODY]}, False),
        ({"entity_type": "project", "groups": [EVERYBODY]}, False),
    ],
)
def test_who_reaches_a_queue(rule: dict[str, t.Any], reached: bool) -> None:
    groups = [{**EVERYBODY, "users": []}, {**EMPTY, "users": []}]
    found = findings.out_of_reach([QUEUE], [{"entity_type": "queue", "entity_id": "q", **rule}], groups)
    assert codes(found) == ([] if reached else [("queue_out_of_reach", "gpu")])


def test_a_policys_queue_goes_by_its_policy() -> None:
    assert findings.out_of_reach([{**QUEUE, "profile_connection": {"policy": "p"}}], [], []) == []


def test_the_servers_clock_counts() -> None:
    """The Date header; not before the newest stamp; the own clock only without a header."""
    date = "Sun, 01 Mar 2026 12:00:00 GMT"
    assert server_time(date, []) == NOON
    assert server_time(date, [stamp(5), None, "soon"]) == NOON
    assert server_time(date, [stamp(-0.01)]) == moment(stamp(-0.01))
    assert abs((server_time("", []) - dt.datetime.now(dt.timezone.utc)).total_seconds()) < 60


def test_stamps() -> None:
    assert (
        moment("2026-03-01T12:00:00Z") == NOON == moment("2026-03-01T12:00:00") == moment("2026-03-01T14:00:00+02:00")
    )
    assert moment(None) is None and moment("soon") is None
    assert seconds_between(stamp(1), stamp(0)) == 60 and seconds_between(None, stamp(0)) is None

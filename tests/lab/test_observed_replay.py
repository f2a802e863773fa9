# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every error recorded on a real server, asked again of the lab."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import yaml

from lab.schema.catalog import CONTRACT
from lab.switches import OPEN_SOURCE
from lab.testing import RunningLab, running_lab
from tests.lab.recorded_world import COMPANY, KEYS, SECRET, TESTS_KEY, Json, prepare, recorded_world

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CASES: list[Json] = yaml.load((CONTRACT / "observed.yml").read_text(encoding="utf-8"), Loader=_LOADER)[
    "observed_errors"
]

NOT_REPLAYED = {
    "H38": "a text index of the real server's database failed; the lab searches names instead",
    "J06": "fixed users with passwords are a start-up option that the lab has not",
    "K02": "the real server's Redis was stopped",
    "K03": "the real server's Redis was stopped",
    "K04": "the real server's MongoDB was stopped",
    "K05": "the real server's MongoDB was stopped",
}

HEADERS = {
    "B07": "Basic ",
    "B08": "Basic",
    "B09": "Basic abcde",
    "B10": "Basic !!!!",
    "B11": "Basic bm9jb2xvbg==",
    "B12": "Digest abc",
    "B13": "basic " + base64.b64encode(f"{TESTS_KEY}:{SECRET}".encode()).decode(),
    "B14": "bearer abc",
    "B15": "Bearer garbage",
    "B16": "Bearer ",
    "B17": "Bearer a.b.c",
}
"""Authorization headers that the record gives letter by letter."""

RAW_BODIES = {"A59": b'{"name": "\xff\xfe"}'}
MORE_HEADERS = {"A61": {"Content-Type": "application/json-lines"}, "A62": {"Content-Encoding": "gzip"}}

IDENTITY = {"user": "__tests__", "company": COMPANY, "role": "user", "user_name": "tests", "company_name": "clearml"}


@pytest.fixture(scope="module")
def open_source() -> Iterator[tuple[RunningLab, Json]]:
    with running_lab(switches=OPEN_SOURCE) as lab:
        yield lab, recorded_world(lab.control.state())


def test_most_cases_are_replayed() -> None:
    assert NOT_REPLAYED.keys() <= {case["id"] for case in CASES}
    assert len(NOT_REPLAYED) / len(CASES) < 0.05


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_recorded_error(case: Json, open_source: tuple[RunningLab, Json]) -> None:
    if case["id"] in NOT_REPLAYED:
        pytest.skip(NOT_REPLAYED[case["id"]])
    lab, world = open_source
    state = {table: [dict(record) for record in records] for table, records in world.items()}
    prepare(case["id"], state)
    lab.control.put_state(state)
    response = _ask(lab, case)
    assert response.status_code == case["http_status"]
    if case.get("json") is False:
        assert (response.text, response.headers["Content-Type"]) == (case["body"], case["content_type"])
        return
    meta = response.json()["meta"]
    assert (meta["result_code"], meta["result_subcode"]) == (case["result_code"], case["result_subcode"])
    assert _comparable(meta["result_msg"]) == _comparable(case["result_msg"])
    assert meta["endpoint"] == {
        "name": case["endpoint_name"],
        "requested_version": case["requested_version"],
        "actual_version": case["actual_version"],
    }
    assert (meta["error_stack"] is None) == (case.get("error_stack") is None)
    assert (meta["error_data"], response.json()["data"]) == ({}, {})


def _ask(lab: RunningLab, case: Json) -> requests.Response:
    headers = dict(case.get("headers") or {})
    authorization = _authorization(lab, case)
    if authorization is not None:
        headers["Authorization"] = authorization
    body = RAW_BODIES.get(case["id"], (case.get("request_body") or "").encode())
    headers = {"Content-Type": "application/json", **headers, **MORE_HEADERS.get(case["id"], {})}
    session = requests.Session()
    session.trust_env = False
    return session.request(case["method"], lab.url + case["path"], data=body, headers=headers, timeout=10)


def _authorization(lab: RunningLab, case: Json) -> str | None:
    who = case.get("auth", "Basic system key")
    if case["id"] in HEADERS:
        return HEADERS[case["id"]]
    if who == "none":
        return None
    if who.startswith("Bearer"):
        return f"Bearer {_token(lab, case['id'])}"
    if who == "Basic system key":
        return _basic(lab.system_key, lab.system_secret)
    if who in KEYS:
        return _basic(KEYS[who], SECRET)
    # What is left are keys and secrets that are wrong: the record shows the key only.
    return _basic(who.removeprefix("Basic "), "" if case["id"] in ("B05", "B06") else "wrong")


def _basic(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def _token(lab: RunningLab, case: str) -> str:
    claims: Json = {"identity": IDENTITY, "session_id": case, "iat": int(time.time()), "exp": int(time.time()) + 60}
    if case == "B21":
        claims["exp"] = claims["iat"] - 60
    if case == "B22":
        del claims["identity"]
    if case in ("B24", "B25"):
        claims["identity"] = {**IDENTITY, "user": "ghost"}
    token = lab.control.sign_token(claims)
    if case == "B20":
        head, payload, signature = token.split(".")
        token = f"{head}.{payload}.{signature[1:-1][::-1]}{signature[0]}{signature[-1]}"
    if case == "B30":
        url = f"{lab.url}/auth.logout"
        requests.post(url, headers={"Authorization": f"Bearer {token}"}, timeout=10).raise_for_status()
    return token


def _comparable(message: str) -> str:
    """A message whose collections are sorted: the real server takes some of them from sets."""
    return re.sub(r"\(([\w$]+(?:, [\w$]+)+)\)", lambda match: f"({', '.join(sorted(match[1].split(', ')))})", message)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the open-source server has too: queues, own key pairs, server info, errors.

Runs on the lab in the manner of the open-source server, or on a real one:

    CLEARML_TEST_API_HOST=… CLEARML_TEST_ACCESS_KEY=… CLEARML_TEST_SECRET_KEY=… make open-source

On a real server only names that begin with the run's own random prefix are touched, and they are removed again.
"""

from __future__ import annotations

import os
import secrets
import typing as t

import pytest

from lab.switches import OPEN_SOURCE
from lab.testing import running_lab
from tests.support.modules import Result, run_module

Run = t.Callable[..., Result]
PREFIX = f"cet-{secrets.token_hex(4)}-"


@pytest.fixture(scope="module")
def connection() -> t.Iterator[dict[str, str]]:
    """Options for the server that is tested."""
    host = os.environ.get("CLEARML_TEST_API_HOST")
    if host:
        print(f"\ntarget: {host}, names {PREFIX}*")
        yield {
            "api_host": host,
            "api_access_key": os.environ["CLEARML_TEST_ACCESS_KEY"],
            "api_secret_key": os.environ["CLEARML_TEST_SECRET_KEY"],
        }
        return
    with running_lab(switches=OPEN_SOURCE) as lab:
        company = lab.control.state()["companies"][0]["id"]
        pair = lab.control.add_identity("tester", company, "user")
        yield {
            "api_host": lab.url,
            "api_access_key": pair["access_key"],
            "api_secret_key": pair["secret_key"],
        }


@pytest.fixture
def run(connection: dict[str, str]) -> t.Iterator[Run]:
    """Runs a module, and removes afterwards what it made."""
    made: set[str] = set()

    def module(name: str, /, check: bool = False, **options: t.Any) -> Result:
        if name == "queue":
            made.add(options["name"])
        return run_module(f"clearml_{name}", {**connection, **options}, check=check)

    yield module
    for name in made:
        run_module("clearml_queue", {**connection, "name": name, "state": "absent", "force": True})


def test_server_info(run: Run) -> None:
    found = run("server_info")
    assert found["server"]["version"] and found["server"]["api_version"]
    assert found["caller"]["company"] and found["caller"]["role"]


def test_a_queues_life(run: Run) -> None:
    options = {"name": f"{PREFIX}(a)+", "tags": ["b", "a"], "metadata": {"cost": "1"}}
    foreseen = run("queue", check=True, **options)
    made = run("queue", **options)
    assert made["changed"] and made["actions"] == foreseen["actions"] and made["diff"] == foreseen["diff"]
    assert not run("queue", **options)["changed"]
    assert run("queue", name=options["name"], display_name="A queue")["queue"]["display_name"] == "A queue"
    assert run("queue", name=options["name"], tags=None, metadata=None)["queue"]["tags"] == []
    renamed = run("queue", id=made["queue"]["id"], name=f"{PREFIX}b")
    assert renamed["queue"]["id"] == made["queue"]["id"]
    assert [queue["name"] for queue in run("queue_info", name=f"{PREFIX}b")["queues"]] == [f"{PREFIX}b"]
    assert run("queue", name=f"{PREFIX}b", state="absent")["changed"]
    assert not run("queue", name=f"{PREFIX}b", state="absent")["changed"]


def test_own_key_pairs(run: Run, connection: dict[str, str]) -> None:
    label = f"{PREFIX}key"
    made = run("credentials", label=label)
    try:
        pair = {
            "api_access_key": made["credentials"]["access_key"],
            "api_secret_key": made["credentials"]["secret_key"],
        }
        assert run_module("clearml_server_info", {**connection, **pair})["server"]
        assert not run("credentials", label=label)["changed"]
    finally:
        assert run("credentials", label=label, state="absent")["changed"]
    assert run_module("clearml_server_info", {**connection, **pair})["failed"]


@pytest.mark.parametrize(
    ("endpoint", "data", "words"),
    [
        ("queues.get_by_id", {"queue": "nope"}, "400/701"),
        ("queues.get_by_id", {}, "400/12"),
        ("nothing.here", {}, "404/0"),
        ("server.config", {}, "403/20"),
    ],
)
def test_errors_name_endpoint_and_code(run: Run, endpoint: str, data: dict[str, t.Any], words: str) -> None:
    if endpoint == "server.config" and run("server_info")["caller"]["role"] in ("root", "system"):
        pytest.skip("the key of this server may read its configuration")
    message = run("api", endpoint=endpoint, data=data, changes="never")["msg"]
    assert endpoint in message and words in message

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that plays a gateway: it reports with keys that fit, and crashes with any others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lab.platform.testing import RunningPlatform, running_platform
from tests.kube.raw import Api
from tests.kube.server_release import APPS, ROOT, SPACE, Client, install_server, make_space, secret

LABELS = {"app.kubernetes.io/instance": "gate"}
INSIDE = "http://r-apiserver.clearml:8008"


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningPlatform]:
    with running_platform(ready_seconds=0.05, stop_seconds=0.0) as platform:
        yield platform


@pytest.fixture
def api(shared: RunningPlatform) -> Api:
    """A server with a signing key, and a namespace with room for a gateway."""
    shared.kube.control.reset()
    shared.control.reset()
    api = Api(shared.kube)
    install_server(api, {})
    secret(api, "clearml", "r-conf", {"secure_auth_token_secret": "signs-4711"})
    make_space(api, "acme")
    return api


def wait_for(condition: Callable[[], Any]) -> Any:
    """What a condition answers once it is true."""
    end = time.monotonic() + 20
    while not (answer := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return answer


def deploy(api: Api, **changed: str) -> None:
    environment = {
        "CLEARML_API_HOST": INSIDE,
        "CLEARML_API_ACCESS_KEY": ROOT[0],
        "CLEARML_API_SECRET_KEY": ROOT[1],
        "JWKS_KEY": "signs-4711",
        "ROUTER_NAME": "gate",
        "ROUTER_URL": "https://gate.lab.test",
        **changed,
    }
    env = [{"name": name, "value": value} for name, value in environment.items()]
    template = {
        "metadata": {"labels": LABELS, "annotations": {"lab.clearml.enterprise/plays": "gateway"}},
        "spec": {"containers": [{"name": "gateway", "image": "busybox:1.36", "env": env}]},
    }
    spec = {"selector": {"matchLabels": LABELS}, "template": template}
    api.create(APPS.format("acme") + "/deployments", {"metadata": {"name": "gate"}, "spec": spec})


def pod(api: Api) -> Any:
    found = api.get(SPACE.format("acme") + "/pods")["items"]
    return found[0] if found and found[0]["status"].get("containerStatuses") else None


def test_it_reports_and_unregisters(shared: RunningPlatform, api: Api) -> None:
    deploy(api)
    client = Client(shared.api_url)
    # Before the first pod of the server serves, the API answers 503.
    wait_for(lambda: client.send("routers.get_task_routers").status_code == 200)
    (router,) = wait_for(lambda: client.get("routers.get_task_routers")["routers"])
    assert (router["router"], router["url"]) == ("gate", "https://gate.lab.test")
    assert api.send("DELETE", APPS.format("acme") + "/deployments/gate").status_code == 200
    wait_for(lambda: client.get("routers.get_task_routers")["routers"] == [])
    assert shared.control.violations() == []


@pytest.mark.parametrize(
    "changed", [{"JWKS_KEY": "signs-nothing"}, {"CLEARML_API_SECRET_KEY": "wrong"}, {"CLEARML_API_ACCESS_KEY": ""}]
)
def test_a_wrong_key_is_its_end(api: Api, changed: dict[str, str]) -> None:
    deploy(api, **changed)
    status = wait_for(lambda: (found := pod(api)) and found["status"]["containerStatuses"][0]["restartCount"])
    assert status >= 1


def test_an_address_that_leads_nowhere_keeps_it_waiting(shared: RunningPlatform, api: Api) -> None:
    deploy(api, CLEARML_API_HOST="http://clearml-enterprise-apiserver.clearml:8008")
    wait_for(lambda: pod(api))
    name = pod(api)["metadata"]["name"]
    path = SPACE.format("acme") + f"/pods/{name}/log"
    wait_for(lambda: "clearml-enterprise-apiserver.clearml does not answer" in api.send("GET", path).text)
    assert shared.control.state()["routers"] == []

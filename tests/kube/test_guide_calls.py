# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that writes down its calls, and leaves the tenants' applications to them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.platform.testing import RunningPlatform, running_platform
from tests.kube.component_role import Component, oci
from tests.kube.server_release import Client
from tests.kube.tenant_agent import TenantAgent
from tests.support.cluster import Json
from tests.support.gpu_nodes import wait_until
from tests.support.network import Network

APPLICATIONS = "applications"
MADE = "auth.create_credentials"


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    with running_platform(ready_seconds=0.1, finish_seconds=0.1) as platform:
        yield platform


class Server:
    """The server as its role installs it."""

    def __init__(self, platform: RunningPlatform, folder: Path, **given: Any) -> None:
        platform.kube.control.reset()
        platform.control.reset()
        self.platform = platform
        self.role = Component(
            "clearml_server",
            folder,
            platform.kube,
            platform.registry,
            chart_version="11.0.2",
            base_domain="lab.test",
            pull_secret="",
            ingress={"class_name": "nginx"},
            api_url=platform.api_url,
            wait_timeout=30,
            **oci(platform.registry),
            **given,
        )
        self.role.changes()
        pair = self.role.cluster.secret("clearml-conf", "clearml")
        self.root = (pair["apiserver_key"], pair["apiserver_secret"])
        self.client = Client(platform.api_url, self.root)

    def log(self) -> list[Json]:
        """What the only pod of the API says of calls."""
        network = Network(self.platform.kube.control)
        (pod,) = network.pods("clearml", **{"app.kubernetes.io/component": "apiserver"})
        path = f"/api/v1/namespaces/clearml/pods/{pod['metadata']['name']}/log"
        lines = self.role.cluster.text(path).splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def calls(self, endpoint: str) -> list[Json]:
        """Those of one endpoint."""
        return [one for one in self.log() if one["endpoint"] == endpoint]


def test_every_call_is_in_the_log(platform: RunningPlatform, tmp_path: Path) -> None:
    """Who made it, and what became of it, but neither probes nor what the site leaves out; and no secret."""
    log = {
        "default": {"log_data": True, "log_result_data": True},
        "endpoints": {"queues": {"get_all": {"log_call": False}, "create": {"log_data": ["name"]}}},
        "fields": {"headers": False},
    }
    server = Server(platform, tmp_path, audit_log=log)
    server.client.get("debug.ping")
    server.client.get("queues.get_all")
    assert server.client.send("queues.get_by_id", queue="0" * 32).status_code == 400
    server.client.get("queues.create", name="logged", tags=["not-said"])
    company = server.client.get("system.create_company", name="Acme")["id"]
    admin = platform.control.add_identity("chief", company, "admin")
    chief = Client(platform.api_url, (admin["access_key"], admin["secret_key"]))
    secret = chief.get(MADE)["credentials"]["secret_key"]

    assert server.calls("debug.ping") == [] == server.calls("queues.get_all")
    (failed,) = server.calls("queues.get_by_id")
    assert failed["result"]["code"] == 400 and failed["auth"]["identity"]["role"] == "root"
    (created,) = server.calls("queues.create")
    assert created["data"] == {"name": "logged"} and created["result"]["code"] == 200 and "headers" not in created
    (pair,) = server.calls(MADE)
    assert re.fullmatch(r"[*]+", pair["result"]["data"]["credentials"]["secret_key"])
    text = json.dumps(server.log())
    assert not [word for word in (secret, admin["secret_key"], server.root[1]) if word in text]
    assert server.role.changes(audit_log=log) == []


@pytest.mark.parametrize("log", [{}, {"enabled": False}, {"adapter": "logging", "logging": {"host": "fluentd"}}])
def test_a_log_that_is_elsewhere_or_off(platform: RunningPlatform, tmp_path: Path, log: Json) -> None:
    server = Server(platform, tmp_path, audit_log=log)
    server.client.get("system.get_companies")
    assert server.log() == []


def test_nobody_learns_who_called(platform: RunningPlatform, tmp_path: Path) -> None:
    server = Server(platform, tmp_path, audit_log={"redact_identity": True})
    server.client.get("system.get_companies")
    (call, *_more) = server.calls("system.get_companies")
    assert set(call["auth"]["identity"]) == {"*"}


@pytest.mark.parametrize(("mode", "namespace"), [("per_tenant", "acme"), ("global", "clearml")])
def test_where_applications_run(platform: RunningPlatform, tmp_path: Path, mode: str, namespace: str) -> None:
    """Each tenant's own agent makes their pods, or the server's for all."""
    server = Server(platform, tmp_path, apps_queue_mode=mode)
    platform.control.set_switches(app_queues=[APPLICATIONS])
    folder = tmp_path / "agent"
    folder.mkdir()
    tenant = TenantAgent(platform, folder, "acme", server.root, queues={"default": {}}, apps_queue=mode == "per_tenant")
    task = tenant.waiting(APPLICATIONS)
    wait_until(lambda: tenant.client.get("tasks.get_by_id", task=task)["task"]["status"] == "completed")
    wait_until(lambda: tenant.phase(task, namespace) == "Succeeded")
    usual = tenant.worked_off("default")
    assert usual["metadata"]["namespace"] == "acme"

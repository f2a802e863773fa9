# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant whose agent the role installs, and tasks that the collection's own module puts into its queues."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lab.platform.testing import RunningPlatform
from tests.kube.component_role import Component, oci
from tests.kube.server_release import ROOT, Client
from tests.support.cluster import Cluster, Json
from tests.support.gpu_nodes import wait_until
from tests.support.modules import Result, run_module

URLS = {name: f"https://{name}.lab.test" for name in ("api", "app", "files")}
PREFIX = "clearml-id-"


class TenantAgent:
    """One tenant of a platform whose server answers.

    :ivar company: its ID
    :ivar client: its admin
    """

    def __init__(
        self, platform: RunningPlatform, folder: Path, name: str, root: tuple[str, str] = ROOT, **given: Any
    ) -> None:
        self.name = name
        self.cluster = Cluster(platform.kube)
        self.company = str(Client(platform.api_url, root).get("system.create_company", name=name)["id"])
        pair = platform.control.add_identity("agent", self.company, "admin")
        self.client = Client(platform.api_url, (pair["access_key"], pair["secret_key"]))
        self._connection = {"api_host": platform.api_url} | {
            f"api_{key}": pair[key] for key in ("access_key", "secret_key")
        }
        self.cluster.add_namespace(name)
        words = {"agentk8sglue_key": pair["access_key"], "agentk8sglue_secret": pair["secret_key"]}
        self.cluster.add_secret("clearml-agent-credentials", name, words)
        pull = {"urls": URLS, "pull_secret": "", "credentials_checksum": "0" * 64, "wait_timeout": 20}
        source = {"namespace": name, "chart_version": "6.14.6", **oci(platform.registry)}
        self.agent = Component("agent", folder, platform.kube, platform.registry, **pull, **source, **given)
        self.agent.changes()
        wait_until(lambda: self.client.get("workers.get_all")["workers"] != [])

    def work(self, queue: str, **options: Any) -> Result:
        """What the module says of a task in a queue; the task stays."""
        return run_module("clearml_task", {**self._connection, "queue": queue, "keep": "always", **options})

    def pod(self, task: str) -> Json:
        """The pod of a task as it stands."""
        return self.cluster.read(f"/api/v1/namespaces/{self.name}/pods/{PREFIX}{task}")

    def phase(self, task: str, namespace: str = "") -> str:
        """How far the pod of a task has got; empty as long as there is none."""
        status = self.cluster.read(f"/api/v1/namespaces/{namespace or self.name}/pods/{PREFIX}{task}").get("status")
        return str(status.get("phase", "")) if isinstance(status, dict) else ""

    def worked_off(self, queue: str) -> Json:
        """The pod of a task that a queue's agent has done."""
        result = self.work(queue, script="print('at work')", wait_timeout=20)
        assert not result.get("failed"), result["msg"]
        assert "at work" in str(result["task"]["log"])
        wait_until(lambda: self.phase(result["task"]["id"]) == "Succeeded")
        return self.pod(result["task"]["id"])

    def waiting(self, queue: str) -> str:
        """A task in a queue, which nobody waits for."""
        (found,) = [one["id"] for one in self.client.get("queues.get_all")["queues"] if one["name"] == queue]
        task = str(self.client.get("tasks.create", name="waits", type="testing")["id"])
        self.client.get("tasks.enqueue", task=task, queue=found)
        return task

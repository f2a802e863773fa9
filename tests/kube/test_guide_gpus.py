# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""GPUs from the operators to the pods of a queue's tasks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.kube.testing import RunningKube
from lab.registry.testing import RunningRegistry, running_registry
from tests.kube.component_role import Component, oci, public
from tests.kube.component_role import classic as classic_source
from tests.support.cluster import Cluster, Json
from tests.support.gpu_nodes import wait_until
from tests.support.network import Network, is_up

NODES = {"gpu-node-1", "gpu-node-2"}
PLUGIN = "nvidia-device-plugin-daemonset"
URLS = {name: f"https://{name}.lab.test" for name in ("api", "app", "files")}
PARTS = {"gpu-fraction-1_00": "7g.40gb", "gpu-fraction-0_50": "3g.20gb", "gpu-fraction-0_25": "2g.10gb"}
FRACTION = "clearml-injector/fraction"


@pytest.fixture(scope="module")
def registry() -> Iterator[RunningRegistry]:
    with running_registry() as registry:
        yield registry


def running_on(component: Component, namespace: str, **labels: str) -> set[str]:
    """The nodes of these pods, all of which run."""
    pods = Network(component.kube.control).pods(namespace, **labels)
    assert pods and all(is_up(one) for one in pods)
    return {one["spec"]["nodeName"] for one in pods}


def test_the_gpu_operator_is_where_gpus_are(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> None:
    """Every pod of its namespace runs, and each node that has GPUs offers them."""
    source = public(registry, registry.nvidia_url)
    operator = Component("gpu_operator", tmp_path, kube, registry, chart_version="v25.3.0", wait_timeout=20, **source)
    operator.changes()
    assert running_on(operator, "gpu-operator") >= NODES
    assert running_on(operator, "gpu-operator", app=PLUGIN) == NODES
    nodes = {one["metadata"]["name"]: one for one in Network(kube.control).of("nodes")}
    present = {name for name, one in nodes.items() if one["metadata"]["labels"].get("nvidia.com/gpu.present") == "true"}
    assert present == NODES == {name for name, one in nodes.items() if "nvidia.com/gpu" in one["status"]["allocatable"]}


def test_a_gpu_operator_that_does_not_come_up(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> None:
    """The run says so, and the next one brings it up."""
    source = public(registry, registry.nvidia_url)
    operator = Component("gpu_operator", tmp_path, kube, registry, chart_version="v25.3.0", **source)
    order = kube.control.crash("no driver", namespace="gpu-operator", pod=f"{PLUGIN}-*")
    run = operator.run(wait_timeout=2)
    assert run.code == 2 and PLUGIN in run.output and "no driver" in run.output
    kube.control.clear_orders(order)
    operator.changes(wait_timeout=20)
    assert running_on(operator, "gpu-operator", app=PLUGIN) == NODES


@pytest.mark.parametrize(
    ("role", "packaging", "space"),
    [("cdmo", "classic", "cdmo-operator"), ("cdmo", "oci", "cdmo"), ("cfgi", "oci", "cfgi")],
)
def test_an_operator_runs(
    role: str, packaging: str, space: str, tmp_path: Path, kube: RunningKube, registry: RunningRegistry
) -> None:
    source = classic_source(registry) if packaging == "classic" else oci(registry)
    versions = {("cdmo", "classic"): "1.1.0", ("cdmo", "oci"): "1.3.0", ("cfgi", "oci"): "1.3.1"}
    given = {"packaging": packaging, "chart_version": versions[role, packaging], "wait_timeout": 20, **source}
    operator = Component(role, tmp_path, kube, registry, **given)
    operator.add_token(space)
    operator.changes()
    assert running_on(operator, space)


class Queues:
    """An agent's queues, and pods as the agent makes them: what its templates say, on top of what all pods have."""

    def __init__(self, folder: Path, kube: RunningKube, registry: RunningRegistry, **given: Any) -> None:
        pull = {"urls": URLS, "pull_secret": "", "credentials_checksum": "0" * 64, "wait_timeout": 20}
        source = {"namespace": "acme", "chart_version": "6.14.6", **oci(registry)}
        self.cluster = Cluster(kube)
        self.cluster.add_namespace("acme")
        self.cluster.add_secret(
            "clearml-agent-credentials", "acme", {"agentk8sglue_key": "k", "agentk8sglue_secret": "s"}
        )
        agent = Component("agent", folder, kube, registry, **pull, **source, **given)
        agent.changes()
        templates = self.cluster.read("/api/v1/namespaces/acme/configmaps/clearml-enterprise-agent-pt")["data"]
        self.overrides: dict[str, Json] = {
            name: queue["templateOverrides"] for name, queue in yaml.safe_load(templates["queues.yaml"]).items()
        }

    def task(self, queue: str) -> Json:
        """The pod of a task of a queue, once there is a node for it."""
        name = "clearml-id-" + queue.replace("_", "-")
        own = self.overrides[queue]
        container = {"name": "task", "image": "python:3.9", "resources": own.get("resources", {})}
        pod = {"metadata": {"name": name, "labels": own["labels"]}, "spec": {"containers": [container]}}
        self.cluster.add("/api/v1/namespaces/acme/pods", pod)
        path = f"/api/v1/namespaces/acme/pods/{name}"
        wait_until(lambda: is_up(self.cluster.read(path)))
        return self.cluster.read(path)


def test_tasks_of_divided_gpus(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> None:
    """Each queue's pod asks for its part, which a node with such a part gives it."""
    queues = Queues(tmp_path, kube, registry, gpu_model="a100-40gb")
    assert set(queues.overrides) == {"default", *PARTS}
    offered = {f"nvidia.com/mig-{part}": "1" for part in PARTS.values()}
    queues.cluster.patch("/api/v1/nodes/gpu-node-2/status", {"status": {"allocatable": offered}})
    for queue, part in PARTS.items():
        pod = queues.task(queue)
        assert pod["spec"]["nodeName"] == "gpu-node-2"
        assert pod["spec"]["containers"][0]["resources"]["limits"] == {f"nvidia.com/mig-{part}": "1"}
    assert "limits" not in queues.task("default")["spec"]["containers"][0].get("resources", {})


def test_tasks_of_shared_gpus(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> None:
    """The injector goes by a label, and a part of a GPU is no limit."""
    half = {"template_overrides": {"labels": {FRACTION: "0.500", "clear.ml/resource-usage": "0.5"}}}
    queues = Queues(tmp_path, kube, registry, queues={"default": {}, "gpu-fraction-0_500": half})
    pod = queues.task("gpu-fraction-0_500")
    assert pod["metadata"]["labels"] == {FRACTION: "0.500", "clear.ml/resource-usage": "0.5"}
    assert "limits" not in pod["spec"]["containers"][0].get("resources", {})
    assert FRACTION not in queues.task("default")["metadata"]["labels"]

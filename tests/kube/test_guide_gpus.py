# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""GPUs from the operators to the pods of a queue's tasks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.kube.testing import RunningKube
from lab.platform.testing import RunningPlatform, running_platform
from lab.registry.testing import RunningRegistry, running_registry
from tests.kube.component_role import Component, oci, public
from tests.kube.component_role import classic as classic_source
from tests.kube.mig_site import MigSite
from tests.kube.raw import Api
from tests.kube.server_release import Client, install_server
from tests.kube.tenant_agent import TenantAgent
from tests.support.cluster import Cluster
from tests.support.gpu_nodes import wait_until
from tests.support.network import Network, is_up

NODES = {"gpu-node-1", "gpu-node-2"}
PLUGIN = "nvidia-device-plugin-daemonset"
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


def offered(component: Component) -> dict[str, dict[str, str]]:
    """What the nodes offer of their GPUs; those that offer nothing are left out."""
    nodes = Network(component.kube.control).of("nodes")
    found = {one["metadata"]["name"]: one["status"]["allocatable"].items() for one in nodes}
    gpus = {node: {name: text for name, text in each if name.startswith("nvidia.com/")} for node, each in found.items()}
    return {node: each for node, each in gpus.items() if each}


def test_the_gpu_operator_is_where_gpus_are(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> None:
    """Every pod of its namespace runs, and each node that has GPUs offers them."""
    source = public(registry, registry.nvidia_url)
    operator = Component("gpu_operator", tmp_path, kube, registry, chart_version="v25.3.0", wait_timeout=20, **source)
    assert offered(operator) == {}
    operator.changes()
    assert running_on(operator, "gpu-operator") >= NODES
    assert running_on(operator, "gpu-operator", app=PLUGIN) == NODES
    nodes = {one["metadata"]["name"]: one["metadata"]["labels"] for one in Network(kube.control).of("nodes")}
    present = {name for name, labels in nodes.items() if labels.get("nvidia.com/gpu.present") == "true"}
    assert present == NODES and offered(operator) == {key: {"nvidia.com/gpu": "2"} for key in NODES}
    operator.changes(state="absent")
    wait_until(lambda: offered(operator) == {})


def test_a_gpu_operator_that_does_not_come_up(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> None:
    """The run says so, and the next one brings it up."""
    source = public(registry, registry.nvidia_url)
    operator = Component("gpu_operator", tmp_path, kube, registry, chart_version="v25.3.0", **source)
    order = kube.control.crash("no driver", namespace="gpu-operator", pod=f"{PLUGIN}-*")
    run = operator.run(wait_timeout=2)
    assert run.code == 2 and PLUGIN in run.output and "no driver" in run.output
    assert offered(operator) == {}
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


@pytest.fixture(scope="module")
def served() -> Iterator[RunningPlatform]:
    with running_platform(ready_seconds=0.1, finish_seconds=0.1) as platform:
        yield platform


@pytest.fixture
def platform(served: RunningPlatform) -> RunningPlatform:
    """A platform whose server answers, with nobody in it."""
    served.kube.control.reset()
    served.control.reset()
    install_server(Api(served.kube), {})
    wait_until(lambda: Client(served.api_url).send("auth.login").status_code == 200)
    return served


def test_tasks_of_divided_gpus(tmp_path: Path, platform: RunningPlatform) -> None:
    """Each queue's pod asks for its part; it waits until GPUs are divided, gets a node then, and its task is done."""
    kube, registry = platform.kube, platform.registry
    small = {"model": "NVIDIA A100-SXM4-40GB"}
    for node in NODES:
        kube.control.set_gpus(node, small, small)
    tenant = TenantAgent(platform, tmp_path, "acme", gpu_model="a100-40gb")
    pods = {"default": tenant.worked_off("default")}
    assert "limits" not in pods["default"]["spec"]["containers"][0].get("resources", {})

    waits = tenant.waiting("gpu-fraction-0_50")
    wait_until(lambda: tenant.phase(waits) == "Pending")
    assert tenant.pod(waits)["status"]["conditions"][0]["reason"] == "Unschedulable"
    assert tenant.client.get("tasks.get_by_id", task=waits)["task"]["status"] == "queued"

    source = public(registry, registry.nvidia_url)
    operator = Component("gpu_operator", tmp_path, kube, registry, chart_version="v25.3.0", wait_timeout=20, **source)
    operator.changes()
    cdmo = Component("cdmo", tmp_path, kube, registry, chart_version="1.3.0", wait_timeout=20, **oci(registry))
    cdmo.add_token("cdmo")
    cdmo.changes()
    wait_until(lambda: offered(operator) == {key: {"nvidia.com/gpu": "2"} for key in NODES})
    assert tenant.phase(waits) == "Pending"
    MigSite(tmp_path, kube).changes()
    wait_until(lambda: tenant.client.get("tasks.get_by_id", task=waits)["task"]["status"] == "completed")
    for queue in PARTS:
        pods[queue] = tenant.worked_off(queue)
    for queue, part in PARTS.items():
        assert pods[queue]["spec"]["nodeName"] in NODES
        assert pods[queue]["spec"]["containers"][0]["resources"]["limits"] == {f"nvidia.com/mig-{part}": "1"}
    # What no pod has any more makes room.
    assert "nvidia.com/mig-2g.10gb" in {name for each in offered(operator).values() for name in each}


def test_tasks_of_shared_gpus(tmp_path: Path, platform: RunningPlatform) -> None:
    """The injector goes by a label, and a part of a GPU is no limit."""
    labels = {FRACTION: "0.500", "clear.ml/resource-usage": "0.5"}
    half = {"template_overrides": {"labels": labels}}
    tenant = TenantAgent(platform, tmp_path, "acme", queues={"default": {}, "gpu-fraction-0_500": half})
    pod = tenant.worked_off("gpu-fraction-0_500")
    assert pod["metadata"]["labels"] == labels and pod["status"]["phase"] == "Succeeded"
    assert "limits" not in pod["spec"]["containers"][0].get("resources", {})
    assert FRACTION not in tenant.worked_off("default")["metadata"].get("labels", {})


def test_a_gpu_is_as_many_as_share_it(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> None:
    """Where the label of a node chooses the configuration that shares."""
    source = public(registry, registry.nvidia_url)
    given = {"chart_version": "v25.3.0", "wait_timeout": 20, "with_cfgi": True, "gpus_per_node": 2, **source}
    operator = Component("gpu_operator", tmp_path, kube, registry, **given)
    operator.changes()
    chosen = {"metadata": {"labels": {"nvidia.com/device-plugin.config": "ts"}}}
    Cluster(kube).patch("/api/v1/nodes/gpu-node-2", chosen)
    shares = {"nvidia.com/gpu": "0", "nvidia.com/gpu-0": "8", "nvidia.com/gpu-1": "8"}
    wait_until(lambda: offered(operator) == {"gpu-node-1": {"nvidia.com/gpu": "2"}, "gpu-node-2": shares})

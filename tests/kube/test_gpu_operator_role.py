# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role gpu_operator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from lab.kube.testing import RunningKube
from lab.registry.testing import RunningRegistry, running_registry
from tests.kube.component_role import RELEASE, Component, public

NAME = "gpu-operator"


@pytest.fixture(scope="module")
def registry() -> Iterator[RunningRegistry]:
    with running_registry() as registry:
        yield registry


@pytest.fixture
def operator(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> Component:
    source = public(registry, registry.nvidia_url)
    return Component("gpu_operator", tmp_path, kube, registry, chart_version="v24.9.2", wait_timeout=20, **source)


def test_from_nothing_to_another_runtime_and_away(operator: Component) -> None:
    assert operator.settles() == [RELEASE]
    version, values = operator.release(NAME, NAME)
    assert version == "v24.9.2"
    assert (values["migManager"], values["mig"]) == ({"enabled": False}, {"strategy": "mixed"})
    assert "nvidia-mig-manager" not in operator.names("daemonsets", NAME)

    assert operator.foreseen(chart_version="v25.3.0", flavour="k3s") == [RELEASE]
    version, values = operator.release(NAME, NAME)
    names = [one["name"] for one in values["toolkit"]["env"]]
    assert version == "v25.3.0"
    assert names[0] == "ACCEPT_NVIDIA_VISIBLE_DEVICES_ENVVAR_WHEN_UNPRIVILEGED" and names[-1] == "CONTAINERD_SOCKET"
    assert operator.settles(state="absent") == [RELEASE]


def test_both_operators_in_one_cluster(operator: Component) -> None:
    """The device plugin comes up with the configurations that the nodes' labels choose from, and without them."""
    said = operator.refused("--check", with_cfgi=True)
    assert "gpu_operator_gpus_per_node is 0" in said and "give the number of GPUs of a node" in said

    assert operator.changes(with_cfgi=True, gpus_per_node=2) == [RELEASE]
    configurations = operator.cluster.read(f"/api/v1/namespaces/{NAME}/configmaps/device-plugin-config")["data"]
    found = {name: yaml.safe_load(text) for name, text in configurations.items()}
    strategies = {name: one["flags"]["migStrategy"] for name, one in found.items()}
    assert strategies == {"all-disabled": "none", "ts": "none", "mig": "mixed"}
    first, second = found["ts"]["sharing"]["timeSlicing"]["resources"]
    assert first == {"name": "nvidia.com/gpu", "rename": "nvidia.com/gpu-0", "devices": ["0"], "replicas": 8}
    assert second["rename"] == "nvidia.com/gpu-1"

    assert operator.changes() == [RELEASE]
    assert "device-plugin-config" not in operator.names("configmaps", NAME, "/api/v1")

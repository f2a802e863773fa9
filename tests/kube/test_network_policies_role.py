# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role network_policies; what it selects are the pods of the server's chart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.charts.build import CLASSIC, OCI, SERVER, Chart, write
from lab.kube import binaries
from lab.kube.testing import RunningKube
from lab.registry.testing import RunningRegistry, running_registry
from tests.kube.component_role import Component
from tests.kube.programs import Program, environment
from tests.support.cluster import Json

TASK = "clearml.enterprise.network_policies : Who reaches the pods"
GROUP = "/apis/networking.k8s.io/v1"
OWN, EVERYBODY = "default-deny-ingress", "allow-clearml-ingress"


@pytest.fixture(scope="module")
def registry() -> Iterator[RunningRegistry]:
    with running_registry() as registry:
        yield registry


@pytest.fixture
def policies(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> Component:
    return Component("network_policies", tmp_path, kube, registry)


def spec(policies: Component, name: str, namespace: str = "clearml") -> Json:
    found: Json = policies.cluster.read(f"{GROUP}/namespaces/{namespace}/networkpolicies/{name}")["spec"]
    return found


def test_who_reaches_whom(policies: Component) -> None:
    assert policies.changes("--check", billing=True) == [TASK], "before there is a namespace"
    assert policies.kube.control.writes() == 0
    for namespace in ("clearml", "clearml-billing"):
        policies.cluster.add_namespace(namespace)

    assert policies.settles(billing=True) == [TASK]
    same: Json = {"podSelector": {}}
    assert spec(policies, OWN) == {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [same]}]}
    server = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "clearml"}}}
    assert spec(policies, EVERYBODY, "clearml-billing")["ingress"] == [{"from": [same, server]}]

    assert policies.changes() == [TASK], "the billing is gone"
    assert policies.names("networkpolicies", "clearml-billing", GROUP) == set()
    assert policies.names("networkpolicies", "clearml", GROUP) == {OWN, EVERYBODY}
    assert policies.foreseen(state="absent") == [TASK]
    assert policies.changes(state="absent") == []


@pytest.mark.parametrize(
    ("packaging", "release", "version"),
    [
        ("classic", "clearml", "8.2.1"),
        ("oci", "clearml-enterprise", "11.0.2"),
        ("oci", "ours", "11.0.2"),
    ],
)
def test_the_ingress_reaches_the_servers(policies: Component, packaging: str, release: str, version: str) -> None:
    """Their pods, by the labels that the chart gives them under that release."""
    policies.cluster.add_namespace("clearml")
    chart = write(Chart(SERVER, CLASSIC if packaging == "classic" else OCI, version), policies.folder)
    helm = Program(binaries.helm("4.3"), environment(policies.kube, policies.folder))
    helm("install", release, chart, "-n", "clearml")
    own = {} if release in ("clearml", "clearml-enterprise") else {"server_release": release}
    assert policies.changes(packaging=packaging, **own) == [TASK]
    policy = spec(policies, EVERYBODY)
    assert policy["ingress"] == [{}]
    ((key, value),) = policy["podSelector"]["matchLabels"].items()
    pods = policies.cluster.read(f"/api/v1/namespaces/clearml/pods?labelSelector={key}%3D{value}")["items"]
    parts = {pod["metadata"]["labels"]["app.kubernetes.io/component"] for pod in pods}
    assert {"apiserver", "fileserver", "webserver"} <= parts

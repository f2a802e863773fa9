# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's namespace is closed: who reaches which of its pods, by the policies and labels that there are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.charts.build import BILLING, CLASSIC, FILE, OCI, SERVER, Chart, write
from lab.kube import binaries
from lab.kube.testing import RunningKube
from lab.registry.testing import RunningRegistry, running_registry
from tests.kube.component_role import Component
from tests.kube.programs import Program, environment
from tests.support.cluster import Json
from tests.support.gpu_nodes import wait_until
from tests.support.network import OUTSIDE, Network, container_port, stranger

#: The ports of the API, the file server and the web server; of MongoDB, Redis and Elasticsearch.
SERVERS, DATABASES = {8008, 8081, 8080}, {27017, 6379, 9200}
KAFKA = "clearml-billing-kafka.clearml-billing:9092"
TENANT, CONTROLLER = stranger("acme", app="task"), stranger("ingress-nginx", app="controller")


@pytest.fixture(scope="module")
def registry() -> Iterator[RunningRegistry]:
    with running_registry() as registry:
        yield registry


@pytest.fixture
def policies(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> Component:
    return Component("network_policies", tmp_path, kube, registry)


def reached(network: Network, source: Json, namespace: str = "clearml") -> set[int]:
    """The ports of the namespace's pods that take a connection."""
    listening = [one for one in network.pods(namespace) if one["spec"]["containers"][0].get("ports")]
    return {container_port(one) for one in listening if network.admits(source, one, container_port(one))}


@pytest.mark.parametrize("packaging", ["classic", "oci"])
def test_only_the_servers_are_open(policies: Component, packaging: str) -> None:
    """Nobody but the server reaches its databases and the billing service; everybody reaches its three servers."""
    chart = Chart(SERVER, CLASSIC, "8.2.1") if packaging == "classic" else Chart(SERVER, OCI, "11.0.2")
    release = "clearml" if packaging == "classic" else "clearml-enterprise"
    helm = Program(binaries.helm("4.3"), environment(policies.kube, policies.folder))
    for name, archive in ((release, chart), ("clearml-billing", Chart(BILLING, FILE, "1.1.0"))):
        space = "clearml-billing" if archive.name == BILLING else "clearml"
        helm("install", name, write(archive, policies.folder), "-n", space, "--create-namespace")
    wait_until(lambda: bool(Network(policies.kube.control).at(KAFKA)))
    assert reached(Network(policies.kube.control), TENANT) == SERVERS | DATABASES, "as long as there is no policy"

    policies.changes(packaging=packaging, billing=True)
    network = Network(policies.kube.control)
    for source in (TENANT, CONTROLLER, OUTSIDE, stranger("clearml-billing")):
        assert reached(network, source) == SERVERS
    (apiserver,) = network.pods("clearml", **{"app.kubernetes.io/component": "apiserver"})
    assert reached(network, apiserver) == SERVERS | DATABASES
    (kafka,) = network.at(KAFKA)
    assert network.admits(apiserver, kafka, 9092) and not network.admits(TENANT, kafka, 9092)
    assert not reached(network, OUTSIDE, "clearml-billing")


def test_policies_are_read_as_kubernetes_does(kube: RunningKube, policies: Component) -> None:
    """What the other tests believe: a pod without a policy is open, rules add up, and each kind of peer counts."""
    cluster = policies.cluster
    cluster.add_namespace("here")
    container = {"name": "c", "image": "i", "ports": [{"name": "web", "containerPort": 8080}]}
    pod = {"metadata": {"name": "a", "labels": {"app": "a"}}, "spec": {"containers": [container]}}
    cluster.add("/api/v1/namespaces/here/pods", pod)

    def asked(**spec: object) -> tuple[bool, ...]:
        document = {"metadata": {"name": "p"}, "spec": {"podSelector": {}, **spec}}
        cluster.add("/apis/networking.k8s.io/v1/namespaces/here/networkpolicies", document)
        network = Network(kube.control)
        cluster.delete("/apis/networking.k8s.io/v1/namespaces/here/networkpolicies/p")
        (target,) = network.pods("here", app="a")
        sources = (stranger("here", role="friend"), stranger("default", role="friend"), OUTSIDE)
        return (*(network.admits(one, target, 8080) for one in sources), network.admits(sources[0], target, 22))

    friends = {"matchLabels": {"role": "friend"}}
    default = {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["default"]}]}
    block = {"cidr": "0.0.0.0/0", "except": ["203.0.113.0/24"]}
    assert asked() == (False, False, False, False)
    assert asked(podSelector={"matchLabels": {"app": "b"}}) == (True, True, True, True)
    assert asked(policyTypes=["Egress"]) == (True, True, True, True)
    assert asked(ingress=[{}]) == (True, True, True, True)
    assert asked(ingress=[{"from": [{"podSelector": friends}]}]) == (True, False, False, True)
    assert asked(ingress=[{"from": [{"podSelector": {"matchLabels": {"role": "foe"}}}]}]) == (False,) * 4
    assert asked(ingress=[{"from": [{"namespaceSelector": default}]}]) == (False, True, False, False)
    assert asked(ingress=[{"from": [{"ipBlock": block}]}]) == (True, True, False, True)
    assert asked(ingress=[{"ports": [{"port": "web"}]}]) == (True, True, True, False)
    assert asked(ingress=[{"ports": [{"port": 20, "endPort": 30}]}]) == (False, False, False, True)
    assert asked(ingress=[{"ports": [{"port": 8080, "protocol": "UDP"}]}]) == (False,) * 4

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""People reach a tenant's gateway by its host name, although the tenant's namespace is closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.kube.testing import RunningKube
from lab.registry.testing import RunningRegistry, running_registry
from tests.kube.component_role import Component, classic, oci
from tests.support.gpu_nodes import pod
from tests.support.network import OUTSIDE, Network, container_port, is_up, stranger

HOST = "acme-apps.lab.test"
SIGNING_KEY = "signs-tokens-of-the-server-4711"
PAIR = {"access_key": "gateways-own-access-key", "secret_key": "for-the-gateway-only-4711"}
#: What makes a tenant's namespace a closed one.
CLOSED: dict[str, Any] = {
    "metadata": {"name": "default-deny-ingress"},
    "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [{"podSelector": {}}]}]},
}
GIVEN: dict[str, dict[str, Any]] = {
    "task_traffic_router": {"chart_version": "1.1.0"},
    "app_gateway": {"chart_version": "3.2.0", "api_url": "https://api.lab.test", "ingress_class": "nginx"},
}


@pytest.fixture(scope="module")
def registry() -> Iterator[RunningRegistry]:
    with running_registry() as registry:
        yield registry


@pytest.mark.parametrize("role", GIVEN)
def test_a_name_leads_through_a_closed_namespace(
    role: str, tmp_path: Path, kube: RunningKube, registry: RunningRegistry
) -> None:
    source = classic(registry) if role == "task_traffic_router" else oci(registry)
    given = {"namespace": "acme", "host_name": HOST, "wait_timeout": 20, **GIVEN[role], **source}
    gateway = Component(role, tmp_path, kube, registry, **given)
    gateway.add_token("acme")
    gateway.cluster.add_secret("clearml-gateway-credentials", "acme", PAIR)
    gateway.cluster.add_namespace("clearml")
    gateway.cluster.add_secret("clearml-conf", "clearml", {"secure_auth_token_secret": SIGNING_KEY}, ours=False)
    gateway.cluster.add("/apis/networking.k8s.io/v1/namespaces/acme/networkpolicies", CLOSED)
    task = pod("task", "cpu-node-1", container={"ports": [{"containerPort": 8888}]})
    gateway.cluster.add("/api/v1/namespaces/acme/pods", task)
    if role == "task_traffic_router":
        # Its chart has no value for the class.
        default = {"ingressclass.kubernetes.io/is-default-class": "true"}
        path = "/apis/networking.k8s.io/v1/ingressclasses/nginx"
        gateway.cluster.patch(path, {"metadata": {"annotations": default}})
    gateway.changes()

    network = Network(kube.control)
    (router,) = network.led_to(HOST)
    assert is_up(router) and network.led_to("globex-apps.lab.test") == []
    (work,) = network.pods("acme", app="task")
    for source in (OUTSIDE, stranger("ingress-nginx")):
        assert network.admits(source, router, container_port(router)) and not network.admits(source, work, 8888)
    assert network.admits(router, work, 8888)
    assert gateway.changes() == []

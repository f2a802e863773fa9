# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles app_gateway and task_traffic_router: what they install, and what they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.kube.testing import RunningKube
from lab.registry.testing import RunningRegistry, running_registry
from tests.kube.component_role import RELEASE, TOKEN, Component, classic, oci

SPACE = "acme"
PAIR = {"access_key": "gateways-own-access-key", "secret_key": "for-the-gateway-only-4711"}
SIGNING_KEY, OTHER_KEY = "signs-tokens-of-the-server-4711", "signs-tokens-elsewhere-4711"
ROUTER, GATEWAY = "task_traffic_router", "app_gateway"
TCP: dict[str, Any] = {"address": "tcp.lab.test", "first_port": 31100, "last_port": 31101}
POLICY = {role: f"clearml.enterprise.{role} : Whoever wants may reach it" for role in (ROUTER, GATEWAY)}
NO_POLICY = {role: f"clearml.enterprise.{role} : Nobody has to reach it" for role in (ROUTER, GATEWAY)}
OWN_KEY = "clearml.enterprise.task_traffic_router : The signing key, if it is given"
NO_OWN_KEY = "clearml.enterprise.task_traffic_router : Remove the signing key that was given"


@pytest.fixture(scope="module")
def registry() -> Iterator[RunningRegistry]:
    with running_registry() as registry:
        yield registry


def component(role: str, folder: Path, kube: RunningKube, registry: RunningRegistry, **given: Any) -> Component:
    found = Component(
        role, folder, kube, registry, namespace=SPACE, host_name="acme.lab.test", wait_timeout=20, **given
    )
    found.hidden |= {PAIR["secret_key"], SIGNING_KEY, OTHER_KEY}
    found.add_token(SPACE)
    found.cluster.add_secret("clearml-gateway-credentials", SPACE, PAIR)
    return found


@pytest.fixture
def router(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> Component:
    found = component(ROUTER, tmp_path, kube, registry, chart_version="1.0.0", **classic(registry))
    found.cluster.add_namespace("clearml")
    found.cluster.add_secret("clearml-conf", "clearml", {"secure_auth_token_secret": SIGNING_KEY}, ours=False)
    return found


@pytest.fixture
def gateway(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> Component:
    api_url = "https://api.lab.test"
    return component(GATEWAY, tmp_path, kube, registry, chart_version="3.2.0", api_url=api_url, **oci(registry))


def admitted(component: Component, policy: str) -> dict[str, str]:
    """Whom a policy is about, if it lets everybody in."""
    found = component.cluster.read(f"/apis/networking.k8s.io/v1/namespaces/{SPACE}/networkpolicies/{policy}")["spec"]
    assert found["ingress"] == [{}]
    labels: dict[str, str] = found["podSelector"]["matchLabels"]
    return labels


def ports(component: Component, name: str) -> list[int]:
    spec = component.cluster.read(f"/api/v1/namespaces/{SPACE}/services/{name}-ports")["spec"]
    return [one["nodePort"] for one in spec["ports"]]


def beside(component: Component, role: str, **given: Any) -> Component:
    """The role of the other packaging, in the same namespace."""
    folder = component.folder / role
    folder.mkdir()
    other = Component(
        role, folder, component.kube, component.registry, namespace=SPACE, host_name="acme.lab.test", **given
    )
    other.hidden = component.hidden
    return other


def test_a_router_with_the_keys_of_its_server(router: Component) -> None:
    assert "give task_traffic_router_chart_version, which is chart_version of" in router.refused(
        "--check", chart_version=""
    )
    assert router.settles() == [POLICY[ROUTER], RELEASE]
    full = "clearml-ttr-clearml-task-traffic-router"
    keys = {"apiserver_key": PAIR["access_key"], "apiserver_secret": PAIR["secret_key"], "jwks_key": SIGNING_KEY}
    assert router.cluster.secret(full, SPACE) == keys
    version, values = router.release("clearml-ttr", SPACE)
    assert version == "1.0.0" and values["imageCredentials"] == {"password": TOKEN}
    assert values["clearml"]["apiServerUrlReference"] == "http://clearml-clearml-enterprise-apiserver.clearml:8008"
    pods = router.cluster.read(f"/api/v1/namespaces/{SPACE}/pods")["items"]
    assert admitted(router, "allow-task-traffic-router").items() <= pods[0]["metadata"]["labels"].items()

    # The two have to be the same, so a change of the server's is a change of the router's.
    router.cluster.delete("/api/v1/namespaces/clearml/secrets/clearml-conf")
    router.cluster.add_secret("clearml-conf", "clearml", {"secure_auth_token_secret": OTHER_KEY}, ours=False)
    assert router.foreseen(tcp=TCP, chart_version="1.1.0") == [RELEASE]
    assert router.cluster.secret(full, SPACE)["jwks_key"] == OTHER_KEY and ports(router, full) == [31100, 31101]

    said = beside(router, GATEWAY, chart_version="3.2.0", api_url="https://api.lab.test").refused()
    assert "Release clearml-ttr in the namespace acme is a gateway of the packaging classic" in said
    assert (
        "task_traffic_router_state absent of the role task_traffic_router, or with helm uninstall clearml-ttr" in said
    )

    assert router.changes(jwks_key=SIGNING_KEY) == [OWN_KEY, RELEASE]
    assert router.cluster.secret(full, SPACE)["jwks_key"] == SIGNING_KEY
    assert router.foreseen(state="absent") == [RELEASE, NO_POLICY[ROUTER], NO_OWN_KEY]
    assert router.changes(state="absent") == []
    assert router.names("secrets", SPACE, "/api/v1") == {"clearml-registry", "clearml-gateway-credentials"}


def test_a_gateway_by_name_and_by_port(gateway: Component) -> None:
    full = "clearml-app-gateway-clearml-enterprise-app-gateway"
    given = {"cookie_name": "own-cookie", "ingress_class": "nginx", "tls_secret_name": "acme-tls", "tcp": TCP}
    assert gateway.settles(**given, chart_version="2.1.2") == [POLICY[GATEWAY], RELEASE]
    assert gateway.cluster.secret(full, SPACE) == {"api_key": PAIR["access_key"], "api_secret": PAIR["secret_key"]}
    assert ports(gateway, full) == [31100, 31101]
    (pod,) = gateway.cluster.read(f"/api/v1/namespaces/{SPACE}/pods")["items"]
    assert pod["spec"]["imagePullSecrets"] == [{"name": "clearml-registry"}]
    assert admitted(gateway, "allow-app-gateway").items() <= pod["metadata"]["labels"].items()

    said = beside(gateway, ROUTER, chart_version="1.1.0").refused()
    assert "Release clearml-app-gateway in the namespace acme is a gateway of the packaging oci" in said

    outside = {"host_name": "", "service_type": "NodePort", "external_url": "http://203.0.113.10:30080"}
    assert gateway.foreseen(**outside, tcp=TCP) == [RELEASE]
    version, values = gateway.release("clearml-app-gateway", SPACE)
    assert version == "3.2.0" and values["streamSession"]["portRange"] == {"start": 31100, "end": 31101}
    assert "tcpSession" not in values
    (pod,) = gateway.cluster.read(f"/api/v1/namespaces/{SPACE}/pods")["items"]
    env = {one["name"]: one.get("value") for one in pod["spec"]["containers"][0]["env"]}
    assert env["ROUTER_URL"] == outside["external_url"]
    assert env["ROUTER__HTTP__AUTHORIZATION__COOKIE__SECURE"] == "false"
    assert gateway.names("ingresses", SPACE, "/apis/networking.k8s.io/v1") == set()

    assert gateway.foreseen(state="absent") == [RELEASE, NO_POLICY[GATEWAY]]
    assert gateway.changes(state="absent") == []


def test_what_does_not_fit_together_is_said_at_once(gateway: Component) -> None:
    said = gateway.refused(
        "--check",
        host_name="",
        ingress_class="nginx",
        api_url="",
        chart_version="3.0.0",
        tcp={"address": "a", "first_port": 31101, "last_port": 31100, "load_balancer_class": "c"},
        certificates={"extra": [{"alias": "a", "pem": "1"}], "override": "2"},
    )
    for part in (
        "Nobody would reach the gateway",
        "app_gateway_api_url is not given",
        "first_port 31101 is above last_port 31100",
        "load_balancer_class needs version 3.0.6",
        "app_gateway_ingress_class is for an Ingress",
        "either extra ones or a bundle",
    ):
        assert part in said
    said = gateway.refused(host_name="", service_type="NodePort", chart_version="")
    assert "app_gateway_external_url is not given" in said
    assert "give app_gateway_chart_version, which is chart_version of tenant_gateway" in said
    assert "clearml_gateway_chart_version for all of a site" in said
    gateway.kube.control.set_access(denials=[{"verb": "list", "resource": "secrets"}])
    try:
        assert "needs this right" in gateway.refused()
    finally:
        gateway.kube.control.set_access()
    said = beside(gateway, ROUTER).refused(host_name="", tcp={"address": "a"})
    assert "task_traffic_router_host_name is not given" in said and "has no first_port, last_port" in said

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in charts of what is beside server and agent, installed by real helm, and what holds for every chart."""

from __future__ import annotations

import base64
import dataclasses
import json
from pathlib import Path

import pytest
import yaml

from lab.charts import build
from lab.charts.build import (
    AGENT,
    BILLING,
    BITNAMI,
    CDMO,
    CFGI,
    CLASSIC,
    FILE,
    GATEWAY,
    GPU_OPERATOR,
    NVIDIA,
    OCI,
    REDIS,
    ROUTER,
    SERVER,
    Chart,
)
from tests.kube.programs import Program
from tests.kube.stand_ins import IN, NEWEST, Json, install, names, sample, secret

TOKEN: Json = {"imageCredentials": {"password": "registry-token"}}
GATEWAY_VALUES: Json = {
    **TOKEN,
    "clearml": {"apiKey": "key", "apiSecret": "secret", "apiServerUrlReference": "https://api.example.com"},
    "ingress": {"enabled": True, "hostName": "router.example.com", "className": "nginx"},
}
ROUTER_VALUES: Json = {
    **TOKEN,
    "clearml": {
        "apiServerUrlReference": "http://clearml-clearml-enterprise-apiserver.clearml:8008",
        "apiserverKey": "key",
        "apiserverSecret": "secret",
        "jwksKey": "signing",
    },
    "ingress": {"enabled": True, "hostName": "router.example.com"},
}
OLD_GATEWAY = Chart(GATEWAY, OCI, "2.1.2")
COMPONENTS = [*(chart for chart in NEWEST.values() if chart.name not in (SERVER, AGENT)), OLD_GATEWAY]


def objects(helm: Program, chart: Path, values: Json) -> dict[str, Json]:
    """What a chart makes for a release called r, by kind and name."""
    rendered = yaml.safe_load_all(helm("template", "r", chart, *IN, "-f", "-", stdin=json.dumps(values)))
    return {f"{one['kind']} {one['metadata']['name']}": one for one in rendered}


@pytest.mark.parametrize("chart", COMPONENTS, ids=str)
def test_every_declared_value_is_taken(helm: Program, kubectl: Program, tmp_path: Path, chart: Chart) -> None:
    kubectl("create", "namespace", "space")
    for flags, existing in ((True, True), (True, False), (False, False)):
        values = sample(build.declaration(chart), flags, existing)
        rendered = helm("template", "r", build.write(chart, tmp_path), *IN, "-f", "-", stdin=json.dumps(values))
        kubectl("apply", "--dry-run=server", *IN, "-f", "-", stdin=rendered)


@pytest.mark.parametrize("chart", [*NEWEST.values(), OLD_GATEWAY], ids=str)
def test_a_chart_has_no_lint(helm: Program, tmp_path: Path, chart: Chart) -> None:
    # The v of NVIDIA's versions is lint to helm 4.
    path = build.write(dataclasses.replace(chart, version=chart.version.lstrip("v")), tmp_path)
    assert "0 chart(s) failed" in helm("lint", "--strict", path)
    assert build.package.__wrapped__(chart) == build.package(chart)


@pytest.mark.parametrize(
    ("chart", "values", "complaint"),
    [
        (Chart(GATEWAY, OCI, "2.1.2"), {"streamSession": {}}, "streamSession"),
        (Chart(GATEWAY, OCI, "3.0.0"), {"tcpSession": {}}, "tcpSession"),
        (Chart(GATEWAY, OCI, "3.0.5"), {"streamSession": {"service": {"loadBalancerClass": "c"}}}, "loadBalancerClass"),
        (Chart(GATEWAY, OCI, "3.1.0"), {"proxy": {}}, "proxy"),
        (Chart(GATEWAY, OCI, "3.2.0"), {"clearml": {"apiserverKey": "k"}}, "apiserverKey"),
        (Chart(SERVER, OCI, "10.11.6"), {"mckMongodb": {"enabled": True}}, "mckMongodb"),
        (Chart(SERVER, OCI, "10.12.4"), {"clearml": {"existingSecret": "s"}}, "existingSecret"),
        (Chart(AGENT, OCI, "6.12.3"), {"bootstrap": {"enabled": True}}, "bootstrap"),
        (Chart(ROUTER, CLASSIC, "1.0.0"), {"clearml": {"apiServerKey": "k"}}, "apiServerKey"),
        (Chart(GPU_OPERATOR, NVIDIA, "v25.3.0"), {"mig": {"strategy": "both"}}, "mixed"),
        (Chart(GPU_OPERATOR, NVIDIA, "v25.3.0"), {"gfd": {"imagePullSecrets": [{"name": "a"}]}}, "string"),
        (Chart(BILLING, FILE, "1.0.0"), {"kafka": {}}, "kafka"),
    ],
    ids=str,
)
def test_other_values_are_refused(helm: Program, tmp_path: Path, chart: Chart, values: Json, complaint: str) -> None:
    said = helm.fails("template", "r", build.write(chart, tmp_path), "-f", "-", stdin=json.dumps(values))
    assert "don't meet the specifications of the schema" in said
    assert complaint in said


def test_values_since_a_version(helm: Program, tmp_path: Path) -> None:
    values = {"mckMongodb": {"enabled": True, "migrated": True}, "mongodb": {"enabled": False}}
    made = objects(helm, build.write(Chart(SERVER, OCI, "10.11.7"), tmp_path), values)
    assert "StatefulSet mongodb-replica-set" in made
    made = objects(helm, build.write(Chart(SERVER, OCI, "11.0.0-rc.1+build.9"), tmp_path), values)
    assert "StatefulSet mongodb-replica-set" in made


def test_the_gpu_operator(helm: Program, kubectl: Program, tmp_path: Path) -> None:
    chart = build.write(NEWEST[GPU_OPERATOR, NVIDIA], tmp_path)
    plugin = {
        "repository": "docker.io/clearml",
        "image": "k8s-device-plugin",
        "version": "v0.17.2",
        "imagePullSecrets": ["access"],
        "env": [{"name": "PASS_DEVICE_SPECS", "value": "true"}],
        "config": {"name": "device-plugin-config", "create": True, "default": "any", "data": {"any": "version: v1\n"}},
    }
    values = {
        "migManager": {"enabled": False},
        "mig": {"strategy": "mixed"},
        "toolkit": {"env": [{"name": "CONTAINERD_SOCKET", "value": "/run/k3s"}]},
        "devicePlugin": plugin,
    }
    install(helm, "gpu-operator", chart, values)
    assert names(kubectl, "deployment") == {"gpu-operator"}
    assert "nvidia-mig-manager" not in names(kubectl, "daemonset")
    assert kubectl.json("get", "configmap", "device-plugin-config", *IN)["data"] == {"any": "version: v1\n"}
    label = ("-l", "app=nvidia-device-plugin-daemonset")
    pods = kubectl.json("get", "pods", *IN, *label)["items"]
    assert {pod["spec"]["nodeName"] for pod in pods} == {"gpu-node-1", "gpu-node-2"}
    spec = pods[0]["spec"]
    assert [one["name"] for one in spec["containers"]] == ["nvidia-device-plugin", "config-manager"]
    assert spec["containers"][0]["image"] == "docker.io/clearml/k8s-device-plugin:v0.17.2"
    assert spec["imagePullSecrets"] == [{"name": "access"}]
    assert {"name": "PASS_DEVICE_SPECS", "value": "true"} in spec["containers"][0]["env"]
    assert {"name": "MIG_STRATEGY", "value": "mixed"} in spec["containers"][0]["env"]

    install(helm, "gpu-operator", chart, {"migManager": {"enabled": True}})
    assert "nvidia-mig-manager" in names(kubectl, "daemonset")
    pod = kubectl.json("get", "pods", *IN, *label)["items"][0]
    assert [one["name"] for one in pod["spec"]["containers"]] == ["nvidia-device-plugin"]


@pytest.mark.parametrize(
    ("config", "state"),
    [
        ({"name": "mine", "create": True, "default": "ts", "data": {"any": ""}}, "CrashLoopBackOff"),
        ({"name": "mine", "default": "any"}, "ContainerCreating"),
    ],
    ids=["no such configuration", "no ConfigMap"],
)
def test_a_device_plugin_without_its_configuration(
    helm: Program, kubectl: Program, tmp_path: Path, config: Json, state: str
) -> None:
    chart = build.write(NEWEST[GPU_OPERATOR, NVIDIA], tmp_path)
    values = {"devicePlugin": {"config": config}}
    helm.fails(
        *("install", "r", chart, *IN, "--create-namespace", "--wait", "--timeout", "1s", "-f", "-"),
        stdin=json.dumps(values),
    )
    pods = kubectl.json("get", "pods", *IN, "-l", "app=nvidia-device-plugin-daemonset")["items"]
    waiting = {one["state"]["waiting"]["reason"] for pod in pods for one in pod["status"]["containerStatuses"]}
    assert state in waiting


@pytest.mark.parametrize(
    ("release", "key"), [("cdmo", (CDMO, CLASSIC)), ("cdmo", (CDMO, OCI)), ("cfgi", (CFGI, OCI))], ids=str
)
def test_an_operator(helm: Program, kubectl: Program, tmp_path: Path, release: str, key: tuple[str, str]) -> None:
    install(helm, release, build.write(NEWEST[key], tmp_path), TOKEN)
    full = f"{release}-{key[0]}"
    assert names(kubectl, "deployment") == {full}
    assert "registry-token" in secret(kubectl, f"{full}-ark")[".dockerconfigjson"]


def test_a_shared_redis(helm: Program, kubectl: Program, tmp_path: Path) -> None:
    chart = build.write(Chart(REDIS, BITNAMI, "17.8.3"), tmp_path)
    install(helm, "redis", chart, {"replica": {"replicaCount": 1}})
    password = secret(kubectl, "redis")
    assert set(password) == {"redis-password"}
    install(helm, "redis", chart, {"architecture": "standalone"})
    assert secret(kubectl, "redis") == password
    install(helm, "redis", chart, {"architecture": "standalone", "auth": {"password": "given"}})
    assert secret(kubectl, "redis") == {"redis-password": "given"}
    assert names(kubectl, "statefulset") == names(kubectl, "service") == {"redis-master"}


def test_a_redis_with_the_secret_of_others(helm: Program, kubectl: Program, tmp_path: Path) -> None:
    chart = build.write(NEWEST[REDIS, BITNAMI], tmp_path)
    for given, key in (({}, "redis-password"), ({"existingSecretPasswordKey": "word"}, "word")):
        made = objects(helm, chart, {"architecture": "standalone", "auth": {"existingSecret": "mine", **given}})
        assert set(made) == {"Service r-redis-master", "StatefulSet r-redis-master"}
        container = made["StatefulSet r-redis-master"]["spec"]["template"]["spec"]["containers"][0]
        assert container["env"][0]["valueFrom"] == {"secretKeyRef": {"name": "mine", "key": key}}


def test_billing(helm: Program, kubectl: Program, tmp_path: Path) -> None:
    values = {"imageCredentials": {"username": "dockerhubcustpocbillingaccess", "password": "billing-token"}}
    install(helm, "clearml-billing", build.write(NEWEST[BILLING, FILE], tmp_path), values)
    parts = {"clearml-billing-kafka", "clearml-billing-redis-master"}
    assert names(kubectl, "service") == names(kubectl, "statefulset") == parts
    assert names(kubectl, "deployment") == {"clearml-billing"}
    login = json.loads(secret(kubectl, "clearml-billing-ark")[".dockerconfigjson"])["auths"].popitem()[1]
    assert base64.b64decode(login["auth"]) == b"dockerhubcustpocbillingaccess:billing-token"


def test_a_traffic_router(helm: Program, kubectl: Program, tmp_path: Path) -> None:
    install(helm, "clearml-ttr", build.write(NEWEST[ROUTER, CLASSIC], tmp_path), ROUTER_VALUES)
    full = f"clearml-ttr-{ROUTER}"
    for kind in ("deployment", "service", "ingress"):
        assert names(kubectl, kind) == {full}
    assert secret(kubectl, full) == {"apiserver_key": "key", "apiserver_secret": "secret", "jwks_key": "signing"}
    assert not names(kubectl, "networkpolicy")


def test_a_gateway(helm: Program, kubectl: Program, tmp_path: Path) -> None:
    session: Json = {"routerAddress": "tcp.example.com", "portRange": {"start": 31000, "end": 31001}}
    full = f"acme-{GATEWAY}"
    install(helm, "acme", build.write(OLD_GATEWAY, tmp_path), {**GATEWAY_VALUES, "tcpSession": session})
    assert names(kubectl, "service") == {full, f"{full}-ports"}
    assert not names(kubectl, "networkpolicy")
    install(helm, "acme", build.write(NEWEST[GATEWAY, OCI], tmp_path), {**GATEWAY_VALUES, "streamSession": session})
    for kind in ("deployment", "ingress", "networkpolicy"):
        assert names(kubectl, kind) == {full}
    ports = kubectl.json("get", "service", f"{full}-ports", *IN)["spec"]["ports"]
    assert [one["nodePort"] for one in ports] == [31000, 31001]
    assert secret(kubectl, full) == {"api_key": "key", "api_secret": "secret"}


@pytest.mark.parametrize("key", ["apiKey", "apiSecret", "apiServerUrlReference"])
def test_a_gateway_needs_its_credentials(helm: Program, tmp_path: Path, key: str) -> None:
    clearml = {name: text for name, text in GATEWAY_VALUES["clearml"].items() if name != key}
    chart = build.write(NEWEST[GATEWAY, OCI], tmp_path)
    said = helm.fails("template", "r", chart, "-f", "-", stdin=json.dumps({"clearml": clearml}))
    assert f"clearml.{key} is required" in said


def test_two_gateways_cannot_share_ports(helm: Program, tmp_path: Path) -> None:
    chart = build.write(NEWEST[GATEWAY, OCI], tmp_path)
    values = {**GATEWAY_VALUES, "streamSession": {"portRange": {"start": 31000, "end": 31001}}}
    install(helm, "acme", chart, values)
    said = helm.fails("install", "other", chart, *IN, "-f", "-", stdin=json.dumps(values))
    assert "provided port is already allocated" in said

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every component of the platform: from an empty cluster, as the check run foresaw, in both packagings; and gone."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from lab.apps.build import APPLICATIONS
from lab.platform.testing import RunningPlatform, running_platform
from tests.integration.site.conftest import AGENT, RELEASE, SERVER, Hands

NODES = ("gpu-node-1", "gpu-node-2")
LABEL = "cdmo.clear.ml/gpu-partitioning"
VERSIONS = {
    "oci": {
        ("gpu-operator", "gpu-operator", "v25.3.0"),
        ("cdmo", "cdmo", "1.3.0"),
        ("redis-shared", "redis", "17.8.3"),
        ("clearml-billing", "clearml-billing", "1.1.0"),
        ("clearml", SERVER, "11.0.2"),
        ("acme", AGENT, "6.14.6"),
        ("globex", AGENT, "6.14.6"),
    },
    "classic": {
        ("gpu-operator", "gpu-operator", "v25.3.0"),
        ("cdmo-operator", "cdmo", "1.1.0"),
        ("redis-shared", "redis", "17.8.3"),
        ("clearml-billing", "clearml-billing", "1.1.0"),
        ("clearml", "clearml", "8.2.1"),
        ("acme", "clearml-agent", "5.9.2"),
        ("globex", "clearml-agent", "5.9.2"),
    },
}
REDIS_PASSWORD = "Its password, for the agent"
#: What the guides have as values of the components. A token is masked here, and never in the cluster's records.
MIG_VALUES: dict[str, t.Any] = {"migManager": {"enabled": False}, "mig": {"strategy": "mixed"}}
BILLING_USER = "dockerhubcustpocbillingaccess"
COMPONENTS = ("gpu_operator", "cdmo", "mig", "shared_redis", "billing", "network_policies", "applications")


pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def platform() -> t.Iterator[RunningPlatform]:
    with running_platform(ready_seconds=0.1, finish_seconds=0.1) as platform:
        yield platform


def versions(hands: Hands) -> set[tuple[str, str, str]]:
    """Namespace, name and version of every release."""
    return {(one["namespace"], one["name"], one["chart"]["metadata"]["version"]) for one in hands.site.releases()}


def modes(hands: Hands) -> set[str]:
    """The modes of all GPUs, as they are and as they will be."""
    return {gpu[when] for node in NODES for gpu in hands.kube.gpus(node) for when in ("current", "pending")}


def labelled(hands: Hands) -> set[str]:
    """The nodes that the operator for MIG works on."""
    nodes = hands.objects("nodes")
    return {one["metadata"]["name"] for one in nodes if one["metadata"].get("labels", {}).get(LABEL) == "mig"}


def applications(hands: Hands) -> set[str]:
    """What the server offers."""
    return {one["app"] for one in hands.api.state()["application_versions"]}


def server_variables(hands: Hands, packaging: str) -> dict[str, str]:
    """What the server is told in the open."""
    release = hands.release(SERVER if packaging == "oci" else "clearml", "clearml")
    return {one["name"]: one.get("value", "") for one in release["config"]["apiserver"]["extraEnvs"]}


def agent_variables(hands: Hands, namespace: str) -> dict[str, t.Any]:
    """The environment of a tenant's agent, by the names of its variables."""
    pods = [one for one in hands.objects("deployments.apps", namespace) if "agent" in one["metadata"]["name"]]
    return {one["name"]: one for pod in pods for one in pod["spec"]["template"]["spec"]["containers"][0]["env"]}


@pytest.mark.parametrize("packaging", ["oci", "classic"])
def test_an_empty_cluster_becomes_a_platform(platform: RunningPlatform, tmp_path: Path, packaging: str) -> None:
    hands = Hands(platform, tmp_path, packaging, whole=True)
    hands.settle("site")

    assert versions(hands) == VERSIONS[packaging]
    assert {status for _namespace, status in hands.statuses()} == {"deployed"}
    assert modes(hands) == {"Enabled"} and labelled(hands) == set(NODES)
    values = {name: hands.release(name, namespace)["config"] for namespace, name, _version in versions(hands)}
    assert {key: values["gpu-operator"][key] for key in MIG_VALUES} == MIG_VALUES
    assert values["cdmo"] == {"imageCredentials": {"password": platform.registry.token}}
    assert values["clearml-billing"] == {
        "imageCredentials": {"username": BILLING_USER, "password": platform.registry.token}
    }
    told = server_variables(hands, packaging)
    assert told["CLEARML__billing__enabled"] == "true"
    assert told["CLEARML__hosts__kafka__billing__host"] == '["clearml-billing-kafka.clearml-billing:9092"]'
    assert hands.names("networkpolicies.networking.k8s.io", "clearml") == {
        "default-deny-ingress",
        "allow-clearml-ingress",
    }
    assert hands.names("networkpolicies.networking.k8s.io", "clearml-billing") == {"allow-clearml-ingress"}
    assert applications(hands) == {one.id for one in APPLICATIONS}
    password = hands.secret("shared-redis", "redis-shared")["password"]
    for namespace in ("acme", "globex"):
        assert hands.secret("clearml-shared-redis", namespace)["password"] == password
        found = agent_variables(hands, namespace)
        assert found["CLEARML_AGENT_REDIS_HOST"]["value"] == "redis-master.redis-shared"
        assert found["CLEARML_AGENT_REDIS_PASSWORD"]["valueFrom"]["secretKeyRef"]["name"] == "clearml-shared-redis"

    assert hands.play("drift", drift_folder=str(tmp_path / "drift")).changed == [], "a night finds nothing to do"
    given = {"stringData": {"password": "another-one-4711"}}
    hands.cluster.patch("/api/v1/namespaces/redis-shared/secrets/shared-redis", given)
    started_anew = {(task, tenant) for task in (REDIS_PASSWORD, RELEASE) for tenant in ("acme", "globex")}
    assert set(hands.settle("site")) - started_anew == {(RELEASE, "platform")}, "Redis itself starts anew too"
    assert hands.play("drift", drift_folder=str(tmp_path / "drift")).changed == []


def test_the_server_alone_is_left(platform: RunningPlatform, tmp_path: Path) -> None:
    hands = Hands(platform, tmp_path, whole=True)
    hands.play("site")
    components = dict.fromkeys(COMPONENTS, "absent")
    going = [{"id": one.id} for one in APPLICATIONS]
    hands.settle("site", clearml_components=components, applications_apps=going)
    assert applications(hands) == set()
    assert {name for _namespace, name, _version in versions(hands)} == {
        name for namespace, name, _version in VERSIONS["oci"] if namespace in ("clearml", "acme", "globex")
    }
    assert modes(hands) == {"Disabled"} and labelled(hands) == set()
    assert "CLEARML__billing__enabled" not in server_variables(hands, "oci")
    assert hands.names("networkpolicies.networking.k8s.io", "clearml") == set()
    assert "CLEARML_AGENT_REDIS_HOST" not in agent_variables(hands, "acme")
    assert hands.secret("clearml-shared-redis", "acme") == {}


def test_one_part_of_it(platform: RunningPlatform, tmp_path: Path) -> None:
    """Tags choose it; undivided GPUs are shared by the other operator, for which each of them is a resource."""
    hands = Hands(platform, tmp_path, whole=True)
    gpus = {"gpu_operator": "present", "cfgi": "present"}
    asked = {"clearml_components": gpus, "cfgi_chart_version": "1.3.1", "gpu_operator_gpus_per_node": 2}
    changes = hands.settle("cluster", "--tags", "gpus", **asked)
    assert changes.count((RELEASE, "platform")) == 2
    assert versions(hands) == {("gpu-operator", "gpu-operator", "v25.3.0"), ("cfgi", "cfgi", "1.3.1")}
    values = hands.release("gpu-operator", "gpu-operator")["config"]
    assert values["devicePlugin"]["imagePullSecrets"] == ["clearml-dockerhub-access"]
    assert "clearml-dockerhub-access" in hands.names("secrets", "gpu-operator")
    assert "migManager" not in values and modes(hands) == {"Disabled"}


def test_what_is_known_to_lack(platform: RunningPlatform, tmp_path: Path) -> None:
    """All of it at once, before anything is touched."""
    hands = Hands(platform, tmp_path, whole=True, CLEARML_LAB_BILLING_CHART="/nowhere/billing.tgz")
    before = hands.fingerprint()
    run = hands.play("cluster", fails=True, mig_nodes=[], applications_archive_url="")
    for text in (
        "mig_nodes: ",
        "billing_chart.path: ",
        "/nowhere/billing.tgz is no file",
        "applications_archive_url: ",
    ):
        assert text in run.output
    run = hands.play("preflight", fails=True, clearml_components={"kafka": "present"})
    assert "clearml_components has kafka" in run.output
    assert hands.fingerprint() == before

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module clearml_preflight on a cluster that lacks this and that."""

from __future__ import annotations

import base64
import gzip
import json
import typing as t
from pathlib import Path

import pytest
import yaml

from lab.kube.testing import RunningKube, running_kube
from tests.integration.parity.playbook import COLLECTION, HERE, run_playbook, wrapped_python
from tests.support.cluster import Cluster
from tests.support.gpu_nodes import add_device_plugin
from tests.support.modules import Result, run_module

#: Chosen so that nothing is missing on the lab's cluster, whose one IngressClass is no default.
FITTING = {"ingress_class": "nginx"}
PLACES = [
    {"name": "clearml", "holds": "server"},
    {"name": "acme", "holds": "tenant"},
    {"name": "hooli", "holds": "tenant"},
]


@pytest.fixture(scope="module")
def shared_kube() -> t.Iterator[RunningKube]:
    """One cluster for all tests of this file."""
    with running_kube() as kube:
        yield kube


@pytest.fixture
def kube(shared_kube: RunningKube) -> t.Iterator[RunningKube]:
    """The cluster as it is when it starts; nobody writes into it."""
    shared_kube.control.reset()
    shared_kube.control.set_access()
    yield shared_kube
    shared_kube.control.set_access()


@pytest.fixture
def cluster(kube: RunningKube) -> Cluster:
    """A hand in it."""
    return Cluster(kube)


def look(kube: RunningKube, check: bool = False, **options: t.Any) -> Result:
    """What the module says with ``fail: false``; it must not write."""
    before = kube.control.writes()
    arguments = {"kubeconfig": str(kube.kubeconfig), **FITTING, "fail": False, **options}
    result = run_module("clearml_preflight", arguments, check=check)
    assert kube.control.writes() == before
    assert not result.get("failed"), result["msg"]
    assert not result.get("changed")
    return result


def problems(kube: RunningKube, **options: t.Any) -> list[str]:
    """The problems as ``where: what``."""
    return [f"{one['where']}: {one['what']}" for one in look(kube, **options)["problems"]]


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_a_fitting_cluster(kube: RunningKube, check: bool) -> None:
    result = look(kube, check=check, namespaces=PLACES, releases=[{"name": "clearml", "namespace": "clearml"}])
    assert result["problems"] == []
    facts = result["facts"]
    assert facts.pop("version").startswith("v1.")
    assert [one["node"] for one in facts.pop("gpus")] == ["gpu-node-1", "gpu-node-2"]
    assert facts == {
        "user": "lab-admin",
        "nodes": ["cpu-node-1", "gpu-node-1", "gpu-node-2"],
        "ready_nodes": ["cpu-node-1", "gpu-node-1", "gpu-node-2"],
        "storage_classes": ["standard"],
        "default_storage_class": "standard",
        "ingress_classes": ["nginx"],
        "default_ingress_class": None,
        "releases": [{"name": "clearml", "namespace": "clearml", "chart_version": None, "status": None}],
        "addresses": {},
    }


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"ingress_class": None}, ["ingress_class: The cluster has no default IngressClass"]),
        ({"ingress_class": None, "needs": ["storage"]}, []),
        ({"needs": ["default_ingress"]}, ["needs: The cluster has no default IngressClass"]),
        ({"ingress_class": None, "needs": ["ingress", "default_ingress"]}, ["needs: The cluster has no default"]),
        ({"ingress_class": "trafik"}, ["ingress_class: The cluster has no IngressClass 'trafik'"]),
        ({"ingress_class": "trafik", "needs": []}, ["ingress_class: The cluster has no IngressClass 'trafik'"]),
        ({"storage_class": "fast"}, ["storage_class: The cluster has no StorageClass 'fast'"]),
        ({"storage_class": "standard"}, []),
        ({"hosts": ["localhost"]}, []),
        ({"resources": ["nvidia.com/gpus"]}, ["resources: No node that can run a pod offers nvidia.com/gpus"]),
        ({"hosts": ["a.invalid", "x" * 64 + ".invalid"]}, ["hosts: a.invalid has no address", "hosts: xxx"]),
        ({"minimum_version": "1.30", "maximum_version": "1.40"}, []),
        ({"minimum_version": "1.99"}, ["minimum_version: The cluster has Kubernetes"]),
        ({"maximum_version": "1.9"}, ["maximum_version: The cluster has Kubernetes"]),
        ({"namespaces": [{"name": "Acme_1", "holds": "tenant"}]}, ["namespaces: 'Acme_1' is no name"]),
        ({"namespaces": [{"name": "kube-system", "holds": "tenant"}]}, ["namespaces: Namespace kube-system belongs"]),
        ({"namespaces": [{"name": "a" * 64, "holds": "tenant"}]}, [f"namespaces: '{'a' * 64}' is no name"]),
        ({"libraries": {"json": "1", "requests": "2.0.1"}}, []),
        ({"libraries": {"requests": "99"}}, ["libraries: The Python library requests 2"]),
        ({"libraries": {"no_such_library": "1"}}, ["libraries: The Python library no_such_library is missing"]),
        ({"secrets": {"a": "mine", "b": {"deep": ["sdkWo" + "q23"]}}}, ["b: The value is printed in public charts"]),
    ],
)
def test_what_is_said_about(kube: RunningKube, options: dict[str, t.Any], expected: list[str]) -> None:
    found = problems(kube, **options)
    assert len(found) == len(expected)
    assert all(one.startswith(start) for one, start in zip(found, expected, strict=True)), found


def test_classes_that_are_there_are_named(kube: RunningKube) -> None:
    (problem,) = look(kube, ingress_class=None)["problems"]
    assert problem["advice"] == "Choose one of nginx"
    (problem,) = look(kube, needs=["default_ingress"])["problems"]
    assert problem["advice"] == "Annotate one with ingressclass.kubernetes.io/is-default-class=true: nginx"


def test_no_class_at_all(kube: RunningKube, cluster: Cluster) -> None:
    cluster.delete("/apis/storage.k8s.io/v1/storageclasses/standard")
    (problem,) = look(kube)["problems"]
    assert problem["where"] == "storage_class" and "install a storage provisioner first" in problem["advice"]


def test_the_newest_default_counts(kube: RunningKube, cluster: Cluster) -> None:
    """As it does for Kubernetes."""
    mark = {"ingressclass.kubernetes.io/is-default-class": "true"}
    path = "/apis/networking.k8s.io/v1/ingressclasses"
    cluster.patch(f"{path}/nginx", {"metadata": {"annotations": mark}})
    assert look(kube, ingress_class=None)["facts"]["default_ingress_class"] == "nginx"
    assert problems(kube, needs=["ingress", "default_ingress"]) == []


def test_missing_rights_are_told_by_resource(kube: RunningKube) -> None:
    """Namespaces that lack the same share a sentence; what the server does not need is not asked there."""
    kube.control.set_access(
        denials=[
            {"verb": "create", "resource": "secrets"},
            {"verb": "*", "resource": "networkpolicies.networking.k8s.io"},
            {"verb": "get", "resource": "pods/log"},
        ]
    )
    all_verbs = "get, list, watch, create, patch, delete"
    assert problems(kube, namespaces=PLACES) == [
        "rights: lab-admin has no right to create secrets in namespaces clearml, acme, hooli",
        "rights: lab-admin has no right to get pods/log in namespaces clearml, acme, hooli",
        f"rights: lab-admin has no right to {all_verbs} networkpolicies.networking.k8s.io in namespaces acme, hooli",
    ]


def test_rights_in_some_namespaces_only(kube: RunningKube) -> None:
    """Who may do it in one of them and not in all of them is asked about each."""
    kube.control.set_access(
        denials=[
            {"verb": "create", "resource": "secrets", "namespace": ""},
            {"verb": "create", "resource": "secrets", "namespace": "hooli"},
        ]
    )
    found = problems(kube, namespaces=PLACES)
    assert found == ["rights: lab-admin has no right to create secrets in namespace hooli"]


def test_rights_of_ones_own_choice(kube: RunningKube) -> None:
    kube.control.set_access(denials=[{"verb": "patch", "resource": "nodes"}])
    rights = [
        {"verbs": ["get", "patch"], "resource": "nodes"},
        {"verbs": ["create"], "resource": "deployments.apps/scale"},
    ]
    assert problems(kube, rights=rights) == ["rights: lab-admin has no right to patch nodes"]


def test_many_tenants_cost_no_more_than_two(kube: RunningKube) -> None:
    def cost(number: int) -> int:
        kube.control.clear_requests()
        look(kube, namespaces=[{"name": f"tenant-{index}", "holds": "tenant"} for index in range(number)])
        return int(kube.control.counts()["total"])

    assert cost(2) == cost(300)


def test_a_namespace_that_is_about_to_go(kube: RunningKube, cluster: Cluster) -> None:
    cluster.add_namespace("acme")
    keeper = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "held", "finalizers": ["lab.example/hold"]}}
    cluster.add("/api/v1/namespaces/acme/configmaps", keeper)
    cluster.delete("/api/v1/namespaces/acme")
    assert problems(kube, namespaces=PLACES) == ["namespaces: Namespace acme is about to be removed"]
    kube.control.set_access(denials=[{"verb": "list", "resource": "namespaces"}])
    assert problems(kube, namespaces=PLACES) == ["namespaces: Namespace acme is about to be removed"]


def test_nodes_that_take_no_pods(kube: RunningKube, cluster: Cluster) -> None:
    for name in ("cpu-node-1", "gpu-node-1", "gpu-node-2"):
        cluster.patch(f"/api/v1/nodes/{name}", {"spec": {"unschedulable": True}})
    assert problems(kube) == ["kubeconfig: None of the cluster's 3 nodes can run a pod"]


def test_what_the_nodes_offer(kube: RunningKube, cluster: Cluster) -> None:
    """What is not ready counts for nothing, and a device that is used up is still one."""
    labels = {"nvidia.com/mig.config": "all-disabled", "example.com/team": "none"}
    cluster.patch("/api/v1/nodes/gpu-node-1", {"metadata": {"labels": labels}})
    assert look(kube)["facts"]["gpus"][0]["resources"] == {}
    add_device_plugin(kube)
    result = look(kube, resources=["nvidia.com/gpu"])
    gpus = result["facts"]["gpus"]
    assert result["problems"] == [] and gpus[0]["resources"] == {"nvidia.com/gpu": 2}
    assert gpus[0]["labels"]["nvidia.com/mig.config"] == "all-disabled" and "example.com/team" not in gpus[0]["labels"]
    for name in ("gpu-node-1", "gpu-node-2"):
        cluster.patch(f"/api/v1/nodes/{name}", {"spec": {"unschedulable": True}})
    (problem,) = look(kube, resources=["nvidia.com/gpu"])["problems"]
    assert problem["where"] == "resources" and problem["advice"].startswith("None has any such device")


def test_names_in_the_dns(kube: RunningKube) -> None:
    result = look(kube, hosts=["localhost", "none.invalid"])
    assert "127.0.0.1" in result["facts"]["addresses"]["localhost"]
    assert result["facts"]["addresses"]["none.invalid"] == []


def test_what_may_not_be_seen(kube: RunningKube) -> None:
    """Nodes are for information; whether a class is there has to be known."""
    kube.control.set_access(
        denials=[{"verb": "list", "resource": "nodes"}, {"verb": "list", "resource": "storageclasses.storage.k8s.io"}]
    )
    result = look(kube)
    assert result["facts"]["nodes"] is None and result["facts"]["storage_classes"] is None
    (problem,) = result["problems"]
    assert "storageclasses" in problem["what"] and "needs this right" in problem["what"]
    assert problems(kube, needs=[]) == []
    (found,) = problems(kube, needs=[], resources=["nvidia.com/gpu"])
    assert "nodes" in found


def test_releases(kube: RunningKube, cluster: Cluster) -> None:
    """The newest record counts; one that cannot be read has no version."""
    cluster.add_namespace("clearml")
    for revision, version in ((9, "1.0.0"), (10, "1.1.0")):
        record = json.dumps({"chart": {"metadata": {"version": version}}}).encode()
        add_record(cluster, "clearml", revision, base64.b64encode(gzip.compress(record)))
    add_record(cluster, "broken", 1, b"what is this")
    wanted = [{"name": name, "namespace": "clearml"} for name in ("clearml", "broken", "missing")]
    found = look(kube, releases=wanted)["facts"]["releases"]
    assert [(one["chart_version"], one["status"]) for one in found] == [
        ("1.1.0", "deployed"),
        (None, "deployed"),
        (None, None),
    ]


def add_record(cluster: Cluster, name: str, revision: int, text: bytes) -> None:
    """A Secret as Helm writes it."""
    labels = {"owner": "helm", "name": name, "status": "deployed", "version": str(revision)}
    document = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "helm.sh/release.v1",
        "metadata": {"name": f"sh.helm.release.v1.{name}.v{revision}", "labels": labels},
        "data": {"release": base64.b64encode(text).decode()},
    }
    cluster.add("/api/v1/namespaces/clearml/secrets", document)


def test_a_cluster_that_is_not_there(kube: RunningKube, tmp_path: Path) -> None:
    """One problem for it, beside those that need no cluster."""
    config = yaml.safe_load(kube.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(config))
    result = look(kube, kubeconfig=str(path), namespaces=[{"name": "A", "holds": "tenant"}])
    assert [one["where"] for one in result["problems"]] == ["namespaces", "kubeconfig"]
    assert "gives no answer" in result["problems"][1]["what"]
    assert result["facts"] == {"addresses": {}}


@pytest.mark.parametrize("missing", ["file", "context", "credentials"])
def test_a_kubeconfig_that_leads_nowhere(kube: RunningKube, tmp_path: Path, missing: str) -> None:
    config = yaml.safe_load(kube.kubeconfig.read_text())
    if missing == "credentials":
        config["users"][0]["user"] = {"token": "wrong-and-secret"}
    path = tmp_path / "kubeconfig"
    if missing != "file":
        path.write_text(yaml.safe_dump(config))
    (problem,) = look(kube, kubeconfig=str(path), context="other" if missing == "context" else None)["problems"]
    assert problem["where"] == "kubeconfig" and str(path) in problem["what"]
    assert "wrong-and-secret" not in str(problem)


def test_one_message_for_all(kube: RunningKube) -> None:
    arguments = {"kubeconfig": str(kube.kubeconfig), "storage_class": "fast", "secrets": {"mine": "hidden-text"}}
    result = run_module("clearml_preflight", arguments)
    assert result["failed"]
    assert [line.partition(":")[0] for line in result["msg"].splitlines()] == ["storage_class", "ingress_class"]
    assert len(result["problems"]) == 2 and result["facts"]["storage_classes"] == ["standard"]
    assert "hidden-text" not in json.dumps(result)


def test_a_version_that_is_none(kube: RunningKube) -> None:
    result = run_module("clearml_preflight", {"kubeconfig": str(kube.kubeconfig), "minimum_version": "1.x"})
    assert result["failed"] and result["msg"].startswith("minimum_version is '1.x'")


def test_it_says_the_same_in_a_process_of_its_own(kube: RunningKube, tmp_path: Path) -> None:
    kube.control.set_access(denials=[{"verb": "create", "resource": "secrets"}])
    options = {"kubeconfig": str(kube.kubeconfig), "namespaces": PLACES, "fail": False}
    found = []
    for number, interpreter in enumerate((HERE, wrapped_python(tmp_path))):
        task = {"name": "Look", "clearml.enterprise.clearml_preflight": options}
        run = run_playbook(tmp_path / f"run{number}", [{"tasks": [task]}], interpreter=interpreter)
        assert run.code == 0, run.output
        found.append({key: run.results["Look"][key] for key in ("problems", "facts", "changed")})
    assert found[0] == found[1]
    assert [one["where"] for one in found[0]["problems"]] == ["ingress_class", "rights"]


@pytest.mark.parametrize(
    ("packaging", "gateway", "needed"),
    [
        ("classic", {"host_name": "acme.lab.test"}, ["storage", "ingress", "default_ingress"]),
        ("classic", {"host_name": "acme.lab.test", "enabled": False}, ["storage", "ingress"]),
        ("classic", {"values": {"ingress": {"ingressClassName": "nginx"}}}, ["storage", "ingress"]),
        ("classic", {"values": {"ingress": {"annotations": {"a": "b"}}}}, ["storage", "ingress", "default_ingress"]),
        ("oci", {"host_name": "acme.lab.test"}, ["storage", "ingress"]),
    ],
)
def test_what_a_site_needs(tmp_path: Path, packaging: str, gateway: dict[str, t.Any], needed: list[str]) -> None:
    """A classic gateway's Ingress names no class unless the tenant's own values do."""
    template = COLLECTION / "playbooks" / "templates" / "needs.yml.j2"
    looked = f"{{{{ lookup('ansible.builtin.template', '{template}') | from_yaml }}}}"
    variables = {"clearml_look_at_tenants": True, "clearml_site": {"packaging": packaging}, "tenant_gateway": gateway}
    task = {"name": "Needs", "ansible.builtin.debug": {"msg": looked}}
    run = run_playbook(tmp_path / "run", [{"tasks": [task]}], variables=variables)
    assert run.code == 0, run.output
    assert run.results["Needs"]["msg"] == needed

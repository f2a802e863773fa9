# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The small controllers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from lab.kube.testing import RunningKube
from tests.kube.manifests import workload
from tests.kube.raw import Api
from tests.support.gpu_nodes import add_device_plugin

CORE = "/api/v1/namespaces/default"
APPS = "/apis/apps/v1/namespaces/default"
BATCH = "/apis/batch/v1/namespaces/default"


def until(look: Callable[[], Any], seconds: float = 5.0) -> Any:
    """What ``look`` answers as soon as it is something."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return found


def pods(api: Api, selector: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"{CORE}/pods?labelSelector={selector}")["items"]
    return found


def test_stateful_sets_go_one_by_one(api: Api) -> None:
    body = workload("StatefulSet", "s", 2)
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    body["spec"] |= {"serviceName": "s", "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}]}
    api.create(f"{APPS}/statefulsets", body)
    until(lambda: api.get(f"{APPS}/statefulsets/s").get("status", {}).get("readyReplicas") == 2)
    assert [pod["metadata"]["name"] for pod in pods(api)] == ["s-0", "s-1"]
    assert {item["status"]["phase"] for item in api.get(f"{CORE}/persistentvolumeclaims")["items"]} == {"Bound"}
    image = {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "busybox:2"}]}}}}
    assert api.patch(f"{APPS}/statefulsets/s", image, "strategic-merge-patch").status_code == 200
    until(lambda: {pod["spec"]["containers"][0]["image"] for pod in pods(api)} == {"busybox:2"} and len(pods(api)) == 2)
    api.send("DELETE", f"{APPS}/statefulsets/s")
    until(lambda: not pods(api))
    assert len(api.get(f"{CORE}/persistentvolumeclaims")["items"]) == 2


def test_daemon_sets_follow_the_labels_of_nodes(api: Api) -> None:
    body = workload("DaemonSet", "d", None)
    body["spec"]["template"]["spec"]["nodeSelector"] = {"nvidia.com/gpu.present": "true"}
    api.create(f"{APPS}/daemonsets", body)
    until(lambda: api.get(f"{APPS}/daemonsets/d").get("status", {}).get("numberReady") == 2)
    api.patch("/api/v1/nodes/cpu-node-1", {"metadata": {"labels": {"nvidia.com/gpu.present": "true"}}})
    until(lambda: api.get(f"{APPS}/daemonsets/d")["status"].get("numberReady") == 3)


def test_jobs_complete_or_fail(api: Api) -> None:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox:1"}]}}
    api.create(f"{BATCH}/jobs", {"metadata": {"name": "good"}, "spec": {"template": template}})
    bad = {**template, "metadata": {"annotations": {"lab.clearml.enterprise/crash": "no"}}}
    api.create(f"{BATCH}/jobs", {"metadata": {"name": "bad"}, "spec": {"template": bad, "backoffLimit": 0}})
    for name, condition in (("good", "Complete"), ("bad", "Failed")):
        conditions = until(lambda name=name: api.get(f"{BATCH}/jobs/{name}")["status"].get("conditions"))
        assert conditions[-1]["type"] == condition


def test_gpus_run_out(api: Api, kube: RunningKube) -> None:
    add_device_plugin(kube)
    limits = {"limits": {"nvidia.com/gpu": "2"}}
    api.create(f"{APPS}/deployments", workload("Deployment", "d", 3, resources=limits))
    until(lambda: api.get(f"{APPS}/deployments/d").get("status", {}).get("readyReplicas") == 2)
    waiting = [pod for pod in pods(api) if pod["status"]["phase"] == "Pending"]
    assert waiting[0]["status"]["conditions"][0]["reason"] == "Unschedulable"


def test_a_pod_waits_for_its_secret(api: Api) -> None:
    variable = {"name": "K", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "k"}}}
    api.create(f"{APPS}/deployments", workload("Deployment", "d", env=[variable]))

    def reason() -> Any:
        statuses = [pod["status"].get("containerStatuses", [{}])[0] for pod in pods(api)]
        return statuses and statuses[0].get("state", {}).get("waiting", {}).get("reason")

    assert until(reason) == "CreateContainerConfigError"
    api.create(f"{CORE}/secrets", {"metadata": {"name": "keys"}, "data": {"k": "dg=="}})
    until(lambda: api.get(f"{APPS}/deployments/d")["status"].get("readyReplicas") == 1)


def test_a_broken_change_leaves_the_old_pods(api: Api) -> None:
    api.create(f"{APPS}/deployments", workload("Deployment", "d", 2))
    until(lambda: api.get(f"{APPS}/deployments/d").get("status", {}).get("readyReplicas") == 2)
    crash = {"spec": {"template": {"metadata": {"annotations": {"lab.clearml.enterprise/crash": "x"}}}}}
    api.patch(f"{APPS}/deployments/d", crash)
    until(lambda: len(pods(api)) == 4)
    time.sleep(0.3)
    assert api.get(f"{APPS}/deployments/d")["status"]["readyReplicas"] == 2


def test_owners_take_what_they_own(api: Api) -> None:
    owner = api.create(f"{CORE}/configmaps", {"metadata": {"name": "owner"}})
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["metadata"]["uid"]}
    api.create(f"{CORE}/configmaps", {"metadata": {"name": "owned", "ownerReferences": [reference]}})
    api.create(f"{CORE}/configmaps", {"metadata": {"name": "orphan", "ownerReferences": [reference]}})
    api.patch(f"{CORE}/configmaps/orphan", {"metadata": {"ownerReferences": None}})
    api.send("DELETE", f"{CORE}/configmaps/owner")
    until(lambda: api.send("GET", f"{CORE}/configmaps/owned").status_code == 404)
    assert api.send("GET", f"{CORE}/configmaps/orphan").status_code == 200


@pytest.mark.parametrize(("name", "address"), [("nginx", True), ("other", False)])
def test_ingresses_need_a_class(api: Api, name: str, address: bool) -> None:
    backend = {"service": {"name": "s", "port": {"number": 80}}}
    rules = [{"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}]
    path = "/apis/networking.k8s.io/v1/namespaces/default/ingresses"
    api.create(path, {"metadata": {"name": "i"}, "spec": {"ingressClassName": name, "rules": rules}})
    status = until(lambda: api.get(f"{path}/i").get("status"))
    assert bool(status["loadBalancer"].get("ingress")) == address


def test_endpoints_of_a_service(api: Api) -> None:
    api.create(f"{APPS}/deployments", workload("Deployment", "d"))
    api.create(
        f"{CORE}/services", {"metadata": {"name": "s"}, "spec": {"selector": {"app": "d"}, "ports": [{"port": 80}]}}
    )
    subsets = until(
        lambda: api.get(f"{CORE}/endpoints/s").get("subsets") if api.send("GET", f"{CORE}/endpoints/s").ok else None
    )
    assert subsets[0]["addresses"][0]["targetRef"]["kind"] == "Pod"


def test_quotas_limit_pods_and_objects(api: Api) -> None:
    hard = {"pods": "1", "requests.nvidia.com/gpu": "1", "count/configmaps": "2"}
    api.create(f"{CORE}/resourcequotas", {"metadata": {"name": "q"}, "spec": {"hard": hard}})
    api.create(f"{APPS}/deployments", workload("Deployment", "d", 2))
    until(lambda: api.get(f"{APPS}/deployments/d").get("status", {}).get("readyReplicas") == 1)
    events = [event["message"] for event in api.get(f"{CORE}/events")["items"] if event["reason"] == "FailedCreate"]
    assert len(events) == 1
    assert "exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1" in events[0]
    api.create(f"{CORE}/configmaps", {"metadata": {"name": "a"}})
    refused = api.send("POST", f"{CORE}/configmaps", {"metadata": {"name": "b"}})
    assert (refused.status_code, "exceeded quota: q" in refused.json()["message"]) == (403, True)
    api.patch(f"{CORE}/resourcequotas/q", {"spec": {"hard": {"pods": "5"}}})
    until(lambda: api.get(f"{APPS}/deployments/d")["status"].get("readyReplicas") == 2)
    assert api.get(f"{CORE}/resourcequotas/q")["status"]["used"]["pods"] == "2"

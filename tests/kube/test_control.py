# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API: counts, faults, orders, rights, snapshots."""

from __future__ import annotations

import time

import pytest
import requests

from lab.kube.control import ControlError
from lab.kube.testing import RunningKube
from tests.kube.manifests import workload
from tests.kube.programs import Program
from tests.kube.raw import Api


def test_counts_and_log(api: Api, kube: RunningKube) -> None:
    kube.control.clear_requests()
    api.create("/api/v1/namespaces/default/configmaps", {"metadata": {"name": "a"}})
    api.get("/api/v1/namespaces/default/configmaps/a")
    api.create("/api/v1/namespaces/default/configmaps?dryRun=All", {"metadata": {"name": "b"}})
    api.send("GET", "/api/v1/namespaces/default/configmaps/none")
    review = {"spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}}}
    api.create("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)
    counts = kube.control.counts()
    assert {name: counts[name] for name in ("total", "reads", "writes", "writes_done", "dry_runs", "errors")} == {
        "total": 5, "reads": 4, "writes": 1, "writes_done": 1, "dry_runs": 1, "errors": 1,
    }  # fmt: skip
    assert counts["by_request"]["create configmaps"] == 1
    assert counts["by_request"]["create configmaps (dry run)"] == 1
    assert [(one["verb"], one["code"]) for one in kube.control.requests()][:2] == [("create", 201), ("get", 200)]


def test_faults(api: Api, kube: RunningKube) -> None:
    path = "/api/v1/namespaces/default/configmaps"
    kube.control.order_fault("status", verb="create", resource="configmaps", nth=2, status=500)
    kube.control.order_fault(
        "status", verb="create", name="", resource="secrets", effect="after", retry_after=1, status=429
    )
    kube.control.order_fault("drop", verb="get", resource="configmaps", name="a")
    kube.control.order_fault("delay", verb="list", resource="nodes", seconds=0.3)
    api.create(path, {"metadata": {"name": "a"}})
    assert api.send("POST", path, {"metadata": {"name": "b"}}).status_code == 500
    assert api.send("GET", f"{path}/b").status_code == 404
    lost = api.send("POST", "/api/v1/namespaces/default/secrets", {"metadata": {"name": "s"}})
    assert (lost.status_code, lost.headers["Retry-After"]) == (429, "1")
    assert api.get("/api/v1/namespaces/default/secrets/s")["type"] == "Opaque"
    with pytest.raises(requests.ConnectionError):
        api.get(f"{path}/a")
    began = time.monotonic()
    api.get("/api/v1/nodes")
    assert time.monotonic() - began >= 0.3
    assert [fault["struck"] for fault in kube.control.faults()] == [1, 1, 1, 1]
    with pytest.raises(ControlError, match="action is one of"):
        kube.control.order_fault("explode")


def test_a_crash_by_order_that_ends(kubectl: Program, kube: RunningKube) -> None:
    number = kube.control.crash("no license", image="broken:*")
    kubectl("create", "deployment", "d", "--image=broken:1")
    kubectl(
        "wait",
        "pods",
        "-l",
        "app=d",
        "--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff",
        "--timeout=10s",
    )
    assert kubectl("logs", "deploy/d") == "no license\n"
    assert "BackOff" in kubectl("get", "events")
    kube.control.clear_orders(number)
    kubectl("rollout", "status", "deploy/d", "--timeout=10s")


def test_never_ready_by_order(api: Api, kube: RunningKube) -> None:
    kube.control.never_ready(pod="d-*")
    api.create("/apis/apps/v1/namespaces/default/deployments", workload("Deployment", "d"))
    time.sleep(0.4)
    pod = api.get("/api/v1/namespaces/default/pods")["items"][0]
    assert pod["status"]["phase"] == "Running"
    assert [one["status"] for one in pod["status"]["conditions"] if one["type"] == "Ready"] == ["False"]


def test_rights(kubectl: Program, kube: RunningKube) -> None:
    kube.control.set_access(denials=[{"verb": "create", "resource": "secrets", "namespace": "default"}])
    refused = kubectl.fails("create", "secret", "generic", "s")
    assert 'cannot create resource "secrets" in API group "" in the namespace "default"' in refused
    assert kubectl.run("auth", "can-i", "create", "secrets").stdout == "no\n"
    assert kubectl.run("auth", "can-i", "create", "pods").stdout == "yes\n"
    kube.control.set_access(reviews="deny")
    assert kubectl.run("auth", "can-i", "create", "pods").stdout == "no\n"


def test_snapshots(api: Api, kube: RunningKube) -> None:
    path = "/api/v1/namespaces/default/configmaps"
    api.create(path, {"metadata": {"name": "a"}, "data": {"x": "1"}})
    state = kube.control.state()
    api.send("DELETE", f"{path}/a")
    kube.control.put_state(state)
    assert api.get(f"{path}/a")["data"] == {"x": "1"}
    kube.control.reset()
    assert api.send("GET", f"{path}/a").status_code == 404
    assert [node["metadata"]["name"] for node in kube.control.nodes()] == ["cpu-node-1", "gpu-node-1", "gpu-node-2"]


def test_the_token_is_needed(kube: RunningKube) -> None:
    assert requests.get(f"{kube.control.url}/state", timeout=5).status_code == 403
    assert requests.get(f"{kube.url}/api", verify=str(kube.ca_file), timeout=5).status_code == 401
    assert (kube.kubeconfig.stat().st_mode & 0o777) == 0o600


def test_the_log_hides_variables_with_secret_names(api: Api, kube: RunningKube) -> None:
    env = [{"name": "API_SECRET_KEY", "value": "hunter2"}, {"name": "PORT", "value": "8008"}]
    api.create("/apis/apps/v1/namespaces/default/deployments", workload("Deployment", "d", env=env))
    body = kube.control.requests()[-1]["body"]
    found = body["spec"]["template"]["spec"]["containers"][0]["env"]
    assert [one["value"] for one in found] == ["***", "8008"]

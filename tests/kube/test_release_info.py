# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""clearml_release_info: all releases of a cluster out of a few lists, in every state that one can be in."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from lab.kube import binaries
from lab.kube.testing import RunningKube
from tests.kube.charts import pack_chart
from tests.kube.programs import Program, environment
from tests.support.cluster import Cluster
from tests.support.modules import Result, run_module

NAMESPACES = ("one", "two", "three")
SECRET = "not-for-anybody's-eyes"


class Fleet:
    """Releases of one small chart in some namespaces."""

    def __init__(self, kube: RunningKube, folder: Path, version: str) -> None:
        self.kube = kube
        self.cluster = Cluster(kube)
        self.helm = Program(binaries.helm(version), environment(kube, folder))
        self.chart = str(pack_chart(folder, "0.1.0"))
        for namespace in NAMESPACES:
            self.cluster.add_namespace(namespace)

    def install(self, name: str, namespace: str, *options: str, wait: bool = True) -> None:
        waiting = ["--wait", "--timeout", "20s"] if wait else []
        self.helm("upgrade", "--install", name, self.chart, "-n", namespace, *waiting, *options)

    def look(self, **options: Any) -> Result:
        """What the module says; it never writes."""
        before = self.kube.control.writes()
        result = run_module("clearml_release_info", {"kubeconfig": str(self.kube.kubeconfig), **options})
        assert not result.get("failed"), result["msg"]
        assert self.kube.control.writes() == before and not result["changed"]
        assert SECRET not in json.dumps(result)
        return result

    def rewrite(self, record: dict[str, Any], status: str) -> None:
        """Let a record say that the release is in another status."""
        packed = base64.b64decode(base64.b64decode(record["data"]["release"]))
        content = json.loads(gzip.decompress(packed))
        content["info"]["status"] = status
        again = base64.b64encode(base64.b64encode(gzip.compress(json.dumps(content).encode()))).decode()
        path = f"/api/v1/namespaces/{record['metadata']['namespace']}/secrets/{record['metadata']['name']}"
        self.cluster.patch(path, {"metadata": {"labels": {"status": status}}, "data": {"release": again}})

    def one(self, **options: Any) -> dict[str, Any]:
        """The only release."""
        (release,) = self.look(**options)["releases"]
        return release


@pytest.fixture(params=["3.18", "4.3"])
def fleet(request: pytest.FixtureRequest, kube: RunningKube, tmp_path: Path) -> Fleet:
    return Fleet(kube, tmp_path, request.param)


def wanted(name: str = "r", namespace: str = "one", **more: Any) -> dict[str, Any]:
    return {"name": name, "namespace": namespace, "chart": "small", "version": "0.1.0", **more}


def test_what_is_as_desired_and_what_nobody_declares(fleet: Fleet) -> None:
    fleet.install("r", "one", "--set", "number=1")
    fleet.install("other", "two")
    found = fleet.look(desired=[wanted(values={"number": 1})])
    states = {(one["namespace"], one["name"]): (one["state"], one["reasons"]) for one in found["releases"]}
    assert states == {("one", "r"): ("in_sync", []), ("two", "other"): ("unmanaged", ["nobody declares it"])}
    assert found["counts"] == {"in_sync": 1, "unmanaged": 1}
    release = found["releases"][0]
    assert (release["chart"], release["version"], release["status"]) == ("small", "0.1.0", "deployed")
    assert release["values"] == {"number": 1} and 0 <= release["age"] < 600
    assert len(fleet.look(desired=[wanted(values={"number": 1})], ignore=["two/*"])["releases"]) == 1
    assert len(fleet.look(desired=[wanted(values={"number": 1})], unmanaged=False)["releases"]) == 1
    assert [one["name"] for one in fleet.look(namespaces=["two"])["releases"]] == ["other"]


def test_what_differs(fleet: Fleet) -> None:
    fleet.install("r", "one", "--set", f"password={SECRET}", "--set", "number=1")
    found = fleet.one(desired=[wanted(version="0.2.0", values={"number": 2, "password": SECRET + "2"})])
    assert found["state"] == "drifted" and found["reasons"] == ["version differs", "values differ"]
    assert {(one["what"], one["path"], one["before"], one["after"]) for one in found["differences"]} == {
        ("version", "version", "0.1.0", "0.2.0"),
        ("values", "number", 1, 2),
        ("values", "password", "********", "********"),
    }
    ignoring = wanted(version=None, values={"number": 2, "password": SECRET}, ignore=["number"])
    assert fleet.one(desired=[ignoring])["state"] == "in_sync", "without a version any will do"
    foreign = fleet.one(desired=[wanted(chart="large", values={"number": 1, "password": SECRET})])
    assert foreign["reasons"] == ["chart differs"] and "is of chart small" in foreign["differences"][0]["path"]


def test_one_that_is_not_there(fleet: Fleet) -> None:
    found = fleet.one(desired=[wanted(namespace="nowhere")])
    assert (found["state"], found["name"], found["namespace"]) == ("absent", "r", "nowhere")


def test_one_that_failed_and_one_that_is_stuck(fleet: Fleet) -> None:
    """An older revision is deployed beneath; the newest counts."""
    fleet.install("r", "one")
    fleet.install("r", "one", "--set", "crash=words", wait=False)
    records = fleet.cluster.read("/api/v1/namespaces/one/secrets?labelSelector=owner%3Dhelm")["items"]
    newest = max(records, key=lambda one: int(one["metadata"]["labels"]["version"]))
    for status, state in (("failed", "failed"), ("pending-upgrade", "stuck")):
        fleet.rewrite(newest, status)
        found = fleet.one(desired=[wanted()], pending_timeout=0)
        assert (found["state"], found["status"], found["revision"]) == (state, status, 2)
    fresh = fleet.one(desired=[wanted()], pending_timeout=10**9)
    assert fresh["state"] == "drifted" and fresh["reasons"][0].startswith("pending-upgrade for ")


def test_live_objects_that_somebody_edited(fleet: Fleet) -> None:
    fleet.install("r", "one")
    deployment = "/apis/apps/v1/namespaces/one/deployments/r"
    containers = fleet.cluster.read(deployment)["spec"]["template"]["spec"]["containers"]
    containers[0]["image"] = "busybox:9"
    fleet.cluster.patch(deployment, {"spec": {"template": {"spec": {"containers": containers}}}})
    fleet.cluster.patch("/api/v1/namespaces/one/secrets/r-secret", {"stringData": {"password": SECRET}})
    fleet.cluster.delete("/api/v1/namespaces/one/services/r")
    found = fleet.one(desired=[wanted()])
    assert found["reasons"] == ["live objects differ"]
    told = {one["path"]: (one["before"], one["after"]) for one in found["differences"]}
    assert told["Service r"] == (None, "present")
    assert told["Secret r-secret: data.password"] == ("********", "********")
    assert ("busybox:9", "busybox:1") in told.values() and len(told) == 3
    assert fleet.one(desired=[wanted()], compare_live=False)["state"] == "in_sync"


def test_values_out_of_secrets(fleet: Fleet) -> None:
    fleet.cluster.add_secret("keys", "one", {"a": SECRET})
    fleet.install("r", "one", "--set-string", f"token={SECRET}")
    source = {"name": "keys", "key": "a", "path": "token"}
    assert fleet.one(desired=[wanted(values_from=[source])])["state"] == "in_sync"
    summed = fleet.one(desired=[wanted(values_from=[source, {"name": "keys", "path": "sum", "checksum": True}])])
    (difference,) = summed["differences"]
    assert difference["path"] == "sum"
    missing = fleet.one(desired=[wanted(values_from=[{**source, "name": "none"}])])
    assert missing["state"] == "drifted"


def secret(name: str, *keys: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "one"}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": dict.fromkeys(keys, "")}


def test_other_objects(fleet: Fleet) -> None:
    fleet.cluster.patch("/api/v1/namespaces/one", {"metadata": {"labels": {"team": "a"}}})
    live = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": {"pods": "2"}}}
    fleet.cluster.add("/api/v1/namespaces/one/resourcequotas", live)
    fleet.cluster.add_secret("keys", "one", {"a": SECRET})
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q", "namespace": "one"}}
    found = fleet.look(
        objects=[
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "one", "labels": {"team": "a"}}},
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "two", "labels": {"team": "b"}}},
            {**quota, "spec": {"hard": {"pods": "2000m"}}},
            {**quota, "metadata": {"name": "none", "namespace": "one"}},
            secret("keys", "a"),
            secret("keys", "b"),
            secret("none"),
        ],
    )["objects"]
    assert [(one["kind"], one["name"], one["state"]) for one in found] == [
        ("Namespace", "one", "in_sync"),
        ("Namespace", "two", "differs"),
        ("ResourceQuota", "q", "in_sync"),
        ("ResourceQuota", "none", "absent"),
        ("Secret", "keys", "in_sync"),
        ("Secret", "keys", "differs"),
        ("Secret", "none", "absent"),
    ]
    assert found[1]["differences"] == [{"path": "metadata.labels.team", "before": None, "after": "b"}]


def test_a_list_for_each_kind_whatever_the_number(fleet: Fleet) -> None:
    fleet.install("r", "one")
    alone = fleet.look()["requests"]
    for name, namespace in (("a", "one"), ("b", "two"), ("c", "three")):
        fleet.install(name, namespace)
    assert fleet.look()["requests"] == alone
    fleet.kube.control.clear_requests()
    fleet.look()
    asked = [one for one in fleet.kube.control.requests() if one["resource"]]
    assert {(one["verb"], one["namespace"] or "") for one in asked} == {("list", "")}


def test_without_the_right_to_list_everywhere(fleet: Fleet) -> None:
    fleet.install("r", "one")
    fleet.install("hidden", "two")
    fleet.kube.control.set_access(denials=[{"verb": "list", "resource": "secrets", "namespace": ""}])
    found = fleet.look(desired=[wanted()], compare_live=False)
    assert [(one["name"], one["state"]) for one in found["releases"]] == [("r", "in_sync")]
    assert found["warnings"] == ["The user may not list Secret of all namespaces; only these were looked at: one"]


def test_a_record_that_holds_none_does_not_hide_the_others(fleet: Fleet) -> None:
    fleet.install("r", "one")
    labels = {"owner": "helm", "name": "x", "version": "1", "status": "deployed"}
    record = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "record", "labels": labels}}
    fleet.cluster.add("/api/v1/namespaces/two/secrets", {**record, "data": {"release": "eA=="}})
    found = fleet.look(desired=[wanted()])
    assert [one["state"] for one in found["releases"]] == ["in_sync"]
    (error,) = found["errors"]
    assert error.startswith("Namespace two: Secret record is labelled as a record of helm and holds none")


def test_wrong_input(fleet: Fleet) -> None:
    for options, told in (
        ({"desired": [wanted(), wanted()]}, "desired has release r in namespace one more than once"),
        (
            {"objects": [{"kind": "ConfigMap", "metadata": {"name": "s"}}]},
            "objects has one without apiVersion, kind or metadata.name; it has kind, metadata",
        ),
    ):
        result = run_module("clearml_release_info", {"kubeconfig": str(fleet.kube.kubeconfig), **options})
        assert result["failed"] and told in result["msg"]

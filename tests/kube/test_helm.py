# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real helm, 3.18 and 4.3, against the cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.kube.testing import RunningKube
from tests.kube.charts import make_chart
from tests.kube.programs import Program

IN = ("--namespace", "space")
WAIT = ("--wait", "--timeout", "20s")


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    return make_chart(tmp_path)


def statuses(helm: Program, name: str = "r") -> list[str]:
    return [entry["status"] for entry in helm.json("history", name, *IN)]


def test_the_life_of_a_release(helm: Program, kubectl: Program, kube: RunningKube, chart: Path) -> None:
    helm("install", "r", chart, *IN, "--create-namespace", *WAIT)
    assert kubectl.json("get", "deploy/r", *IN)["status"]["readyReplicas"] == 1
    assert kubectl.json("get", "pvc/r", *IN)["status"]["phase"] == "Bound"
    assert kubectl.json("get", "service/r", *IN)["status"]["loadBalancer"]["ingress"][0]["ip"]
    assert kubectl.json("get", "widgets.lab.example.com/r", *IN)["spec"] == {"size": 3}
    assert kubectl.json("get", "job/r-before", *IN)["status"]["succeeded"] == 1

    helm("upgrade", "r", chart, *IN, *WAIT, "--set", "image=busybox:2")
    image = kubectl.json("get", "deploy/r", *IN)["spec"]["template"]["spec"]["containers"][0]["image"]
    assert image == "busybox:2"
    assert helm.json("get", "values", "r", *IN) == {"image": "busybox:2"}
    assert "busybox:2" in helm("get", "manifest", "r", *IN)
    assert [entry["name"] for entry in helm.json("list", "--all-namespaces")] == ["r"]

    helm.fails("upgrade", "r", chart, *IN, "--wait", "--timeout", "2s", "--set", "crash=boom")
    assert statuses(helm) == ["superseded", "deployed", "failed"]
    pods = kubectl.json("get", "pods", *IN, "-l", "app=a")["items"]
    waiting = [pod["status"]["containerStatuses"][0]["state"].get("waiting", {}).get("reason") for pod in pods]
    assert sorted(map(str, waiting)) == ["CrashLoopBackOff", "None"]
    assert "boom" in "".join(kubectl("logs", pod["metadata"]["name"], *IN) for pod in pods)

    helm("rollback", "r", "2", *IN, *WAIT)
    assert statuses(helm) == ["superseded", "superseded", "failed", "deployed"]
    assert "deployed" in helm("status", "r", *IN)

    helm("uninstall", "r", *IN, *WAIT)
    assert helm.json("list", *IN) == []
    assert kubectl.json("get", "deploy,service,statefulset,ingress", *IN)["items"] == []
    assert kubectl.json("get", "crd")["items"]
    assert kube.control.counts()["writes"] > 0


def test_a_wait_that_cannot_end(helm: Program, kubectl: Program, chart: Path) -> None:
    helm.fails(
        "install", "r", chart, *IN, "--create-namespace", "--wait", "--timeout", "2s", "--set", "storageClass=none"
    )
    assert statuses(helm) == ["failed"]
    assert 'storageclass.storage.k8s.io "none" not found' in kubectl("get", "events", *IN)


@pytest.mark.parametrize(
    ("extra", "complaint"),
    [
        ("extra.apiVersion=v1,extra.kind=ConfigMap,extra.metadata.name=UPPER", "RFC 1123"),
        ("extra.apiVersion=nope.example.com/v1,extra.kind=Nope,extra.metadata.name=x", "Nope"),
        ("extra.apiVersion=lab.example.com/v1,extra.kind=Widget,extra.metadata.name=w,extra.spec.size=0", "size"),
    ],
)
def test_objects_that_are_refused(helm: Program, kubectl: Program, chart: Path, extra: str, complaint: str) -> None:
    helm("install", "r", chart, *IN, "--create-namespace")
    assert complaint in helm.fails("upgrade", "r", chart, *IN, "--set", extra)


def test_unknown_fields_are_refused_by_helm_4(helm: Program, chart: Path) -> None:
    helm("install", "r", chart, *IN, "--create-namespace")
    extra = "extra.apiVersion=v1,extra.kind=ConfigMap,extra.metadata.name=x,extra.datas.a=b"
    run = helm.run("upgrade", "r", chart, *IN, "--set", extra)
    if "helm-4.3" in str(helm.path):
        assert ".datas: field not declared in schema" in run.stderr
    else:
        # helm 3 asks the server to warn; the field is not stored.
        assert run.returncode == 0
        assert "Warning: unknown field" in run.stderr


def test_dry_run_stores_nothing(helm: Program, kube: RunningKube, chart: Path) -> None:
    helm("install", "r", chart, *IN, "--create-namespace")
    kube.control.clear_requests()
    assert "kind: Deployment" in helm("upgrade", "r", chart, *IN, "--dry-run=server", "--set", "image=busybox:2")
    assert kube.control.writes() == 0
    assert statuses(helm) == ["deployed"]

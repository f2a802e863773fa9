# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""clearml_release with real helm, 3.18 and 4.3: releases are installed, left alone, healed and removed."""

from __future__ import annotations

import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lab.kube import binaries
from lab.kube.testing import RunningKube
from tests.kube.charts import pack_chart
from tests.kube.programs import Program, environment, recording, starts
from tests.support.cluster import Cluster
from tests.support.modules import Result, run_module

NAMESPACE = "space"
SECRET = "not-for-anybody's-eyes"


@dataclass
class Releases:
    """Runs the module; a run that is expected to succeed gives the same differences as its check run before."""

    kube: RunningKube
    helm: Program
    chart: Path
    record: Path

    def attempt(self, *, check: bool = False, **options: Any) -> Result:
        arguments = {
            "name": "r",
            "namespace": NAMESPACE,
            "chart": str(self.chart),
            "kubeconfig": str(self.kube.kubeconfig),
            "helm_binary": str(self.record.with_name("helm")),
            "timeout": 20,
            **options,
        }
        return run_module(
            "clearml_release", {key: one for key, one in arguments.items() if one is not None}, check=check
        )

    def run(self, **options: Any) -> Result:
        started = self.starts()
        writes = self.kube.control.writes()
        planned = self.attempt(check=True, **options)
        assert not planned.get("failed"), planned["msg"]
        assert (self.kube.control.writes(), self.starts()) == (writes, started), "a check run did something"
        done = self.attempt(**options)
        assert not done.get("failed"), done["msg"]
        assert (done["changed"], done["differences"]) == (planned["changed"], planned["differences"])
        return done

    def unchanged(self, **options: Any) -> Result:
        started = self.starts()
        done = self.run(**options)
        assert done["differences"] == [] and not done["changed"]
        assert self.starts() == started, "helm was started"
        return done

    def starts(self) -> int:
        """How often helm was started."""
        return starts(self.record)

    def statuses(self) -> list[str]:
        return [entry["status"] for entry in self.helm.json("history", "r", "-n", NAMESPACE)]

    def kill(self, until: str, *options: str) -> None:
        """Start helm by hand, and kill it as soon as its record has a status."""
        command = [str(self.helm.path), "upgrade", "--install", "r", str(self.chart), "-n", NAMESPACE]
        command += ["--wait", "--timeout", "60s", *options]
        process = subprocess.Popen(command, env=self.helm.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pods = f"/api/v1/namespaces/{NAMESPACE}/pods"
        before = len(Cluster(self.kube).read(pods)["items"])
        while self.newest() != until or len(Cluster(self.kube).read(pods)["items"]) <= before:
            assert process.poll() is None, "helm ended before it was killed"
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def newest(self) -> str:
        path = f"/api/v1/namespaces/{NAMESPACE}/secrets?labelSelector=owner%3Dhelm"
        records = Cluster(self.kube).read(path)["items"]
        return (
            str(max(records, key=lambda one: int(one["metadata"]["labels"]["version"]))["metadata"]["labels"]["status"])
            if records
            else ""
        )


@pytest.fixture(params=["3.18", "4.3"])
def releases(request: pytest.FixtureRequest, kube: RunningKube, tmp_path: Path) -> Releases:
    cluster = Cluster(kube)
    cluster.add_namespace(NAMESPACE)
    binary = binaries.helm(request.param)
    record = recording(binary, tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    return Releases(kube, Program(binary, environment(kube, home)), pack_chart(tmp_path, "0.1.0"), record)


DEPLOYMENT = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/r"


def test_the_life_of_a_release(releases: Releases, tmp_path: Path) -> None:
    first = releases.run()
    assert first["release"]["status"] == "deployed" and first["release"]["version"] == "0.1.0"
    releases.unchanged()
    releases.unchanged(chart=None, chart_name="small", version=None, compare_live=True)

    changed = releases.run(values={"image": "busybox:2", "number": 1, "gone": None})
    assert [one["path"] for one in changed["differences"]] == ["gone", "image", "number"]
    releases.unchanged(values={"image": "busybox:2", "number": 1.0, "gone": None}, compare_live=True)

    newer = str(pack_chart(tmp_path, "0.2.0"))
    moved = releases.run(chart=newer, values={"image": "busybox:2"})
    assert moved["release"]["version"] == "0.2.0" and moved["release"]["app_version"] == "0"
    kept = releases.unchanged(chart=None, chart_name="small", values={"image": "busybox:2"})
    assert kept["release"]["version"] == "0.2.0"

    assert releases.run(state="absent")["release"] == {}
    releases.unchanged(state="absent")
    claims = Cluster(releases.kube).read(f"/api/v1/namespaces/{NAMESPACE}/persistentvolumeclaims")["items"]
    assert [claim["metadata"]["name"] for claim in claims] == ["data-r-set-0"]


def test_texts_that_yaml_could_misread(releases: Releases) -> None:
    values = {
        "t": ["yes", "0123", "2020-01-01", "é😀\u2028\x7f\x85", "a: b # c", "=", "~", "", "1e3"],
        "big": 2**53 + 1,
    }
    releases.run(values=values)
    releases.unchanged(values=values)


def test_an_upgrade_that_failed_is_seen_explained_and_healed(releases: Releases) -> None:
    releases.run()
    failed = releases.attempt(values={"crash": "the last words"}, timeout=5)
    assert failed["failed"] and failed["changed"]
    for part in ("CrashLoopBackOff", "last words: the last words", "container c of pod r-"):
        assert part in failed["msg"]
    check = releases.attempt(check=True, chart=None, chart_name="small")
    assert {"kind": "status", "path": "status", "before": "failed", "after": "deployed"} in check["differences"]
    healed = releases.run()
    assert healed["release"]["status"] == "deployed"
    annotations = Cluster(releases.kube).read(DEPLOYMENT)["spec"]["template"]["metadata"].get("annotations")
    assert not annotations, "what only the failed upgrade had set is still there"
    releases.unchanged(compare_live=True)


def test_a_claim_without_a_volume_is_named(releases: Releases) -> None:
    failed = releases.attempt(values={"storageClass": "none"}, timeout=3)
    assert "claim r of pod r-" in failed["msg"] and "storage class none" in failed["msg"]


def test_a_first_install_that_failed_is_healed(releases: Releases) -> None:
    failed = releases.attempt(values={"crash": "boom"}, timeout=5)
    assert "CrashLoopBackOff" in failed["msg"]
    assert releases.run()["release"]["status"] == "deployed"
    releases.unchanged(compare_live=True)


def test_an_install_that_was_killed_is_healed(releases: Releases) -> None:
    releases.kill("pending-install", "--set", "crash=boom")
    releases.run(pending_timeout=0)
    releases.unchanged(compare_live=True)


def test_an_upgrade_that_was_killed_is_healed(releases: Releases) -> None:
    releases.run()
    releases.kill("pending-upgrade", "--set", "crash=boom")
    healed = releases.run(pending_timeout=0)
    assert [one["kind"] for one in healed["differences"]] == ["status", "values"]
    releases.unchanged(compare_live=True)


def test_a_release_that_is_half_removed_is_healed(releases: Releases) -> None:
    releases.run()
    releases.kube.control.order_fault("drop", verb="delete", resource="deployments.apps", times=9)
    assert releases.attempt(state="absent", timeout=5)["failed"]
    releases.kube.control.clear_faults()
    releases.run(pending_timeout=0)
    releases.unchanged(compare_live=True)


def test_it_waits_for_another_helm(releases: Releases) -> None:
    releases.run()
    order = releases.kube.control.never_ready(image="busybox:3")
    command = [
        str(releases.helm.path),
        "upgrade",
        "r",
        str(releases.chart),
        "-n",
        NAMESPACE,
        "--set",
        "image=busybox:3",
    ]
    with subprocess.Popen(
        [*command, "--wait", "--timeout", "60s"], env=releases.helm.env, stdout=subprocess.DEVNULL
    ) as other:
        while releases.newest() != "pending-upgrade":
            time.sleep(0.05)
        started = releases.starts()
        releases.kube.control.clear_orders(order)
        done = releases.attempt(values={"image": "busybox:3"})
        assert other.wait() == 0
    assert not done.get("failed") and not done["changed"]
    assert releases.starts() == started


def test_what_was_changed_by_hand_is_taken_back(releases: Releases) -> None:
    releases.run(values={"image": "busybox:2"})
    releases.helm("upgrade", "r", str(releases.chart), "-n", NAMESPACE, "--set", "image=busybox:3,more.x=1")
    back = releases.run(values={"image": "busybox:2"})
    assert [(one["path"], one["before"], one["after"]) for one in back["differences"]] == [
        ("image", "busybox:3", "busybox:2"),
        ("more", {"x": 1}, None),
    ]

    cluster = Cluster(releases.kube)
    template = cluster.read(DEPLOYMENT)["spec"]["template"]
    template["spec"]["containers"][0]["image"] = "busybox:9"
    cluster.patch(DEPLOYMENT, {"spec": {"template": template}})
    cluster.delete(f"/api/v1/namespaces/{NAMESPACE}/services/r")
    secret = f"/api/v1/namespaces/{NAMESPACE}/secrets/r-secret"
    cluster.patch(secret, {"stringData": {"password": SECRET}})
    values = {"values": {"image": "busybox:2"}}
    releases.unchanged(**values)
    healed = releases.run(**values, compare_live=True)
    assert {one["path"]: (one["before"], one["after"]) for one in healed["differences"]} == {
        "Secret r-secret: data.password": ("********", "********"),
        "Service r": (None, "present"),
        "Deployment r: spec.template.spec.containers[0].image": ("busybox:9", "busybox:2"),
    }
    releases.unchanged(**values, compare_live=True)


def test_secrets_go_in_and_never_come_out(releases: Releases) -> None:
    Cluster(releases.kube).add_secret("credentials", NAMESPACE, {"token": SECRET})
    plain = "0123456789abcdef"
    options = {
        "values": {
            "env": [{"name": "A", "value": "1"}, {"name": "API_KEY", "value": plain}],
            "db": {"rootPassword": plain},
        },
        "values_from": [
            {"name": "credentials", "key": "token", "path": "deep.er"},
            {"name": "credentials", "key": "token", "path": "env[B].value"},
            {"name": "credentials", "key": "nope", "path": "left.out", "optional": True},
            {"name": "missing", "key": "nope", "path": "left.out", "optional": True},
        ],
    }
    done = releases.run(**options)
    stored = releases.helm.json("get", "values", "r", "-n", NAMESPACE)
    assert stored["deep"] == {"er": SECRET} and stored["env"][2] == {"name": "B", "value": SECRET}
    assert "left" not in stored
    again = releases.unchanged(**options)
    failed = releases.attempt(**{**options, "values": {**options["values"], "crash": f"{SECRET} {plain}"}}, timeout=4)
    assert "CrashLoopBackOff" in failed["msg"]
    healed = releases.run(**options)
    Cluster(releases.kube).patch(
        f"/api/v1/namespaces/{NAMESPACE}/secrets/credentials", {"stringData": {"token": "another one"}}
    )
    rotated = releases.run(**options)
    for text in (str(done), str(again), str(failed), str(healed), str(rotated), releases.record.read_text()):
        assert SECRET not in text and plain not in text and "another one" not in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"chart": None, "chart_name": "small"}, "a first install needs version"),
        ({"chart": None, "chart_name": "small", "version": "1.0.0"}, "chart has to say where the chart is"),
        ({"chart": None}, "chart or chart_name has to say"),
        ({"version": "9.9.9"}, "is chart small 0.1.0, not small 9.9.9"),
        ({"helm_binary": "/nonexistent"}, "helm_binary /nonexistent is no program"),
        ({"values_from": [{"name": "x", "key": "k", "path": "a"}]}, "there is no Secret x in namespace space"),
        ({"values_from": [{"name": "x", "key": "k", "path": "a..b"}]}, "there is no Secret x"),
        ({"namespace": "other"}, "not found"),
    ],
)
def test_what_cannot_work_is_refused(releases: Releases, options: dict[str, Any], message: str) -> None:
    result = releases.attempt(**options)
    assert result["failed"] and message in result["msg"]
    assert not result["changed"]


def test_a_foreign_release_is_left_alone(releases: Releases, tmp_path: Path) -> None:
    releases.run()
    result = releases.attempt(chart=str(pack_chart(tmp_path, "0.1.0", "other")))
    assert "is of chart small, not other" in result["msg"] and not result["changed"]


def test_values_that_the_chart_refuses(releases: Releases) -> None:
    releases.run()
    result = releases.attempt(
        values={"extra": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "UPPER"}}}
    )
    assert result["failed"] and "RFC 1123" in result["msg"]
    assert releases.run()["release"]["status"] == "deployed"


def test_a_missing_secret_is_assumed_in_check_mode(releases: Releases) -> None:
    options = {"values_from": [{"name": "later", "key": "k", "path": "a.b"}]}
    planned = releases.attempt(check=True, **options)
    assert planned["changed"] and planned["assumes"] == [f"Secret later in namespace {NAMESPACE}"]

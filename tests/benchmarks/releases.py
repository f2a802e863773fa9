# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""clearml_release_info against a loop of kubernetes.core.helm."""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import os
import sys
import tarfile
import tempfile
import typing as t
from pathlib import Path

import yaml

from lab.kube import binaries
from lab.kube.testing import RunningKube, running_kube
from tests.benchmarks.measure import Table, median, peak
from tests.kube.programs import Program, environment
from tests.support.cluster import Cluster
from tests.support.modules import run_module

#: Items of the loop that is measured.
LOOP = 30
VALUES = {"greeting": "hello"}
TEMPLATE = """apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data: {greeting: {{ .Values.greeting }}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: {{ .Release.Name }}}
"""


def measure(options: argparse.Namespace) -> list[Table]:
    """All tables about Kubernetes."""
    with running_kube() as kube, tempfile.TemporaryDirectory(prefix="clearml-bench-") as folder:
        return [survey(kube, Path(folder), options)]


def survey(kube: RunningKube, folder: Path, options: argparse.Namespace) -> Table:
    """A quiet night of all releases."""
    fleet = Fleet(kube, folder)
    fleet.seed(options.releases)
    table = Table(
        "All releases of a cluster",
        f"{options.releases} releases, each with two objects, nothing drifted; live objects compared too, which the "
        f"loop does not do. The loop is of kubernetes.core.helm over {LOOP} of them, start-up taken off, the rest "
        "extrapolated.",
        "at least 50 times as fast as the loop",
        ("what", "seconds", "requests", "so many times as long"),
    )
    requests = fleet.look(options.releases)
    ours = median(lambda: fleet.look(options.releases), options.rounds)
    start = median(lambda: fleet.play(0), options.rounds)
    loop = (fleet.play(LOOP) - start) / LOOP * options.releases
    table.add("clearml_release_info", ours, requests, 1)
    table.add("loop of kubernetes.core.helm (extrapolated)", loop, "", loop / ours)
    return table


class Fleet:
    """One release, and as many copies of it as wanted."""

    def __init__(self, kube: RunningKube, folder: Path) -> None:
        self.kube = kube
        self.folder = folder
        self.cluster = Cluster(kube)
        self.binary = binaries.helm("3.18")
        self.helm = Program(self.binary, environment(kube, folder))
        self.chart = self._chart()

    def _chart(self) -> Path:
        home = self.folder / "bench"
        (home / "templates").mkdir(parents=True)
        (home / "Chart.yaml").write_text("apiVersion: v2\nname: bench\nversion: 1.0.0\n")
        (home / "values.yaml").write_text("greeting: hi\n")
        (home / "templates" / "objects.yaml").write_text(TEMPLATE)
        archive = self.folder / "bench-1.0.0.tgz"
        with tarfile.open(archive, "w:gz") as file:
            file.add(home, "bench")
        return archive

    def seed(self, number: int) -> None:
        """Install one, and copy what it has left in the cluster into the other namespaces."""
        for place in map(self.namespace, range(number)):
            self.cluster.add_namespace(place)
        first = self.namespace(0)
        self.helm("upgrade", "--install", "agent", str(self.chart), "-n", first, "--set", "greeting=hello")
        base = f"/api/v1/namespaces/{first}"
        (record,) = self.cluster.read(f"{base}/secrets?labelSelector=owner%3Dhelm")["items"]
        others = [self.cluster.read(f"{base}/{kind}/agent") for kind in ("configmaps", "serviceaccounts")]
        content = json.loads(gzip.decompress(base64.b64decode(base64.b64decode(record["data"]["release"]))))
        for place in map(self.namespace, range(1, number)):
            packed = gzip.compress(json.dumps({**content, "namespace": place}).encode())
            data = {"release": base64.b64encode(base64.b64encode(packed)).decode()}
            for path, one in zip(
                ("secrets", "configmaps", "serviceaccounts"), ({**record, "data": data}, *others), strict=True
            ):
                metadata = {key: one["metadata"].get(key) or {} for key in ("name", "labels", "annotations")}
                kept = {key: item for key, item in one.items() if key != "metadata"}
                self.cluster.add(f"/api/v1/namespaces/{place}/{path}", {**kept, "metadata": metadata})

    @staticmethod
    def namespace(number: int) -> str:
        """Where a release is."""
        return f"tenant-{number:04}"

    def look(self, number: int) -> int:
        """Compare all; how many requests that took."""
        desired = [
            {"name": "agent", "namespace": place, "chart": "bench", "version": "1.0.0", "values": VALUES}
            for place in map(self.namespace, range(number))
        ]
        result = run_module("clearml_release_info", {"kubeconfig": str(self.kube.kubeconfig), "desired": desired})
        assert result.get("counts") == {"in_sync": number}, result.get("msg") or result["counts"]
        return int(result["requests"])

    def play(self, number: int) -> float:
        """Seconds of a run with a loop over so many."""
        task = {
            "kubernetes.core.helm": {
                "name": "agent",
                "namespace": "{{ item }}",
                "chart_ref": str(self.chart),
                "values": VALUES,
                "binary_path": str(self.binary),
                "kubeconfig": str(self.kube.kubeconfig),
            },
            "loop": [self.namespace(place) for place in range(number)],
        }
        play: dict[str, t.Any] = {"hosts": "localhost", "gather_facts": False, "tasks": [task]}
        play["vars"] = {"ansible_python_interpreter": sys.executable}
        playbook = self.folder / "play.yml"
        playbook.write_text(yaml.safe_dump([play]))
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        variables = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(binaries.kubernetes_core()),
            "ANSIBLE_NOCOLOR": "true",
            "ANSIBLE_LOCALHOST_WARNING": "false",
        }
        seconds, _most, output = peak([program, str(playbook)], env=variables, cwd=self.folder)
        assert "changed=0" in output, output
        return seconds

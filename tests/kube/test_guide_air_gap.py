# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a registry has to have that stands in for all others: every image of every chart."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from lab.kube import binaries
from lab.kube.testing import RunningKube
from tests.integration.parity.playbook import run_playbook
from tests.kube.chart_sources import PASSWORD, USER, chart_source
from tests.kube.programs import Program, environment

#: Pods of every kind, and what is an image though it is in no pod.
OBJECTS = """apiVersion: apps/v1
kind: Deployment
metadata: {name: servers}
spec:
  template:
    spec:
      initContainers:
        - name: waits
          image: "registry.example.com:5000/tools/waits:1.2"
      containers:
        - image: docker.io/clearml/server:{{ .Chart.AppVersion }}
          name: first
        - name: second
          image: 'docker.io/clearml/sidecar@sha256:{{ "a" | sha256sum }}'
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - image: nightly
            name: nightly
---
apiVersion: batch/v1
kind: Job
metadata:
  name: before
  annotations:
    helm.sh/hook: pre-install
spec:
  template:
    spec:
      containers:
        - name: before
          image: {{ .Values.hook.image }}
---
apiVersion: clearml.test/v1
kind: Database
metadata: {name: operated}
spec:
  image: "quay.io/mongodb/server:8.0"
{{- if .Values.key }}
---
apiVersion: v1
kind: Pod
metadata: {name: wants-a-value}
spec:
  containers:
    - name: only
      image: busybox
{{- end }}
"""
VALUES = "hook: {image: 'ghcr.io/tools/hook:3'}\nkey: ''\n"


def archive(folder: Path, name: str) -> Path:
    """The chart, under a name."""
    about = f"apiVersion: v2\nname: {name}\nversion: 1.0.0\nappVersion: 3.30.0\n"
    path = folder / f"{name}-1.0.0.tgz"
    with tarfile.open(path, "w:gz") as packed:
        for file, text in {"Chart.yaml": about, "values.yaml": VALUES, "templates/all.yaml": OBJECTS}.items():
            member = tarfile.TarInfo(f"{name}/{file}")
            member.size = len(text)
            packed.addfile(member, io.BytesIO(text.encode()))
    return path


def images(node: Any) -> Iterator[str]:
    """The texts that are called image, however deep, as the guide looks for them."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from [value] if key == "image" and isinstance(value, str) else images(value)
    elif isinstance(node, list):
        for value in node:
            yield from images(value)


def test_every_image_is_listed(tmp_path: Path, kube: RunningKube) -> None:
    """Those that Helm's output has, each once, and nothing else."""
    helm = Program(binaries.helm("4.3"), environment(kube, tmp_path))
    chart = archive(tmp_path, "first")
    rendered = list(yaml.safe_load_all(helm("template", "r", chart, "--set", "key=given")))
    wanted = sorted(set(images(rendered)))
    assert len(wanted) == 7
    with chart_source(chart) as source:
        about = {
            "chart": "first",
            "version": "1.0.0",
            "source": source.classic,
            "username": USER,
            "password": PASSWORD,
            "plain_http": True,
            "release": "r",
            "namespace": "default",
        }
        given = {
            "preflight_kubeconfig": str(kube.kubeconfig),
            "preflight_helm_binary": str(helm.path),
            "preflight_chart_folder": str(tmp_path / "charts"),
            "preflight_ingress_class": "nginx",
            "preflight_list_images": True,
            "preflight_charts": [{**about, "values": {"key": "given"}}, {**about, "release": "other"}],
        }
        result = {"name": "Result", "ansible.builtin.debug": {"var": "preflight_result.images"}}
        play = {"roles": ["clearml.enterprise.preflight"], "tasks": [result]}
        run = run_playbook(tmp_path / "run", [play], variables=given, environment={"HOME": str(tmp_path)})
    assert run.code == 0, run.output
    assert run.results["Result"]["preflight_result.images"] == wanted
    assert kube.control.writes() == 0

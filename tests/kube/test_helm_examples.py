# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of the modules that run helm, as printed but for where the charts are."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from lab.kube import binaries
from lab.kube.testing import RunningKube
from tests.integration.parity.playbook import own_module, run_playbook
from tests.integration.test_examples import (
    ANSIBLES_OWN,
    HELM,
    documented_as_always,
    text_of,
    undocumented,
    with_repetition,
)
from tests.kube.chart_sources import PASSWORD, USER, chart_source
from tests.kube.charts import pack_chart
from tests.support.cluster import Cluster


@pytest.mark.parametrize("name", sorted(HELM))
def test_examples_run_and_return_what_is_documented(kube: RunningKube, tmp_path: Path, name: str) -> None:
    cluster = Cluster(kube)
    cluster.add_namespace("clearml")
    cluster.add_secret("clearml-registry", "clearml", {"password": "x" * 20})
    environment = {
        "K8S_AUTH_KUBECONFIG": str(kube.kubeconfig),
        "HOME": str(tmp_path),
        "PATH": f"{binaries.helm('4.3').parent}{os.pathsep}{os.environ['PATH']}",
    }
    with chart_source(pack_chart(tmp_path, "8.2.1", "clearml-enterprise")) as source:
        text = json.dumps(with_repetition(text_of(name, "EXAMPLES")))
        places = {
            "/srv/charts": str(tmp_path),
            "https://charts.example.com/enterprise": source.classic,
            '"acme"': f'"{USER}"',
        }
        for printed, here in places.items():
            text = text.replace(printed, here)
        tasks = json.loads(text)
        variables = {"chart_token": PASSWORD}
        done = run_playbook(tmp_path / "run", [{"tasks": tasks}], variables=variables, environment=environment)
    assert done.code == 0, done.output
    for task in tasks:
        module = own_module(task)
        if not module:
            continue
        values = {key: value for key, value in done.results[task["name"]].items() if key not in ANSIBLES_OWN}
        assert undocumented(values, text_of(module, "RETURN")) == [], task["name"]
        assert documented_as_always(module) <= values.keys()
        assert not (
            task["name"].endswith(", again") and done.results[task["name"]]["changed"] and not task.get("check_mode")
        )

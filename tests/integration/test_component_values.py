# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values that the roles of single components hand to Helm. A change here restarts what people have installed.

``CLEARML_TEST_WRITE_GOLDEN=1 make integration ARGS='-k component_values'`` writes the files anew.
"""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest
import yaml

from lab.charts.build import BILLING, FILE, Chart, write
from lab.kube.testing import RunningKube, running_kube
from tests.integration.parity.playbook import COLLECTION, run_playbook
from tests.integration.test_golden_values import GOLDEN, HEAD, Indented

NEW_CFGI = {"with_cfgi": True, "cfgi_version": "1.3.1", "gpus_per_node": 2}
CASES: dict[str, dict[str, t.Any]] = {
    "gpu_operator-mig": {},
    "gpu_operator-k3s": {
        "flavour": "k3s",
        "values": {"toolkit": {"env": [{"name": "CONTAINERD_SOCKET", "value": "/run/own.sock"}]}},
    },
    "gpu_operator-microk8s": {"flavour": "microk8s", "mig": False},
    "gpu_operator-cfgi": {**NEW_CFGI, "mig": False},
    "gpu_operator-cfgi-before": {"with_cfgi": True, "cfgi_version": "1.2.0", "mig": False},
    "gpu_operator-both": {**NEW_CFGI, "pull_secret": ""},
    "gpu_operator-both-before": {"with_cfgi": True, "cfgi_version": "1.2.0"},
    "shared_redis-plain": {},
    "shared_redis-full": {
        "password": "not-in-any-value",
        "storage": {"class_name": "fast", "size": "2Gi"},
        "values": {"image": {"repository": "mirror/redis"}},
    },
    "billing-plain": {"kafka_password": "not-in-any-value"},
    "billing-full": {"kafka_password_path": "kafka.auth.password", "values": {"kafka": {"replicas": 3}}},
}


@pytest.fixture(scope="module")
def kube_server() -> t.Iterator[RunningKube]:
    with running_kube() as kube:
        yield kube


@pytest.mark.parametrize("case", CASES)
def test_component_values(case: str, kube_server: RunningKube, tmp_path: Path) -> None:
    """By a check run of the role on an empty cluster."""
    role = case.partition("-")[0]
    given = {"kubeconfig": str(kube_server.kubeconfig), "chart_version": "1.0.0", **CASES[case]}
    if role == "billing":
        given |= {"chart": {"path": str(write(Chart(BILLING, FILE, "1.1.0"), tmp_path))}}
    values = tmp_path / "values.yml"
    parts = (
        "{'values': _%s_contributors | clearml.enterprise.helm_values, 'values_from': _%s_values_from | default([])}"
    )
    tasks = [
        {"name": "Role", "ansible.builtin.include_role": {"name": f"clearml.enterprise.{role}", "public": True}},
        {
            "name": "Values",
            "ansible.builtin.copy": {
                "dest": str(values),
                "content": "{{ " + parts % (role, role) + " | to_nice_yaml(indent=2, width=100) }}",
                "mode": "0600",
            },
            "check_mode": False,
        },
    ]
    play = {"hosts": "tenant", "vars": {f"{role}_{name}": value for name, value in given.items()}, "tasks": tasks}
    (tmp_path / "play").mkdir()
    # Outside of the role, its templates are looked for beside the playbook.
    (tmp_path / "play" / "templates").symlink_to(COLLECTION / "roles" / role / "templates")
    run = run_playbook(tmp_path / "play", [play], "--check")
    assert run.code == 0, run.output
    text = values.read_text(encoding="utf-8")
    assert "not-in-any-value" not in text
    golden = GOLDEN / f"{case}.yml"
    if os.environ.get("CLEARML_TEST_WRITE_GOLDEN"):
        golden.write_text(HEAD + yaml.dump(yaml.safe_load(text), Dumper=Indented, width=100), encoding="utf-8")
    assert yaml.safe_load(text) == yaml.safe_load(golden.read_text(encoding="utf-8"))

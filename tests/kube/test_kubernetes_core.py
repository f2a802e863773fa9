# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubernetes.core, run by ansible-playbook, against the cluster."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
import yaml

from lab.kube import binaries
from lab.kube.testing import RunningKube
from tests.kube.charts import make_chart
from tests.kube.manifests import config_map, workload
from tests.kube.programs import Program, environment

_PLAYBOOK = Path(sys.executable).parent / "ansible-playbook"

pytestmark = pytest.mark.skipif(not _PLAYBOOK.exists() and not shutil.which("ansible-playbook"), reason="no Ansible")


@pytest.fixture
def playbook(kube: RunningKube, tmp_path: Path) -> Program:
    env = environment(kube, tmp_path)
    env["ANSIBLE_COLLECTIONS_PATH"] = str(binaries.kubernetes_core())
    env["ANSIBLE_STDOUT_CALLBACK"] = "ansible.builtin.default"
    program = _PLAYBOOK if _PLAYBOOK.exists() else Path(str(shutil.which("ansible-playbook")))
    return Program(program, env)


def run(playbook: Program, folder: Path, tasks: list[object]) -> str:
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable},
        "tasks": tasks,
    }
    path = folder / "play.yml"
    path.write_text(yaml.safe_dump([play]), encoding="utf-8")
    return playbook("-i", "localhost,", "-c", "local", path)


def expect(condition: str) -> object:
    return {"ansible.builtin.assert": {"that": [condition]}}


def test_objects(playbook: Program, tmp_path: Path) -> None:
    in_space = {"namespace": "space"}
    deployment = {
        "definition": workload("Deployment", "d"),
        **in_space,
        "wait": True,
        "wait_timeout": 10,
        "wait_sleep": 1,
    }
    run(
        playbook,
        tmp_path,
        [
            {"kubernetes.core.k8s": {"kind": "Namespace", "name": "space"}},
            {"kubernetes.core.k8s": deployment, "register": "made"},
            expect("made is changed and made.result.status.availableReplicas == 1"),
            {"kubernetes.core.k8s": deployment, "register": "again"},
            expect("again is not changed"),
            {
                "kubernetes.core.k8s": {
                    "definition": config_map(a="1"),
                    **in_space,
                    "apply": True,
                    "server_side_apply": {"field_manager": "test"},
                }
            },
            {
                "kubernetes.core.k8s": {"definition": config_map(a="2"), **in_space},
                "check_mode": True,
                "register": "checked",
            },
            expect("checked is changed"),
            {"kubernetes.core.k8s_info": {"kind": "ConfigMap", "name": "cm", **in_space}, "register": "found"},
            expect("found.resources[0].data == {'a': '1'}"),
            {
                "kubernetes.core.k8s": {
                    "kind": "Namespace",
                    "name": "space",
                    "state": "absent",
                    "wait": True,
                    "wait_sleep": 1,
                }
            },
        ],
    )


def test_helm(playbook: Program, tmp_path: Path) -> None:
    release = {"name": "r", "release_namespace": "space", "binary_path": str(binaries.helm("3.18"))}
    install = {
        **release,
        "chart_ref": str(make_chart(tmp_path)),
        "create_namespace": True,
        "wait": True,
        "timeout": "20s",
    }
    run(
        playbook,
        tmp_path,
        [
            {"kubernetes.core.helm": install, "register": "made"},
            expect("made is changed and made.status.status == 'deployed'"),
            {"kubernetes.core.helm": install, "register": "again"},
            expect("again is not changed"),
            {"kubernetes.core.helm": {**install, "values": {"image": "busybox:2"}}, "register": "upgraded"},
            expect("upgraded is changed"),
            {"kubernetes.core.helm_info": release, "register": "found"},
            expect("found.status.revision | int == 2 and found.status['values'] == {'image': 'busybox:2'}"),
            {"kubernetes.core.helm": {**release, "state": "absent", "wait": True}},
        ],
    )

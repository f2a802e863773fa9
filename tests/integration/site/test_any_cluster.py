# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A site in any cluster, with the lab as its API: in the lab's Kubernetes, or in a real one.

    CLEARML_TEST_KUBECONFIG=… make integration ARGS='-k any_cluster -s'

The cluster has to have a default storage class, and has to get busybox:1.36. Only namespaces that begin with the run's
own random prefix are touched, and they are removed in any case.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from lab.charts.build import AGENT, OCI, SERVER, Chart, package
from lab.kube import binaries
from lab.kube.testing import running_kube
from lab.site import COLLECTION, changes
from lab.testing import RunningLab, running_lab

PREFIX = f"cet-{secrets.token_hex(4)}"
NAMESPACE, TENANT = f"{PREFIX}-clearml", f"{PREFIX}-acme"
CHARTS = {
    "clearml_server_chart_archive": Chart(SERVER, OCI, "11.0.2"),
    "agent_chart_archive": Chart(AGENT, OCI, "6.14.6"),
}


@dataclass
class AnyCluster:
    """An inventory for a cluster, and what runs with it."""

    folder: Path
    kubeconfig: Path
    lab: RunningLab

    def describe(self) -> None:
        """Write the inventory."""
        variables = {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "clearml_base_domain": "clearml.lab",
            "clearml_kubeconfig": str(self.kubeconfig),
            "clearml_api_host": self.lab.url,
            "clearml_api_access_key": "{{ lookup('ansible.builtin.env', 'SITE_KEY') }}",
            "clearml_api_secret_key": "{{ lookup('ansible.builtin.env', 'SITE_SECRET') }}",
            "clearml_server_namespace": NAMESPACE,
            "clearml_server_ingress": {"enabled": False},
            **{name: str(self._packed(chart)) for name, chart in CHARTS.items()},
        }
        tenant = {
            "tenant_company": {"name": TENANT},
            "tenant_queues": [{"name": "default"}],
            "tenant_agent": {"queues": {"default": {}}},
        }
        hosts = {"clearml_platform": {"hosts": {"platform": {}}}, "clearml_tenants": {"hosts": {TENANT: tenant}}}
        hosts["clearml_platform"]["vars"] = hosts["clearml_tenants"]["vars"] = variables
        (self.folder / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")

    def _packed(self, chart: Chart) -> Path:
        path = self.folder / f"{chart.name}-{chart.version}.tgz"
        path.write_bytes(package(chart))
        return path

    def play(self, playbook: str, **variables: str) -> list[tuple[str, str]]:
        """Run a playbook; answers what it changed."""
        foreign = ("ANSIBLE_", "CLEARML_", "HELM_", "K8S_AUTH_", "KUBE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        done = subprocess.run(
            ["ansible-playbook", f"clearml.enterprise.{playbook}", "-i", "hosts.yml", "-e", json.dumps(variables)],
            check=False,
            cwd=self.folder,
            env={
                **kept,
                "ANSIBLE_COLLECTIONS_PATH": str(COLLECTION.parents[2]),
                "ANSIBLE_NOCOLOR": "true",
                "HOME": str(self.folder),
                "PATH": os.pathsep.join(
                    [str(Path(sys.executable).parent), str(binaries.helm("3.18").parent), os.environ["PATH"]]
                ),
                "SITE_KEY": self.lab.system_key,
                "SITE_SECRET": self.lab.system_secret,
            },
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-8000:] + done.stderr
        return changes(done.stdout)

    def kubectl(self, *arguments: str) -> str:
        """What kubectl prints."""
        command = [str(binaries.kubectl()), "--kubeconfig", str(self.kubeconfig), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=280).stdout

    def names(self, *arguments: str) -> set[str]:
        """Names of objects, each with its kind, that begin with the prefix if they are namespaces."""
        found = self.kubectl("get", *arguments, "-o", "name").split()
        return {name for name in found if not name.startswith("namespace/") or name.startswith(f"namespace/{PREFIX}")}

    def clean(self) -> None:
        """Remove all that has the prefix."""
        self.kubectl("delete", "namespace", NAMESPACE, TENANT, "--ignore-not-found", "--wait")


@pytest.fixture
def kubeconfig() -> t.Iterator[Path]:
    """The cluster that is tested."""
    named = os.environ.get("CLEARML_TEST_KUBECONFIG")
    if named:
        yield Path(named)
        return
    with running_kube(ready_seconds=0.1, finish_seconds=0.1) as kube:
        yield kube.kubeconfig


@pytest.fixture
def site(kubeconfig: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> t.Iterator[AnyCluster]:
    """An inventory for it."""
    with running_lab() as lab:
        site = AnyCluster(tmp_path, kubeconfig, lab)
        with capsys.disabled():
            print(
                f"\ntarget: {site.kubectl('config', 'view', '--minify', '-o', 'jsonpath={..server}')}, names {PREFIX}*"
            )
        site.describe()
        yield site
        site.clean()
        assert lab.control.violations() == []


def test_a_site_comes_and_goes(site: AnyCluster) -> None:
    first = site.play("site")
    assert {host for _task, host in first} == {"platform", TENANT}
    assert site.names("namespaces") == {f"namespace/{NAMESPACE}", f"namespace/{TENANT}"}
    ready = site.kubectl("get", "deployments", "-n", TENANT, "-o", "jsonpath={..readyReplicas}")
    assert ready == "1", "the agent runs"
    assert site.play("site") == []

    gone = {"tenant_state": "absent", "tenant_confirm_removal": TENANT}
    assert {host for _task, host in site.play("tenants", **gone)} == {TENANT}
    assert site.names("namespaces") == {f"namespace/{NAMESPACE}"}
    assert [host for _task, host in site.play("cluster", clearml_server_state="absent")] == ["platform"]
    assert site.names("deployments,statefulsets,services", "-n", NAMESPACE) == set()
    assert "secret/clearml-supervisor" in site.names("secrets", "-n", NAMESPACE)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the collection's playbooks against a platform, and tells what they changed and what they cost."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab.apps.build import KEY, archive
from lab.charts.build import BILLING, FILE, Chart, write
from lab.kube import binaries
from lab.platform.testing import RunningPlatform

COLLECTION = Path(__file__).resolve().parent.parent
INVENTORY = Path("inventories") / "lab"
_TASK = re.compile(r"(?:TASK|RUNNING HANDLER) \[(.*)\] \*+$")
_CHANGED = re.compile(r"changed: \[([^\]]+)\]")
#: What a shell may have told Ansible, ClearML, Helm and Kubernetes.
_FOREIGN = ("ANSIBLE_", "CLEARML_", "HELM_", "K8S_AUTH_", "KUBE")
_KEPT = ("ANSIBLE_COLLECTIONS_PATH", "ANSIBLE_CONFIG", "ANSIBLE_HOME")


@dataclass(frozen=True)
class Cost:
    """What a run asked of the ClearML API and of Kubernetes; a dry run is no write."""

    api_requests: int
    api_writes: int
    kube_requests: int
    kube_writes: int

    @property
    def requests(self) -> int:
        """All of them."""
        return self.api_requests + self.kube_requests

    @property
    def writes(self) -> int:
        """Those that changed something, or would have."""
        return self.api_writes + self.kube_writes


@dataclass(frozen=True)
class Run:
    """One run of a playbook.

    :ivar changed: task and host of everything that reported a change, in order
    """

    command: str
    code: int
    output: str
    seconds: float
    changed: list[tuple[str, str]]
    cost: Cost


@dataclass
class Site:
    """An inventory, and the platform that it is applied to.

    :ivar folder: a private folder for key pairs, caches and whatever else a run leaves
    :ivar helm: which Helm the playbooks find
    :ivar whole: whether it has every component of the platform, or the server alone
    """

    platform: RunningPlatform
    folder: Path
    packaging: str = "oci"
    inventory: Path = INVENTORY
    helm: str = "3.18"
    whole: bool = False
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> Path:
        """Where the tenants' key pairs go."""
        return self.folder / "keys"

    def environment(self) -> dict[str, str]:
        """What a playbook's process gets: nothing that the shell points to, and where this platform is."""
        registry = self.platform.registry
        kept = {
            name: value
            for name, value in os.environ.items()
            if name in _KEPT or not (name.startswith(_FOREIGN) or name.lower().endswith("_proxy"))
        }
        helm = binaries.helm(self.helm).parent
        return {
            **kept,
            "ANSIBLE_NOCOLOR": "true",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "HOME": str(self.folder),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(helm), os.environ["PATH"]]),
            "CLEARML_LAB_KUBECONFIG": str(self.platform.kube.kubeconfig),
            "CLEARML_LAB_API_HOST": self.platform.api_url,
            "CLEARML_LAB_PACKAGING": self.packaging,
            "CLEARML_LAB_CHARTS": registry.oci_prefix if self.packaging == "oci" else registry.classic_url,
            "CLEARML_LAB_CHARTS_CA": registry.ca_file or "",
            "CLEARML_LAB_TOKEN": registry.token,
            "CLEARML_LAB_KEYS": str(self.keys),
            "CLEARML_LAB_OIDC_URL": self.platform.oidc_url,
            **(self._components() if self.whole else {}),
            **self.variables,
        }

    def _components(self) -> dict[str, str]:
        registry = self.platform.registry
        return {
            "CLEARML_LAB_WHOLE": "yes",
            "CLEARML_LAB_NVIDIA_CHARTS": registry.nvidia_url,
            "CLEARML_LAB_BITNAMI_CHARTS": registry.bitnami_url,
            "CLEARML_LAB_BILLING_CHART": str(write(Chart(BILLING, FILE, "1.1.0"), self.folder)),
            "CLEARML_LAB_APPLICATIONS": registry.applications_url(KEY),
            "CLEARML_LAB_APPLICATIONS_CHECKSUM": hashlib.sha256(archive(KEY)).hexdigest(),
        }

    def command(self, playbook: str, *options: str) -> list[str]:
        """How a person would run it."""
        return ["ansible-playbook", f"clearml.enterprise.{playbook}", "-i", str(self.inventory), *options]

    def play(self, playbook: str, *options: str, environment: Mapping[str, str] | None = None) -> Run:
        """Run one of the collection's playbooks."""
        command = self.command(playbook, *options)
        before, start = self._counts(), time.monotonic()
        done = subprocess.run(
            command,
            check=False,
            cwd=COLLECTION,
            env={**self.environment(), **(environment or {})},
            capture_output=True,
            text=True,
        )
        seconds, after = time.monotonic() - start, self._counts()
        cost = Cost(*(now - then for now, then in zip(after, before, strict=True)))
        output = done.stdout + done.stderr
        return Run(" ".join(command), done.returncode, output, seconds, changes(done.stdout), cost)

    def helm_by_hand(self, *arguments: str, fails: bool = False) -> None:
        """Helm, as a person would run it beside the playbooks.

        :raises RuntimeError: if it fails, or does not where it should
        """
        command = [str(binaries.helm(self.helm)), *arguments, "--kubeconfig", str(self.platform.kube.kubeconfig)]
        environment = {**self.environment(), "HELM_CACHE_HOME": str(self.folder / "by-hand")}
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
        if bool(done.returncode) is not fails:
            raise RuntimeError(f"helm {' '.join(arguments)}: {done.stdout}{done.stderr}")

    def chart(self, name: str) -> str:
        """The newest archive of a chart that the playbooks have fetched."""
        charts = self.folder / ".cache" / "clearml.enterprise" / "charts"
        return str(sorted(charts.rglob(f"{name}-[0-9]*.tgz"))[-1])

    def objects(self, resource: str) -> list[dict[str, Any]]:
        """The cluster's objects of a resource."""
        state = self.platform.kube.control.state()
        return [entry["object"] for entry in state["objects"] if entry["resource"] == resource]

    def releases(self) -> list[dict[str, Any]]:
        """The newest record of every Helm release of the cluster."""
        newest: dict[tuple[str, str], dict[str, Any]] = {}
        for one in self.objects("secrets"):
            if one.get("type") == "helm.sh/release.v1":
                record = json.loads(gzip.decompress(base64.b64decode(base64.b64decode(one["data"]["release"]))))
                key = (record["namespace"], record["name"])
                if key not in newest or record["version"] > newest[key]["version"]:
                    newest[key] = record
        return [newest[key] for key in sorted(newest)]

    def release(self, name: str, namespace: str) -> dict[str, Any]:
        """The newest record of one release; empty if there is none."""
        found = [one for one in self.releases() if (one["name"], one["namespace"]) == (name, namespace)]
        return found[0] if found else {}

    def _counts(self) -> tuple[int, int, int, int]:
        api, kube = self.platform.control.counts(), self.platform.kube.control.counts()
        return api["total"], api["writes"], kube["total"], kube["writes"]


def changes(output: str) -> list[tuple[str, str]]:
    """Task and host of every change that Ansible's default output tells; each item of a loop is one."""
    found: list[tuple[str, str]] = []
    task = ""
    for line in output.splitlines():
        headline = _TASK.match(line)
        changed = _CHANGED.match(line)
        if headline:
            task = headline[1]
        elif changed:
            found.append((task, changed[1]))
    return found

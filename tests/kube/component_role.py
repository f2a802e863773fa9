# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of a role that installs one component, with the real helm, against the lab's cluster and registries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from lab.kube import binaries
from lab.kube.testing import RunningKube
from lab.registry.testing import RunningRegistry
from tests.integration.parity.playbook import Run, run_playbook
from tests.kube.programs import Program, environment
from tests.support.cluster import Cluster, Json

RELEASE = "clearml.enterprise.helm_release : The release"
#: What the images are pulled with; it is a secret of the namespace and a value of some charts.
TOKEN = "for-images-only-4711"


def classic(registry: RunningRegistry) -> Json:
    """The product's classic repository, which takes its token as the user too."""
    return _source(registry, registry.classic_url, registry.token, registry.token)


def oci(registry: RunningRegistry) -> Json:
    """The product's registry."""
    return _source(registry, registry.oci_prefix, registry.username, registry.token)


def public(registry: RunningRegistry, url: str) -> Json:
    """A repository that asks for nobody."""
    return _source(registry, url, "", "")


def _source(registry: RunningRegistry, url: str, username: str, password: str) -> Json:
    return {
        "chart_source": url,
        "chart_username": username,
        "chart_password": password,
        "chart_ca_path": str(registry.ca_file),
    }


class Component:
    """One role, and the cluster that it works on.

    :ivar hidden: texts that no run may print
    """

    def __init__(self, role: str, folder: Path, kube: RunningKube, registry: RunningRegistry, **given: Any) -> None:
        self.role = role
        self.folder = folder
        self.kube = kube
        self.registry = registry
        self.cluster = Cluster(kube)
        self.given = {"kubeconfig": str(kube.kubeconfig), **given}
        self.hidden = {TOKEN, registry.token}

    def add_token(self, namespace: str) -> None:
        """The namespace, and in it what the role registry_login keeps for charts that take a token."""
        self.cluster.add_namespace(namespace)
        self.cluster.add_secret("clearml-registry", namespace, {"token": TOKEN})

    def run(self, *options: str, **variables: Any) -> Run:
        """One run, as talkative as can be."""
        given = {f"{self.role}_{name}": value for name, value in {**self.given, **variables}.items()}
        home = {"HOME": str(self.folder), "PATH": f"{binaries.helm('4.3').parent}:/usr/bin:/bin"}
        fact = {"name": "Result", "ansible.builtin.debug": {"var": f"{self.role}_result"}}
        play = {"roles": [f"clearml.enterprise.{self.role}"], "tasks": [fact]}
        run = run_playbook(self.folder / "run", [play], "-vvv", "--diff", *options, variables=given, environment=home)
        for text in self.hidden:
            assert text not in run.output
        return run

    def result(self, *options: str, **variables: Any) -> Any:
        """What the role hands over."""
        run = self.run(*options, **variables)
        assert run.code == 0, run.output[-6000:]
        return run.results["Result"][f"{self.role}_result"]

    def changes(self, *options: str, **variables: Any) -> list[str]:
        """The tasks that changed something."""
        run = self.run(*options, **variables)
        assert run.code == 0, run.output[-6000:]
        return [
            name for name, text in run.sections().items() if "changed: [tenant]" in text and name != "Keep the results"
        ]

    def refused(self, *options: str, **variables: Any) -> str:
        """Why a run fails, which writes nothing."""
        before = self.kube.control.writes()
        run = self.run(*options, **variables)
        assert run.code == 2, run.output[-6000:]
        assert self.kube.control.writes() == before
        return " ".join(run.output.replace("\\n", " ").split())

    def foreseen(self, **variables: Any) -> list[str]:
        """The changes of a check run, which writes nothing and asks no registry, and of the run that it foresaw."""
        before = self._touched()
        foreseen = self.changes("--check", **variables)
        assert self._touched() == before
        assert self.changes(**variables) == foreseen
        return foreseen

    def settles(self, **variables: Any) -> list[str]:
        """The same, and that another run has nothing left to do and to ask."""
        foreseen = self.foreseen(**variables)
        before = self._touched()
        assert self.changes(**variables) == []
        assert self._touched() == before
        return foreseen

    def _touched(self) -> tuple[int, dict[str, int]]:
        return self.kube.control.writes(), self.registry.counts()

    def helm(self, *arguments: str) -> str:
        """What helm says of a release."""
        return Program(binaries.helm("4.3"), environment(self.kube, self.folder))(*arguments)

    def release(self, name: str, namespace: str) -> tuple[str, Json]:
        """Version and values of a release, as helm keeps them."""
        about = yaml.safe_load(self.helm("get", "metadata", name, "-n", namespace, "-o", "yaml"))
        values = yaml.safe_load(self.helm("get", "values", name, "-n", namespace, "-o", "yaml"))
        return about["version"], values or {}

    def names(self, kind: str, namespace: str, group: str = "/apis/apps/v1") -> set[str]:
        """The objects of a namespace."""
        items = self.cluster.read(f"{group}/namespaces/{namespace}/{kind}")["items"]
        return {one["metadata"]["name"] for one in items}

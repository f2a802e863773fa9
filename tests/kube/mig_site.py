# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of the role mig, and reboots of the laboratory's nodes."""

from __future__ import annotations

import sys
import typing as t
from pathlib import Path

from lab.kube.testing import RunningKube
from tests.integration.parity.playbook import COLLECTION, Run, run_playbook
from tests.support.cluster import Cluster, Json
from tests.support.gpu_nodes import CDMO

NODES = ("gpu-node-1", "gpu-node-2")
PLUGIN_CONFIG = "nvidia.com/device-plugin.config"
#: A node in the laboratory's hands: what a site does with ssh or its cloud's own program.
REBOOT = """
import os, sys
sys.path.insert(0, {root!r})
from lab.kube.control import Control
node = os.environ["NODE"]
print(node, os.environ["NODE_ADDRESS"])
Control({url!r}, {token!r}).reboot(node, seconds=0.3, comes_back={comes_back})
"""


class MigSite:
    """Runs of the role on two GPU nodes."""

    def __init__(self, folder: Path, kube: RunningKube) -> None:
        self._folder = folder
        self.control = kube.control
        self.cluster = Cluster(kube)
        self.fitting: dict[str, t.Any] = {
            "mig_kubeconfig": str(kube.kubeconfig),
            "mig_nodes": [{"name": name} for name in NODES],
            "mig_pod_timeout": 10,
        }

    def run(self, *options: str, code: int = 0, **variables: t.Any) -> Run:
        """One run of the role."""
        given = {**self.fitting, **{f"mig_{name}": value for name, value in variables.items()}}
        play: dict[str, t.Any] = {"roles": ["clearml.enterprise.mig"], "tasks": []}
        run = run_playbook(self._folder / "run", [play], "-v", "--diff", *options, variables=given)
        assert run.code == code, run.output
        return run

    def changes(self, *options: str, **variables: t.Any) -> list[str]:
        """The tasks of a run that changed something."""
        sections = self.run(*options, **variables).sections()
        return [
            name.rpartition(" : ")[2]
            for name, text in sections.items()
            if "changed: [tenant]" in text and "Keep" not in name
        ]

    def settle(self, **variables: t.Any) -> list[str]:
        """A check run, which writes nothing and foresees the run; the run; another one that changes nothing."""
        before = (self.control.writes(), [self.control.gpus(node) for node in NODES])
        foreseen = self.changes("--check", **variables)
        assert (self.control.writes(), [self.control.gpus(node) for node in NODES]) == before
        done = self.changes(**variables)
        # What the site's command does, only the site knows.
        assert foreseen == [name for name in done if name != "Run the site's command"]
        self.nothing_is_left(**variables)
        return done

    def nothing_is_left(self, **variables: t.Any) -> None:
        """One more run writes nothing."""
        writes = self.control.writes()
        assert self.changes(**variables) == [] and self.control.writes() == writes

    def allow_reboots(self, comes_back: bool = True) -> None:
        """From now on the role may."""
        script = self._folder / "reboot.py"
        token = self.control._session.headers["X-Lab-Token"]
        script.write_text(REBOOT.format(root=str(COLLECTION), url=self.control.url, token=token, comes_back=comes_back))
        self.fitting |= {"mig_allow_reboot": True, "mig_reboot_command": f'"{sys.executable}" "{script}"'}

    def node(self, name: str) -> Json:
        """A node as it stands."""
        return self.cluster.read(f"/api/v1/nodes/{name}")

    def labels(self, name: str = NODES[0]) -> tuple[str | None, str | None]:
        """The two that the role keeps."""
        labels = self.node(name)["metadata"]["labels"]
        return labels.get(CDMO), labels.get(PLUGIN_CONFIG)

    def is_open(self, name: str = NODES[0]) -> bool:
        """Whether new pods may come."""
        return not self.node(name)["spec"].get("unschedulable")

    def modes(self, name: str = NODES[0]) -> set[tuple[str, str]]:
        """Modes in force and pending."""
        return {(gpu["current"], gpu["pending"]) for gpu in self.control.gpus(name)}

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting, finding and stopping clusters; each has a folder ``.lab/kube-<name>`` (or below LAB_HOME)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lab import background
from lab.kube.control import Control
from lab.kube.files import INFO_FILE


class KubeError(Exception):
    """A cluster that does not start, stop or exist."""


@dataclass(frozen=True)
class Info:
    """What kube.json says about a running cluster."""

    name: str
    pid: int
    url: str
    kubeconfig: str
    ca_file: str
    token: str = field(repr=False)
    control_url: str
    control_token: str = field(repr=False)

    def control(self) -> Control:
        """A client for its control API."""
        return Control(self.control_url, self.control_token)


@dataclass(frozen=True)
class Options:
    """How a cluster starts; port 0 is any free one, ``settings`` are those of lab.kube.cluster.Settings."""

    port: int = 0
    control_port: int = 0
    settings: Mapping[str, float] = field(default_factory=dict)
    watch_pid: int | None = None


SERVERS = background.Servers("lab.kube", "cluster", "kube-", INFO_FILE, Info, KubeError)
folder, running, running_in = SERVERS.folder, SERVERS.running, SERVERS.running_in
up, up_in, down, down_in = SERVERS.up, SERVERS.up_in, SERVERS.down, SERVERS.down_in

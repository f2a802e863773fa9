# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting, finding and stopping platforms; each has a folder ``.lab/platform-<name>`` (or below LAB_HOME)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lab import background
from lab.control import Control
from lab.kube.instance import Info as KubeInfo
from lab.platform.charts import RegistryInfo
from lab.platform.files import INFO_FILE


class PlatformError(Exception):
    """A platform that does not start, stop or exist."""


@dataclass(frozen=True)
class Info:
    """What platform.json says about a running platform."""

    name: str
    pid: int
    kube: KubeInfo
    registry: RegistryInfo
    api_url: str
    control_url: str
    control_token: str = field(repr=False)
    ca_file: str | None

    def control(self) -> Control:
        """A client for the control API of the ClearML side."""
        return Control(self.control_url, self.control_token)


@dataclass(frozen=True)
class Options:
    """How a platform starts; port 0 is any free one.

    ``settings`` are those of lab.kube.cluster.Settings, ``switches`` those of lab.switches.
    """

    kube_port: int = 0
    api_port: int = 0
    tls: bool = False
    settings: Mapping[str, float] = field(default_factory=dict)
    switches: Mapping[str, Any] = field(default_factory=dict)
    watch_pid: int | None = None


def _read(kube: Mapping[str, Any], registry: Mapping[str, Any], **rest: Any) -> Info:
    return Info(kube=KubeInfo(**kube), registry=RegistryInfo(**registry), **rest)


SERVERS = background.Servers("lab.platform", "platform", "platform-", INFO_FILE, _read, PlatformError)

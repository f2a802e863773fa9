# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A platform for the length of a test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.control import Control
from lab.kube.testing import RunningKube
from lab.platform.charts import RegistryInfo
from lab.platform.instance import SERVERS, Options


@dataclass(frozen=True)
class RunningPlatform:
    """What a test needs: ``control`` is that of the ClearML side, ``kube`` has its own."""

    kube: RunningKube
    api_url: str
    control: Control
    registry: RegistryInfo
    ca_file: str | None

    @property
    def oidc_url(self) -> str:
        """The discovery document of the platform's OIDC provider."""
        return self.control.oidc_url


@contextmanager
def running_platform(
    *,
    kube_port: int = 0,
    api_port: int = 0,
    tls: bool = False,
    switches: Mapping[str, Any] | None = None,
    **settings: float,
) -> Iterator[RunningPlatform]:
    """Start a platform on free ports in a folder of its own, and leave nothing of it behind.

    ``settings`` are those of lab.kube.cluster.Settings.  The platform also ends when the test process dies.
    """
    with tempfile.TemporaryDirectory(prefix="clearml-platform-") as parent:
        home = Path(parent) / "platform"
        options = Options(
            kube_port=kube_port,
            api_port=api_port,
            tls=tls,
            settings=settings,
            switches=switches or {},
            watch_pid=os.getpid(),
        )
        info, _started = SERVERS.up_in(home, "test", options)
        try:
            yield RunningPlatform(
                kube=RunningKube.of(info.kube),
                api_url=info.api_url,
                control=info.control(),
                registry=info.registry,
                ca_file=info.ca_file,
            )
        finally:
            SERVERS.down_in(home)

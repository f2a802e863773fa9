# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster for the length of a test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lab.kube import instance
from lab.kube.control import Control


@dataclass(frozen=True)
class RunningKube:
    """What a test needs to talk to its cluster."""

    url: str
    kubeconfig: Path
    ca_file: Path
    token: str = field(repr=False)
    control: Control

    @classmethod
    def of(cls, info: instance.Info) -> RunningKube:
        """From what is known of a running one."""
        return cls(
            url=info.url,
            kubeconfig=Path(info.kubeconfig),
            ca_file=Path(info.ca_file),
            token=info.token,
            control=info.control(),
        )


@contextmanager
def running_kube(*, port: int = 0, control_port: int = 0, **settings: float) -> Iterator[RunningKube]:
    """Start a cluster on free ports in a folder of its own, and leave nothing of it behind.

    ``settings`` are those of lab.kube.cluster.Settings.  The cluster also ends when the test process dies.
    """
    with tempfile.TemporaryDirectory(prefix="clearml-kube-") as parent:
        home = Path(parent) / "kube"
        options = instance.Options(port=port, control_port=control_port, settings=settings, watch_pid=os.getpid())
        info, _started = instance.up_in(home, "test", options)
        try:
            yield RunningKube.of(info)
        finally:
            instance.down_in(home)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab for the length of a test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab import instance
from lab.control import Control


@dataclass(frozen=True)
class RunningLab:
    """What a test needs to talk to its lab."""

    url: str
    root_key: str
    root_secret: str = field(repr=False)
    system_key: str
    system_secret: str = field(repr=False)
    control: Control
    ca_file: str | None

    @property
    def oidc_url(self) -> str:
        """The discovery document of the lab's OIDC provider."""
        return self.control.oidc_url

    @property
    def oidc_broken_url(self) -> str:
        """A discovery URL at which there is only a page."""
        return self.control.oidc_broken_url


@contextmanager
def running_lab(
    *, switches: Mapping[str, Any] | None = None, tls: bool = False, **options: Any
) -> Iterator[RunningLab]:
    """Start a lab on free ports in a folder of its own, and leave nothing of it behind.

    ``options`` are those of lab.instance.Options.  The lab also ends when the test process dies.
    """
    with tempfile.TemporaryDirectory(prefix="clearml-lab-") as parent:
        home = Path(parent) / "lab"
        settings = instance.Options(tls=tls, switches=switches or {}, watch_pid=os.getpid(), **options)
        info, _started = instance.up_in(home, "test", settings)
        try:
            yield RunningLab(
                url=info.api_url,
                root_key=info.root_key,
                root_secret=info.root_secret,
                system_key=info.system_key,
                system_secret=info.system_secret,
                control=info.control(),
                ca_file=info.ca_file,
            )
        finally:
            instance.down_in(home)

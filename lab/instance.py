# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting, finding and stopping labs; each has a folder ``.lab/<name>`` (or below LAB_HOME)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lab import background
from lab.control import Control
from lab.private_files import INFO_FILE


class LabError(Exception):
    """A lab that does not start, stop or exist."""


@dataclass(frozen=True)
class Info:
    """What lab.json says about a running lab."""

    name: str
    pid: int
    api_url: str
    control_url: str
    control_token: str = field(repr=False)
    root_key: str
    root_secret: str = field(repr=False)
    system_key: str
    system_secret: str = field(repr=False)
    ca_file: str | None = None

    def control(self) -> Control:
        """A client for its control API."""
        return Control(self.control_url, self.control_token)


@dataclass(frozen=True)
class Options:
    """How a lab starts; keys that are None are made up, port 0 is any free one."""

    port: int = 0
    control_port: int = 0
    tls: bool = False
    switches: Mapping[str, Any] = field(default_factory=dict)
    root_key: str | None = None
    root_secret: str | None = field(default=None, repr=False)
    system_key: str | None = None
    system_secret: str | None = field(default=None, repr=False)
    watch_pid: int | None = None


SERVERS = background.Servers("lab", "lab", "", INFO_FILE, Info, LabError)
folder, running, running_in = SERVERS.folder, SERVERS.running, SERVERS.running_in
up, up_in, down, down_in = SERVERS.up, SERVERS.up_in, SERVERS.down, SERVERS.down_in

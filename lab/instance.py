# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting, finding and stopping labs; each has a folder ``.lab/<name>`` (or below LAB_HOME)."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab import background
from lab.control import Control, ControlError
from lab.private_files import INFO_FILE

_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")


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


def folder(name: str) -> Path:
    """The folder of a lab of that name."""
    if not _NAME.match(name):
        raise LabError(f"a lab's name has letters, digits, dots, dashes and underscores, unlike {name!r}")
    return Path(os.environ.get("LAB_HOME", ".lab")).absolute() / name


def running(name: str) -> Info | None:
    """The lab of that name if it answers; a folder alone (a crash, a reboot) counts as none."""
    return running_in(folder(name))


def running_in(home: Path) -> Info | None:
    """The same for the lab in a folder."""
    try:
        document = json.loads((home / INFO_FILE).read_text(encoding="utf-8"))
        info = Info(**document)
        # A process id can belong to somebody else by now: only the token's owner is the lab.
        return info if info.control().ping() == info.pid else None
    except (OSError, ValueError, TypeError, ControlError):
        return None


def up(name: str, options: Options) -> tuple[Info, bool]:
    """The running lab of that name and whether it was started just now."""
    return up_in(folder(name), name, options)


def up_in(home: Path, name: str, options: Options) -> tuple[Info, bool]:
    """The same for a lab in a folder of the caller's choice."""
    info = running_in(home)
    if info is not None:
        return info, False
    down_in(home)
    start = {**vars(options), "name": name, "switches": dict(options.switches)}
    try:
        return background.start("lab", home, json.dumps(start), lambda: running_in(home)), True
    except background.StartError as error:
        raise LabError(f"the lab {name} did not start:\n{error}") from None


def down(name: str) -> bool:
    """Stop a lab and remove its folder; False if there was neither."""
    return down_in(folder(name))


def down_in(home: Path) -> bool:
    """The same for the lab in a folder."""
    info = running_in(home)
    return background.stop(home, info.pid if info is not None else background.silent(home, INFO_FILE))

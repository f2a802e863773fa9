# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting, finding and stopping clusters; each has a folder ``.lab/kube-<name>`` (or below LAB_HOME)."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lab import background
from lab.kube.control import Control, ControlError
from lab.kube.files import INFO_FILE

_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")


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


def folder(name: str) -> Path:
    """The folder of a cluster of that name."""
    if not _NAME.match(name):
        raise KubeError(f"a cluster's name has letters, digits, dots, dashes and underscores, unlike {name!r}")
    return Path(os.environ.get("LAB_HOME", ".lab")).absolute() / f"kube-{name}"


def running(name: str) -> Info | None:
    """The cluster of that name if it answers; a folder alone (a crash, a reboot) counts as none."""
    return running_in(folder(name))


def running_in(home: Path) -> Info | None:
    """The same for the cluster in a folder."""
    try:
        document = json.loads((home / INFO_FILE).read_text(encoding="utf-8"))
        info = Info(**document)
        # A process id can belong to somebody else by now: only the token's owner is the cluster.
        return info if info.control().ping() == info.pid else None
    except (OSError, ValueError, TypeError, ControlError):
        return None


def up(name: str, options: Options) -> tuple[Info, bool]:
    """The running cluster of that name and whether it was started just now."""
    return up_in(folder(name), name, options)


def up_in(home: Path, name: str, options: Options) -> tuple[Info, bool]:
    """The same for a cluster in a folder of the caller's choice."""
    info = running_in(home)
    if info is not None:
        return info, False
    down_in(home)
    start = {**vars(options), "name": name, "settings": dict(options.settings)}
    try:
        return background.start("lab.kube", home, json.dumps(start), lambda: running_in(home)), True
    except background.StartError as error:
        raise KubeError(f"the cluster {name} did not start:\n{error}") from None


def down(name: str) -> bool:
    """Stop a cluster and remove its folder; False if there was neither."""
    return down_in(folder(name))


def down_in(home: Path) -> bool:
    """The same for the cluster in a folder."""
    info = running_in(home)
    return background.stop(home, info.pid if info is not None else background.silent(home, INFO_FILE))

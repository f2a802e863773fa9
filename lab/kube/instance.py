# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting, finding and stopping clusters; each has a folder ``.lab/kube-<name>`` (or below LAB_HOME)."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lab.kube.control import Control, ControlError
from lab.kube.private_files import INFO_FILE, START_FILE, write_private

_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
_START_SEC = 20.0
_STOP_SEC = 10.0


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
    home.mkdir(parents=True, mode=0o700)
    home.chmod(0o700)
    start = {**vars(options), "name": name, "settings": dict(options.settings)}
    write_private(home / START_FILE, json.dumps(start))
    child = _spawn(home)
    deadline = time.monotonic() + _START_SEC
    while time.monotonic() < deadline:
        info = running_in(home) if (home / INFO_FILE).exists() else None
        if info is not None:
            return info, True
        if child.poll() is not None:
            break
        time.sleep(0.02)
    child.kill()
    child.wait()
    log = (home / "log").read_text(encoding="utf-8", errors="replace")[-2000:]
    _remove(home)
    raise KubeError(f"the cluster {name} did not start:\n{log}")


def _spawn(home: Path) -> subprocess.Popen[bytes]:
    """The server as a detached child; its options wait in a file, since arguments are for all to see."""
    package_parent = str(Path(__file__).parent.parent.parent)
    path = os.pathsep.join(filter(None, [package_parent, os.environ.get("PYTHONPATH")]))
    descriptor = os.open(home / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "lab.kube", "serve", str(home)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": path},
        )


def down(name: str) -> bool:
    """Stop a cluster and remove its folder; False if there was neither."""
    return down_in(folder(name))


def down_in(home: Path) -> bool:
    """The same for the cluster in a folder."""
    info = running_in(home)
    pid = info.pid if info is not None else _silent(home)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SEC
        while _alive(pid):
            if time.monotonic() > deadline:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
    existed = home.exists()
    _remove(home)
    return existed


def _silent(home: Path) -> int | None:
    """The process of a cluster that does not answer, if its command line proves that it is still that cluster."""
    try:
        pid = int(json.loads((home / INFO_FILE).read_text(encoding="utf-8"))["pid"])
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return pid if str(home) in words and "serve" in words else None


def _alive(pid: int) -> bool:
    """Whether a process runs; one that ended but was not yet asked for by its parent does not."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        # The state is the first word after the command's name, which is in brackets and may hold anything.
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return True


def _remove(home: Path) -> None:
    """Remove a cluster's folder, and the one above if that is empty then."""
    shutil.rmtree(home, ignore_errors=True)
    with contextlib.suppress(OSError):
        home.parent.rmdir()

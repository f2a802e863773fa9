# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that go on in the background; each has a folder of its own with its options, its log and what it tells."""

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
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from lab.control_client import ControlClient, ControlError
from lab.private_files import START_FILE, write_private

_START_SEC = 20.0
_STOP_SEC = 10.0

_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")


class Answering(Protocol):
    """What is known of a running server."""

    @property
    def pid(self) -> int:
        """Its process."""

    def control(self) -> ControlClient:
        """A client for its control API."""


Info = TypeVar("Info", bound=Answering)


class StartError(Exception):
    """A server that ended, or did not answer in time; its text is the end of the log."""


@dataclass(frozen=True)
class Servers(Generic[Info]):
    """The servers of one kind: starting, finding and stopping them by name or by folder."""

    package: str
    """``python -m <package> serve <folder>`` is the server."""

    noun: str
    """What messages call one."""

    prefix: str
    """What a folder's name has in front of the server's."""

    info_file: str
    """What the server writes into its folder when it is ready."""

    read: Callable[..., Info]
    """Makes an Info of what that file says."""

    error: type[Exception]
    """Raised when one does not start, or cannot be called that."""

    def folder(self, name: str) -> Path:
        """The folder of the server of that name: ``.lab/<prefix><name>``, or below LAB_HOME."""
        if not _NAME.match(name):
            allowed = "letters, digits, dots, dashes and underscores"
            raise self.error(f"a {self.noun}'s name has {allowed}, unlike {name!r}")
        return Path(os.environ.get("LAB_HOME", ".lab")).absolute() / f"{self.prefix}{name}"

    def running(self, name: str) -> Info | None:
        """The server of that name if it answers; a folder alone (a crash, a reboot) counts as none."""
        return self.running_in(self.folder(name))

    def running_in(self, home: Path) -> Info | None:
        """The same for the server in a folder."""
        try:
            info = self.read(**json.loads((home / self.info_file).read_text(encoding="utf-8")))
            # A process id can belong to somebody else by now: only the token's owner is the server.
            return info if info.control().ping() == info.pid else None
        except (OSError, ValueError, TypeError, ControlError):
            return None

    def up(self, name: str, options: Any) -> tuple[Info, bool]:
        """The running server of that name and whether it was started just now; ``options`` is a dataclass."""
        return self.up_in(self.folder(name), name, options)

    def up_in(self, home: Path, name: str, options: Any) -> tuple[Info, bool]:
        """The same for a server in a folder of the caller's choice."""
        info = self.running_in(home)
        if info is not None:
            return info, False
        self.down_in(home)
        order = json.dumps({**vars(options), "name": name}, default=dict)
        try:
            return start(self.package, home, order, lambda: self.running_in(home)), True
        except StartError as error:
            raise self.error(f"the {self.noun} {name} did not start:\n{error}") from None

    def down(self, name: str) -> bool:
        """Stop a server and remove its folder; False if there was neither."""
        return self.down_in(self.folder(name))

    def down_in(self, home: Path) -> bool:
        """The same for the server in a folder."""
        info = self.running_in(home)
        return stop(home, info.pid if info is not None else silent(home, self.info_file))


def start(package: str, home: Path, options: str, answering: Callable[[], Info | None]) -> Info:
    """Start ``python -m <package> serve <home>`` and wait until it answers.

    ``options`` is JSON for the server, which removes the file once it has read it.
    """
    home.mkdir(parents=True, mode=0o700)
    home.chmod(0o700)
    write_private(home / START_FILE, options)
    child = _spawn(package, home)
    deadline = time.monotonic() + _START_SEC
    while time.monotonic() < deadline:
        info = answering()
        if info is not None:
            return info
        if child.poll() is not None:
            break
        time.sleep(0.02)
    child.kill()
    child.wait()
    log = (home / "log").read_text(encoding="utf-8", errors="replace")[-2000:]
    remove(home)
    raise StartError(log)


def _spawn(package: str, home: Path) -> subprocess.Popen[bytes]:
    """The server as a detached child; its options wait in a file, since arguments are for all to see."""
    checkout = str(Path(__file__).parent.parent)
    path = os.pathsep.join(filter(None, [checkout, os.environ.get("PYTHONPATH")]))
    descriptor = os.open(home / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", package, "serve", str(home)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": path},
        )


def stop(home: Path, pid: int | None) -> bool:
    """End the process and remove the folder; False if there was neither."""
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SEC
        while _alive(pid):
            if time.monotonic() > deadline:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
    existed = home.exists()
    remove(home)
    return existed


def silent(home: Path, info_file: str) -> int | None:
    """The process of a server that does not answer, if its command line proves that it is still that server."""
    try:
        pid = int(json.loads((home / info_file).read_text(encoding="utf-8"))["pid"])
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


def remove(home: Path) -> None:
    """Remove the folder, and the one above if that is empty then."""
    shutil.rmtree(home, ignore_errors=True)
    with contextlib.suppress(OSError):
        home.parent.rmdir()

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that go on in the background; each has a folder of its own with its options, its log and what it tells."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from lab.private_files import START_FILE, write_private

_START_SEC = 20.0
_STOP_SEC = 10.0

Info = TypeVar("Info")


class StartError(Exception):
    """A server that ended, or did not answer in time; its text is the end of the log."""


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

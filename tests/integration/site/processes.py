# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The processes of a run: looked at while they work, or killed."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import types
import typing as t
from pathlib import Path

_PROC = Path("/proc")


def family(head: int) -> set[int]:
    """A process and all that descend from it."""
    parents: dict[int, int] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The name in the second column may hold anything but a line's end.
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[1]
                )
    found, more = {head}, {head}
    while more:
        more = {child for child, parent in parents.items() if parent in more} - found
        found |= more
    return found


def kill(head: int) -> None:
    """Kill a process and all that descend from it, before one can do anything about it."""
    killed: set[int] = set()
    while doomed := family(head) - killed:
        for process in doomed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGSTOP)
        killed |= doomed
    for process in killed:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


class Watch:
    """Looks at the arguments and the environments of all processes that this one starts, again and again.

    :ivar arguments: what it saw: arguments of processes
    :ivar variables: entries of their environments
    """

    def __init__(self) -> None:
        self.arguments: set[str] = set()
        self.variables: set[str] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look_on(self) -> None:
        while not self._over.wait(0.02):
            for process in family(os.getpid()) - {os.getpid()}:
                self.arguments |= _texts(process, "cmdline")
                self.variables |= _texts(process, "environ")


def _texts(process: int, file: str) -> set[str]:
    try:
        return set((_PROC / str(process) / file).read_text(errors="replace").split("\0"))
    except OSError:
        return set()


def holding(texts: t.Iterable[str], secrets: t.Iterable[str]) -> list[str]:
    """Those that hold a secret."""
    secrets = list(secrets)
    return [text for text in texts if any(secret in text for secret in secrets)]

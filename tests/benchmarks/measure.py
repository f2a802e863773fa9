# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times and memory of work, several times over, and how they are told."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import threading
import time
import typing as t
from dataclasses import dataclass, field
from pathlib import Path


def median(work: t.Callable[[], object], rounds: int) -> float:
    """Seconds that the work takes, the middle one of so many times."""
    times = []
    for _round in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def resident(process: int) -> int:
    """Bytes of memory that the largest of a process and its children holds now."""
    found = [_resident(process)]
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            children = (task / "children").read_text().split()
            found += [resident(int(child)) for child in children]
    return max(found)


def _resident(process: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def peak(command: list[str], **options: t.Any) -> tuple[float, int, str]:
    """Run a command: its seconds, the most bytes that one of its processes held, and what it said."""
    most = 0
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options) as process:

        def watch() -> None:
            nonlocal most
            while process.poll() is None:
                most = max(most, resident(process.pid))
                time.sleep(0.02)

        watcher = threading.Thread(target=watch)
        watcher.start()
        output = process.communicate()[0]
        watcher.join()
    if process.returncode:
        raise RuntimeError(output)
    return time.perf_counter() - began, most, output


@dataclass
class Table:
    """One table of the page.

    :ivar says: what the figures are of, and how they were got
    :ivar goal: what they should be
    """

    title: str
    says: str
    goal: str
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    result: str = ""

    def add(self, *cells: object) -> None:
        """One row."""
        self.rows.append(tuple(_text(cell) for cell in cells))
        print("   ", " | ".join(self.rows[-1]), flush=True)

    def markdown(self) -> str:
        """The table as a section."""
        lines = [f"## {self.title}", "", self.says, "", f"Goal: {self.goal}", ""]
        lines += [f"| {' | '.join(self.heads)} |", f"|{'|'.join([' --- '] + [' ---: '] * (len(self.heads) - 1))}|"]
        lines += [f"| {' | '.join(row)} |" for row in self.rows]
        return "\n".join([*lines, *(["", f"**{self.result}**"] if self.result else []), ""])


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.3g}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)

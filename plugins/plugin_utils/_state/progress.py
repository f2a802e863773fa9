# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a long task is, in the ordinary output of a run."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass, field

#: Seconds between two lines; a task that is done before the first stays silent.
INTERVAL = 5.0


@dataclass
class Progress:
    """Says from time to time how many of how many are done, how fast, and how long the rest takes."""

    what: str
    total: int
    say: t.Callable[[str], object]
    clock: t.Callable[[], float] = time.monotonic
    _began: float = field(init=False)
    _said: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self._said = self.clock()

    def __call__(self, done: int) -> None:
        """Note that so many are done."""
        now = self.clock()
        if now - self._said < INTERVAL or done >= self.total:
            return
        self._said = now
        rate = done / (now - self._began)
        left = (self.total - done) / rate
        self.say(f"{self.what}: {done} of {self.total}, {rate:.1f} a second, about {left:.0f} s left")

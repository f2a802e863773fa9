# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a long task is: told from time to time, silent where it is quick."""

from __future__ import annotations

from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.progress import Progress


def told(total: int, seconds_each: float) -> list[str]:
    """What is said while so many are done, one after the other."""
    now, said = [0.0], []
    progress = Progress("tenants looked at", total, said.append, lambda: now[0])
    for done in range(1, total + 1):
        now[0] += seconds_each
        progress(done)
    return said


def test_it_tells_how_many_how_fast_and_how_long_still() -> None:
    assert told(32, 0.5) == [
        "tenants looked at: 10 of 32, 2.0 a second, about 11 s left",
        "tenants looked at: 20 of 32, 2.0 a second, about 6 s left",
        "tenants looked at: 30 of 32, 2.0 a second, about 1 s left",
    ]


def test_what_is_quick_stays_silent() -> None:
    assert told(200, 0.02) == []


def test_the_last_one_is_not_told() -> None:
    assert told(2, 6.0) == ["tenants looked at: 1 of 2, 0.2 a second, about 6 s left"]

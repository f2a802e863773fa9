# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Labs that the tests share; each test starts from a fresh world."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab.testing import RunningLab, running_lab


@pytest.fixture(autouse=True)
def _without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the developer's environment has no way to this machine's loopback interface."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture(scope="session")
def shared_lab() -> Iterator[RunningLab]:
    with running_lab() as lab:
        yield lab


@pytest.fixture
def lab(shared_lab: RunningLab) -> RunningLab:
    shared_lab.control.reset()
    return shared_lab

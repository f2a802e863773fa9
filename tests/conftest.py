# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab that the tests talk to."""

from __future__ import annotations

import typing as t

import pytest

from lab.testing import RunningLab, running_lab
from tests.support.modules import Modules


@pytest.fixture(scope="session")
def lab_server() -> t.Iterator[RunningLab]:
    """One lab for all tests of this process."""
    with running_lab() as lab:
        yield lab


@pytest.fixture
def lab(lab_server: RunningLab) -> t.Iterator[RunningLab]:
    """The lab, as it is when it starts. Whoever sends it something that the contract does not have, fails."""
    control = lab_server.control
    control.reset()
    yield lab_server
    violations = control.violations()
    control.reset()
    assert violations == []


@pytest.fixture
def modules(lab: RunningLab) -> Modules:
    """The modules as the supervisor (role system) would run them."""
    return Modules(lab)


@pytest.fixture
def acme(modules: Modules) -> Modules:
    """The same, with a company acme, its automation admin and one user."""
    modules.company(name="acme", allowed_users=20)
    modules.user(company="acme", email="admin@acme.invalid", name="Acme automation", role="admin", internal=True)
    modules.user(company="acme", email="ann@acme.example", name="Ann Lee", role="user")
    modules.lab.control.clear_requests()
    return modules

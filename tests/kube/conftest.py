# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters that the tests share; each test starts from a fresh one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.kube import binaries
from lab.kube.testing import RunningKube, running_kube
from tests.kube.programs import Program, environment
from tests.kube.raw import Api


@pytest.fixture(scope="session")
def shared_kube() -> Iterator[RunningKube]:
    with running_kube(ready_seconds=0.1, finish_seconds=0.1) as cluster:
        yield cluster


@pytest.fixture
def kube(shared_kube: RunningKube) -> RunningKube:
    shared_kube.control.reset()
    return shared_kube


@pytest.fixture
def kubectl(kube: RunningKube, tmp_path: Path) -> Program:
    return Program(binaries.kubectl(), environment(kube, tmp_path))


@pytest.fixture
def newest_kubectl(kube: RunningKube, tmp_path: Path) -> Program:
    """The one that comes with helm 4.3; it sends much more as protobuf."""
    return Program(binaries.helm("4.3").parent / "kubectl", environment(kube, tmp_path))


@pytest.fixture(params=["3.18", "4.3"])
def helm(request: pytest.FixtureRequest, kube: RunningKube, tmp_path: Path) -> Program:
    return Program(binaries.helm(request.param), environment(kube, tmp_path))


@pytest.fixture
def api(kube: RunningKube) -> Api:
    return Api(kube)

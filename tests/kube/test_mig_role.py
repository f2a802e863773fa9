# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role mig without reboots."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.kube.testing import RunningKube
from tests.kube.mig_site import NODES, MigSite
from tests.support.gpu_nodes import add_device_plugin


@pytest.fixture
def site(tmp_path: Path, kube: RunningKube) -> MigSite:
    add_device_plugin(kube)
    return MigSite(tmp_path, kube)


def test_on_and_off(site: MigSite) -> None:
    """On both nodes, then off in the documented order."""
    site.settle()
    assert all(site.modes(name) == {("Enabled", "Enabled")} and site.labels(name) == ("mig", None) for name in NODES)
    site.changes(state="absent")
    assert all(site.modes(name) == {("Disabled", "Disabled")} and site.labels(name) == (None, None) for name in NODES)
    site.nothing_is_left(state="absent")


def test_with_the_other_operator_in_the_cluster(site: MigSite) -> None:
    """The device plugin is told which configuration a node has; one node is off by its own mode."""
    nodes = [{"name": NODES[0], "gpus": [1]}, {"name": NODES[1], "mode": "disabled"}]
    site.run(with_cfgi=True, nodes=nodes)
    assert site.labels() == ("mig", "mig") and site.labels(NODES[1]) == (None, "all-disabled")
    assert site.modes() == {("Enabled", "Enabled"), ("Disabled", "Disabled")}


def test_a_check_run_before_there_is_a_gpu_operator(tmp_path: Path, kube: RunningKube) -> None:
    site = MigSite(tmp_path, kube)
    assert site.changes("--check") == ["The mode of its GPUs"]
    assert kube.control.writes() == 0


def test_busy_gpus_stop_the_run(site: MigSite) -> None:
    site.control.set_gpus(NODES[1], {"processes": ["python3"]})
    output = site.run(code=2).output
    assert "4000, python3" in output
    assert site.labels(NODES[1]) == (None, None) and site.labels() == ("mig", None)


def test_a_reboot_that_is_not_allowed(site: MigSite) -> None:
    site.control.set_gpus(NODES[0], {"takes": "reboot"})
    output = site.run(code=2).output
    assert (
        "comes into force on node gpu-node-1 when it reboots" in output and "mig_allow_reboot does not allow" in output
    )
    assert site.labels() == (None, None) and site.is_open()
    assert site.modes(NODES[1]) == {("Disabled", "Disabled")}

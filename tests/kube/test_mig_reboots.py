# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role mig where a mode takes a reboot."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.kube.testing import RunningKube
from tests.kube.mig_site import NODES, MigSite
from tests.support.gpu_nodes import add_device_plugin, pod, running, wait_until


@pytest.fixture
def site(tmp_path: Path, kube: RunningKube) -> MigSite:
    add_device_plugin(kube)
    site = MigSite(tmp_path, kube)
    site.fitting["mig_nodes"] = [{"name": NODES[0]}]
    return site


def test_a_reboot(site: MigSite) -> None:
    """A check run foresees it once the mode is pending."""
    site.control.set_gpus(NODES[0], {"pending": "Enabled", "takes": "reboot"}, {"pending": "Enabled"})
    site.allow_reboots()
    boot_id = site.node(NODES[0])["status"]["nodeInfo"]["bootID"]
    done = site.settle()
    assert done == ["No pods are left", "Run the site's command", "The mode is in force", "Pods may come again"]
    assert site.modes() == {("Enabled", "Enabled")} and site.labels() == ("mig", None) and site.is_open()
    assert site.node(NODES[0])["status"]["nodeInfo"]["bootID"] != boot_id


def test_a_node_that_cannot_be_emptied_is_opened_again(site: MigSite) -> None:
    site.allow_reboots()
    site.control.set_gpus(NODES[0], {"takes": "reboot"})
    site.cluster.add("/api/v1/namespaces/default/pods", pod("task", NODES[0]))
    wait_until(lambda: running(site.cluster, "default") == ["task"])
    output = site.run(code=2).output
    assert "was not rebooted" in output and "nobody would start default/task again" in output
    assert site.is_open() and running(site.cluster, "default") == ["task"]
    site.run(drain_unmanaged=True)
    assert site.labels() == ("mig", None) and site.is_open()


def test_a_command_that_fails(site: MigSite) -> None:
    site.control.set_gpus(NODES[0], {"takes": "reboot"})
    assert "mig_reboot_command does not say how" in site.run(code=2, allow_reboot=True).output
    output = site.run(code=2, allow_reboot=True, reboot_command="echo no way to $NODE >&2; exit 3").output
    assert "Node gpu-node-1 was not rebooted" in output and "no way to gpu-node-1" in output
    assert site.is_open() and site.labels() == (None, None)


def test_a_node_that_does_not_come_back(site: MigSite) -> None:
    """It stays closed, and the next run that finds it well opens it."""
    site.allow_reboots(comes_back=False)
    site.control.set_gpus(NODES[0], {"takes": "reboot"})
    assert "has not rebooted after 1 s" in site.run(code=2, reboot_timeout=1).output
    assert not site.is_open() and site.labels() == (None, None)
    assert "Node gpu-node-1 is not ready" in site.run(code=2, pod_timeout=0).output
    site.control.reboot(NODES[0], seconds=0)
    site.run()
    assert site.is_open() and site.labels() == ("mig", None)

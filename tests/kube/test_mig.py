# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The MIG mode of GPUs, and nodes that are emptied for a reboot."""

from __future__ import annotations

import threading
import typing as t

import pytest

from lab.kube.control import ControlError
from lab.kube.testing import RunningKube
from tests.support.cluster import Cluster, Json
from tests.support.gpu_nodes import CDMO, OPERATOR, add_device_plugin, job, pod, replicas, running, wait_until
from tests.support.modules import Result, run_module

NODE = "gpu-node-1"
PODS = "/api/v1/namespaces/default/pods"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
LABEL = {CDMO: "mig"}
NO_LABEL = {CDMO: None}


class Site:
    """Runs of the modules on one node."""

    def __init__(self, kube: RunningKube) -> None:
        self.control = kube.control
        self.cluster = Cluster(kube)

    def try_(self, module: str, check: bool = False, **options: t.Any) -> Result:
        """One run, whatever comes of it."""
        given = {"kubeconfig": self.cluster.kubeconfig, "name": NODE, **options}
        return run_module(f"clearml_{module}", given, check=check)

    def run(self, module: str, **options: t.Any) -> Result:
        """A check run, which changes nothing and foresees the actions, and the real one."""
        before = (self.control.writes(), self.control.gpus(options.get("name", NODE)))
        foreseen = self.try_(module, check=True, **options)
        assert (self.control.writes(), self.control.gpus(options.get("name", NODE))) == before
        result = self.try_(module, **options)
        assert not result.get("failed"), result["msg"]
        assert foreseen["actions"] == result["actions"] and foreseen["diff"] == result["diff"]
        return result

    def settle(self, module: str, **options: t.Any) -> Result:
        """The same, and once more: nothing is left to do, and nothing is written."""
        result = self.run(module, **options)
        writes = self.control.writes()
        again = self.run(module, **options)
        assert not again["changed"] and self.control.writes() == writes
        return result

    def refuse(self, module: str, **options: t.Any) -> str:
        """The message of a run that fails before it changes anything; a check run says the same."""
        before = (self.control.writes(), self.control.gpus(NODE))
        told = [self.try_(module, check=check, **options) for check in (True, False)]
        assert all(one.get("failed") for one in told), told
        assert told[0]["msg"] == told[1]["msg"] and not told[1]["changed"]
        assert (self.control.writes(), self.control.gpus(NODE)) == before
        return str(told[1]["msg"])

    def labels(self) -> dict[str, str]:
        """The node's."""
        return dict(self.cluster.read(f"/api/v1/nodes/{NODE}")["metadata"]["labels"])

    def node(self) -> Json:
        """The node as it stands."""
        return self.cluster.read(f"/api/v1/nodes/{NODE}")

    def modes(self) -> list[tuple[str, str]]:
        """What is in force and what is pending."""
        return [(gpu["current"], gpu["pending"]) for gpu in self.control.gpus(NODE)]


@pytest.fixture
def site(kube: RunningKube) -> Site:
    add_device_plugin(kube)
    return Site(kube)


def commands(result: Result) -> list[str]:
    return [call for action in result["actions"] for call in action["calls"]]


def test_on_and_off(site: Site) -> None:
    on = site.settle("mig", labels=LABEL)
    assert commands(on) == [
        "nvidia-smi -i 0 -mig 1",
        "nvidia-smi -i 1 -mig 1",
        f"PATCH /api/v1/nodes/{NODE}",
    ]
    assert (on["active"], on["reboot_required"]) == (True, False)
    assert on["gpus"][1] == {
        "index": 1,
        "model": "NVIDIA A100-SXM4-80GB",
        "before": {"current": "Disabled", "pending": "Disabled"},
        "after": {"current": "Enabled", "pending": "Enabled"},
    }
    assert on["diff"]["after"]["labels"] == LABEL and on["diff"]["before"]["labels"] == {}
    assert site.labels()[CDMO] == "mig" and site.node()["status"]["allocatable"]["nvidia.com/gpu"] == "0"

    site.control.set_gpus(NODE, *({**gpu, "instances": ["1g.10gb"] * 2} for gpu in site.control.gpus(NODE)[:1]), {})
    off = site.settle("mig", mode="disabled", labels=NO_LABEL)
    assert commands(off) == [
        f"PATCH /api/v1/nodes/{NODE}",
        "nvidia-smi mig -i 0 -dci",
        "nvidia-smi mig -i 0 -dgi",
        "nvidia-smi -i 0 -mig 0",
    ]
    assert CDMO not in site.labels() and site.modes() == [("Disabled", "Disabled")] * 2
    assert site.node()["status"]["allocatable"]["nvidia.com/gpu"] == "2"


def test_off_with_nothing_to_destroy(site: Site) -> None:
    """No instances is fine."""
    site.control.set_gpus(NODE, {"current": "Enabled", "pending": "Enabled"})
    assert site.settle("mig", mode="disabled")["active"]


def test_some_gpus(site: Site) -> None:
    result = site.settle("mig", gpus=[1])
    assert commands(result) == ["nvidia-smi -i 1 -mig 1"]
    assert site.modes() == [("Disabled", "Disabled"), ("Enabled", "Enabled")]
    assert "has no GPU 2, 5; it has 0, 1. Correct gpus" in site.refuse("mig", gpus=[0, 2, 5])


def test_a_label_that_was_removed_by_hand(site: Site) -> None:
    site.settle("mig", labels=LABEL)
    site.cluster.patch(f"/api/v1/nodes/{NODE}", {"metadata": {"labels": NO_LABEL}})
    assert commands(site.settle("mig", labels=LABEL)) == [f"PATCH /api/v1/nodes/{NODE}"]
    assert site.labels()[CDMO] == "mig"


def test_gpus_with_processes(site: Site) -> None:
    site.control.set_gpus(NODE, {}, {"processes": ["python3"]})
    message = site.refuse("mig", labels=LABEL)
    assert "processes (ID, program) use its GPUs: 4000, python3" in message and "nothing was done" in message
    assert site.settle("mig", gpus=[0])["active"]
    site.control.set_gpus(NODE, {"current": "Enabled", "pending": "Enabled", "processes": ["train"]})
    assert "4000, train" in site.refuse("mig", mode="disabled", labels=NO_LABEL)


def test_gpus_with_pods(site: Site) -> None:
    """Processes of other containers are not seen everywhere; what pods were given is."""
    for name, resource in (("a", "nvidia.com/gpu"), ("b", "cpu")):
        site.cluster.add(PODS, pod(name, NODE, container={"resources": {"limits": {resource: "1"}}}))
    assert "its GPUs are given to default/a. Wait" in site.refuse("mig")
    site.cluster.delete(f"{PODS}/a")
    wait_until(lambda: running(site.cluster, "default") == ["b"])
    site.cluster.add(PODS, pod("c", "gpu-node-2", container={"resources": {"limits": {"nvidia.com/gpu": "1"}}}))
    assert site.settle("mig")["active"]


def test_a_reboot_is_pending(site: Site) -> None:
    """The label waits; while it does, a run has nothing to do but to say so."""
    site.control.set_gpus(NODE, {}, {"takes": "reboot"})
    first = site.try_("mig", labels=LABEL)
    assert (first["changed"], first["active"], first["reboot_required"]) == (True, False, True)
    assert first["gpus"][1]["after"] == {"current": "Disabled", "pending": "Enabled"} and CDMO not in site.labels()
    assert site.settle("mig", labels=LABEL)["reboot_required"]
    behind = site.try_("mig", labels=LABEL, assume_reboot=True, check=True)
    site.control.reboot(NODE, seconds=0.3)
    last = site.try_("mig", labels=LABEL, wait_timeout=10)
    assert behind["actions"] == last["actions"] != []
    assert last["active"] and site.labels()[CDMO] == "mig"


def test_a_pending_mode_is_taken_back(site: Site) -> None:
    site.control.set_gpus(NODE, {"current": "Disabled", "pending": "Enabled"})
    assert commands(site.settle("mig", mode="disabled")) == ["nvidia-smi -i 0 -mig 0"]


def test_gpus_that_cannot_be_divided(site: Site) -> None:
    site.control.set_gpus(NODE, {}, {"model": "Tesla T4", "current": "[N/A]", "pending": "[N/A]"})
    assert "GPU 1 (Tesla T4) cannot be divided. Name the others in gpus" in site.refuse("mig")
    assert not site.run("mig", mode="disabled")["changed"]


def test_nodes_that_nobody_can_look_into(site: Site) -> None:
    assert "The cluster has no node 'none'" in site.refuse("mig", name="none")
    assert "no label nvidia.com/gpu.present=true" in site.refuse("mig", name="cpu-node-1")
    site.control.reboot(NODE, comes_back=False)
    assert f"Node {NODE} is not ready" in site.refuse("mig")


def test_no_device_plugin(kube: RunningKube) -> None:
    """A run says what lacks; a check run takes it as an earlier task's, and foresees what the run does then."""
    site = Site(kube)
    assert "install the GPU operator" in site.try_("mig", labels=LABEL)["msg"]
    foreseen = site.try_("mig", labels=LABEL, check=True)
    assert foreseen["assumes"] == [f"the device plugin on node '{NODE}'"] and foreseen["gpus"] == []
    assert not site.try_("mig", mode="disabled", labels=NO_LABEL, check=True)["changed"]
    add_device_plugin(kube)
    assert site.try_("mig", labels=LABEL)["actions"] == foreseen["actions"]


def test_what_nvidia_smi_does_not_do(site: Site) -> None:
    site.control.add_script(r"nvidia-smi -i 0 -mig 1", stdout="All done.\n")
    result = site.try_("mig", labels=LABEL)
    assert "was asked for MIG mode Enabled and shows Disabled for GPU 0" in result["msg"] and result["changed"]
    site.control.add_script(r"nvidia-smi --query-gpu.*", stdout="NVML: Driver mismatch\n", exit_code=18)
    assert f"on node {NODE} ended with 18: NVML: Driver mismatch" in site.refuse("mig")
    assert CDMO not in site.labels()


def test_rights_and_labels(site: Site) -> None:
    site.control.set_access(denials=[{"verb": "get", "resource": "pods/exec"}])
    assert 'cannot get resource "pods/exec"' in site.refuse("mig")
    assert "labels.a is no text" in site.refuse("mig", labels={"a": True})


def test_other_containers_have_no_nvidia_smi(site: Site) -> None:
    site.cluster.add(f"/api/v1/namespaces/{OPERATOR}/pods", pod("plain", NODE))
    wait_until(lambda: "plain" in running(site.cluster, OPERATOR))
    assert "ended with 126: OCI runtime exec failed" in site.refuse("mig", selector="app=plain")


def test_the_lab_refuses_what_makes_no_sense(kube: RunningKube) -> None:
    with pytest.raises(ControlError, match="current and pending are"):
        kube.control.set_gpus(NODE, {"current": "on"})
    with pytest.raises(ControlError, match="colour"):
        kube.control.set_gpus(NODE, {"colour": "red"})
    with pytest.raises(ControlError, match="KeyError"):
        kube.control.reboot("none")


def test_a_node_is_emptied_and_opened(site: Site) -> None:
    """Pods of DaemonSets and of the node stay, and so do completed ones."""
    site.cluster.add(DEPLOYMENTS, replicas("web", NODE, 2))
    site.cluster.add("/apis/batch/v1/namespaces/default/jobs", job("done", NODE))
    mirror = pod("kube-proxy", NODE)
    mirror["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    site.cluster.add(PODS, mirror)
    wait_until(lambda: "Succeeded" in phases(site))
    wait_until(lambda: len(running(site.cluster, "default", NODE)) == 3)
    drained = site.settle("node", state="drained")
    assert [action["action"] for action in drained["actions"]] == ["update", "evict", "evict"]
    assert running(site.cluster, "default", NODE) == ["kube-proxy"]
    assert len(running(site.cluster, OPERATOR, NODE)) == 1 and not drained["node"]["schedulable"]
    opened = site.settle("node", state="schedulable")
    assert opened["actions"][0]["fields"] == ["spec.unschedulable", "metadata.annotations.clearml.enterprise/cordoned"]
    assert opened["node"]["schedulable"] and opened["node"]["address"] == "192.0.2.12"


def phases(site: Site) -> list[str]:
    return [one.get("status", {}).get("phase") for one in site.cluster.read(PODS)["items"]]


def test_a_node_that_a_person_closed_stays_closed(site: Site) -> None:
    site.cluster.patch(f"/api/v1/nodes/{NODE}", {"spec": {"unschedulable": True}})
    assert not site.run("node", state="drained")["changed"]
    assert not site.run("node", state="schedulable")["changed"] and site.node()["spec"]["unschedulable"]


def test_pods_that_may_not_go(site: Site) -> None:
    site.cluster.add(PODS, pod("task", NODE))
    site.cluster.add(DEPLOYMENTS, replicas("cache", NODE, volumes=[{"name": "a", "emptyDir": {}}]))
    wait_until(lambda: len(running(site.cluster, "default", NODE)) == 2)
    assert "nobody would start default/task again" in site.refuse("node", state="drained")
    message = site.refuse("node", state="drained", evict_unmanaged=True)
    assert "default/cache-" in message and "delete_local_data" in message
    site.settle("node", state="drained", evict_unmanaged=True, delete_local_data=True)


def test_budgets_are_honoured(site: Site) -> None:
    site.cluster.add(DEPLOYMENTS, replicas("web", NODE))
    budget = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}
    budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets"
    site.cluster.add(budgets, {"metadata": {"name": "web"}, "spec": budget})
    wait_until(lambda: len(running(site.cluster, "default", NODE)) == 1)
    result = site.try_("node", state="drained", wait_timeout=1)
    assert result["changed"] and "still has default/web-" in result["msg"] and "disruption budget" in result["msg"]
    later = threading.Timer(0.7, site.cluster.delete, [f"{budgets}/web"])
    later.start()
    assert not site.try_("node", state="drained", wait_timeout=20).get("failed")
    later.join()
    assert running(site.cluster, "default", NODE) == []


def test_waiting_for_a_boot(site: Site) -> None:
    before = site.run("node", state="cordoned")["node"]["boot_id"]
    message = site.try_("node", state="cordoned", booted_since=before, wait_timeout=1)["msg"]
    assert f"Node {NODE} has not rebooted after 1 s" in message
    site.control.reboot(NODE, comes_back=False)
    assert "has not rebooted" in site.try_("node", state="schedulable", booted_since=before, wait_timeout=0)["msg"]
    site.control.reboot(NODE, seconds=0.6)
    back = site.try_("node", state="schedulable", booted_since=before, wait_timeout=20)
    assert back["node"]["ready"] and back["node"]["schedulable"] and back["node"]["boot_id"] != before

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of GPU nodes put into a cluster."""

from __future__ import annotations

import time
import typing as t

from lab.kube.testing import RunningKube
from tests.support.cluster import Cluster, Json

OPERATOR = "gpu-operator"
PLUGIN = "nvidia-device-plugin-daemonset"
CDMO = "cdmo.clear.ml/gpu-partitioning"


def add_device_plugin(kube: RunningKube) -> None:
    """The GPU operator's device plugin on every GPU node, ready."""
    cluster = Cluster(kube)
    cluster.add_namespace(OPERATOR)
    containers = [{"name": "nvidia-device-plugin", "image": "plugin"}]
    spec = {"nodeSelector": {"nvidia.com/gpu.present": "true"}, "containers": containers}
    template = {"metadata": {"labels": {"app": PLUGIN}}, "spec": spec}
    document = {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": PLUGIN, "namespace": OPERATOR},
        "spec": {"selector": {"matchLabels": {"app": PLUGIN}}, "template": template},
    }
    cluster.add(f"/apis/apps/v1/namespaces/{OPERATOR}/daemonsets", document)
    wait_until(lambda: len(running(cluster, OPERATOR)) == 2)


def wait_until(true: t.Callable[[], bool]) -> None:
    """Look again and again."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "this takes too long"
        time.sleep(0.05)


def running(cluster: Cluster, namespace: str, node: str = "") -> list[str]:
    """The names of the ready pods of a namespace, on one node or all."""
    found = cluster.read(f"/api/v1/namespaces/{namespace}/pods")["items"]
    return [
        pod["metadata"]["name"]
        for pod in found
        if node in ("", pod["spec"].get("nodeName"))
        and {"type": "Ready", "status": "True"}
        in [{key: one[key] for key in ("type", "status")} for one in pod.get("status", {}).get("conditions", [])]
    ]


def pod(name: str, node: str, **spec: t.Any) -> Json:
    """A pod on a node that nobody starts again."""
    whole = {"nodeName": node, "containers": [{"name": "a", "image": "b", **spec.pop("container", {})}], **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": name}}, "spec": whole}


def job(name: str, node: str) -> Json:
    """A pod that is soon done."""
    selector = {"kubernetes.io/hostname": node}
    spec = {"nodeSelector": selector, "containers": [{"name": "a", "image": "b"}], "restartPolicy": "Never"}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": {"template": {"spec": spec}}}


def replicas(name: str, node: str, number: int = 1, **spec: t.Any) -> Json:
    """Pods that are started again, on a node as long as it is open."""
    spec = {"nodeSelector": {"kubernetes.io/hostname": node}, "containers": [{"name": "a", "image": "b"}], **spec}
    template = {"metadata": {"labels": {"app": name}}, "spec": spec}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"replicas": number, "selector": {"matchLabels": {"app": name}}, "template": template},
    }

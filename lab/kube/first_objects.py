# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fresh cluster has: namespaces, nodes, a storage class, an ingress class."""

from __future__ import annotations

from lab.kube.cluster import Cluster
from lab.kube.documents import Json, now

NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")
_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


def fill(cluster: Cluster) -> None:
    """Put the first objects into an empty cluster."""
    for name in NAMESPACES:
        labels = {"kubernetes.io/metadata.name": name}
        namespace: Json = {"metadata": {"name": name, "labels": labels}, "spec": {"finalizers": ["kubernetes"]}}
        cluster.add("namespaces", namespace | {"status": {"phase": "Active"}})
    for number, gpu in ((1, False), (2, True), (3, True)):
        cluster.add("nodes", _node(number, gpu))
    cluster.add(
        "storageclasses.storage.k8s.io",
        {
            "metadata": {"name": "standard", "annotations": {_DEFAULT_CLASS: "true"}},
            "provisioner": "lab.clearml.enterprise/disk",
            "reclaimPolicy": "Delete",
            "volumeBindingMode": "Immediate",
            "allowVolumeExpansion": True,
        },
    )
    cluster.add(
        "ingressclasses.networking.k8s.io",
        {"metadata": {"name": "nginx"}, "spec": {"controller": "k8s.io/ingress-nginx"}},
    )
    cluster.add(
        "services",
        {
            "metadata": {
                "name": "kubernetes",
                "namespace": "default",
                "labels": {"component": "apiserver", "provider": "kubernetes"},
            },
            "spec": {
                "clusterIP": "10.96.0.1",
                "clusterIPs": ["10.96.0.1"],
                "type": "ClusterIP",
                "sessionAffinity": "None",
                "ipFamilies": ["IPv4"],
                "ipFamilyPolicy": "SingleStack",
                "internalTrafficPolicy": "Cluster",
                "ports": [{"name": "https", "protocol": "TCP", "port": 443, "targetPort": 6443}],
            },
            "status": {"loadBalancer": {}},
        },
    )
    for name in ("cluster-admin", "admin", "edit", "view"):
        rules = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
        cluster.add("clusterroles.rbac.authorization.k8s.io", {"metadata": {"name": name}, "rules": rules})


def _node(number: int, gpu: bool) -> Json:
    name = f"gpu-node-{number - 1}" if gpu else "cpu-node-1"
    labels = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "node.kubernetes.io/instance-type": "lab-gpu" if gpu else "lab-cpu",
    }
    amounts = {"cpu": "64", "memory": "512Gi", "pods": "250", "ephemeral-storage": "1Ti"}
    if gpu:
        labels |= {
            "nvidia.com/gpu.present": "true",
            "nvidia.com/gpu.count": "2",
            "nvidia.com/gpu.product": "NVIDIA-A100-SXM4-80GB",
            "nvidia.com/gpu.memory": "81920",
            "nvidia.com/mig.capable": "true",
            "nvidia.com/mig.strategy": "mixed",
            "nvidia.com/mig.config": "all-disabled",
            "nvidia.com/mig.config.state": "success",
        }
    conditions = [
        {
            "type": kind,
            "status": status,
            "reason": reason,
            "message": reason,
            "lastHeartbeatTime": now(),
            "lastTransitionTime": now(),
        }
        for kind, status, reason in (
            ("MemoryPressure", "False", "KubeletHasSufficientMemory"),
            ("DiskPressure", "False", "KubeletHasNoDiskPressure"),
            ("PIDPressure", "False", "KubeletHasSufficientPID"),
            ("Ready", "True", "KubeletReady"),
        )
    ]
    info = {
        "machineID": f"lab{number}",
        "systemUUID": f"lab{number}",
        "bootID": f"lab{number}",
        "kernelVersion": "6.8.0",
        "osImage": "Laboratory",
        "containerRuntimeVersion": "containerd://2.0.0",
        "kubeletVersion": "v1.36.2",
        "kubeProxyVersion": "v1.36.2",
        "operatingSystem": "linux",
        "architecture": "amd64",
    }
    address = f"192.0.2.{10 + number}"
    addresses = [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}]
    status = {"capacity": amounts, "allocatable": dict(amounts), "conditions": conditions}
    status |= {"addresses": addresses, "nodeInfo": info}
    return {
        "metadata": {"name": name, "labels": labels},
        "spec": {"podCIDR": f"10.244.{number}.0/24"},
        "status": status,
    }

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding a node for a pod."""

from __future__ import annotations

from lab.kube.cluster import Cluster
from lab.kube.documents import Json, clone, dig, now


def place(cluster: Cluster, pod: Json) -> Json | None:
    """Put a pod on a node; None (with an event and a condition) if none fits."""
    wanted = devices_of(pod)
    for node in sorted(
        cluster.store.all("nodes"), key=lambda one: (_has_devices(one) and not wanted, one["metadata"]["name"])
    ):
        if _fits(cluster, pod, node, wanted):
            spec = {**clone(pod["spec"]), "nodeName": node["metadata"]["name"]}
            cluster.event(
                pod,
                "Scheduled",
                f"Successfully assigned {pod['metadata']['namespace']}/{pod['metadata']['name']} to {spec['nodeName']}",
            )
            return cluster.change("pods", pod, spec=spec)
    message = f"0/{len(cluster.store.all('nodes'))} nodes are available: no node has what the pod asks for."
    known = dig(pod, "status", "conditions", default=[])
    if not any(one.get("message") == message for one in known):
        condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
        condition["lastTransitionTime"] = now()
        cluster.event(pod, "FailedScheduling", message, warning=True)
        cluster.change("pods", pod, status={**(pod.get("status") or {}), "phase": "Pending", "conditions": [condition]})
    return None


def _has_devices(node: Json) -> bool:
    return any("/" in name for name in dig(node, "status", "allocatable", default={}))


def devices_of(pod: Json) -> dict[str, int]:
    """How many of each device (names with a slash) a pod takes."""
    found: dict[str, int] = {}
    for container in pod["spec"]["containers"]:
        for name, amount in dig(container, "resources", "limits", default={}).items():
            if "/" in name and str(amount).isdigit():
                found[name] = found.get(name, 0) + int(amount)
    return found


def taken_on(cluster: Cluster, node: Json) -> dict[str, int]:
    """How many of each device the pods of a node have."""
    used: dict[str, int] = {}
    for pod in cluster.store.all("pods"):
        over = dig(pod, "status", "phase") in ("Succeeded", "Failed")
        if not over and dig(pod, "spec", "nodeName") == node["metadata"]["name"]:
            for name, amount in devices_of(pod).items():
                used[name] = used.get(name, 0) + amount
    return used


def _fits(cluster: Cluster, pod: Json, node: Json, wanted: dict[str, int]) -> bool:
    if dig(node, "spec", "unschedulable"):
        return False
    labels = dig(node, "metadata", "labels", default={})
    if any(labels.get(key) != value for key, value in dig(pod, "spec", "nodeSelector", default={}).items()):
        return False
    for taint in dig(node, "spec", "taints", default=[]):
        if taint.get("effect") != "PreferNoSchedule" and not _tolerates(pod, taint):
            return False
    allocatable = dig(node, "status", "allocatable", default={})
    used = taken_on(cluster, node) if wanted else {}
    return all(used.get(name, 0) + amount <= int(allocatable.get(name, 0)) for name, amount in wanted.items())


def _tolerates(pod: Json, taint: Json) -> bool:
    for toleration in dig(pod, "spec", "tolerations", default=[]):
        if toleration.get("effect") not in (None, "", taint.get("effect")):
            continue
        if toleration.get("operator") == "Exists":
            if not toleration.get("key") or toleration["key"] == taint["key"]:
                return True
        elif toleration.get("key") == taint["key"] and toleration.get("value", "") == taint.get("value", ""):
            return True
    return False

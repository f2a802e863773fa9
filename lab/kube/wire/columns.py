# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The columns of the tables that ``kubectl get`` shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab.kube.documents import Json, dig, seconds_since

Cell = Callable[[Json], Any]
Column = tuple[str, str, Cell]


def age(item: Json, *path: str) -> str:
    """How old something is, as kubectl writes it."""
    text = dig(item, *(path or ("metadata", "creationTimestamp")))
    if not text:
        return "<unknown>"
    seconds = int(max(seconds_since(text), 0))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= 2 * size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def columns_for(resource: str) -> list[Column]:
    """The columns of a built-in resource: name, type and how to get the value."""
    name: Column = ("Name", "string", lambda item: item["metadata"]["name"])
    end: Column = ("Age", "string", age)
    return [name, *_COLUMNS.get(resource, []), end]


def wide_columns_for(resource: str) -> list[Column]:
    """The columns that are shown on request only."""
    return _WIDE.get(resource, [])


def _field(*path: str | int, default: Any = "<none>") -> Cell:
    return lambda item: dig(item, *path, default=default)


def _pod_ready(item: Json) -> str:
    statuses = dig(item, "status", "containerStatuses", default=[])
    return f"{sum(bool(one.get('ready')) for one in statuses)}/{len(dig(item, 'spec', 'containers', default=[]))}"


def _pod_status(item: Json) -> str:
    if "deletionTimestamp" in item["metadata"]:
        return "Terminating"
    for status in dig(item, "status", "containerStatuses", default=[]):
        reason = dig(status, "state", "waiting", "reason") or dig(status, "state", "terminated", "reason")
        if reason:
            return str(reason)
    return str(dig(item, "status", "phase", default="Unknown"))


def _restarts(item: Json) -> str:
    return str(sum(one.get("restartCount", 0) for one in dig(item, "status", "containerStatuses", default=[])))


def _of(part: str, whole: str) -> Cell:
    return lambda item: f"{dig(item, 'status', part, default=0)}/{dig(item, 'spec', whole, default=0)}"


def _ports(item: Json) -> str:
    ports = []
    for port in dig(item, "spec", "ports", default=[]):
        node = f":{port['nodePort']}" if port.get("nodePort") else ""
        ports.append(f"{port['port']}{node}/{port.get('protocol', 'TCP')}")
    return ",".join(ports) or "<none>"


def _external(item: Json) -> str:
    if dig(item, "spec", "type") == "ExternalName":
        return str(dig(item, "spec", "externalName"))
    found = [one.get("ip") or one.get("hostname") for one in dig(item, "status", "loadBalancer", "ingress", default=[])]
    return ",".join(found) or ("<pending>" if dig(item, "spec", "type") == "LoadBalancer" else "<none>")


def _node_status(item: Json) -> str:
    ready = [one["status"] for one in dig(item, "status", "conditions", default=[]) if one["type"] == "Ready"]
    text = "Ready" if ready == ["True"] else "NotReady"
    return text + (",SchedulingDisabled" if dig(item, "spec", "unschedulable") else "")


def _roles(item: Json) -> str:
    prefix = "node-role.kubernetes.io/"
    labels = dig(item, "metadata", "labels", default={})
    return ",".join(sorted(key[len(prefix) :] for key in labels if key.startswith(prefix))) or "<none>"


def _data_count(item: Json) -> int:
    return len(item.get("data") or {}) + len(item.get("binaryData") or {})


def _completions(item: Json) -> str:
    return f"{dig(item, 'status', 'succeeded', default=0)}/{dig(item, 'spec', 'completions', default=1)}"


def _job_status(item: Json) -> str:
    for condition in dig(item, "status", "conditions", default=[]):
        if condition["type"] in ("Complete", "Failed") and condition["status"] == "True":
            return str(condition["type"])
    return "Running"


def _hosts(item: Json) -> str:
    return ",".join(rule.get("host", "*") for rule in dig(item, "spec", "rules", default=[])) or "*"


def _pairs(labels: Json) -> str:
    return ",".join(f"{key}={value}" for key, value in labels.items()) or "<none>"


def _of_containers(item: Json, field: str) -> str:
    return ",".join(str(one.get(field)) for one in dig(item, "spec", "template", "spec", "containers", default=[]))


def _counts(*names: str) -> list[Column]:
    return [(label, "integer", _field("status", field, default=0)) for label, field in (n.split("=") for n in names)]


_COLUMNS: dict[str, list[Column]] = {
    "pods": [
        ("Ready", "string", _pod_ready),
        ("Status", "string", _pod_status),
        ("Restarts", "string", _restarts),
    ],
    "deployments.apps": [
        ("Ready", "string", _of("readyReplicas", "replicas")),
        *_counts("Up-to-date=updatedReplicas", "Available=availableReplicas"),
    ],
    "replicasets.apps": [
        ("Desired", "integer", _field("spec", "replicas", default=0)),
        *_counts("Current=replicas", "Ready=readyReplicas"),
    ],
    "statefulsets.apps": [("Ready", "string", _of("readyReplicas", "replicas"))],
    "daemonsets.apps": _counts(
        "Desired=desiredNumberScheduled", "Current=currentNumberScheduled", "Ready=numberReady",
        "Up-to-date=updatedNumberScheduled", "Available=numberAvailable",
    ),
    "jobs.batch": [("Status", "string", _job_status), ("Completions", "string", _completions)],
    "cronjobs.batch": [
        ("Schedule", "string", _field("spec", "schedule")),
        ("Suspend", "boolean", _field("spec", "suspend")),
    ],
    "services": [
        ("Type", "string", _field("spec", "type")),
        ("Cluster-IP", "string", _field("spec", "clusterIP")),
        ("External-IP", "string", _external),
        ("Port(s)", "string", _ports),
    ],
    "secrets": [("Type", "string", _field("type")), ("Data", "string", _data_count)],
    "configmaps": [("Data", "string", _data_count)],
    "namespaces": [("Status", "string", _field("status", "phase"))],
    "nodes": [
        ("Status", "string", _node_status),
        ("Roles", "string", _roles),
        ("Version", "string", _field("status", "nodeInfo", "kubeletVersion")),
    ],
    "persistentvolumeclaims": [
        ("Status", "string", _field("status", "phase")),
        ("Volume", "string", _field("spec", "volumeName", default="")),
        ("Capacity", "string", _field("status", "capacity", "storage", default="")),
        ("Storageclass", "string", _field("spec", "storageClassName", default="")),
    ],
    "storageclasses.storage.k8s.io": [
        ("Provisioner", "string", _field("provisioner")),
        ("ReclaimPolicy", "string", _field("reclaimPolicy")),
        ("VolumeBindingMode", "string", _field("volumeBindingMode")),
    ],
    "ingresses.networking.k8s.io": [
        ("Class", "string", _field("spec", "ingressClassName")),
        ("Hosts", "string", _hosts),
        ("Address", "string", lambda item: "" if _external(item) == "<none>" else _external(item)),
    ],
    "events": [
        ("Type", "string", _field("type")),
        ("Reason", "string", _field("reason")),
        ("Object", "string", lambda item: f"{item['involvedObject']['kind'].lower()}/{item['involvedObject']['name']}"),
        ("Message", "string", _field("message", default="")),
    ],
    "customresourcedefinitions.apiextensions.k8s.io": [],
}  # fmt: skip

_WIDE: dict[str, list[Column]] = {
    "pods": [("IP", "string", _field("status", "podIP")), ("Node", "string", _field("spec", "nodeName"))],
    "nodes": [("Internal-IP", "string", _field("status", "addresses", 0, "address"))],
    "services": [("Selector", "string", lambda item: _pairs(dig(item, "spec", "selector", default={})))],
    "deployments.apps": [
        ("Containers", "string", lambda item: _of_containers(item, "name")),
        ("Images", "string", lambda item: _of_containers(item, "image")),
    ],
}
_WIDE["statefulsets.apps"] = _WIDE["deployments.apps"]
_WIDE["daemonsets.apps"] = _WIDE["deployments.apps"]

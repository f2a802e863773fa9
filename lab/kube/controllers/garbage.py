# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects whose owners are gone, and owners that wait for their dependents."""

from __future__ import annotations

from collections import defaultdict

from lab.kube.cluster import Cluster
from lab.kube.deleting import Deleter
from lab.kube.documents import Json, clone, dig

_FOREGROUND = "foregroundDeletion"
_PROTECTION = "kubernetes.io/pvc-protection"


def reconcile(cluster: Cluster) -> float | None:
    """See to all objects."""
    living = {item["metadata"]["uid"] for _resource, item in cluster.store.everything()}
    dependents: dict[str, list[tuple[str, Json]]] = defaultdict(list)
    for resource, item in list(cluster.store.everything()):
        references = dig(item, "metadata", "ownerReferences", default=[])
        for reference in references:
            dependents[reference["uid"]].append((resource, item))
        if references and not any(reference["uid"] in living for reference in references):
            _delete(cluster, resource, item)
    for resource, item in list(cluster.store.everything()):
        metadata = item["metadata"]
        if "deletionTimestamp" not in metadata or resource == "namespaces":
            continue
        finalizers = metadata.get("finalizers") or []
        if _FOREGROUND in finalizers:
            below = [(where, one) for where, one in dependents[metadata["uid"]] if _is_there(cluster, where, one)]
            for where, one in below:
                _delete(cluster, where, one, foreground=True)
            if not below:
                _without(cluster, resource, item, _FOREGROUND)
        elif _PROTECTION in finalizers and not _is_used(cluster, item):
            _without(cluster, resource, item, _PROTECTION)
    return None


def _is_there(cluster: Cluster, resource: str, item: Json) -> bool:
    metadata = item["metadata"]
    return cluster.store.get(resource, metadata.get("namespace", ""), metadata["name"]) is not None


def _delete(cluster: Cluster, resource: str, item: Json, foreground: bool = False) -> None:
    metadata = item["metadata"]
    live = cluster.store.get(resource, metadata.get("namespace", ""), metadata["name"])
    if live is None or "deletionTimestamp" in live["metadata"]:
        return
    policy = "Foreground" if foreground else "Background"
    Deleter(cluster).delete(cluster.kind(resource), live, {"propagationPolicy": policy}, dry_run=False)


def _without(cluster: Cluster, resource: str, item: Json, finalizer: str) -> None:
    metadata = item["metadata"]
    live = cluster.store.get(resource, metadata.get("namespace", ""), metadata["name"])
    if live is None:
        return
    new: Json = clone(live)
    new["metadata"]["finalizers"] = [one for one in metadata["finalizers"] if one != finalizer]
    if new["metadata"]["finalizers"]:
        cluster.store.put(resource, new)
    else:
        cluster.store.remove(resource, new)


def _is_used(cluster: Cluster, claim: Json) -> bool:
    """Whether a pod still mounts a claim."""
    name, namespace = claim["metadata"]["name"], claim["metadata"]["namespace"]
    return any(
        dig(volume, "persistentVolumeClaim", "claimName") == name
        for pod in cluster.store.all("pods", namespace)
        for volume in dig(pod, "spec", "volumes", default=[])
    )

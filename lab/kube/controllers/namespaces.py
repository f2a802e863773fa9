# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Namespaces: what every one has, and how it goes away with its content."""

from __future__ import annotations

from collections import Counter

from lab.kube.cluster import Cluster
from lab.kube.deleting import Deleter
from lab.kube.documents import Json, clone, dig, now

_DESCRIPTION = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
)
CA_NAME = "kube-root-ca.crt"


def reconcile(cluster: Cluster) -> float | None:
    """See to all namespaces."""
    for namespace in cluster.store.all("namespaces"):
        if "deletionTimestamp" in namespace["metadata"]:
            _empty(cluster, namespace)
        else:
            _furnish(cluster, namespace["metadata"]["name"])
    return None


def _furnish(cluster: Cluster, name: str) -> None:
    if cluster.store.get("serviceaccounts", name, "default") is None:
        cluster.add("serviceaccounts", {"metadata": {"name": "default", "namespace": name}})
    if cluster.store.get("configmaps", name, CA_NAME) is None:
        annotations = {"kubernetes.io/description": _DESCRIPTION}
        metadata = {"name": CA_NAME, "namespace": name, "annotations": annotations}
        cluster.add("configmaps", {"metadata": metadata, "data": {"ca.crt": cluster.settings.authority}})


def _empty(cluster: Cluster, namespace: Json) -> None:
    name = namespace["metadata"]["name"]
    deleter = Deleter(cluster)
    for resource in cluster.store.resources():
        kind = cluster.kind(resource)
        if not kind.namespaced:
            continue
        for item in cluster.store.all(resource, name):
            if cluster.store.get(resource, name, item["metadata"]["name"]) is not None:
                deleter.delete(kind, item, {"propagationPolicy": "Background"}, dry_run=False)
    left = Counter(
        resource
        for resource in cluster.store.resources()
        if cluster.kind(resource).namespaced
        for _item in cluster.store.all(resource, name)
    )
    if left:
        _report(cluster, namespace, left)
    elif not dig(namespace, "metadata", "finalizers"):
        cluster.store.remove("namespaces", namespace)


def _report(cluster: Cluster, namespace: Json, left: Counter[str]) -> None:
    """Tell what is still there, as long as it is more than pods that are about to stop."""
    held: Counter[str] = Counter()
    for resource in left:
        for item in cluster.store.all(resource, namespace["metadata"]["name"]):
            held.update(dig(item, "metadata", "finalizers", default=[]))
    if not held:
        return
    remaining = ", ".join(f"{resource} has {count} resource instances" for resource, count in sorted(left.items()))
    holding = ", ".join(f"{finalizer} in {count} resource instances" for finalizer, count in sorted(held.items()))
    wanted = [
        ("NamespaceContentRemaining", "SomeResourcesRemain", f"Some resources are remaining: {remaining}"),
        (
            "NamespaceFinalizersRemaining",
            "SomeFinalizersRemain",
            f"Some content in the namespace has finalizers remaining: {holding}",
        ),
    ]
    known = {one["type"]: one for one in dig(namespace, "status", "conditions", default=[])}
    if all(known.get(kind, {}).get("message") == message for kind, _reason, message in wanted):
        return
    conditions = [
        {"type": kind, "status": "True", "lastTransitionTime": now(), "reason": reason, "message": message}
        for kind, reason, message in wanted
    ]
    cluster.change("namespaces", namespace, status={**clone(namespace["status"]), "conditions": conditions})

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""CustomResourceDefinitions: accepted and served at once, and deleted with their objects."""

from __future__ import annotations

from lab.kube.cluster import DEFINITIONS, Cluster
from lab.kube.documents import Json, clone, dig, now

_CLEANUP = "customresourcecleanup.apiextensions.k8s.io"


def reconcile(cluster: Cluster) -> float | None:
    """See to all definitions."""
    for definition in cluster.store.all(DEFINITIONS):
        if "deletionTimestamp" in definition["metadata"]:
            _clean_up(cluster, definition)
        elif not dig(definition, "status", "conditions"):
            _establish(cluster, definition)
    return None


def _establish(cluster: Cluster, definition: Json) -> None:
    spec = definition["spec"]
    conditions = [
        {"type": "NamesAccepted", "status": "True", "reason": "NoConflicts", "message": "no conflicts found"},
        {"type": "Established", "status": "True", "reason": "InitialNamesAccepted"},
    ]
    conditions[1]["message"] = "the initial names have been accepted"
    for condition in conditions:
        condition["lastTransitionTime"] = now()
    stored = [version["name"] for version in spec["versions"] if version.get("storage")]
    status = {"conditions": conditions, "acceptedNames": clone(spec["names"]), "storedVersions": stored}
    cluster.change(DEFINITIONS, definition, status=status)


def _clean_up(cluster: Cluster, definition: Json) -> None:
    resource = f"{definition['spec']['names']['plural']}.{definition['spec']['group']}"
    for item in cluster.store.all(resource):
        if not dig(item, "metadata", "finalizers"):
            cluster.store.remove(resource, item)
    if cluster.store.all(resource):
        return
    finalizers = [one for one in dig(definition, "metadata", "finalizers", default=[]) if one != _CLEANUP]
    if finalizers:
        metadata = {**definition["metadata"], "finalizers": finalizers}
        cluster.change(DEFINITIONS, definition, metadata=metadata)
    else:
        cluster.store.remove(DEFINITIONS, definition)

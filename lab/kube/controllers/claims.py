# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PersistentVolumeClaims: bound if their class is there, pending with an event if not."""

from __future__ import annotations

from lab.kube.cluster import Cluster
from lab.kube.documents import Json, clone, dig

CLAIMS, CLASSES, VOLUMES = "persistentvolumeclaims", "storageclasses.storage.k8s.io", "persistentvolumes"
_DEFAULT = "storageclass.kubernetes.io/is-default-class"


def reconcile(cluster: Cluster) -> float | None:
    """See to all claims and volumes."""
    for claim in cluster.store.all(CLAIMS):
        if "deletionTimestamp" in claim["metadata"]:
            continue
        if dig(claim, "status", "phase") != "Bound":
            _bind(cluster, claim)
        else:
            _grow(cluster, claim)
    claims = {claim["metadata"]["uid"] for claim in cluster.store.all(CLAIMS)}
    for volume in cluster.store.all(VOLUMES):
        claimed = dig(volume, "spec", "claimRef", "uid")
        if claimed and claimed not in claims:
            if dig(volume, "spec", "persistentVolumeReclaimPolicy") == "Delete":
                cluster.store.remove(VOLUMES, volume)
            else:
                cluster.change(VOLUMES, volume, status={"phase": "Released"})
    return None


def _bind(cluster: Cluster, claim: Json) -> None:
    wanted = dig(claim, "spec", "storageClassName")
    if wanted is None:
        defaults = [
            one for one in cluster.store.all(CLASSES) if dig(one, "metadata", "annotations", _DEFAULT) == "true"
        ]
        if not defaults:
            text = "no persistent volumes available for this claim and no storage class is set"
            _complain(cluster, claim, "FailedBinding", text, False)
            return
        wanted = defaults[0]["metadata"]["name"]
    storage_class = cluster.store.get(CLASSES, "", wanted)
    if storage_class is None:
        _complain(cluster, claim, "ProvisioningFailed", f'storageclass.storage.k8s.io "{wanted}" not found', True)
        return
    if storage_class.get("volumeBindingMode") == "WaitForFirstConsumer" and not _has_consumer(cluster, claim):
        text = "waiting for first consumer to be created before binding"
        _complain(cluster, claim, "WaitForFirstConsumer", text, False)
        return
    name = dig(claim, "spec", "volumeName") or f"pvc-{claim['metadata']['uid']}"
    capacity = {"storage": dig(claim, "spec", "resources", "requests", "storage", default="1Gi")}
    modes = dig(claim, "spec", "accessModes", default=[])
    if cluster.store.get(VOLUMES, "", name) is None:
        reference = {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "uid": claim["metadata"]["uid"]}
        reference |= {"name": claim["metadata"]["name"], "namespace": claim["metadata"]["namespace"]}
        spec = {"capacity": capacity, "accessModes": modes, "claimRef": reference, "storageClassName": wanted}
        policy = storage_class.get("reclaimPolicy", "Delete")
        spec |= {
            "persistentVolumeReclaimPolicy": policy,
            "volumeMode": "Filesystem",
            "hostPath": {"path": f"/lab/{name}"},
        }
        cluster.add(VOLUMES, {"metadata": {"name": name}, "spec": spec, "status": {"phase": "Bound"}})
    metadata = clone(claim["metadata"])
    marks = {"pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes"}
    metadata["annotations"] = {**(metadata.get("annotations") or {}), **marks}
    status = {"phase": "Bound", "accessModes": modes, "capacity": capacity}
    spec = {**claim["spec"], "storageClassName": wanted, "volumeName": name}
    cluster.change(CLAIMS, claim, metadata=metadata, spec=spec, status=status)
    cluster.event(claim, "ProvisioningSucceeded", f"Successfully provisioned volume {name}")


def _grow(cluster: Cluster, claim: Json) -> None:
    wanted = dig(claim, "spec", "resources", "requests", "storage")
    if wanted and dig(claim, "status", "capacity", "storage") != wanted:
        cluster.change(CLAIMS, claim, status={**claim["status"], "capacity": {"storage": wanted}})


def _has_consumer(cluster: Cluster, claim: Json) -> bool:
    return any(
        dig(volume, "persistentVolumeClaim", "claimName") == claim["metadata"]["name"]
        for pod in cluster.store.all("pods", claim["metadata"]["namespace"])
        for volume in dig(pod, "spec", "volumes", default=[])
    )


def _complain(cluster: Cluster, claim: Json, reason: str, message: str, warning: bool) -> None:
    cluster.event(claim, reason, message, warning, once=True)

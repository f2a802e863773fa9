# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deployments and ReplicaSets."""

from __future__ import annotations

from lab.kube.cluster import Cluster, owner_reference
from lab.kube.controllers.templates import condition, is_active, is_ready, make_pod, random_suffix, template_hash
from lab.kube.deleting import Deleter
from lab.kube.documents import Json, clone, dig, seconds_since

_REVISION = "deployment.kubernetes.io/revision"
DEPLOYMENTS, REPLICA_SETS = "deployments.apps", "replicasets.apps"


def reconcile(cluster: Cluster) -> float | None:
    """See to all of them."""
    due = None
    for deployment in cluster.store.all(DEPLOYMENTS):
        if "deletionTimestamp" not in deployment["metadata"]:
            _deploy(cluster, deployment)
            if dig(deployment, "spec", "progressDeadlineSeconds", default=600) < 600:
                due = 1.0
    for replica_set in cluster.store.all(REPLICA_SETS):
        if "deletionTimestamp" not in replica_set["metadata"]:
            _replicate(cluster, replica_set)
    return due


def _deploy(cluster: Cluster, deployment: Json) -> None:
    spec = deployment["spec"]
    sets = cluster.owned(deployment, REPLICA_SETS)
    mark = template_hash(spec["template"])
    current = next((one for one in sets if one["metadata"]["labels"]["pod-template-hash"] == mark), None)
    if spec.get("paused") and current is None:
        return
    current = _current_set(cluster, deployment, sets, current, mark)
    wanted = spec.get("replicas", 1)
    olds = [one for one in sets if one["metadata"]["uid"] != current["metadata"]["uid"]]
    ready_new = dig(current, "status", "readyReplicas", default=0)
    recreate = dig(spec, "strategy", "type") == "Recreate"
    if recreate:
        for old in olds:
            _scale(cluster, old, 0)
        still_there = any(dig(old, "status", "replicas", default=0) for old in olds)
        _scale(cluster, current, 0 if still_there else wanted)
    else:
        _scale(cluster, current, wanted)
        # The old pods stay until the new ones are ready, so that a broken change does not take down what works.
        for old in olds:
            if ready_new >= wanted:
                _scale(cluster, old, 0)
    limit = spec.get("revisionHistoryLimit", 10)
    idle = [one for one in olds if not dig(one, "spec", "replicas") and not dig(one, "status", "replicas")]
    for old in sorted(idle, key=_revision)[: max(len(idle) - limit, 0)]:
        cluster.store.remove(REPLICA_SETS, old)
    _report(cluster, deployment, mark)


def _revision(item: Json) -> int:
    return int(dig(item, "metadata", "annotations", _REVISION, default="0"))


def _current_set(cluster: Cluster, deployment: Json, sets: list[Json], current: Json | None, mark: str) -> Json:
    newest = max((_revision(one) for one in sets), default=0)
    if current is None:
        labels = {**dig(deployment, "spec", "template", "metadata", "labels", default={}), "pod-template-hash": mark}
        template = clone(deployment["spec"]["template"])
        template.setdefault("metadata", {})["labels"] = labels
        selector = clone(deployment["spec"]["selector"])
        selector["matchLabels"] = {**(selector.get("matchLabels") or {}), "pod-template-hash": mark}
        name = f"{deployment['metadata']['name']}-{mark}"
        current = cluster.add(
            REPLICA_SETS,
            {
                "metadata": {
                    "name": name,
                    "namespace": deployment["metadata"]["namespace"],
                    "labels": labels,
                    "annotations": {_REVISION: str(newest + 1)},
                    "ownerReferences": [owner_reference(deployment)],
                },
                "spec": {"replicas": 0, "selector": selector, "template": template},
                "status": {"replicas": 0},
            },
        )
        cluster.event(
            deployment,
            "ScalingReplicaSet",
            f"Scaled up replica set {name} from 0 to {deployment['spec'].get('replicas', 1)}",
        )
    elif _revision(current) < newest:
        annotations = {**current["metadata"].get("annotations", {}), _REVISION: str(newest + 1)}
        current = cluster.change(REPLICA_SETS, current, metadata={**current["metadata"], "annotations": annotations})
    revision = current["metadata"]["annotations"][_REVISION]
    if dig(deployment, "metadata", "annotations", _REVISION) != revision:
        live = cluster.store.get(DEPLOYMENTS, deployment["metadata"]["namespace"], deployment["metadata"]["name"])
        metadata = clone((live or deployment)["metadata"])
        metadata.setdefault("annotations", {})[_REVISION] = revision
        cluster.change(DEPLOYMENTS, deployment, metadata=metadata)
    return current


def _scale(cluster: Cluster, replica_set: Json, replicas: int) -> None:
    live = cluster.store.get(REPLICA_SETS, replica_set["metadata"]["namespace"], replica_set["metadata"]["name"])
    if live is None or live["spec"]["replicas"] == replicas:
        return
    metadata = {**live["metadata"], "generation": live["metadata"].get("generation", 0) + 1}
    cluster.change(REPLICA_SETS, live, spec={**live["spec"], "replicas": replicas}, metadata=metadata)


def _report(cluster: Cluster, deployment: Json, mark: str) -> None:
    namespace, name = deployment["metadata"]["namespace"], deployment["metadata"]["name"]
    live = cluster.store.get(DEPLOYMENTS, namespace, name)
    if live is None:
        return
    sets = cluster.owned(live, REPLICA_SETS)
    new = next(one for one in sets if one["metadata"]["labels"]["pod-template-hash"] == mark)
    total = sum(dig(one, "status", "replicas", default=0) for one in sets)
    ready = sum(dig(one, "status", "readyReplicas", default=0) for one in sets)
    updated = dig(new, "status", "replicas", default=0)
    wanted = live["spec"].get("replicas", 1)
    done = updated >= wanted and dig(new, "status", "readyReplicas", default=0) >= wanted and total == updated
    known = dig(live, "status", "conditions", default=[])
    if ready >= wanted:
        available = condition(
            known, "Available", True, "MinimumReplicasAvailable", "Deployment has minimum availability."
        )
    else:
        text = "Deployment does not have minimum availability."
        available = condition(known, "Available", False, "MinimumReplicasUnavailable", text)
    new_name = new["metadata"]["name"]
    if done:
        progress = (True, "NewReplicaSetAvailable", f'ReplicaSet "{new_name}" has successfully progressed.')
    elif seconds_since(new["metadata"]["creationTimestamp"]) > live["spec"].get("progressDeadlineSeconds", 600):
        progress = (False, "ProgressDeadlineExceeded", f'ReplicaSet "{new_name}" has timed out progressing.')
    else:
        progress = (True, "ReplicaSetUpdated", f'ReplicaSet "{new_name}" is progressing.')
    status: Json = {
        "observedGeneration": live["metadata"].get("generation", 1),
        "replicas": total,
        "updatedReplicas": updated,
        "readyReplicas": ready,
        "availableReplicas": ready,
        "unavailableReplicas": max(wanted - ready, total - ready, 0),
        "conditions": [available, condition(known, "Progressing", *progress)],
    }
    cluster.change(DEPLOYMENTS, live, status={key: value for key, value in status.items() if value != 0})


def _replicate(cluster: Cluster, replica_set: Json) -> None:
    pods = cluster.owned(replica_set, "pods")
    active = [pod for pod in pods if is_active(pod)]
    spec = replica_set["spec"]
    wanted = spec.get("replicas", 1)
    name = replica_set["metadata"]["name"]
    for _number in range(wanted - len(active)):
        pod_name = f"{name}-{random_suffix()}"
        pod = make_pod(cluster, replica_set, spec["template"], pod_name, {})
        if pod is None:
            break
        active.append(pod)
    extra = sorted(active, key=is_ready)[: max(len(active) - wanted, 0)]
    for pod in extra:
        Deleter(cluster).delete(cluster.kind("pods"), pod, {}, dry_run=False)
        cluster.event(replica_set, "SuccessfulDelete", f"Deleted pod: {pod['metadata']['name']}")
        active.remove(pod)
    ready = sum(is_ready(pod) for pod in active)
    status: Json = {"replicas": len(active), "observedGeneration": replica_set["metadata"].get("generation", 1)}
    status["fullyLabeledReplicas"] = len(active)
    status |= {"readyReplicas": ready, "availableReplicas": ready}
    kept = {key: value for key, value in status.items() if value or key == "replicas"}
    live = cluster.store.get(REPLICA_SETS, replica_set["metadata"]["namespace"], name)
    if live is not None:
        cluster.change(REPLICA_SETS, live, status=kept)

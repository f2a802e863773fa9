# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""StatefulSets and DaemonSets."""

from __future__ import annotations

from lab.kube.cluster import Cluster
from lab.kube.controllers.templates import compact, is_active, is_ready, make_pod, random_suffix, template_hash
from lab.kube.deleting import Deleter
from lab.kube.documents import Json, clone, dig

STATEFUL_SETS, DAEMON_SETS = "statefulsets.apps", "daemonsets.apps"
_REVISION_LABEL = "controller-revision-hash"


def reconcile(cluster: Cluster) -> float | None:
    """See to all of them."""
    for stateful_set in cluster.store.all(STATEFUL_SETS):
        if "deletionTimestamp" not in stateful_set["metadata"]:
            _keep_state(cluster, stateful_set)
    for daemon_set in cluster.store.all(DAEMON_SETS):
        if "deletionTimestamp" not in daemon_set["metadata"]:
            _serve_nodes(cluster, daemon_set)
    return None


def _delete(cluster: Cluster, pod: Json) -> None:
    if "deletionTimestamp" not in pod["metadata"]:
        Deleter(cluster).delete(cluster.kind("pods"), pod, {}, dry_run=False)


def _keep_state(cluster: Cluster, stateful_set: Json) -> None:
    spec, name = stateful_set["spec"], stateful_set["metadata"]["name"]
    revision = f"{name}-{template_hash(spec['template'])}"
    pods = {pod["metadata"]["name"]: pod for pod in cluster.owned(stateful_set, "pods")}
    wanted = [f"{name}-{index}" for index in range(spec.get("replicas", 1))]
    parallel = spec.get("podManagementPolicy") == "Parallel"
    for index, pod_name in enumerate(wanted):
        if pod_name not in pods:
            made = _make_member(cluster, stateful_set, pod_name, index, revision)
            if made is None:
                break
            pods[pod_name] = made
        if not parallel and not is_ready(pods[pod_name]):
            break
    for pod_name in sorted(set(pods) - set(wanted)):
        _delete(cluster, pods[pod_name])
    members = [pods[pod_name] for pod_name in wanted if pod_name in pods]
    outdated = [pod for pod in members if pod["metadata"]["labels"].get(_REVISION_LABEL) != revision]
    if outdated and dig(spec, "updateStrategy", "type") != "OnDelete" and (len(members) == len(wanted)):
        others_ready = all(is_ready(pod) for pod in members if pod not in outdated)
        if others_ready:
            _delete(cluster, outdated[-1])
    _report_state(cluster, stateful_set, members, outdated, revision)


def _make_member(cluster: Cluster, stateful_set: Json, name: str, index: int, revision: str) -> Json | None:
    spec = stateful_set["spec"]
    namespace = stateful_set["metadata"]["namespace"]
    volumes = list(dig(spec, "template", "spec", "volumes", default=[]))
    for template in spec.get("volumeClaimTemplates") or ():
        claim_name = f"{template['metadata']['name']}-{name}"
        volumes.append({"name": template["metadata"]["name"], "persistentVolumeClaim": {"claimName": claim_name}})
        if cluster.store.get("persistentvolumeclaims", namespace, claim_name) is None:
            labels = {**dig(spec, "selector", "matchLabels", default={}), **(template["metadata"].get("labels") or {})}
            metadata = {"name": claim_name, "namespace": namespace, "labels": labels}
            metadata["finalizers"] = ["kubernetes.io/pvc-protection"]
            claim = {"metadata": metadata, "spec": clone(template["spec"]), "status": {"phase": "Pending"}}
            cluster.add("persistentvolumeclaims", claim)
    labels = {
        "apps.kubernetes.io/pod-index": str(index),
        "statefulset.kubernetes.io/pod-name": name,
        _REVISION_LABEL: revision,
    }
    extra: Json = {"hostname": name, "subdomain": spec.get("serviceName", "")}
    if volumes:
        extra["volumes"] = volumes
    return make_pod(cluster, stateful_set, spec["template"], name, labels, extra)


def _report_state(
    cluster: Cluster, stateful_set: Json, members: list[Json], outdated: list[Json], revision: str
) -> None:
    live = cluster.store.get(STATEFUL_SETS, stateful_set["metadata"]["namespace"], stateful_set["metadata"]["name"])
    if live is None:
        return
    ready = sum(is_ready(pod) for pod in members)
    updated = sum(pod not in outdated for pod in members)
    complete = updated == live["spec"].get("replicas", 1) and ready == updated
    current = revision if complete or "status" not in live else dig(live, "status", "currentRevision", default=revision)
    status: Json = {
        "observedGeneration": live["metadata"].get("generation", 1),
        "replicas": len(members),
        "readyReplicas": ready,
        "availableReplicas": ready,
        "currentReplicas": len(members) if complete else len(outdated) if current != revision else updated,
        "updatedReplicas": updated,
        "currentRevision": current,
        "updateRevision": revision,
        "collisionCount": 0,
    }
    status = compact(status)
    status["collisionCount"] = 0
    cluster.change(STATEFUL_SETS, live, status=status)


def _serve_nodes(cluster: Cluster, daemon_set: Json) -> None:
    spec = daemon_set["spec"]
    revision = template_hash(spec["template"])
    nodes = [
        node["metadata"]["name"] for node in cluster.store.all("nodes") if _may_run(spec["template"]["spec"], node)
    ]
    pods = [pod for pod in cluster.owned(daemon_set, "pods") if is_active(pod)]
    placed = {dig(pod, "spec", "nodeName", default=""): pod for pod in pods}
    for node, pod in placed.items():
        if node not in nodes:
            _delete(cluster, pod)
    outdated = [pod for pod in pods if pod["metadata"]["labels"].get(_REVISION_LABEL) != revision]
    if dig(spec, "updateStrategy", "type") != "OnDelete" and all(is_ready(pod) for pod in pods if pod not in outdated):
        for pod in outdated[:1]:
            _delete(cluster, pod)
    for node in nodes:
        if node not in placed:
            name = f"{daemon_set['metadata']['name']}-{random_suffix()}"
            labels = {_REVISION_LABEL: revision}
            made = make_pod(cluster, daemon_set, spec["template"], name, labels, {"nodeName": node})
            pods += [made] if made is not None else []
    ready = sum(is_ready(pod) for pod in pods)
    status: Json = {
        "observedGeneration": daemon_set["metadata"].get("generation", 1),
        "currentNumberScheduled": len(pods),
        "desiredNumberScheduled": len(nodes),
        "numberMisscheduled": 0,
        "numberReady": ready,
        "numberAvailable": ready,
        "updatedNumberScheduled": len(pods) - len(outdated),
    }
    if len(nodes) - ready > 0:
        status["numberUnavailable"] = len(nodes) - ready
    live = cluster.store.get(DAEMON_SETS, daemon_set["metadata"]["namespace"], daemon_set["metadata"]["name"])
    if live is not None:
        cluster.change(DAEMON_SETS, live, status=status)


def _may_run(spec: Json, node: Json) -> bool:
    labels = dig(node, "metadata", "labels", default={})
    return all(labels.get(key) == value for key, value in (spec.get("nodeSelector") or {}).items())

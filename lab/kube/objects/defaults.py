# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values that a server fills in where an object leaves them out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab.kube.documents import Json, dig
from lab.kube.model.kinds import Kind
from lab.kube.objects.pod_defaults import default_pod_spec, fill


def set_defaults(kind: Kind, document: Json) -> None:
    """Complete an object in place."""
    filler = _FILLERS.get(kind.resource)
    if filler is not None:
        filler(document)


def _spec(document: Json) -> Json:
    spec: Json = document.setdefault("spec", {})
    return spec


def _template(document: Json, restart: str = "Always") -> Json:
    spec = _spec(document)
    template = dig(spec, "template")
    if isinstance(template, dict):
        template.setdefault("metadata", {})
        default_pod_spec(template.setdefault("spec", {}), restart)
    return spec


def _deployment(document: Json) -> None:
    spec = _template(document)
    fill(spec, replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600)
    strategy = spec.setdefault("strategy", {})
    fill(strategy, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        fill(strategy.setdefault("rollingUpdate", {}), maxUnavailable="25%", maxSurge="25%")


def _replica_set(document: Json) -> None:
    fill(_template(document), replicas=1)


def _stateful_set(document: Json) -> None:
    spec = _template(document)
    fill(spec, replicas=1, podManagementPolicy="OrderedReady", revisionHistoryLimit=10)
    fill(spec.setdefault("persistentVolumeClaimRetentionPolicy", {}), whenDeleted="Retain", whenScaled="Retain")
    strategy = spec.setdefault("updateStrategy", {})
    fill(strategy, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        fill(strategy.setdefault("rollingUpdate", {}), partition=0)
    for claim in spec.get("volumeClaimTemplates") or ():
        claim.update(kind="PersistentVolumeClaim", apiVersion="v1", status={"phase": "Pending"})
        fill(claim.setdefault("spec", {}), volumeMode="Filesystem")


def _daemon_set(document: Json) -> None:
    spec = _template(document)
    fill(spec, revisionHistoryLimit=10)
    strategy = spec.setdefault("updateStrategy", {})
    fill(strategy, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        fill(strategy.setdefault("rollingUpdate", {}), maxUnavailable=1, maxSurge=0)


def _job(document: Json) -> None:
    spec = _job_spec(_spec(document))
    if spec.get("manualSelector"):
        return
    metadata = document["metadata"]
    owner = {"batch.kubernetes.io/controller-uid": metadata.get("uid", "")}
    labels = owner | {
        "batch.kubernetes.io/job-name": metadata.get("name", ""),
        "controller-uid": metadata.get("uid", ""),
        "job-name": metadata.get("name", ""),
    }
    if "selector" not in spec:
        spec["selector"] = {"matchLabels": owner}
        template_metadata = spec["template"].setdefault("metadata", {})
        template_metadata["labels"] = {**(template_metadata.get("labels") or {}), **labels}
        # The labels of the template are the Job's own, too, unless it has some.
        metadata.setdefault("labels", dict(template_metadata["labels"]))


def _job_spec(spec: Json) -> Json:
    template = dig(spec, "template")
    if isinstance(template, dict):
        default_pod_spec(template.setdefault("spec", {}), "")
    if "completions" not in spec and "parallelism" not in spec:
        spec["completions"] = 1
    fill(spec, parallelism=1, backoffLimit=6, completionMode="NonIndexed", suspend=False)
    fill(spec, manualSelector=False, podReplacementPolicy="TerminatingOrFailed")
    return spec


def _cron_job(document: Json) -> None:
    spec = _spec(document)
    fill(spec, concurrencyPolicy="Allow", suspend=False, successfulJobsHistoryLimit=3, failedJobsHistoryLimit=1)
    job = dig(spec, "jobTemplate", "spec", default={})
    if dig(job, "template", "spec") is not None:
        default_pod_spec(job["template"]["spec"], "")


def _pod(document: Json) -> None:
    default_pod_spec(_spec(document))
    fill(
        document["spec"], serviceAccountName="default", enableServiceLinks=True, preemptionPolicy="PreemptLowerPriority"
    )
    fill(document["spec"], serviceAccount=document["spec"]["serviceAccountName"], priority=0)


def _service(document: Json) -> None:
    spec = _spec(document)
    fill(spec, type="ClusterIP", sessionAffinity="None")
    for port in spec.get("ports") or ():
        fill(port, protocol="TCP")
        if spec["type"] != "ExternalName":
            fill(port, targetPort=port.get("port"))
    if spec["type"] != "ExternalName":
        fill(spec, ipFamilies=["IPv4"], ipFamilyPolicy="SingleStack", internalTrafficPolicy="Cluster")
    if spec["type"] in ("NodePort", "LoadBalancer"):
        fill(spec, externalTrafficPolicy="Cluster")
    if spec["type"] == "LoadBalancer":
        fill(spec, allocateLoadBalancerNodePorts=True)


def _claim(document: Json) -> None:
    fill(_spec(document), volumeMode="Filesystem")
    document.setdefault("status", {}).setdefault("phase", "Pending")
    finalizers = document["metadata"].setdefault("finalizers", [])
    if "kubernetes.io/pvc-protection" not in finalizers and "uid" not in document["metadata"]:
        finalizers.append("kubernetes.io/pvc-protection")


def _secret(document: Json) -> None:
    fill(document, type="Opaque")


def _namespace(document: Json) -> None:
    fill(_spec(document), finalizers=["kubernetes"])
    labels = document["metadata"].setdefault("labels", {})
    labels["kubernetes.io/metadata.name"] = document["metadata"].get("name", "")
    document.setdefault("status", {}).setdefault("phase", "Active")


def _network_policy(document: Json) -> None:
    spec = _spec(document)
    # The real field is no omitempty: an empty selector stays.
    fill(spec, podSelector={})
    fill(spec, policyTypes=["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])
    for rule in [*(spec.get("ingress") or ()), *(spec.get("egress") or ())]:
        for port in rule.get("ports") or ():
            fill(port, protocol="TCP")


def _limit_range(document: Json) -> None:
    """Of a container: the limit is the largest one, and what is asked for is the limit, or else the smallest one."""
    for item in _spec(document).get("limits") or ():
        if item.get("type") == "Container":
            default = {**(item.get("max") or {}), **(item.get("default") or {})}
            request = {**(item.get("min") or {}), **default, **(item.get("defaultRequest") or {})}
            item.update({key: value for key, value in (("default", default), ("defaultRequest", request)) if value})


def _storage_class(document: Json) -> None:
    fill(document, reclaimPolicy="Delete", volumeBindingMode="Immediate")


def _autoscaler(document: Json) -> None:
    fill(_spec(document), minReplicas=1)


def _role_binding(document: Json) -> None:
    fill(document.setdefault("roleRef", {}), apiGroup="rbac.authorization.k8s.io")
    for subject in document.get("subjects") or ():
        if subject.get("kind") in ("User", "Group"):
            fill(subject, apiGroup="rbac.authorization.k8s.io")


def _definition(document: Json) -> None:
    names = _spec(document).setdefault("names", {})
    kind = str(names.get("kind", ""))
    fill(names, singular=kind.lower(), listKind=f"{kind}List")
    fill(document["spec"], conversion={"strategy": "None"})


def _priority_class(document: Json) -> None:
    fill(document, preemptionPolicy="PreemptLowerPriority")


def _volume(document: Json) -> None:
    fill(_spec(document), persistentVolumeReclaimPolicy="Retain", volumeMode="Filesystem")
    document.setdefault("status", {}).setdefault("phase", "Pending")


_FILLERS: dict[str, Callable[[Json], Any]] = {
    "deployments.apps": _deployment,
    "replicasets.apps": _replica_set,
    "statefulsets.apps": _stateful_set,
    "daemonsets.apps": _daemon_set,
    "jobs.batch": _job,
    "cronjobs.batch": _cron_job,
    "pods": _pod,
    "services": _service,
    "persistentvolumeclaims": _claim,
    "persistentvolumes": _volume,
    "secrets": _secret,
    "namespaces": _namespace,
    "networkpolicies.networking.k8s.io": _network_policy,
    "limitranges": _limit_range,
    "storageclasses.storage.k8s.io": _storage_class,
    "horizontalpodautoscalers.autoscaling": _autoscaler,
    "rolebindings.rbac.authorization.k8s.io": _role_binding,
    "clusterrolebindings.rbac.authorization.k8s.io": _role_binding,
    "customresourcedefinitions.apiextensions.k8s.io": _definition,
    "priorityclasses.scheduling.k8s.io": _priority_class,
}

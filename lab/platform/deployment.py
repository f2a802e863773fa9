# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server's pod depends on in its cluster: the databases of its release, their data, its Ingress."""

from __future__ import annotations

import base64

from lab.kube.cluster import Cluster
from lab.kube.controllers.templates import is_ready
from lab.kube.documents import Json, dig
from lab.kube.objects.selectors import selects

_SETS, _INGRESSES = "statefulsets.apps", "ingresses.networking.k8s.io"
_DATABASES = ("mongodb", "elastic", "redis")
_RELEASE = "app.kubernetes.io/instance"


def databases(cluster: Cluster, pod: Json) -> list[Json]:
    """The StatefulSets of the pod's release that are databases."""
    release = dig(pod, "metadata", "labels", _RELEASE)
    return [
        one
        for one in cluster.store.all(_SETS, pod["metadata"]["namespace"])
        if dig(one, "spec", "template", "metadata", "labels", _RELEASE) == release
        and any(word in one["metadata"]["name"] for word in _DATABASES)
    ]


def waits_for(cluster: Cluster, pod: Json) -> list[str]:
    """The names of the databases that are not ready."""
    return [
        one["metadata"]["name"]
        for one in databases(cluster, pod)
        if dig(one, "status", "readyReplicas", default=0) < one["spec"].get("replicas", 1)
    ]


def data_of(cluster: Cluster, pod: Json) -> str:
    """The uid of what keeps the server's data.

    That is MongoDB's claim; its pod if it has no claim; the namespace if the release has no MongoDB.
    """
    namespace = pod["metadata"]["namespace"]
    for database in databases(cluster, pod):
        name = database["metadata"]["name"]
        member = cluster.store.get("pods", namespace, f"{name}-0")
        if "mongodb" not in name or member is None:
            continue
        claim = claim_of(cluster, member)
        if claim:
            return claim
        return str(member["metadata"]["uid"])
    return str(dig(cluster.store.get("namespaces", "", namespace), "metadata", "uid", default=namespace))


def claim_of(cluster: Cluster, pod: Json) -> str:
    """The uid of the first claim among a pod's volumes; empty if it has none."""
    for volume in dig(pod, "spec", "volumes", default=[]):
        claimed = dig(volume, "persistentVolumeClaim", "claimName")
        namespace = pod["metadata"]["namespace"]
        claim = cluster.store.get("persistentvolumeclaims", namespace, claimed) if claimed else None
        if claim is not None:
            return str(claim["metadata"]["uid"])
    return ""


def still_there(cluster: Cluster, data: str) -> bool:
    """Whether the claim, pod or namespace of that uid exists."""
    return any(
        item["metadata"]["uid"] == data
        for resource in ("persistentvolumeclaims", "pods", "namespaces")
        for item in cluster.store.all(resource)
    )


def is_serving(cluster: Cluster, pod: Json) -> bool:
    """Whether a pod is there and ready."""
    live = cluster.store.get("pods", pod["metadata"]["namespace"], pod["metadata"]["name"])
    return live is not None and live["metadata"]["uid"] == pod["metadata"]["uid"] and is_ready(live)


def is_reachable(cluster: Cluster, pod: Json) -> bool:
    """Whether an Ingress that a controller serves leads to a Service of the pod."""
    namespace, labels = pod["metadata"]["namespace"], dig(pod, "metadata", "labels", default={})
    for ingress in cluster.store.all(_INGRESSES, namespace):
        if not dig(ingress, "status", "loadBalancer", "ingress"):
            continue
        backends = [dig(ingress, "spec", "defaultBackend", "service", "name")]
        for rule in dig(ingress, "spec", "rules", default=[]):
            backends += [dig(path, "backend", "service", "name") for path in dig(rule, "http", "paths", default=[])]
        for name in filter(None, backends):
            selector = dig(cluster.store.get("services", namespace, name), "spec", "selector")
            if selector and selects(selector, labels):
                return True
    return False


def host_of(cluster: Cluster, pod: Json) -> str:
    """The address that an Ingress of the pod's release gives it; empty if there is none."""
    release = dig(pod, "metadata", "labels", _RELEASE)
    for ingress in cluster.store.all(_INGRESSES, pod["metadata"]["namespace"]):
        if dig(ingress, "metadata", "labels", _RELEASE) == release:
            return f"https://{ingress['spec']['rules'][0]['host']}"
    return ""


def signing_key(cluster: Cluster, pod: Json) -> str | None:
    """What a server's pod signs tokens with: it is in the Secret that its own key pair is from."""
    for container in dig(pod, "spec", "containers", default=[]):
        for variable in container.get("env", []):
            name = dig(variable, "valueFrom", "secretKeyRef", "name")
            secret = cluster.store.get("secrets", pod["metadata"]["namespace"], name) if name else None
            key = dig(secret, "data", "secure_auth_token_secret")
            if key is not None:
                return base64.b64decode(key).decode()
    return None

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controllers of workloads share: pods from templates, hashes, conditions."""

from __future__ import annotations

import hashlib
import json
import random

from lab.kube.cluster import Cluster, owner_reference
from lab.kube.documents import Json, clone, dig, now
from lab.kube.objects.pod_defaults import fill
from lab.kube.objects.quotas import excess

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


def template_hash(template: Json) -> str:
    """A short name for a pod template."""
    digest = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:9])


def random_suffix() -> str:
    """The end of a generated name."""
    return "".join(random.choices(_LETTERS, k=5))


def make_pod(
    cluster: Cluster, owner: Json, template: Json, name: str, labels: Json, spec: Json | None = None
) -> Json | None:
    """Create a pod of a workload; None (with an event) if a quota forbids it."""
    metadata = clone(template.get("metadata") or {})
    metadata["labels"] = {**(metadata.get("labels") or {}), **labels}
    metadata |= {"name": name, "generateName": f"{owner['metadata']['name']}-"}
    metadata["namespace"] = owner["metadata"]["namespace"]
    metadata["ownerReferences"] = [owner_reference(owner)]
    full = {**clone(template["spec"]), **(spec or {})}
    fill(
        full, serviceAccountName="default", enableServiceLinks=True, preemptionPolicy="PreemptLowerPriority", priority=0
    )
    fill(full, serviceAccount=full["serviceAccountName"])
    pod: Json = {"metadata": metadata, "spec": full, "status": {"phase": "Pending", "qosClass": "BestEffort"}}
    why = excess(cluster.store, metadata["namespace"], "pods", pod)
    if why is not None:
        text = f'Error creating: pods "{owner["metadata"]["name"]}-" is forbidden: {why}'
        cluster.event(owner, "FailedCreate", text, warning=True, once=True)
        return None
    cluster.event(owner, "SuccessfulCreate", f"Created pod: {name}")
    return cluster.add("pods", pod)


def is_ready(pod: Json) -> bool:
    """Whether a pod is ready."""
    return "deletionTimestamp" not in pod["metadata"] and any(
        one["type"] == "Ready" and one["status"] == "True" for one in dig(pod, "status", "conditions", default=[])
    )


def is_active(pod: Json) -> bool:
    """Whether a pod counts for its workload."""
    over = dig(pod, "status", "phase") in ("Succeeded", "Failed")
    return not over and "deletionTimestamp" not in pod["metadata"]


def condition(known: list[Json], kind: str, status: bool, reason: str, message: str) -> Json:
    """A condition; its times stay as long as its status does."""
    old = next((one for one in known if one["type"] == kind), None)
    word = "True" if status else "False"
    if old is not None and old["status"] == word and old.get("reason") == reason and old.get("message") == message:
        return old
    since = old["lastTransitionTime"] if old is not None and old["status"] == word else now()
    new = {"type": kind, "status": word, "lastUpdateTime": now(), "lastTransitionTime": since}
    return new | {"reason": reason, "message": message}


def compact(status: Json) -> Json:
    """A status without its zero counts, which real controllers leave out."""
    keep = ("replicas", "availableReplicas")
    return {key: value for key, value in status.items() if value or (key in keep and value == 0)}

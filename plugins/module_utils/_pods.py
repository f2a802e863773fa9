# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why the pods of a release are not ready, in the cluster's own words."""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, KubeError, Object
from ansible_collections.clearml.enterprise.plugins.module_utils._manifest import documents

#: What is said of each: the last lines of a container that crashed, the newest warnings.
LOG_LINES = 5
EVENTS = 5


def why_not_ready(kube: Kube, name: str, namespace: str, manifest: str) -> list[str]:
    """One sentence for each thing that keeps a release from being ready; empty if none can be seen.

    Whoever may install may not always look: what cannot be read is left out, for this explains another failure.
    """
    try:
        pods = [pod for pod in _pods(kube, name, namespace, manifest) if not _ready(pod)]
        said = [sentence for pod in pods for sentence in _about(kube, pod)]
        return said + _warnings(kube, namespace, _names(pods, manifest, namespace))
    except KubeError:
        return []


def _pods(kube: Kube, name: str, namespace: str, manifest: str) -> t.Iterator[Object]:
    specs = [document.get("spec") or {} for document in documents(manifest, namespace)]
    selectors = [(spec.get("selector") or {}).get("matchLabels") for spec in specs if "template" in spec]
    for pod in kube.every("v1", "Pod", namespace):
        labels = pod["metadata"].get("labels") or {}
        chosen = any(selector and selector.items() <= labels.items() for selector in selectors)
        if chosen or labels.get("app.kubernetes.io/instance") == name:
            yield pod


def _ready(pod: Object) -> bool:
    status = pod.get("status") or {}
    conditions = {one["type"]: one["status"] for one in status.get("conditions") or []}
    return status.get("phase") == "Succeeded" or conditions.get("Ready") == "True"


def _about(kube: Kube, pod: Object) -> t.Iterator[str]:
    status, metadata = pod.get("status") or {}, pod["metadata"]
    for condition in status.get("conditions") or []:
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            yield f"pod {metadata['name']} has no node: {condition.get('message') or condition.get('reason')}"
    yield from _claims(kube, pod)
    for container in [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]:
        yield from _container(kube, metadata, container)


def _claims(kube: Kube, pod: Object) -> t.Iterator[str]:
    for volume in pod["spec"].get("volumes") or []:
        claimed = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        claim = kube.find("v1", "PersistentVolumeClaim", claimed, pod["metadata"]["namespace"]) if claimed else None
        if claim and (claim.get("status") or {}).get("phase") != "Bound":
            storage_class = claim["spec"].get("storageClassName") or "the default"
            yield f"claim {claimed} of pod {pod['metadata']['name']} has no volume (storage class {storage_class})"


def _container(kube: Kube, metadata: Object, container: Object) -> t.Iterator[str]:
    state, last = container.get("state") or {}, (container.get("lastState") or {}).get("terminated")
    waiting, ended = state.get("waiting"), state.get("terminated")
    if container.get("ready") or (ended and ended.get("exitCode") == 0):
        return
    reason = (waiting or ended or {}).get("reason") or "runs and is not ready"
    message = (waiting or ended or {}).get("message")
    text = f"container {container['name']} of pod {metadata['name']}: {reason}"
    text += f" ({message})" if message else ""
    count = container.get("restartCount") or 0
    text += f", restarted {count} times" if count > 1 else ", restarted once" if count else ""
    log = _log(kube, metadata, container["name"], previous=not ended) if last or ended else ""
    yield text + (f", last words: {log}" if log else "")


def _log(kube: Kube, metadata: Object, container: str, previous: bool) -> str:
    path = kube.path("v1", "Pod", metadata["name"], metadata["namespace"])
    query = {"container": container, "tailLines": str(LOG_LINES), "previous": str(previous).lower()}
    try:
        return " | ".join(kube.text(f"{path}/log", query).strip().splitlines()[-LOG_LINES:])
    except KubeError:
        return ""


def _names(pods: list[Object], manifest: str, namespace: str) -> set[str]:
    """Whose events count: the pods', those of their ReplicaSets, and those of the release's own objects."""
    owners = {owner["name"] for pod in pods for owner in pod["metadata"].get("ownerReferences") or []}
    return owners.union(
        (pod["metadata"]["name"] for pod in pods),
        (document["metadata"]["name"] for document in documents(manifest, namespace)),
    )


def _warnings(kube: Kube, namespace: str, names: set[str]) -> list[str]:
    def when(event: Object) -> str:
        return str(event.get("lastTimestamp") or event.get("eventTime") or event["metadata"].get("creationTimestamp"))

    warnings = [
        event
        for event in kube.every("v1", "Event", namespace)
        if event.get("type") == "Warning" and event["involvedObject"].get("name") in names
    ]
    texts = [
        f"{event['involvedObject'].get('kind')} {event['involvedObject']['name']}: {event.get('message', '').strip()}"
        for event in sorted(warnings, key=when)
    ]
    return list(dict.fromkeys(texts))[-EVENTS:]

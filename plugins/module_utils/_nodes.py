# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes of a cluster: closed to new pods, emptied, and looked at until they are back.

A node that this collection closed bears a mark. Only such a node is opened again: a person who closed one has a reason.
"""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Action, Call
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, KubeError, Object

MARK = "clearml.enterprise/cordoned"
MIRROR = "kubernetes.io/config.mirror"
#: Seconds between two looks.
PAUSE = 0.5
#: How many pods a message names.
NAMED = 5
#: What a node that is down gives instead of answers: nothing, or one of the servers on the way to it.
PASSING = (0, 429, 500, 502, 503, 504)


def node_named(kube: Kube, name: str) -> Object:
    """A node.

    :raises InvalidInput: if there is none of that name
    """
    node = kube.find("v1", "Node", name)
    if node is None:
        raise InvalidInput(f"The cluster has no node {name!r}; kubectl get nodes lists those that it has")
    return {"apiVersion": "v1", "kind": "Node", **node}


def is_ready(document: Object) -> bool:
    """Whether a node or a pod is ready."""
    conditions = (document.get("status") or {}).get("conditions") or []
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def boot_id(node: Object) -> str:
    """What every boot makes anew."""
    return str(node["status"]["nodeInfo"]["bootID"])


def pods_on(kube: Kube, node: str) -> list[Object]:
    """The pods of a node that still run or are about to; completed ones hold nothing."""
    pods = kube.every("v1", "Pod", fields=f"spec.nodeName={node}")
    return [pod for pod in pods if (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed")]


def label(kube: Kube, node: Object, labels: t.Mapping[str, str | None]) -> Action | None:
    """What makes labels as wanted, null being none; not done yet. None if they are."""
    found = node["metadata"].get("labels") or {}
    fields = tuple(f"metadata.labels.{key}" for key, value in sorted(labels.items()) if found.get(key) != value)
    return _update(kube, node, fields) if fields else None


@dataclass(frozen=True)
class Rules:
    """What may be done to pods.

    :ivar unmanaged: pods that nobody starts again may go
    :ivar local_data: pods with an emptyDir, which is lost with them, may go
    """

    unmanaged: bool
    local_data: bool
    timeout: int


class Keeper:
    """What has to be done to one node.

    :ivar node: as it was last seen
    :ivar actions: in order
    """

    def __init__(self, kube: Kube, name: str) -> None:
        self._kube = kube
        self._name = name
        self.node = node_named(kube, name)
        self.actions: list[Action] = []

    @property
    def closed(self) -> bool:
        """Whether new pods keep away."""
        return bool(self.node["spec"].get("unschedulable"))

    def assume_closed(self) -> None:
        """Take it as closed by this collection, as a check run that only foresees what closes it."""
        if not self.closed:
            metadata = {**self.node["metadata"], "annotations": {MARK: "true"}}
            self.node |= {"metadata": metadata, "spec": {**self.node["spec"], "unschedulable": True}}

    def close(self) -> None:
        """Let no new pod come."""
        if not self.closed:
            self._set(True, "true")

    def open(self) -> None:
        """Let new pods come, if it was closed by this collection."""
        if MARK in (self.node["metadata"].get("annotations") or {}):
            self._set(None, None)

    def _set(self, unschedulable: bool | None, mark: str | None) -> None:
        fields = ("spec.unschedulable",) if bool(unschedulable) != self.closed else ()
        self.actions.append(_update(self._kube, self.node, (*fields, f"metadata.annotations.{MARK}")))
        if not self._kube.read_only:
            changes = {"metadata": {"annotations": {MARK: mark}}, "spec": {"unschedulable": unschedulable}}
            self.node = self._kube.patch(self.node, changes)
            self.node |= {"apiVersion": "v1", "kind": "Node"}

    def empty(self, rules: Rules) -> None:
        """Close it and evict its pods, as their PodDisruptionBudgets allow; those of DaemonSets and of the node stay.

        :raises Refused: if some may not go, before anything is done
        :raises KubeError: if some are still there after the time
        """
        leaving = [pod for pod in pods_on(self._kube, self._name) if not _stays(pod)]
        self._refuse(leaving, rules)
        self.close()
        fresh = [pod for pod in leaving if not pod["metadata"].get("deletionTimestamp")]
        self.actions += [
            Action("evict", "Pod", _full_name(pod), (Call(f"POST {_path(self._kube, pod)}/eviction", {}),))
            for pod in fresh
        ]
        if not self._kube.read_only:
            self._evict(leaving, rules.timeout)

    def _refuse(self, pods: list[Object], rules: Rules) -> None:
        lost = [pod for pod in pods if _owner(pod) is None]
        if lost and not rules.unmanaged:
            raise Refused(
                f"Node {self._name} is not emptied: nobody would start {some_pods(lost)} again. Wait until they are "
                "done, or allow it with evict_unmanaged"
            )
        local = [pod for pod in pods if any("emptyDir" in one for one in pod["spec"].get("volumes") or [])]
        if local and not rules.local_data:
            raise Refused(
                f"Node {self._name} is not emptied: {some_pods(local)} would lose what is in an emptyDir. Allow it "
                "with delete_local_data"
            )

    def _evict(self, pods: list[Object], seconds: int) -> None:
        end = time.monotonic() + seconds
        asked: set[str] = set()
        said: dict[str, str] = {}
        while True:
            for pod in pods:
                uid = pod["metadata"]["uid"]
                if uid in asked:
                    continue
                try:
                    evict(self._kube, pod)
                except KubeError as error:
                    if error.status not in PASSING:
                        raise
                    said[uid] = str(error)
                else:
                    asked.add(uid)
                    said.pop(uid, None)
            there = {pod["metadata"]["uid"] for pod in pods_on(self._kube, self._name)}
            pods = [pod for pod in pods if pod["metadata"]["uid"] in there]
            if not pods:
                return
            if time.monotonic() > end:
                why = next((said[one["metadata"]["uid"]] for one in pods if one["metadata"]["uid"] in said), "")
                raise KubeError(
                    f"Node {self._name} still has {some_pods(pods)} after {seconds} s. "
                    + (why or "They take long to stop: look at their finalizers and grace periods")
                )
            time.sleep(PAUSE)

    def wait(self, booted_since: str, seconds: int) -> None:
        """Wait until it is ready after another boot than the given one.

        :raises KubeError: if it is not after the time
        """
        end = time.monotonic() + seconds
        while not (is_ready(self.node) and boot_id(self.node) != booted_since):
            if time.monotonic() > end:
                what = "has not rebooted" if boot_id(self.node) == booted_since else "has rebooted and is not ready"
                raise KubeError(
                    f"Node {self._name} {what} after {seconds} s. Look at its console and at kubectl describe node "
                    f"{self._name}; it stays as it is"
                )
            time.sleep(PAUSE)
            try:
                self.node = node_named(self._kube, self._name)
            except KubeError as error:
                # The API server itself may be on a node that reboots.
                if error.status not in PASSING:
                    raise


def evict(kube: Kube, pod: Object) -> None:
    """Ask for a pod to go; one that is gone already is fine.

    :raises KubeError: with status 429 if a PodDisruptionBudget does not allow it now
    """
    metadata = {key: pod["metadata"][key] for key in ("name", "namespace")}
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
    body["deleteOptions"] = {"preconditions": {"uid": pod["metadata"]["uid"]}}
    try:
        kube.write("POST", f"{_path(kube, pod)}/eviction", body)
    except KubeError as error:
        if error.status not in (404, 409):
            raise


def _update(kube: Kube, node: Object, fields: tuple[str, ...]) -> Action:
    return Action("update", "Node", node["metadata"]["name"], (Call(f"PATCH {kube.path_of(node)}", {}),), fields)


def _path(kube: Kube, pod: Object) -> str:
    return kube.path("v1", "Pod", pod["metadata"]["name"], pod["metadata"]["namespace"])


def _owner(pod: Object) -> str | None:
    owners = pod["metadata"].get("ownerReferences") or []
    return next((str(one["kind"]) for one in owners if one.get("controller")), None)


def _stays(pod: Object) -> bool:
    return _owner(pod) == "DaemonSet" or MIRROR in (pod["metadata"].get("annotations") or {})


def _full_name(pod: Object) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def some_pods(pods: t.Sequence[Object]) -> str:
    """A few pods by name, and how many more."""
    rest = len(pods) - NAMED
    return ", ".join(sorted(map(_full_name, pods))[:NAMED]) + (f" and {rest} more" if rest > 0 else "")

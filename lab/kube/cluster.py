# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cluster: its objects, its kinds, and what tests ordered for it."""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass, field
from typing import Any

from lab.kube.documents import Json, clone, dig, new_uid, now
from lab.kube.gpus import Gpus
from lab.kube.model.kinds import Kind, Kinds
from lab.kube.objects.store import Change, Store
from lab.kube.orders import Orders
from lab.kube.programs import Programs
from lab.kube.scripts import Scripts

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"


@dataclass
class Settings:
    """How fast things happen, in seconds."""

    ready_seconds: float = 0.2
    """From a pod's start until it is ready."""

    finish_seconds: float = 0.2
    """From the start of a Job's pod until it is done."""

    stop_seconds: float = 0.05
    """How long a pod takes to stop."""

    authority: str = ""
    """The certificate of the authority, which every namespace has."""

    bookmark_seconds: float = 10.0
    """Between the bookmarks of a watch."""


@dataclass
class Access:
    """Who may do what: denied rights, and what access reviews answer."""

    reviews: str = "rules"
    """``rules`` (what the denials say), ``allow`` or ``deny`` everything."""

    denials: list[Json] = field(default_factory=list)
    """verb, resource (``deployments.apps``), namespace; ``*`` or nothing fits all."""

    def denies(self, verb: str, resource: str, namespace: str) -> bool:
        """Whether a request is refused."""
        wanted = {"verb": verb, "resource": resource, "namespace": namespace}
        return any(all(rule.get(key, "*") in ("*", value) for key, value in wanted.items()) for rule in self.denials)

    def reviewed(self, verb: str, resource: str, namespace: str) -> bool:
        """What an access review says."""
        if self.reviews == "rules":
            return not self.denies(verb, resource, namespace)
        return self.reviews == "allow"

    def as_json(self) -> Json:
        """For the control API."""
        return asdict(self)


class Cluster:
    """Everything that lives until the server stops."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store()
        self.kinds = Kinds()
        self.orders = Orders()
        self.scripts = Scripts()
        self.programs = Programs()
        self.gpus = Gpus(self.store)
        self.access = Access()
        self.service_tokens: dict[str, str] = {}
        self.started: dict[str, float] = {}
        self.stopping: dict[str, float] = {}
        self._event_names = itertools.count(1)
        self.store.on_change.append(self._notice_definitions)

    def kind(self, resource: str) -> Kind:
        """The kind of a resource that is known to be served."""
        found = self.kinds.by_resource(resource)
        if found is None:
            raise KeyError(resource)
        return found

    def _notice_definitions(self, change: Change) -> None:
        if change.resource == DEFINITIONS:
            before = None if change.before is None else change.before.get("spec")
            if change.type != "MODIFIED" or before != change.object.get("spec"):
                self.serve_definitions()

    def serve_definitions(self) -> None:
        """Serve the kinds of the definitions that are not about to go."""
        self.kinds.set_custom(self.store.all(DEFINITIONS))

    def add(self, resource: str, document: Json) -> Json:
        """Create an object on the cluster's own behalf."""
        kind = self.kind(resource)
        metadata = document.setdefault("metadata", {})
        metadata.setdefault("uid", new_uid())
        metadata["creationTimestamp"] = now()
        if kind.counts_generation:
            metadata["generation"] = 1
        return self.store.put(resource, {"kind": kind.kind, "apiVersion": kind.api_version, **document})

    def change(self, resource: str, document: Json, **parts: Any) -> Json:
        """Store an object with other top-level parts, if they differ; its last state otherwise."""
        if all(document.get(name) == value for name, value in parts.items()):
            return document
        live = self.store.get(resource, document["metadata"].get("namespace", ""), document["metadata"]["name"])
        if live is None:
            return document
        new: Json = clone(live)
        for name, value in parts.items():
            if name == "metadata":
                value = {**value, "resourceVersion": live["metadata"]["resourceVersion"]}
            new[name] = clone(value)
        return self.store.put(resource, new) if new != live else live

    def event(self, about: Json, reason: str, message: str, warning: bool = False, once: bool = False) -> None:
        """Record an Event; the same one again counts up, or does nothing with ``once``."""
        metadata = about["metadata"]
        namespace = metadata.get("namespace") or "default"
        for known in self.store.all("events", namespace):
            involved = known["involvedObject"]
            same = involved.get("uid") == metadata.get("uid") and known["reason"] == reason
            if same and known["message"] == message:
                if once:
                    return
                new: Json = clone(known)
                new["count"] = new.get("count", 1) + 1
                new["lastTimestamp"] = now()
                self.store.put("events", new)
                return
        involved = {"kind": about["kind"], "name": metadata["name"], "uid": metadata.get("uid", "")}
        involved |= {"apiVersion": about["apiVersion"]}
        involved |= {"namespace": namespace} if metadata.get("namespace") else {}
        self.add(
            "events",
            {
                "metadata": {"name": f"{metadata['name']}.{next(self._event_names):016x}", "namespace": namespace},
                "involvedObject": involved,
                "reason": reason,
                "message": message,
                "type": "Warning" if warning else "Normal",
                "source": {"component": "lab"},
                "firstTimestamp": now(),
                "lastTimestamp": now(),
                "count": 1,
                "eventTime": None,
                "reportingComponent": "lab",
                "reportingInstance": "",
            },
        )

    def owned(self, owner: Json, resource: str) -> list[Json]:
        """The objects of a resource that an object controls."""
        uid = owner["metadata"]["uid"]
        namespace = owner["metadata"].get("namespace")
        return [
            item
            for item in self.store.all(resource, namespace)
            if any(
                one["uid"] == uid and one.get("controller")
                for one in dig(item, "metadata", "ownerReferences", default=[])
            )
        ]


def owner_reference(owner: Json) -> Json:
    """The reference of a controlled object to its controller."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }

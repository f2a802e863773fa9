# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subresources other than the status: scale, token, eviction, binding, finalize."""

from __future__ import annotations

import secrets

from lab.kube import reading
from lab.kube.cluster import Cluster
from lab.kube.deleting import Deleter
from lab.kube.disruptions import check_disruption
from lab.kube.documents import Json, clone, dig, later, now
from lab.kube.objects.json_patch import json_patch, merge_patch
from lab.kube.objects.managed_fields import manager_of
from lab.kube.objects.selectors import selector_text
from lab.kube.wire.bodies import read_json, read_object
from lab.kube.wire.errors import invalid, invalid_named, not_implemented, unsupported_media, wrong
from lab.kube.wire.requests import Call, check_dry_run
from lab.kube.writing import WriteOptions, Writer

_SHORTEST_TOKEN = 600


class Subresources:
    """Answers requests for them."""

    def __init__(self, cluster: Cluster, writer: Writer, deleter: Deleter) -> None:
        self._cluster = cluster
        self._writer = writer
        self._deleter = deleter

    def answer(self, call: Call) -> tuple[int, Json]:
        """The status and the body."""
        check_dry_run(call, "UpdateOptions")
        handler = {
            "scale": self._scale,
            "token": self._token,
            "eviction": self._evict,
            "binding": self._bind,
            "finalize": self._finalize,
        }.get(call.subresource)
        if handler is None:
            raise not_implemented(f"{call.verb} of {call.resource}")
        return handler(call)

    def _scale(self, call: Call) -> tuple[int, Json]:
        live = reading.existing(self._cluster, call)
        current = self._scale_of(call, live)
        if call.verb == "get":
            return 200, current
        media = call.content_type.partition(";")[0].strip()
        if call.verb == "update":
            wanted = read_object(call.body, call.content_type)
        elif media == "application/json-patch+json":
            wanted = json_patch(current, read_json(call.body))
        elif media in ("application/merge-patch+json", "application/strategic-merge-patch+json"):
            wanted = merge_patch(current, read_json(call.body))
        else:
            raise unsupported_media("application/json-patch+json, application/merge-patch+json")
        replicas = dig(wanted, "spec", "replicas", default=0)
        if not isinstance(replicas, int) or replicas < 0:
            raise invalid(
                call.kind, call.name, [wrong("spec.replicas", replicas, "must be greater than or equal to 0")]
            )
        new: Json = clone(live)
        path = self._scale_path(call, "specReplicasPath", ".spec.replicas")
        new.setdefault(path[0], {})[path[-1]] = replicas
        version = dig(wanted, "metadata", "resourceVersion")
        if version:
            new["metadata"]["resourceVersion"] = version
        options = WriteOptions(manager_of(call.parameter("fieldManager"), call.user_agent), call.dry_run)
        return 200, self._scale_of(call, self._writer.update(call.kind, live, new, options))

    def _scale_path(self, call: Call, name: str, default: str) -> list[str]:
        paths = call.kind.subresources["scale"].get("paths") or {}
        return str(paths.get(name, default)).strip(".").split(".")

    def _scale_of(self, call: Call, live: Json) -> Json:
        keep = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
        status: Json = {
            "replicas": dig(live, *self._scale_path(call, "statusReplicasPath", ".status.replicas"), default=0)
        }
        selector = dig(live, "spec", "selector")
        if isinstance(selector, dict):
            status["selector"] = selector_text(selector)
        spec = {"replicas": dig(live, *self._scale_path(call, "specReplicasPath", ".spec.replicas"), default=0)}
        metadata = {key: live["metadata"][key] for key in keep if key in live["metadata"]}
        return {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": spec, "status": status}

    def _token(self, call: Call) -> tuple[int, Json]:
        reading.existing(self._cluster, call)
        document = read_object(call.body, call.content_type)
        spec = {
            "audiences": ["https://kubernetes.default.svc"],
            "expirationSeconds": 3600,
            **(document.get("spec") or {}),
        }
        seconds = spec["expirationSeconds"]
        if seconds < _SHORTEST_TOKEN:
            cause = wrong("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")
            group = {"group": "authentication.k8s.io"}
            raise invalid_named("TokenRequest.authentication.k8s.io", group, "TokenRequest", "", [cause])
        token = f"lab-{secrets.token_urlsafe(24)}"
        if not call.dry_run:
            self._cluster.service_tokens[token] = f"system:serviceaccount:{call.namespace}:{call.name}"
        metadata = {"name": call.name, "namespace": call.namespace, "creationTimestamp": now()}
        answer: Json = {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "metadata": metadata}
        return 201, answer | {"spec": spec, "status": {"token": token, "expirationTimestamp": later(seconds)}}

    def _evict(self, call: Call) -> tuple[int, Json]:
        live = reading.existing(self._cluster, call)
        options = read_object(call.body, call.content_type).get("deleteOptions") or {}
        dry_run = call.dry_run or "All" in (options.get("dryRun") or ())
        check_disruption(self._cluster, live)
        self._deleter.delete(call.kind, live, options, dry_run)
        return 201, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}

    def _bind(self, call: Call) -> tuple[int, Json]:
        live = reading.existing(self._cluster, call)
        node = dig(read_object(call.body, call.content_type), "target", "name", default="")
        if not call.dry_run:
            self._cluster.change("pods", live, spec={**live["spec"], "nodeName": node})
        return 201, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}

    def _finalize(self, call: Call) -> tuple[int, Json]:
        live = reading.existing(self._cluster, call)
        finalizers = dig(read_object(call.body, call.content_type), "spec", "finalizers", default=[])
        if call.dry_run:
            return 200, live
        return 200, self._cluster.change("namespaces", live, spec={**live.get("spec", {}), "finalizers": finalizers})

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating and updating objects, with everything that a server does on the way."""

from __future__ import annotations

import base64
import random
from dataclasses import dataclass, field

from lab.kube.cluster import Cluster
from lab.kube.documents import Json, clone, dig, new_uid, now
from lab.kube.model.kinds import Kind
from lab.kube.objects.allocation import allocate
from lab.kube.objects.change_rules import change_causes
from lab.kube.objects.defaults import set_defaults
from lab.kube.objects.managed_fields import note_update
from lab.kube.objects.names import name_causes
from lab.kube.objects.quotas import excess
from lab.kube.objects.rules import object_causes
from lab.kube.objects.validation import examine, handled_as, missing_causes, refuse_types, unknown_text
from lab.kube.wire.errors import (
    ApiError,
    Cause,
    already_exists,
    bad_request,
    conflict,
    forbidden,
    invalid,
    not_found,
    stale,
)  # fmt: skip

_SUFFIX = "bcdfghjklmnpqrstvwxz2456789"
# What a client may send and the server keeps as it is.
_SERVERS_OWN = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation")


@dataclass
class WriteOptions:
    """How a write is meant."""

    manager: str = "unknown"
    dry_run: bool = False
    strictness: str = "Warn"
    subresource: str = ""
    is_patch: bool = False
    managed: bool = True
    """False if the managedFields of the document are already right (server-side apply)."""
    warnings: list[str] = field(default_factory=list)


class Writer:
    """Writes to one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store

    def create(self, kind: Kind, namespace: str, document: Json, options: WriteOptions) -> Json:
        """Create an object; answers it."""
        document = self._checked(kind, namespace, document, options)
        metadata = document["metadata"]
        if metadata.get("resourceVersion"):
            raise bad_request("resourceVersion should not be set on objects to be created")
        if not metadata.get("name") and metadata.get("generateName"):
            metadata["name"] = metadata["generateName"][:57] + "".join(random.choices(_SUFFIX, k=5))
        self._check_namespace(kind, namespace, metadata.get("name", ""))
        for own in (*_SERVERS_OWN, "resourceVersion"):
            metadata.pop(own, None)
        if options.managed:
            metadata.pop("managedFields", None)
        if kind.has_status and not kind.custom:
            document["status"] = {}
        elif kind.has_status:
            document.pop("status", None)
        set_defaults(kind, document)
        metadata["uid"] = new_uid()
        metadata["creationTimestamp"] = now()
        if kind.resource == "jobs.batch":
            set_defaults(kind, document)
        if kind.counts_generation:
            metadata["generation"] = 1
        name = metadata.get("name", "")
        causes = name_causes(kind, name) + self._causes(kind, document, None)
        if causes:
            raise invalid(kind, name, causes)
        if self._store.get(kind.resource, namespace, name) is not None:
            raise already_exists(kind, name)
        self._check_quota(kind, namespace, document)
        if options.managed:
            note_update(None, document, kind.schema, options.manager, options.subresource)
        return document if options.dry_run else self._store.put(kind.resource, document)

    def update(self, kind: Kind, live: Json, document: Json, options: WriteOptions) -> Json:
        """Replace an object; answers its new state (the old one if nothing changed)."""
        namespace, name = live["metadata"].get("namespace", ""), live["metadata"]["name"]
        document = self._checked(kind, namespace, document, options)
        metadata = document["metadata"]
        if metadata.get("name", name) != name:
            raise bad_request(
                f"the name of the object ({metadata['name']}) does not match the name on the URL ({name})"
            )
        version = metadata.get("resourceVersion")
        if version and version != live["metadata"]["resourceVersion"]:
            raise stale(kind, name)
        if metadata.get("uid") and metadata["uid"] != live["metadata"]["uid"]:
            wanted, found = metadata["uid"], live["metadata"]["uid"]
            why = f"Precondition failed: UID in precondition: {wanted}, UID in object meta: {found}"
            raise conflict(kind, name, why)
        document = self._with_fixed_parts(kind, live, document, options)
        set_defaults(kind, document)
        causes = self._causes(kind, document, live)
        if causes:
            raise invalid(kind, name, causes)
        if _essence(document) == _essence(live) and options.managed:
            return live
        if kind.counts_generation and _desired(document) != _desired(live):
            document["metadata"]["generation"] = live["metadata"].get("generation", 0) + 1
        if options.managed:
            note_update(live, document, kind.schema, options.manager, options.subresource)
        elif _whole(document) == _whole(live):
            return live
        if options.dry_run:
            return document
        return self._finish(kind, document)

    def _finish(self, kind: Kind, document: Json) -> Json:
        metadata = document["metadata"]
        leaves = "deletionTimestamp" in metadata and not metadata.get("finalizers")
        if leaves and kind.resource not in ("namespaces", "pods"):
            self._store.remove(kind.resource, document)
            return document
        return self._store.put(kind.resource, document)

    def _checked(self, kind: Kind, namespace: str, document: Json, options: WriteOptions) -> Json:
        """The document, with the right kind and without unknown fields."""
        document = {"kind": kind.kind, "apiVersion": kind.api_version, **document}
        given, expected = (document["apiVersion"], document["kind"]), (kind.api_version, kind.kind)
        if given != expected:
            texts = [f"({version}, Kind={name})" for version, name in (given, expected)]
            why = f"the API version in the data {texts[0]} does not match the expected API version {texts[1]}"
            raise bad_request(why)
        if not isinstance(document.get("metadata", {}), dict):
            raise handled_as(kind, "json: cannot unmarshal into Go struct field .metadata of type v1.ObjectMeta")
        findings = examine(kind, document)
        name = str(dig(document, "metadata", "name", default=""))
        refuse_types(kind, findings, name)
        if findings.unknown and options.strictness == "Strict":
            raise _strict_error(kind, unknown_text(findings), options)
        if findings.unknown and options.strictness == "Warn":
            options.warnings += [f'unknown field "{path}"' for path in findings.unknown]
        checked: Json = findings.document
        metadata = checked.setdefault("metadata", {})
        if kind.namespaced:
            if metadata.get("namespace", namespace) != namespace:
                raise bad_request(
                    "the namespace of the provided object does not match the namespace sent on the request"
                )
            metadata["namespace"] = namespace
        else:
            metadata.pop("namespace", None)
        if kind.resource == "secrets" and checked.get("stringData"):
            extra = {key: base64.b64encode(text.encode()).decode() for key, text in checked["stringData"].items()}
            checked["data"] = {**(checked.get("data") or {}), **extra}
        if kind.resource == "secrets":
            checked.pop("stringData", None)
        return checked

    def _causes(self, kind: Kind, document: Json, live: Json | None) -> list[Cause]:
        findings = examine(kind, document)
        causes = missing_causes(findings) + findings.causes
        if not causes:
            causes += object_causes(kind, document)
            if live is not None:
                causes += change_causes(kind, live, document)
        if not causes and kind.resource == "services":
            causes += allocate(self._store, document, live)
        return causes

    def _check_namespace(self, kind: Kind, namespace: str, name: str) -> None:
        if not kind.namespaced:
            return
        home = self._store.get("namespaces", "", namespace)
        if home is None:
            raise not_found(self._cluster.kind("namespaces"), namespace)
        if "deletionTimestamp" in home["metadata"]:
            why = f"unable to create new content in namespace {namespace} because it is being terminated"
            cause = Cause("NamespaceTerminating", f"namespace {namespace} is being terminated", "metadata.namespace")
            raise forbidden(kind, name, why, [cause])

    def _check_quota(self, kind: Kind, namespace: str, document: Json) -> None:
        why = excess(self._store, namespace, kind.resource, document) if kind.namespaced else None
        if why is not None:
            raise forbidden(kind, document["metadata"]["name"], why)

    def _with_fixed_parts(self, kind: Kind, live: Json, document: Json, options: WriteOptions) -> Json:
        if options.subresource == "status":
            status = document.get("status")
            fields = document["metadata"].get("managedFields")
            document = clone(live)
            document["status"] = status if status is not None else {}
            if not options.managed:
                document["metadata"]["managedFields"] = fields
        elif kind.has_status:
            document.pop("status", None)
            if "status" in live:
                document["status"] = clone(live["status"])
        metadata = document["metadata"]
        for own in (*_SERVERS_OWN, "resourceVersion", "generateName"):
            metadata.pop(own, None)
            if own in live["metadata"]:
                metadata[own] = live["metadata"][own]
        if options.managed:
            metadata.pop("managedFields", None)
        metadata["name"] = live["metadata"]["name"]
        if kind.resource == "namespaces":
            document["spec"] = clone(live.get("spec", {}))
        return document


def _essence(document: Json) -> Json:
    metadata = {
        key: value
        for key, value in document["metadata"].items()
        if key not in ("managedFields", "resourceVersion") and value not in ({}, [])
    }
    return {**document, "metadata": metadata}


def _whole(document: Json) -> Json:
    """Everything but the version and the times of the managers, which alone are no change."""
    metadata = {key: value for key, value in document["metadata"].items() if key != "resourceVersion"}
    managers = metadata.pop("managedFields", [])
    return {**document, "metadata": metadata, "managers": [{**entry, "time": ""} for entry in managers]}


def _desired(document: Json) -> Json:
    return {key: value for key, value in document.items() if key not in ("metadata", "status", "apiVersion", "kind")}


def _strict_error(kind: Kind, text: str, options: WriteOptions) -> ApiError:
    why = f"strict decoding error: {text}"
    if not options.is_patch:
        return handled_as(kind, why)
    message = f'Invalid value: "the patched object": {why}'
    cause = {"reason": "FieldValueInvalid", "message": message, "field": "patch"}
    return ApiError(422, "Invalid", f' "" is invalid: patch: {message}', {"causes": [cause]})

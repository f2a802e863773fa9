# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading objects: one, or a list in pages."""

from __future__ import annotations

import base64
import binascii
import json

from lab.kube.cluster import Cluster
from lab.kube.documents import Json
from lab.kube.model.kinds import Kind
from lab.kube.objects.selectors import Matcher, field_matcher, label_matcher
from lab.kube.wire.errors import ApiError, bad_request, not_found
from lab.kube.wire.requests import Call


def matcher(call: Call) -> Matcher:
    """What the selectors of a request ask for, and its name if it has one."""
    tests: list[Matcher] = []
    labels, fields = call.parameter("labelSelector"), call.parameter("fieldSelector")
    if labels:
        tests.append(label_matcher(labels))
    if fields:
        tests.append(field_matcher(fields, call.kind.resource, call.kind.custom))
    if call.namespace:
        tests.append(lambda item: item["metadata"].get("namespace") == call.namespace)
    return lambda item: all(test(item) for test in tests)


def existing(cluster: Cluster, call: Call) -> Json:
    """The object that a request names; ApiError 404 without one."""
    found = cluster.store.get(call.kind.resource, call.namespace, call.name)
    if found is None:
        raise not_found(call.kind, call.name)
    return found


def in_version(kind: Kind, document: Json) -> Json:
    """An object as the requested version of a custom kind shows it."""
    if kind.custom and document["apiVersion"] != kind.api_version:
        return {**document, "apiVersion": kind.api_version}
    return document


def page(cluster: Cluster, call: Call) -> tuple[list[Json], Json]:
    """The objects that a request lists, and the metadata of the list."""
    items = [in_version(call.kind, one) for one in cluster.store.all(call.kind.resource, call.namespace or None)]
    fits = matcher(call)
    items = [item for item in items if fits(item)]
    metadata: Json = {"resourceVersion": str(cluster.store.version)}
    start = _decode(call.parameter("continue"))
    if start is not None:
        items = [item for item in items if _place(item) > start]
    limit = call.number("limit") or 0
    if limit and len(items) > limit:
        metadata["continue"] = _encode(_place(items[limit - 1]))
        if not call.parameter("labelSelector") and not call.parameter("fieldSelector"):
            metadata["remainingItemCount"] = len(items) - limit
        items = items[:limit]
    return items, metadata


def as_list(call: Call, items: list[Json], metadata: Json) -> Json:
    """The list object; items of built-in kinds do not say what they are."""
    if not call.kind.custom:
        items = [{key: value for key, value in item.items() if key not in ("kind", "apiVersion")} for item in items]
    return {"kind": f"{call.kind.kind}List", "apiVersion": call.kind.api_version, "metadata": metadata, "items": items}


def _place(item: Json) -> list[str]:
    return [item["metadata"].get("namespace", ""), item["metadata"]["name"]]


def _encode(place: list[str]) -> str:
    return base64.urlsafe_b64encode(json.dumps({"v": "meta.k8s.io/v1", "start": place}).encode()).decode().rstrip("=")


def _decode(token: str | None) -> list[str] | None:
    if not token:
        return None
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return [str(step) for step in json.loads(text)["start"]]
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise bad_request("invalid continue token: continue key is not valid: the token was made by nobody") from None


def expired(version: str, oldest: int) -> ApiError:
    """410 for a watch from a version that is forgotten."""
    return ApiError(410, "Expired", f"too old resource version: {version} ({oldest})")

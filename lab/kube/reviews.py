# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about rights and identities, which come as creates of objects that nobody stores."""

from __future__ import annotations

from lab.kube.cluster import Cluster
from lab.kube.documents import Json, dig
from lab.kube.model.kinds import Kind
from lab.kube.wire.errors import not_implemented

USER = "lab-admin"
GROUPS = ["system:masters", "system:authenticated"]


def review(cluster: Cluster, kind: Kind, document: Json) -> Json:
    """Answer a review."""
    answer: Json = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": {}}
    answer["spec"] = document.get("spec") or {}
    if kind.kind in ("SelfSubjectAccessReview", "SubjectAccessReview", "LocalSubjectAccessReview"):
        return answer | {"status": _access(cluster, answer["spec"])}
    if kind.kind == "SelfSubjectRulesReview":
        rules: list[Json] = [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]
        if cluster.access.reviews == "deny":
            rules = []
        paths = [{"verbs": ["*"], "nonResourceURLs": ["*"]}]
        return answer | {"status": {"resourceRules": rules, "nonResourceRules": paths, "incomplete": False}}
    if kind.kind == "SelfSubjectReview":
        del answer["spec"]
        return answer | {"status": {"userInfo": {"username": USER, "groups": GROUPS}}}
    if kind.kind == "TokenReview":
        name = cluster.service_tokens.get(dig(document, "spec", "token", default=""))
        status: Json = {"authenticated": name is not None}
        return answer | {"status": status | ({"user": {"username": name}} if name else {})}
    raise not_implemented(kind.kind)


def _access(cluster: Cluster, spec: Json) -> Json:
    wanted = spec.get("resourceAttributes")
    if wanted is None:
        return {"allowed": cluster.access.reviews != "deny"}
    resource = wanted.get("resource", "")
    if wanted.get("group"):
        resource += f".{wanted['group']}"
    if wanted.get("subresource"):
        resource += f"/{wanted['subresource']}"
    if cluster.access.reviewed(wanted.get("verb", ""), resource, wanted.get("namespace", "")):
        return {"allowed": True, "reason": "the laboratory allows it"}
    return {"allowed": False}

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user may do in a cluster, and what the roles need."""

from __future__ import annotations

import itertools
import typing as t
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
#: How many reviews are on their way at once.
PARALLEL = 8
READ = ("get", "list", "watch")
KEEP = (*READ, "create", "patch", "delete")
#: A release's record is a Secret that Helm replaces.
RELEASE = {
    "secrets": (*KEEP, "update"),
    **dict.fromkeys(("configmaps", "services", "serviceaccounts", "persistentvolumeclaims", "deployments.apps"), KEEP),
    **dict.fromkeys(("roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io"), KEEP),
    **dict.fromkeys(("pods", "events", "replicasets.apps"), READ),
    "pods/log": ("get",),
}
#: What the roles do, by what a namespace holds. A removal of the namespace itself is not foreseen here.
RIGHTS: dict[str, dict[str, tuple[str, ...]]] = {
    "": {"namespaces": ("get", "create", "patch")},
    "server": {**RELEASE, **dict.fromkeys(("statefulsets.apps", "ingresses.networking.k8s.io"), KEEP)},
    "component": {**RELEASE, **dict.fromkeys(("statefulsets.apps", "daemonsets.apps"), KEEP)},
    "policies": {"networkpolicies.networking.k8s.io": KEEP},
    "gpus": {"pods/exec": ("create",), "nodes": (*READ, "patch")},
    "tenant": {
        **RELEASE,
        **dict.fromkeys(("networkpolicies.networking.k8s.io", "resourcequotas", "limitranges"), KEEP),
    },
}


@dataclass(frozen=True)
class Right:
    """One verb on one resource, such as ``deployments.apps`` or ``pods/log``; without a namespace, in all of them."""

    verb: str
    resource: str
    namespace: str = ""


def wanted_rights(options: t.Mapping[str, t.Any]) -> list[Right]:
    """The rights to ask for: those that were given, else what the roles do in the namespaces."""
    if options["rights"] is not None:
        rows = [(one["verbs"], one["resource"], one["namespace"] or "") for one in options["rights"]]
    else:
        places = [("", ""), *((one["name"], one["holds"]) for one in options["namespaces"])]
        rows = [(verbs, resource, name) for name, holds in places for resource, verbs in RIGHTS[holds].items()]
    return list(dict.fromkeys(Right(verb, resource, name) for verbs, resource, name in rows for verb in verbs))


def lacking(kube: Kube, rights: t.Sequence[Right]) -> list[Right]:
    """Those of the rights that the user does not have.

    Rights add up, so that what is asked in several namespaces is asked for all of them first: who may do everything
    everywhere answers for hundreds of tenants as fast as for one.
    """

    def allowed(right: Right) -> bool:
        name, _slash, subresource = right.resource.partition("/")
        resource, _dot, group = name.partition(".")
        attributes = {"verb": right.verb, "group": group, "resource": resource, "namespace": right.namespace}
        if subresource:
            attributes["subresource"] = subresource
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        }
        return bool(kube.request("POST", REVIEWS, review)["status"]["allowed"])

    with ThreadPoolExecutor(PARALLEL) as pool:
        times = Counter(replace(right, namespace="") for right in rights)
        shared = [right for right, number in times.items() if number > 1]
        everywhere = set(itertools.compress(shared, pool.map(allowed, shared)))
        left = [right for right in rights if replace(right, namespace="") not in everywhere]
        return [right for right, yes in zip(left, pool.map(allowed, left), strict=True) if not yes]

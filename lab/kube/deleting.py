# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deleting objects: preconditions, grace, finalizers, and what happens to their dependents."""

from __future__ import annotations

from lab.kube.cluster import Cluster
from lab.kube.documents import Json, clone, dig, later, now
from lab.kube.model.kinds import Kind
from lab.kube.wire.errors import conflict, invalid_options, unsupported

_POLICIES = ["Foreground", "Background", "Orphan"]
_RETURNED = {"pods", "services", "serviceaccounts", "persistentvolumes", "persistentvolumeclaims", "resourcequotas",
             "podtemplates", "namespaces"}  # fmt: skip
_DEFAULT_GRACE = 30
ORPHAN_WARNING = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set "
    "propagationPolicy=Orphan to suppress this warning"
)


class Deleter:
    """Deletes from one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store

    def delete(self, kind: Kind, live: Json, options: Json, dry_run: bool) -> tuple[Json, list[str]]:
        """Delete an object; answers what the client gets, and warnings."""
        name = live["metadata"]["name"]
        self._check(kind, live, options)
        policy = options.get("propagationPolicy")
        if policy is None and "orphanDependents" in options:
            policy = "Orphan" if options["orphanDependents"] else "Background"
        warnings = []
        if policy is None and kind.resource == "jobs.batch":
            policy = "Orphan"
            warnings.append(ORPHAN_WARNING)
        if dry_run:
            return _success(kind, live), warnings
        if kind.resource == "namespaces":
            return self._terminate_namespace(live), warnings
        if kind.resource == "pods":
            return self._delete_pod(kind, live, options), warnings
        finalizers = list(dig(live, "metadata", "finalizers", default=[]))
        if policy == "Foreground" and "foregroundDeletion" not in finalizers:
            finalizers.append("foregroundDeletion")
        if policy == "Orphan":
            self._orphan(live)
        if kind.resource == "customresourcedefinitions.apiextensions.k8s.io":
            finalizers.append("customresourcecleanup.apiextensions.k8s.io")
        if finalizers:
            return self._mark(kind, live, finalizers), warnings
        last = self._store.remove(kind.resource, live)
        return (last if kind.resource in _RETURNED else _success(kind, live, name)), warnings

    def _check(self, kind: Kind, live: Json, options: Json) -> None:
        metadata = live["metadata"]
        policy = options.get("propagationPolicy")
        if policy not in (None, *_POLICIES):
            cause = unsupported("propagationPolicy", policy, [*_POLICIES, "nil"])
            raise invalid_options("DeleteOptions", cause)
        wanted = options.get("preconditions") or {}
        if wanted.get("uid") not in (None, metadata["uid"]):
            why = (
                f"the UID in the precondition ({wanted['uid']}) does not match the UID in record ({metadata['uid']}). "
                "The object might have been deleted and then recreated"
            )
            raise conflict(kind, metadata["name"], why)
        if wanted.get("resourceVersion") not in (None, metadata["resourceVersion"]):
            why = (
                f"the ResourceVersion in the precondition ({wanted['resourceVersion']}) does not match the "
                f"ResourceVersion in record ({metadata['resourceVersion']}). The object might have been modified"
            )
            raise conflict(kind, metadata["name"], why)

    def _mark(self, kind: Kind, live: Json, finalizers: list[str]) -> Json:
        if "deletionTimestamp" in live["metadata"] and dig(live, "metadata", "finalizers", default=[]) == finalizers:
            return live
        new: Json = clone(live)
        new["metadata"].setdefault("deletionTimestamp", now())
        new["metadata"].setdefault("deletionGracePeriodSeconds", 0)
        new["metadata"]["finalizers"] = finalizers
        if kind.counts_generation:
            new["metadata"]["generation"] = new["metadata"].get("generation", 0) + 1
        return self._store.put(kind.resource, new)

    def _terminate_namespace(self, live: Json) -> Json:
        if "deletionTimestamp" in live["metadata"]:
            return live
        new: Json = clone(live)
        new["metadata"]["deletionTimestamp"] = now()
        new["status"] = {**new.get("status", {}), "phase": "Terminating"}
        return self._store.put("namespaces", new)

    def _delete_pod(self, kind: Kind, live: Json, options: Json) -> Json:
        grace = options.get("gracePeriodSeconds")
        if grace is None:
            grace = dig(live, "spec", "terminationGracePeriodSeconds", default=_DEFAULT_GRACE)
        finalizers = dig(live, "metadata", "finalizers", default=[])
        if (grace == 0 or not dig(live, "spec", "nodeName")) and not finalizers:
            return self._store.remove(kind.resource, live)
        if "deletionTimestamp" in live["metadata"]:
            return live
        new: Json = clone(live)
        new["metadata"]["deletionTimestamp"] = later(grace)
        new["metadata"]["deletionGracePeriodSeconds"] = grace
        new["metadata"]["generation"] = new["metadata"].get("generation", 0) + 1
        return self._store.put(kind.resource, new)

    def _orphan(self, live: Json) -> None:
        uid = live["metadata"]["uid"]
        for resource, item in list(self._store.everything()):
            references = dig(item, "metadata", "ownerReferences", default=[])
            kept = [one for one in references if one.get("uid") != uid]
            if kept != references:
                new: Json = clone(item)
                new["metadata"]["ownerReferences"] = kept
                if not kept:
                    del new["metadata"]["ownerReferences"]
                self._store.put(resource, new)


def _success(kind: Kind, live: Json, name: str | None = None) -> Json:
    details = {"name": name or live["metadata"]["name"]} | ({"group": kind.group} if kind.group else {})
    details |= {"kind": kind.plural, "uid": live["metadata"]["uid"]}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}

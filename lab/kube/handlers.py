# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verbs: what a request does and what it answers."""

from __future__ import annotations

from lab.kube import reading
from lab.kube.cluster import Cluster
from lab.kube.deleting import Deleter
from lab.kube.documents import Json, clone
from lab.kube.objects.managed_fields import manager_of
from lab.kube.patching import patched
from lab.kube.reviews import review
from lab.kube.subresources import Subresources
from lab.kube.wire.bodies import read_object
from lab.kube.wire.errors import ApiError, invalid_options, method_not_allowed, no_such_path, unsupported
from lab.kube.wire.requests import Call, check_dry_run
from lab.kube.wire.tables import table
from lab.kube.writing import WriteOptions, Writer

_STRICTNESS = ("Ignore", "Strict", "Warn")


class Handlers:
    """Answers requests that are no streams."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._writer = Writer(cluster)
        self._deleter = Deleter(cluster)
        self._subresources = Subresources(cluster, self._writer, self._deleter)

    def answer(self, call: Call) -> tuple[int, Json]:
        """The status and the body."""
        verbs = call.kind.subresources[call.subresource]["verbs"] if call.subresource else call.kind.verbs
        if call.kind.namespaced and not call.namespace and call.name:
            raise no_such_path()
        needs_name = call.verb in ("update", "patch") or bool(call.subresource)
        if call.verb not in verbs or (needs_name and not call.name):
            raise method_not_allowed()
        if call.verb == "create" and call.name and not call.subresource:
            raise method_not_allowed()
        if call.kind.namespaced and not call.namespace and call.verb in ("create", "deletecollection"):
            raise method_not_allowed()
        if call.is_review:
            return 201, review(self._cluster, call.kind, read_object(call.body, call.content_type))
        if call.subresource and call.subresource != "status":
            return self._subresources.answer(call)
        return getattr(self, f"_{call.verb}")(call)  # type: ignore[no-any-return]

    def _get(self, call: Call) -> tuple[int, Json]:
        found = reading.in_version(call.kind, reading.existing(self._cluster, call))
        if call.wants_table:
            metadata = {"resourceVersion": found["metadata"]["resourceVersion"]}
            return 200, table(call.kind, [found], metadata, call.parameter("includeObject"))
        return 200, found

    def _list(self, call: Call) -> tuple[int, Json]:
        items, metadata = reading.page(self._cluster, call)
        if call.wants_table:
            return 200, table(call.kind, items, metadata, call.parameter("includeObject"))
        return 200, reading.as_list(call, items, metadata)

    def _create(self, call: Call) -> tuple[int, Json]:
        options = write_options(call, "CreateOptions")
        body = read_object(call.body, call.content_type)
        return 201, self._writer.create(call.kind, call.namespace, body, options)

    def _update(self, call: Call) -> tuple[int, Json]:
        options = write_options(call, "UpdateOptions")
        live = reading.existing(self._cluster, call)
        body = read_object(call.body, call.content_type)
        return 200, reading.in_version(call.kind, self._writer.update(call.kind, live, body, options))

    def _patch(self, call: Call) -> tuple[int, Json]:
        options = write_options(call, "PatchOptions")
        options.is_patch = True
        live = self._cluster.store.get(call.kind.resource, call.namespace, call.name)
        document = patched(call, live, options)
        if live is None:
            return 201, self._writer.create(call.kind, call.namespace, document, options)
        if "resourceVersion" not in document.get("metadata", {}) or document["metadata"]["resourceVersion"] == "":
            document.setdefault("metadata", {}).pop("resourceVersion", None)
        return 200, reading.in_version(call.kind, self._writer.update(call.kind, live, document, options))

    def _delete(self, call: Call) -> tuple[int, Json]:
        live = reading.existing(self._cluster, call)
        options, dry_run = delete_options(call)
        answer, warnings = self._deleter.delete(call.kind, live, options, dry_run)
        call.warnings += warnings
        return 200, answer

    def _deletecollection(self, call: Call) -> tuple[int, Json]:
        options, dry_run = delete_options(call)
        items, metadata = reading.page(self._cluster, call)
        for item in items:
            _answer, warnings = self._deleter.delete(call.kind, item, clone(options), dry_run)
            call.warnings += warnings
        return 200, reading.as_list(call, items, metadata)


def write_options(call: Call, kind: str) -> WriteOptions:
    """The options of a write."""
    check_dry_run(call, kind)
    strictness = call.parameter("fieldValidation") or "Warn"
    if strictness not in _STRICTNESS:
        raise invalid_options(kind, unsupported("fieldValidation", strictness, list(_STRICTNESS)))
    return WriteOptions(
        manager=manager_of(call.parameter("fieldManager"), call.user_agent),
        dry_run=call.dry_run,
        strictness=strictness,
        subresource=call.subresource,
        warnings=call.warnings,
    )


def delete_options(call: Call) -> tuple[Json, bool]:
    """The options of a delete, and whether it is a dry run. Parameters beside a body count for nothing."""
    if call.body:
        options: Json = read_object(call.body, call.content_type)
        if options.get("kind", "DeleteOptions") != "DeleteOptions":
            raise ApiError(400, "BadRequest", f"the body of a delete is DeleteOptions, not {options['kind']}")
        return options, "All" in (options.get("dryRun") or ())
    check_dry_run(call, "DeleteOptions")
    options = {}
    if call.parameter("propagationPolicy"):
        options["propagationPolicy"] = call.parameter("propagationPolicy")
    if (grace := call.number("gracePeriodSeconds")) is not None:
        options["gracePeriodSeconds"] = grace
    if call.parameter("orphanDependents"):
        options["orphanDependents"] = call.flag("orphanDependents")
    return options, call.dry_run

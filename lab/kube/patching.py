# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The four kinds of patches."""

from __future__ import annotations

from lab.kube.documents import Json, clone
from lab.kube.objects.apply import apply
from lab.kube.objects.json_patch import PatchError, json_patch, merge_patch
from lab.kube.objects.strategic_merge import strategic_merge
from lab.kube.objects.validation import examine, handled_as, refuse_types, unknown_text
from lab.kube.wire.bodies import read_json, read_yaml
from lab.kube.wire.errors import ApiError, bad_request, invalid_options, not_found, required, unsupported_media
from lab.kube.wire.requests import Call
from lab.kube.writing import WriteOptions

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
APPLY = "application/apply-patch+yaml"


def patched(call: Call, live: Json | None, options: WriteOptions) -> Json:
    """The object that a patch makes of the live one (which only an apply can do without)."""
    media = call.content_type.partition(";")[0].strip()
    accepted = [JSON_PATCH, MERGE_PATCH, *([] if call.kind.custom else [STRATEGIC]), APPLY]
    if media not in accepted:
        raise unsupported_media(", ".join(accepted))
    if media == APPLY:
        return _applied(call, live, options)
    if live is None:
        raise not_found(call.kind, call.name)
    patch = read_json(call.body)
    try:
        if media == JSON_PATCH:
            result = json_patch(live, patch)
        elif media == MERGE_PATCH:
            result = merge_patch(live, patch)
        else:
            result = strategic_merge(clone(live), patch, call.kind.schema)
    except PatchError as error:
        message = "the server rejected our request due to an error in our request"
        if media == JSON_PATCH:
            raise ApiError(422, "Invalid", message, {}) from error
        raise bad_request(str(error)) from None
    if not isinstance(result, dict) or not isinstance(result.get("metadata"), dict):
        raise bad_request("the patch leaves no object")
    if not isinstance(patch, dict) or "resourceVersion" not in (patch.get("metadata") or {}):
        result["metadata"] = {**result["metadata"]}
        result["metadata"].pop("resourceVersion", None)
    return clone(result)  # type: ignore[no-any-return]


def _applied(call: Call, live: Json | None, options: WriteOptions) -> Json:
    manager = call.parameter("fieldManager")
    if not manager:
        raise invalid_options("PatchOptions", required("fieldManager", "is required for apply patch"))
    config = read_yaml(call.body)
    if not isinstance(config, dict):
        raise bad_request("the body of an apply is an object")
    metadata = _checked_metadata(call, config)
    findings = examine(call.kind, config)
    where = f"{call.namespace}/{call.name}; {call.kind.api_version if call.kind.group else '/' + call.kind.version}"
    if findings.unknown and not call.kind.custom:
        fields = "\n".join(f".{path}: field not declared in schema" for path in findings.unknown)
        count = f"errors:\n{fields}" if len(findings.unknown) > 1 else fields
        message = f"failed to create typed patch object ({where}, Kind={call.kind.kind}): {count}"
        raise ApiError(500, "", message)
    if findings.unknown and options.strictness == "Strict":
        raise handled_as(call.kind, f"strict decoding error: {unknown_text(findings)}")
    if findings.unknown and options.strictness == "Warn":
        options.warnings += [f'unknown field "{path}"' for path in findings.unknown]
    refuse_types(call.kind, findings, call.name)
    version = metadata.pop("resourceVersion", None)
    options.managed = False
    document = findings.document
    document["metadata"].pop("resourceVersion", None)
    if version and live is None:
        raise not_found(call.kind, call.name)
    # What belongs to the status is not applied through the object itself, and the other way round.
    if call.kind.has_status:
        parts = ("apiVersion", "kind", "metadata", "status") if call.subresource == "status" else None
        document = {key: value for key, value in document.items() if (key in parts if parts else key != "status")}
    result = apply(call.kind, live, document, manager, call.flag("force"), call.subresource)
    result["metadata"].pop("resourceVersion", None)
    if version:
        result["metadata"]["resourceVersion"] = version
    return result


def _checked_metadata(call: Call, config: Json) -> Json:
    """The metadata of an applied configuration, which has to be about the object of the URL."""
    metadata: Json = config.get("metadata") or {}
    config["metadata"] = metadata
    if metadata.get("managedFields"):
        raise bad_request("metadata.managedFields must be nil")
    if metadata.get("name", call.name) != call.name:
        why = f"the name of the object ({metadata['name']}) does not match the name on the URL ({call.name})"
        raise bad_request(why)
    if config.get("apiVersion") != call.kind.api_version or config.get("kind") != call.kind.kind:
        raise bad_request(f"failed to apply: expected {call.kind.api_version}, Kind={call.kind.kind}")
    metadata["name"] = call.name
    if call.namespace:
        metadata.setdefault("namespace", call.namespace)
    return metadata

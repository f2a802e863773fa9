# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Status objects for everything that goes wrong, worded as a real server does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lab.kube.documents import Json

if TYPE_CHECKING:
    from lab.kube.model.kinds import Kind


@dataclass(frozen=True)
class Cause:
    """One reason why an object is invalid."""

    reason: str
    message: str
    field: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class ApiError(Exception):
    """An answer that is a failure."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        details: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.headers = dict(headers or {})

    def status(self) -> Json:
        """The Status object."""
        answer: Json = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
        answer["message"] = self.message
        if self.reason:
            answer["reason"] = self.reason
        if self.details is not None:
            answer["details"] = self.details
        return answer | {"code": self.code}


def required(field: str, what: str = "") -> Cause:
    """A field that is missing."""
    return Cause("FieldValueRequired", f"Required value{': ' + what if what else ''}", field)


def wrong(field: str, value: Any, why: str) -> Cause:
    """A field with a value that cannot be."""
    return Cause("FieldValueInvalid", f"Invalid value: {_shown(value)}: {why}", field)


def forbidden_field(field: str, why: str) -> Cause:
    """A field that must not be set or changed."""
    return Cause("FieldValueForbidden", f"Forbidden: {why}", field)


def unsupported(field: str, value: Any, choices: list[str]) -> Cause:
    """A field that has none of its possible values."""
    listed = ", ".join(f'"{choice}"' for choice in choices)
    return Cause("FieldValueNotSupported", f"Unsupported value: {_shown(value)}: supported values: {listed}", field)


def duplicate(field: str, value: Any) -> Cause:
    """A value that must be there once only."""
    return Cause("FieldValueDuplicate", f"Duplicate value: {_shown(value)}", field)


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list)):
        return json.dumps(value, separators=(",", ":"))
    return str(value)


def invalid(kind: Kind, name: str, causes: list[Cause]) -> ApiError:
    """422 with every cause."""
    return invalid_named(kind.qualified, {"group": kind.group} if kind.group else {}, kind.kind, name, causes)


def invalid_named(qualified: str, group: Json, kind: str, name: str, causes: list[Cause]) -> ApiError:
    """422 about something that is no served kind, such as options."""
    texts = [str(cause) for cause in causes]
    listed = texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]"
    details: Json = ({"name": name} if name else {}) | group | {"kind": kind}
    details["causes"] = [{"reason": cause.reason, "message": cause.message, "field": cause.field} for cause in causes]
    return ApiError(422, "Invalid", f'{qualified} "{name}" is invalid: {listed}', details)


def invalid_options(kind: str, cause: Cause) -> ApiError:
    """422 about the options of a request."""
    return invalid_named(f"{kind}.meta.k8s.io", {"group": "meta.k8s.io"}, kind, "", [cause])


def _details(kind: Kind, name: str) -> Json:
    return {"name": name} | ({"group": kind.group} if kind.group else {}) | {"kind": kind.plural}


def not_found(kind: Kind, name: str) -> ApiError:
    """404 for an object."""
    return ApiError(404, "NotFound", f'{kind.resource} "{name}" not found', _details(kind, name))


def no_such_path() -> ApiError:
    """404 for a path that nothing serves."""
    return ApiError(404, "NotFound", "the server could not find the requested resource", {})


def already_exists(kind: Kind, name: str) -> ApiError:
    """409 for a create."""
    return ApiError(409, "AlreadyExists", f'{kind.resource} "{name}" already exists', _details(kind, name))


def conflict(kind: Kind, name: str, why: str) -> ApiError:
    """409 for a change of something that changed meanwhile."""
    message = f'Operation cannot be fulfilled on {kind.resource} "{name}": {why}'
    return ApiError(409, "Conflict", message, _details(kind, name))


def stale(kind: Kind, name: str) -> ApiError:
    """409 for an old resourceVersion."""
    why = "the object has been modified; please apply your changes to the latest version and try again"
    return conflict(kind, name, why)


def forbidden(kind: Kind, name: str, why: str, causes: list[Cause] | None = None) -> ApiError:
    """403 by admission."""
    details = _details(kind, name)
    if causes:
        details["causes"] = [{"reason": one.reason, "message": one.message, "field": one.field} for one in causes]
    return ApiError(403, "Forbidden", f'{kind.resource} "{name}" is forbidden: {why}', details)


def bad_request(message: str) -> ApiError:
    """400."""
    return ApiError(400, "BadRequest", message)


def not_implemented(what: str) -> ApiError:
    """501: a real server can do this, the laboratory cannot."""
    return ApiError(501, "NotImplemented", f"the laboratory's Kubernetes does not implement {what}")


def method_not_allowed(what: str = "the server does not allow this method on the requested resource") -> ApiError:
    """405."""
    return ApiError(405, "MethodNotAllowed", what, {})


def unsupported_media(accepted: str) -> ApiError:
    """415."""
    message = f"the body of the request was in an unknown format - accepted media types include: {accepted}"
    return ApiError(415, "UnsupportedMediaType", message)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request is about: its path and parameters taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from lab.kube.model.kinds import Kind, Kinds
from lab.kube.wire.errors import ApiError, bad_request, invalid_options, no_such_path, unsupported

_VERBS = {"GET": "get", "HEAD": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


@dataclass
class Call:
    """A request for a resource."""

    method: str
    kind: Kind
    namespace: str
    name: str
    subresource: str
    verb: str
    query: Mapping[str, list[str]]
    body: bytes = b""
    content_type: str = ""
    accept: str = ""
    user_agent: str = ""
    warnings: list[str] = field(default_factory=list)

    def parameter(self, name: str) -> str | None:
        """A parameter's first value."""
        values = self.query.get(name)
        return values[0] if values else None

    def flag(self, name: str) -> bool:
        """A parameter that is true or false."""
        return self.parameter(name) in ("true", "1", "True")

    def number(self, name: str) -> int | None:
        """A parameter that is a number."""
        text = self.parameter(name)
        if not text:
            return None
        if not text.lstrip("-").isdigit():
            raise bad_request(f"invalid value {text!r} of the parameter {name}: it is no number")
        return int(text)

    @property
    def dry_run(self) -> bool:
        """Whether the parameters ask that nothing be stored; a delete with a body is as its body says."""
        return "All" in self.query.get("dryRun", ()) and not (self.method == "DELETE" and self.body)

    @property
    def resource(self) -> str:
        """``deployments.apps/scale``, as logs and rights have it."""
        return self.kind.resource + (f"/{self.subresource}" if self.subresource else "")

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.verb not in ("get", "list", "watch") and not self.dry_run and not self.is_review

    @property
    def is_review(self) -> bool:
        """Whether it is a question in the form of a create."""
        return self.kind.group in ("authorization.k8s.io", "authentication.k8s.io")

    @property
    def wants_table(self) -> bool:
        """Whether the answer is to be a Table."""
        return "as=Table" in self.accept


def parse(method: str, raw_path: str, query: Mapping[str, list[str]], kinds: Kinds) -> Call:
    """Take a path apart; ApiError 404 if nothing is served there."""
    steps = [unquote(step) for step in raw_path.strip("/").split("/")]
    if steps[0] == "api" and len(steps) > 2:
        group, version, rest = "", steps[1], steps[2:]
    elif steps[0] == "apis" and len(steps) > 3:
        group, version, rest = steps[1], steps[2], steps[3:]
    else:
        raise no_such_path()
    if rest[0] == "watch":
        raise ApiError(501, "NotImplemented", "the laboratory's Kubernetes has no deprecated watch paths")
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2 and rest[2] not in ("status", "finalize"):
        namespace, rest = rest[1], rest[2:]
    kind = kinds.find(group, version, rest[0])
    if kind is None or len(rest) > 3 or (namespace and not kind.namespaced):
        raise no_such_path()
    name = rest[1] if len(rest) > 1 else ""
    subresource = rest[2] if len(rest) > 2 else ""
    if subresource and subresource not in kind.subresources:
        raise no_such_path()
    verb = _verb(method, name, query)
    return Call(method, kind, namespace, name, subresource, verb, query)


def _verb(method: str, name: str, query: Mapping[str, list[str]]) -> str:
    verb = _VERBS.get(method, "")
    if not name and verb == "get":
        watches = query.get("watch", ["false"])[0] in ("true", "1")
        return "watch" if watches else "list"
    return "deletecollection" if verb == "delete" and not name else verb


def check_dry_run(call: Call, options: str) -> None:
    """Refuse values of dryRun that nobody knows: they would be taken for real."""
    values = call.query.get("dryRun", [])
    if any(value != "All" for value in values):
        raise invalid_options(options, unsupported("dryRun", list(values), ["All"]))

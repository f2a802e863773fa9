# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API server's log of calls: which of them it has, and what it says of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab.recorder import masked
from lab.wire.api import Reply, Request
from lab.world.records import Json, now

ADAPTERS = ("raw_log", "logging", "elastic")
FIELDS = ("auth", "headers", "version", "stats", "result", "data")
OPTIONS = ("log_call", "log_data", "log_result_data")
DEFAULT = "_default"
_HEADERS = ("Host", "User-Agent", "Content-Type", "X-Clearml-Impersonate-As", "X-Clearml-Act-As")
#: Texts of these names may be whole files with secrets in them.
_OPAQUE = ("data", "content", "configuration", "credentials", "idp_metadata")

Policy = Mapping[str, bool | list[str]]


@dataclass(frozen=True)
class CallLog:
    """What the settings ask for.

    :ivar adapter: where the log goes; only raw_log is the container's own
    :ivar endpoints: what is said of calls, by endpoint; ``_default`` is for all others
    :ivar fields: parts of a line that are switched on or off
    :ivar hides_identity: whether nobody learns who called
    """

    adapter: str
    endpoints: Mapping[str, Policy]
    fields: Mapping[str, bool]
    hides_identity: bool

    def line(self, request: Request, reply: Reply) -> str | None:
        """What the container's log gets; None if that is nothing. No secret of the request or the answer is in it."""
        if self.adapter != "raw_log" or not self._asks(request.endpoint, "log_call", True):
            return None
        parts = {name: part for name, part in self._parts(request, reply).items() if part is not None}
        return json.dumps({"timestamp": now(), "endpoint": request.endpoint, **parts})

    def _parts(self, request: Request, reply: Reply) -> dict[str, Any]:
        wanted = {name: self.fields.get(name, True) for name in FIELDS}
        data = self._asks(request.endpoint, "log_data", False)
        with_data = wanted["data"] and bool(data)
        with_result = wanted["result"] and self._asks(request.endpoint, "log_result_data", False)
        result: Json = {"code": reply.code, "subcode": reply.subcode}
        if with_result:
            result["data"] = _without_secrets(json.loads(reply.content).get("data"))
        return {
            "auth": self._auth(request) if wanted["auth"] else None,
            "headers": {name: request.headers[name] for name in _HEADERS if name in request.headers}
            if wanted["headers"]
            else None,
            "version": {"requested": request.requested, "actual": request.actual} if wanted["version"] else None,
            "stats": {"received": len(request.raw), "sent": len(reply.content)} if wanted["stats"] else None,
            "result": result if wanted["result"] else None,
            "data": _without_secrets(_chosen(request.body, data)) if with_data else None,
        }

    def _auth(self, request: Request) -> Json:
        if request.caller is None or request.identity is None:
            return {"identity": None}
        who = {"user": request.identity.user, "company": request.identity.company, "role": request.identity.role}
        return {"type": request.caller.method, "identity": "***" if self.hides_identity else who}

    def _asks(self, endpoint: str, option: str, otherwise: bool) -> bool | list[str]:
        for policy in (self.endpoints.get(endpoint, {}), self.endpoints.get(DEFAULT, {})):
            if option in policy:
                return policy[option]
        return otherwise


def _chosen(body: Json, fields: bool | list[str]) -> Json:
    return {name: value for name, value in body.items() if name in fields} if isinstance(fields, list) else body


def _without_secrets(value: Any) -> Any:
    return _without_files(masked(value))


def _without_files(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: "***" if key in _OPAQUE and isinstance(item, str) else _without_files(item)
            for key, item in value.items()
        }
    return [_without_files(item) for item in value] if isinstance(value, list) else value

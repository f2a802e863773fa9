# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request log and the counts that tests read."""

from __future__ import annotations

import json
from collections import Counter, deque
from typing import Any

import yaml

from lab.kube.documents import Json, now
from lab.kube.wire.bodies import read_object
from lab.kube.wire.errors import ApiError
from lab.kube.wire.requests import Call

_SECRET_FIELDS = ("data", "stringData")
_SECRET_WORDS = ("secret", "password", "token", "apikey", "api_key")
_LONGEST_BODY = 200_000


class Recorder:
    """Remembers requests for resources (the newest ones) and counts them (all)."""

    def __init__(self, capacity: int = 50_000) -> None:
        self._log: deque[Json] = deque(maxlen=capacity)
        self._counts: Counter[str] = Counter()
        self._by_request: Counter[str] = Counter()

    def add(self, call: Call, code: int | None, fault: str | None, user: str) -> None:
        """Note one request; ``code`` is None when a fault left it without an answer."""
        self._log.append(
            {
                "time": now(),
                "verb": call.verb,
                "resource": call.resource,
                "version": call.kind.version,
                "namespace": call.namespace,
                "name": call.name,
                "query": {key: list(values) for key, values in call.query.items()},
                "content_type": call.content_type,
                "user": user,
                "user_agent": call.user_agent,
                "write": call.writes,
                "dry_run": call.dry_run,
                "code": code,
                "fault": fault,
                "body": _body(call),
            }
        )
        self._counts["total"] += 1
        self._counts["dry_runs" if call.dry_run else "writes" if call.writes else "reads"] += 1
        if call.writes and code is not None and code < 300:
            self._counts["writes_done"] += 1
        if code is None or code >= 400:
            self._counts["errors"] += 1
        self._by_request[f"{call.verb} {call.resource}" + (" (dry run)" if call.dry_run else "")] += 1

    def log(self) -> list[Json]:
        """Requests, oldest first."""
        return list(self._log)

    def counts(self) -> Json:
        """Numbers; a dry run is a read and counts as one, too."""
        numbers: Json = {name: self._counts[name] for name in ("total", "writes", "writes_done", "dry_runs", "errors")}
        numbers["reads"] = self._counts["reads"] + self._counts["dry_runs"]
        return numbers | {"by_request": dict(self._by_request)}

    def clear(self) -> None:
        """Forget the log and start counting anew."""
        self._log.clear()
        self._counts.clear()
        self._by_request.clear()


def _body(call: Call) -> Any:
    if not call.body or len(call.body) > _LONGEST_BODY:
        return None if not call.body else "(long)"
    try:
        media = call.content_type if "json-patch" not in call.content_type else ""
        if call.verb == "patch":
            return masked(
                yaml.safe_load(call.body) if not media.endswith("json") else json.loads(call.body), call.kind.resource
            )
        return masked(read_object(call.body, call.content_type), call.kind.resource)
    except (ApiError, ValueError, yaml.YAMLError):
        return "(unreadable)"


def masked(value: Any, resource: str = "") -> Any:
    """The same document with the data of Secrets, and every text under a secret's name, replaced."""
    if isinstance(value, list):
        if resource == "secrets":
            return [{**one, "value": "***"} if isinstance(one, dict) and "value" in one else one for one in value]
        return [masked(item, resource) for item in value]
    if not isinstance(value, dict):
        return value
    result: Json = {}
    for key, item in value.items():
        if resource == "secrets" and key in _SECRET_FIELDS and isinstance(item, dict):
            result[key] = dict.fromkeys(item, "***")
        elif "last-applied" in key or (isinstance(item, str) and _hides(value, key, resource)):
            result[key] = "***"
        else:
            result[key] = masked(item, resource)
    return result


def _hides(place: Json, key: str, resource: str) -> bool:
    """Whether a text is a secret by its own name, or as the value of a variable by the variable's."""
    name = str(place.get("name", "")) if key == "value" else key
    names_one = name.lower().endswith("name")
    return resource != "secrets" and not names_one and any(word in name.lower() for word in _SECRET_WORDS)

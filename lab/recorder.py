# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request log and the counts that tests read."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

from lab.wire.api import Request
from lab.world.records import Json, now

_SECRET_WORDS = ("secret", "password", "token", "private_key")
_NO_SECRETS = ("_endpoint", "_url")
"""Ends of names that have such a word, but for an address."""


class Recorder:
    """Remembers requests (the newest ones) and counts them (all)."""

    def __init__(self, capacity: int = 100_000) -> None:
        self._log: deque[Json] = deque(maxlen=capacity)
        self._counts: Counter[str] = Counter()
        self._by_endpoint: Counter[str] = Counter()

    def add(
        self,
        request: Request,
        *,
        writes: bool,
        code: int | None,
        subcode: int | None,
        fault: str | None,
        own: bool = False,
    ) -> None:
        """Note one finished request; ``code`` is None when a fault left it without an answer of the API.

        ``own`` is one that the lab itself made: it is in the log, and in none of the counts.
        """
        caller, identity = request.caller, request.identity
        self._log.append(
            {
                "time": now(),
                "endpoint": request.endpoint,
                "method": request.method,
                "path": request.path,
                "client": request.headers.get("User-Agent", ""),
                "own": own,
                "auth": caller.method if caller else "none",
                "access_key": caller.access_key if caller else None,
                "caller": caller.identity.user if caller else None,
                "caller_role": caller.identity.role if caller else None,
                "user": identity.user if identity else None,
                "role": identity.role if identity else None,
                "company": identity.company if identity else None,
                "header": request.how,
                "write": writes,
                "result_code": code,
                "result_subcode": subcode,
                "fault": fault,
                "body": masked(request.body),
            }
        )
        if own:
            return
        self._counts["total"] += 1
        self._counts["writes" if writes else "reads"] += 1
        if writes and code == 200:
            self._counts["writes_done"] += 1
        if code != 200:
            self._counts["errors"] += 1
        self._by_endpoint[request.endpoint] += 1

    def log(self) -> list[Json]:
        """Requests, oldest first."""
        return list(self._log)

    def counts(self) -> Json:
        """``total``, ``reads``, ``writes`` (asked for), ``writes_done`` (answered 200), ``errors``, ``by_endpoint``."""
        numbers: Json = {name: self._counts[name] for name in ("total", "reads", "writes", "writes_done", "errors")}
        return numbers | {"by_endpoint": dict(self._by_endpoint)}

    def clear(self) -> None:
        """Forget the log and start counting anew."""
        self._log.clear()
        self._counts.clear()
        self._by_endpoint.clear()


def masked(value: Any) -> Any:
    """The same document with every value under a secret's name replaced."""
    if isinstance(value, dict):
        return {
            key: "***" if item and _is_secret(str(key).lower(), item) else masked(item) for key, item in value.items()
        }
    return [masked(item) for item in value] if isinstance(value, list) else value


def _is_secret(name: str, value: Any) -> bool:
    if isinstance(value, bool) or name.endswith(_NO_SECRETS):
        return False
    return any(word in name for word in _SECRET_WORDS)

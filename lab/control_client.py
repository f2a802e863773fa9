# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the clients of all control APIs share."""

from __future__ import annotations

from typing import Any

import requests

Json = dict[str, Any]


class ControlError(Exception):
    """The control API refused something, or did not answer."""


class ControlClient:
    """One control API; every method is one request."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.headers["X-Lab-Token"] = token
        # Proxies of the environment have no business on the loopback interface.
        self._session.trust_env = False

    def ping(self) -> int:
        """The server's process id."""
        return int(self._call("GET", "/ping")["pid"])

    def put_state(self, state: Json) -> None:
        """Replace everything by what ``state`` answered earlier, changed or not."""
        self._call("PUT", "/state", state)

    def clear_requests(self) -> None:
        """Empty the log and set the counts to zero."""
        self._call("DELETE", "/requests")

    def writes(self) -> int:
        """How many requests asked for a change."""
        return int(self._object("GET", "/counts")["writes"])

    def faults(self) -> list[Json]:
        """The ordered faults, with how often each was seen and struck."""
        return self._list("GET", "/faults")

    def clear_faults(self) -> None:
        """Cancel all faults."""
        self._call("DELETE", "/faults")

    def _object(self, method: str, path: str, document: Any = None) -> Json:
        answer: Json = self._call(method, path, document)
        return answer

    def _list(self, method: str, path: str) -> list[Json]:
        answer: list[Json] = self._call(method, path)
        return answer

    def _call(self, method: str, path: str, document: Any = None) -> Any:
        try:
            response = self._session.request(method, self.url + path, json=document, timeout=30)
            answer = response.json()
        except (requests.RequestException, ValueError) as error:
            raise ControlError(f"{method} {path}: {error}") from error
        if response.status_code != 200:
            raise ControlError(f"{method} {path}: {answer['error']}")
        return answer

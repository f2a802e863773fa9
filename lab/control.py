# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client for the control API, for tests."""

from __future__ import annotations

from typing import Any

import requests

Json = dict[str, Any]


class ControlError(Exception):
    """The control API refused something, or did not answer."""


class Control:
    """One lab's control API; every method is one request."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.headers["X-Lab-Token"] = token
        # Proxies of the environment have no business on the loopback interface.
        self._session.trust_env = False

    def ping(self) -> int:
        """The server's process id."""
        return int(self._call("GET", "/ping")["pid"])

    def state(self) -> Json:
        """The whole world: companies, auth_entries, profiles, queues, tasks (lists of records)."""
        return self._object("GET", "/state")

    def put_state(self, state: Json) -> None:
        """Replace the world by one that ``state`` answered earlier, changed or not."""
        self._call("PUT", "/state", state)

    def reset(self) -> None:
        """As just started: fresh world, first switches, empty log, no faults."""
        self._call("POST", "/reset")

    def requests(self) -> list[Json]:
        """The request log, oldest first; secrets in bodies are masked."""
        return self._list("GET", "/requests")

    def clear_requests(self) -> None:
        """Empty the log and set the counts to zero."""
        self._call("DELETE", "/requests")

    def counts(self) -> Json:
        """total, reads, writes, writes_done, errors, violations (numbers), by_endpoint (object)."""
        return self._object("GET", "/counts")

    def writes(self) -> int:
        """How many requests went to endpoints that change something."""
        return int(self.counts()["writes"])

    def violations(self) -> list[Json]:
        """Departures from the contract: time, endpoint, field, rule, problem."""
        return self._list("GET", "/violations")

    def clear_violations(self) -> None:
        """Forget them."""
        self._call("DELETE", "/violations")

    def switches(self) -> Json:
        """Every switch and its value."""
        return self._object("GET", "/switches")

    def set_switches(self, **values: Any) -> Json:
        """Change switches; answers all of them."""
        return self._object("PATCH", "/switches", values)

    def faults(self) -> list[Json]:
        """The ordered faults, with how often each was seen and struck."""
        return self._list("GET", "/faults")

    def order_fault(
        self,
        match: str,
        action: str,
        *,
        nth: int = 1,
        times: int = 1,
        effect: str = "before",
        status: int = 503,
        retry_after: float | None = None,
        seconds: float = 0.0,
    ) -> int:
        """Order a fault (see lab.faults.Fault); answers its id."""
        order = {"match": match, "action": action, "nth": nth, "times": times, "effect": effect}
        order |= {"status": status, "retry_after": retry_after, "seconds": seconds}
        return int(self._call("POST", "/faults", order)["id"])

    def clear_faults(self) -> None:
        """Cancel all faults."""
        self._call("DELETE", "/faults")

    def add_task(self, queue: str | None = None, *, company: str | None = None, name: str = "task") -> str:
        """A task, waiting in a queue if one is given; answers its id."""
        return str(self._seed("task", queue=queue, company=company, name=name)["task"])

    def set_running(self, company: str, **counts: int) -> None:
        """Set running tasks, app_tasks, pipeline_tasks, connected_workers, active_routes of a company."""
        self._seed("running", company=company, **counts)

    def set_profile_connection(self, queue: str, connection: Json | None) -> None:
        """Make a queue a resource policy's, or a plain one again with None."""
        self._seed("profile_connection", queue=queue, connection=connection)

    def accept_invitation(self, company: str, email: str) -> None:
        """Mark a whitelist entry as accepted."""
        self._seed("accept", company=company, email=email)

    def expire_tokens(self) -> int:
        """Make all tokens look expired; answers how many."""
        return int(self._seed("expire_tokens")["expired"])

    def expire_key(self, access_key: str) -> None:
        """End a key's lifetime."""
        self._seed("expire_key", access_key=access_key)

    def sign_token(self, claims: Json) -> str:
        """A well-signed token with any claims."""
        return str(self._seed("token", claims=claims)["token"])

    def add_identity(
        self,
        user: str,
        company: str,
        role: str,
        *,
        name: str | None = None,
        email: str | None = None,
        profile: bool = True,
    ) -> Json:
        """A user of any id and role with a key: id, access_key, secret_key."""
        return self._seed("identity", user=user, company=company, role=role, name=name, email=email, profile=profile)

    def add_readonly_provider(
        self, company: str, provider: str, *, display_name: str | None = None, active: bool = True
    ) -> str:
        """A connection of a company that comes from the server's environment; answers its id."""
        order = {"company": company, "provider": provider, "display_name": display_name, "active": active}
        return str(self._seed("readonly_provider", **order)["id"])

    @property
    def oidc_url(self) -> str:
        """Where the lab's OIDC provider has its discovery document."""
        return str(self._object("GET", "/oidc")["url"])

    @property
    def oidc_broken_url(self) -> str:
        """A discovery URL that answers a page instead of a document."""
        return str(self._object("GET", "/oidc")["broken_url"])

    @property
    def oidc_issuer(self) -> str:
        """The OIDC provider's own name, on which its endpoints are built."""
        return str(self._object("GET", "/oidc")["issuer"])

    def _seed(self, what: str, **order: Any) -> Json:
        return self._object("POST", f"/seed/{what}", order)

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

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client for the control API, for tests."""

from __future__ import annotations

from typing import Any

from lab.control_client import ControlClient, ControlError, Json

__all__ = ["Control", "ControlError", "Json"]


class Control(ControlClient):
    """One lab's control API; every method is one request."""

    def state(self) -> Json:
        """The whole world: companies, auth_entries, profiles, queues, tasks (lists of records)."""
        return self._object("GET", "/state")

    def reset(self) -> None:
        """As just started: fresh world, first switches, empty log, no faults."""
        self._call("POST", "/reset")

    def requests(self) -> list[Json]:
        """The request log, oldest first; secrets in bodies are masked, ``own`` marks what the lab itself asked for."""
        return self._list("GET", "/requests")

    def counts(self) -> Json:
        """total, reads, writes, writes_done, errors, violations (numbers), by_endpoint (object)."""
        return self._object("GET", "/counts")

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

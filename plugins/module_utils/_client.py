# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A session with one ClearML API server: login, identities, retries, pages, and the guard of check mode."""

from __future__ import annotations

import base64
import binascii
import json
import random
import threading
import time
import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import (
    ApiError,
    ClearMLError,
    EndpointMissing,
    RefusedByServer,
    ReplyLost,
    Unauthorized,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._transport import NoReply, Reply, Transport, failed

Body = t.Mapping[str, t.Any]

#: The server cuts longer pages to this size (observed on the open-source server 2.0.0).
PAGE_SIZE = 500
FIRST_PAGE = {"page": 0, "page_size": PAGE_SIZE}
#: How often a request is sent at the most.
ATTEMPTS = 5
#: Longest pause between two attempts, in seconds, whatever Retry-After says.
LONGEST_PAUSE = 30.0
#: How long a list read for one item of a loop serves the next ones, in seconds.
FRESH_FOR = 30.0
#: A token is renewed when it has less than this left, in seconds.
RENEW_BEFORE = 120.0
#: Life of a token made for a few calls as somebody else, in seconds.
USER_TOKEN_LIFETIME = 600
#: Subcode of the error about the headers that name another user.
IMPERSONATION_REFUSED = 6

_READING = ("get_", "check_", "health_", "validate_", "test_")
_READING_BY_NAME = frozenset(
    {
        "auth.fixed_users_mode",
        "auth.locate_credentials",
        "debug.ping",
        "login.supported_modes",
        "organization.allow_project_workloads",
        "queues.peek_task",
        "server.config",
        "server.db_version",
        "server.endpoints",
        "server.info",
        "server.report_stats_option",
        "sso.download_saml_sp_metadata",
        "system.company_info",
        "tenants.download_events_log",
        "workers.download_events_log",
    }
)
#: These read by their name, and change something: they pop a task, or mint a token.
_CHANGING = frozenset({
    "queues.get_next_task", "auth.get_token_for_user", "auth.get_task_token", "auth.get_task_token_for_user",
    "auth.validate_router_code",
})  # fmt: skip
#: Services that show each other's objects, by the one written to: what was read from them is stale then.
_PEOPLE = frozenset({"auth", "users", "tenants", "permissions"})
_STALE = {
    "tenants": _PEOPLE | {"system", "organization", "login"},
    **dict.fromkeys(("system", "organization"), frozenset({"system", "organization", "tenants", "users"})),
    **dict.fromkeys(("auth", "users"), _PEOPLE),
}
#: What has nothing to do with the rest of its service.
_APART = ("vault", "access_rule")


def is_read(endpoint: str) -> bool:
    """Whether calling the endpoint (``service.action``) leaves the server as it was."""
    if endpoint in _READING_BY_NAME:
        return True
    return endpoint.partition(".")[2].startswith(_READING) and endpoint not in _CHANGING


@dataclass(frozen=True)
class Caller:
    """Who the key belongs to, as the token says it; empty strings where it says nothing."""

    user: str = ""
    company: str = ""
    company_name: str = ""
    role: str = ""

    @property
    def is_platform(self) -> bool:
        """Whether this caller may reach other companies (roles of server components and the top administrator)."""
        return self.role in ("root", "system")


@dataclass
class Session:
    """What all clients of one connection share: the transport, the token and what was read lately."""

    transport: Transport
    caller: Caller = field(default_factory=Caller)
    token: str = field(default="", repr=False)
    expires: float = float("inf")
    sent: int = 0
    writes: int = 0
    reads: dict[tuple[str, ...], tuple[float, dict[str, t.Any]]] = field(default_factory=dict, repr=False)
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    fresh_for: float = FRESH_FOR
    trunk: Session | None = None

    def branch(self) -> Session:
        """A session with the same token and a memory of its own, which begins with all that was read until now.

        What one branch writes makes nothing stale in another: each keeps to a company of its own.
        """
        return Session(self.transport, reads=dict(self.reads), fresh_for=self.fresh_for, trunk=self)

    def bearer(self, stale: str | None = None) -> str:
        """The Authorization header; ``stale`` is one that the server has just refused."""
        if self.trunk is not None:
            header = self.trunk.bearer(stale)
            self.caller = self.trunk.caller
            return header
        with self.lock:
            current = f"Bearer {self.token}"
            if not self.token or current == stale or self.expires - time.time() < RENEW_BEFORE:
                self._login()
            return f"Bearer {self.token}"

    def _login(self) -> None:
        connection = self.transport.connection
        pair = f"{connection.access_key}:{connection.secret_key}".encode()
        basic = "Basic " + base64.b64encode(pair).decode()
        reply = attempt(lambda: self.transport.post("auth.login", {}, basic), "auth.login", repeat=True)
        token = str(reply.data["token"])
        claims = _claims(token)
        identity = claims.get("identity") or self._who_am_i(token)
        # All at once: a token without its caller would pass for a key of unknown rights.
        self.caller = Caller(**{name: str(identity.get(name) or "") for name in Caller.__dataclass_fields__})
        self.expires = float(claims.get("exp") or "inf")
        self.token = token

    def _who_am_i(self, token: str) -> dict[str, t.Any]:
        """The caller as the server tells it, where the token does not."""
        reply = attempt(
            lambda: self.transport.post("users.get_current_user", {}, f"Bearer {token}"),
            "users.get_current_user",
            repeat=True,
        )
        user = reply.data.get("user") or {}
        company = user.get("company") or {}
        return {**user, "user": user.get("id"), "company": company.get("id"), "company_name": company.get("name")}

    def forget(self, endpoint: str) -> None:
        """Drop everything read that a write to this endpoint may have changed."""
        service = endpoint.partition(".")[0]
        family = _STALE.get(service, {service})
        apart = next((word for word in _APART if word in endpoint), "")
        with self.lock:
            for key in list(self.reads):
                if (apart in key[0]) if apart else (key[0].partition(".")[0] in family):
                    del self.reads[key]


class Client:
    """Calls endpoints as one identity. ``as_user`` and ``act_as`` make siblings that share the session.

    :param read_only: refuse every write (check mode); no caller can forget it
    """

    def __init__(
        self, session: Session, read_only: bool, headers: t.Mapping[str, str] | None = None, bearer: str = ""
    ) -> None:
        self.session = session
        self.read_only = read_only
        self.headers = dict(headers or {})
        self._bearer = bearer
        self._writes_before = session.writes

    @classmethod
    def connect(cls, connection: Connection, read_only: bool = False) -> Client:
        """A client with a session of its own; the login happens at the first call."""
        return cls(Session(Transport(connection)), read_only)

    def branch(self) -> Client:
        """A client for one company of many, with a memory of its own."""
        return Client(self.session.branch(), self.read_only)

    @property
    def wrote(self) -> bool:
        """Whether anything was written since this client was made, by it or a sibling; a lost answer counts as yes."""
        return self.session.writes > self._writes_before

    @property
    def caller(self) -> Caller:
        """The owner of the key (not the user that is impersonated)."""
        self.session.bearer()
        return self.session.caller

    def as_user(self, user: str) -> Client:
        """A sibling with that user's identity, role and company."""
        return Client(self.session, self.read_only, {"X-Clearml-Impersonate-As": user})

    def act_as(self, user: str) -> Client:
        """A sibling with that user's identity and company, and the caller's own role."""
        return Client(self.session, self.read_only, {"X-Clearml-Act-As": user})

    def with_token_of(self, company: str, user: str) -> Client:
        """A sibling that signs in as that user, without any header; for a few writes, not for reads."""
        request = {"company": company, "user": user, "expiration_sec": USER_TOKEN_LIFETIME}
        self._guard("auth.get_token_for_user")
        # Minting a token changes no object: it may be repeated, and does not count as having written.
        token = self._send("auth.get_token_for_user", request, repeat=True).data["token"]
        return Client(self.session, self.read_only, bearer=f"Bearer {token}")

    def read(self, endpoint: str, body: Body | None = None) -> dict[str, t.Any]:
        """The answer's ``data``; what was read before is reused while it is fresh. Do not change it."""
        if not is_read(endpoint):
            raise ClearMLError(f"{endpoint} is not known to be a read; it has to go through write()")
        when, data = self.session.reads.get(self._key(endpoint, body), (0.0, {}))
        if time.monotonic() - when < self.session.fresh_for and when:
            return data
        data = self._send(endpoint, body or {}, repeat=True).data
        self.remember(endpoint, body, data)
        return data

    def remember(self, endpoint: str, body: Body | None, data: dict[str, t.Any]) -> None:
        """Take this for the answer of a read: where one request tells what many would."""
        with self.session.lock:
            self.session.reads[self._key(endpoint, body)] = (time.monotonic(), data)

    def remembers(self, endpoint: str, body: Body | None) -> bool:
        """Whether a read of this would need no request, were it not too old."""
        return self._key(endpoint, body) in self.session.reads

    def remember_all(self, endpoint: str, items: str, body: Body, rows: list[dict[str, t.Any]]) -> None:
        """The same for a list that has one page."""
        self.remember(endpoint, {**body, **FIRST_PAGE}, {items: rows})

    def remembers_all(self, endpoint: str, body: Body) -> bool:
        """Whether a read of this list would need no request, were it not too old."""
        return self.remembers(endpoint, {**body, **FIRST_PAGE})

    def _key(self, endpoint: str, body: Body | None) -> tuple[str, ...]:
        identity = (self._bearer, *(f"{name}={value}" for name, value in self.headers.items()))
        return (endpoint, *identity, json.dumps(body, sort_keys=True))

    def read_all(self, endpoint: str, items: str, body: Body | None = None) -> list[dict[str, t.Any]]:
        """All pages of a list endpoint; ``items`` is the key of the list in the answer."""
        rows: list[dict[str, t.Any]] = []
        page = 0
        while True:
            part = self.read(endpoint, {**(body or {}), "page": page, "page_size": PAGE_SIZE}).get(items) or []
            rows.extend(part)
            if len(part) < PAGE_SIZE:
                return rows
            page += 1

    def write(self, endpoint: str, body: Body) -> dict[str, t.Any]:
        """Call an endpoint that changes something.

        :raises ReplyLost: if it was sent and nobody knows whether it took effect; look before sending it again
        """
        return self.call(endpoint, body).data

    def call(self, endpoint: str, body: Body) -> Reply:
        """Any endpoint, freshly, with the answer's ``meta``."""
        if is_read(endpoint):
            return self._send(endpoint, body, repeat=True)
        self._guard(endpoint)
        try:
            reply = self._send(endpoint, body, repeat=False)
            self.session.writes += 1
        except ReplyLost:
            self.session.writes += 1
            raise
        finally:
            self.session.forget(endpoint)
        raise_refusal(endpoint, reply.data)
        return reply

    def _guard(self, endpoint: str) -> None:
        if self.read_only:
            raise ClearMLError(f"{endpoint} would be called in check mode; this is a fault of the collection")

    def _send(self, endpoint: str, body: Body, repeat: bool) -> Reply:
        bearer = self._bearer or self.session.bearer()
        try:
            try:
                return self._attempt(endpoint, body, bearer, repeat)
            except Unauthorized as error:
                # 401/30: the token expired or was withdrawn; nothing ran, so one new login and the same call again.
                if error.subcode != 30 or self._bearer:
                    raise
            return self._attempt(endpoint, body, self.session.bearer(stale=bearer), repeat)
        except ApiError as error:
            if self.headers and error.is_a(400, IMPERSONATION_REFUSED):
                error.advice = (
                    "The server does not let this key act for that user; some let only role root reach users of other "
                    f"companies, and this key has role {self.session.caller.role!r}"
                )
            if isinstance(error, EndpointMissing):
                error.advice = f"This server ({self.server_version()}) does not offer it; the feature needs a newer one"
            raise

    def _attempt(self, endpoint: str, body: Body, bearer: str, repeat: bool) -> Reply:
        post = self.session.transport.post
        self.session.sent += 1
        return attempt(lambda: post(endpoint, body, bearer, self.headers), endpoint, repeat)

    def server_version(self) -> str:
        """Version and API version for messages."""
        try:
            info = self.session.transport.post("server.info", {}, self.session.bearer()).data
        except (ClearMLError, NoReply):
            return "of unknown version"
        return f"version {info.get('version')}, API {info.get('api_version')}"


def raise_refusal(endpoint: str, data: Body) -> None:
    """Some calls answer 200 and did nothing, or not everything.

    :raises RefusedByServer: naming what the server wants confirmed, or what failed
    """
    wants = sorted(name for name, value in data.items() if name.startswith("requires_") and value)
    if wants:
        raise RefusedByServer(
            f"{endpoint} changed nothing, the server wants a confirmation ({', '.join(wants)}): something is in use. "
            "Stop it first, or give the option that confirms it"
        )
    if data.get("failed"):
        raise RefusedByServer(f"{endpoint} failed in part: {data['failed']}")


def attempt(send: t.Callable[[], Reply], endpoint: str, repeat: bool) -> Reply:
    """Send until an answer comes. What may have run already is sent again only if ``repeat`` allows it.

    :raises ConnectionFailed: if the attempts are used up, or repeating cannot help
    :raises ReplyLost: if a request that must not be repeated may have run
    """
    for number in range(1, ATTEMPTS + 1):
        try:
            return send()
        except NoReply as problem:
            if problem.may_have_run and not repeat:
                raise ReplyLost(f"{problem.reason} (while calling {endpoint})") from None
            if number == ATTEMPTS or not problem.passing:
                raise failed(problem, endpoint) from None
            pause = problem.retry_after if problem.retry_after is not None else 0.1 * 2**number
            time.sleep(min(pause, LONGEST_PAUSE) * random.uniform(0.8, 1.2))  # noqa: S311
    raise AssertionError("unreachable")


def _claims(token: str) -> dict[str, t.Any]:
    """The payload of a JWT, unverified: it is our own token, and only its owner's name and end are of interest."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return payload if isinstance(payload, dict) else {}


class UnbornClient(Client):
    """Stands for a server that this run would install first: there is nothing on it yet."""

    def __init__(self) -> None:
        super().__init__(Session(Transport(Connection("http://unborn.invalid", "", ""))), read_only=True)

    @property
    def caller(self) -> Caller:
        """Whoever will own the key: somebody who may do everything."""
        return Caller(role="root")

    def _send(self, endpoint: str, body: Body, repeat: bool) -> Reply:
        return Reply({}, {})

    def branch(self) -> Client:
        """Itself: all companies are the same nothing."""
        return self

    def as_user(self, user: str) -> Client:
        """Itself: every identity sees the same nothing."""
        return self

    def act_as(self, user: str) -> Client:
        """Itself."""
        return self

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP exchange with a ClearML API server, and a plain sentence for each way it can fail."""

from __future__ import annotations

import json
import socket
import traceback
import typing as t
from dataclasses import dataclass
from urllib.parse import urlsplit

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import (
    ApiError,
    ConnectionFailed,
    EndpointMissing,
    Forbidden,
    InvalidInput,
    Unauthorized,
)

try:
    import requests
    from requests.adapters import HTTPAdapter
except ImportError:
    HAS_REQUESTS = False
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    HAS_REQUESTS = True
    REQUESTS_IMPORT_ERROR = None

#: Connections kept open to the server; as many threads may share one transport.
POOL_SIZE = 16
#: Statuses that proxies and load balancers send while the server behind them is away.
BUSY_STATUSES = frozenset({502, 503, 504})


class NoReply(Exception):
    """A request that ended without an answer of the API.

    :ivar reason: a sentence for a person
    :ivar may_have_run: False if the request certainly did not reach the API
    :ivar retry_after: seconds that the other side asked to wait, if it did
    """

    def __init__(self, reason: str, may_have_run: bool, retry_after: float | None = None, passing: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.may_have_run = may_have_run
        self.retry_after = retry_after
        self.passing = passing


@dataclass(frozen=True)
class Reply:
    """An answer of the API: its ``data`` and its ``meta``.

    :ivar date: the header of that name: what the time is on the server's side
    """

    data: dict[str, t.Any]
    meta: dict[str, t.Any]
    date: str = ""


class Transport:
    """A pool of connections to one server. Safe to share between threads."""

    def __init__(self, connection: Connection) -> None:
        if not HAS_REQUESTS:
            raise InvalidInput(missing_required_lib("requests"))
        self.connection = connection
        self._session = requests.Session()
        adapter = HTTPAdapter(pool_connections=POOL_SIZE, pool_maxsize=POOL_SIZE)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)
        # A netrc entry for the host would replace our own Authorization header.
        self._session.auth = lambda request: request

    def post(
        self,
        endpoint: str,
        body: t.Mapping[str, t.Any],
        authorization: str | None,
        headers: t.Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request and return the API's answer.

        :raises ApiError: (or a subclass) if the API answered with an error
        :raises NoReply: if no answer of the API came back
        """
        all_headers = {"Content-Type": "application/json", **(headers or {})}
        if authorization:
            all_headers["Authorization"] = authorization
        url = f"{self.connection.host}/{endpoint}"
        proxies = {"http": self.connection.proxy, "https": self.connection.proxy} if self.connection.proxy else None
        try:
            response = self._session.post(
                url,
                data=json.dumps(body).encode(),
                headers=all_headers,
                timeout=(self.connection.connect_timeout, self.connection.timeout),
                verify=self.connection.verify,
                proxies=proxies,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise self._no_reply(error) from None
        return self._decode(endpoint, response)

    def _no_reply(self, error: Exception) -> NoReply:
        host = self.connection.host
        name = urlsplit(host).hostname
        causes = list(_causes(error))
        text = " ".join(str(cause) for cause in causes)
        if any(isinstance(cause, requests.exceptions.ProxyError) for cause in causes):
            return NoReply(
                f"The proxy on the way to {host} could not be used; check the option proxy, or "
                "HTTPS_PROXY, HTTP_PROXY and NO_PROXY",
                may_have_run=False,
                passing=False,
            )
        if any(isinstance(cause, requests.exceptions.SSLError) for cause in causes):
            return NoReply(
                f"The TLS certificate of {host} was not accepted ({_tls_reason(text)}); for a private CA "
                "give its certificate as ca_path",
                may_have_run=False,
                passing=False,
            )
        if any(isinstance(cause, socket.gaierror) for cause in causes) or "NameResolutionError" in repr(causes):
            return NoReply(
                f"The host name {name!r} of api_host {host} does not resolve; check its spelling and DNS",
                may_have_run=False,
                passing=False,
            )
        if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
            return NoReply(
                f"{host} refused the connection: nothing listens there; check host and port of api_host "
                "and whether the API server runs",
                may_have_run=False,
            )
        if any(isinstance(cause, requests.exceptions.ConnectTimeout) for cause in causes):
            return NoReply(
                f"{host} did not accept a connection within {self.connection.connect_timeout:g} s "
                "(connect_timeout); check the address, the route and firewalls",
                may_have_run=False,
            )
        if any(isinstance(cause, requests.exceptions.ReadTimeout) for cause in causes):
            return NoReply(f"{host} did not answer within {self.connection.timeout:g} s (timeout)", may_have_run=True)
        if "NewConnectionError" in repr(causes):
            return NoReply(f"{host} cannot be reached ({causes[-1]})", may_have_run=False)
        if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader)):
            reason = "The key, or a proxy of the environment (HTTPS_PROXY, HTTP_PROXY), cannot be used in a request"
            return NoReply(f"{reason} to {host}", may_have_run=False, passing=False)
        hint = " (if it speaks TLS, its address begins with https://)" if host.startswith("http://") else ""
        return NoReply(f"The connection to {host} broke before the answer came{hint}", may_have_run=True)

    def _decode(self, endpoint: str, response: t.Any) -> Reply:
        status: int = response.status_code
        try:
            envelope = response.json()
            meta, data = envelope["meta"], envelope["data"]
            code, subcode = int(meta["result_code"]), int(meta["result_subcode"])
        except (ValueError, TypeError, KeyError):
            raise self._not_the_api(endpoint, response) from None
        if code == 200:
            date = response.headers.get("Date") or ""
            return Reply(data if isinstance(data, dict) else {"result": data}, meta, date)
        if status == 429 or code == 429:
            raise NoReply("The server asks to slow down (429)", False, _retry_after(response))
        raise self._api_error(endpoint, code, subcode, str(meta.get("result_msg", "")), str(meta.get("id", "")))

    def _not_the_api(self, endpoint: str, response: t.Any) -> NoReply:
        host = self.connection.host
        status: int = response.status_code
        kind = response.headers.get("Content-Type", "no content type").split(";")[0]
        if status == 429:
            return NoReply(f"{host} asks to slow down (429)", False, _retry_after(response))
        if status in BUSY_STATUSES:
            reason = f"A proxy or load balancer at {host} answered {status} ({kind}) in place of the API server"
            return NoReply(reason, True, _retry_after(response))
        if 300 <= status < 400:
            target = urlsplit(response.headers.get("Location", "")).netloc or "another address"
            return NoReply(
                f"{host} redirects to {target}; give the final address of the API as api_host",
                may_have_run=False,
                passing=False,
            )
        if status == 407:
            return NoReply(f"The proxy on the way to {host} asks for a login (407)", False, passing=False)
        return NoReply(
            f"{host} answered {endpoint} with {kind} (status {status}), which is no answer of a ClearML API server: "
            "a proxy's or another service's page; check that api_host is the API server's address (port 8008 by "
            "default), not the web server's",
            # With 200 a portal in between cannot be told from an answer that was mangled on its way.
            may_have_run=status < 400 or status >= 500,
            passing=status >= 500,
        )

    def _api_error(self, endpoint: str, code: int, subcode: int, message: str, call_id: str) -> ApiError:
        key = self.connection.access_key
        if code == 400 and subcode == 0 and message.startswith("Invalid request path"):
            advice = f"api_host {self.connection.host} has a path that the API does not serve; give it without a path"
            return ApiError(endpoint, code, subcode, message, call_id, advice)
        if code == 404 and subcode == 0:
            return EndpointMissing(endpoint, code, subcode, message, call_id)
        if code == 401:
            advice = (
                "The token was not accepted"
                if subcode == 30
                else f"Check api_access_key {key!r} and its secret: the pair is unknown, revoked or expired"
            )
            return Unauthorized(endpoint, code, subcode, message, call_id, advice)
        if code == 403:
            advice = f"The key {key!r} does not have the right for this call; use a key with one of the roles named"
            return Forbidden(endpoint, code, subcode, message, call_id, advice)
        return ApiError(endpoint, code, subcode, message, call_id)


def failed(problem: NoReply, endpoint: str) -> ConnectionFailed:
    """The error for a person when all attempts are used up."""
    return ConnectionFailed(f"{problem.reason} (while calling {endpoint})")


def _causes(error: BaseException) -> t.Iterator[BaseException]:
    """The error and what it wraps: __cause__, __context__, urllib3's ``reason`` and wrapped arguments."""
    seen: set[int] = set()
    queue: list[BaseException] = [error]
    while queue:
        current = queue.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        wrapped = [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
        queue.extend(item for item in wrapped if isinstance(item, BaseException))


def _tls_reason(text: str) -> str:
    for sign, reason in (
        ("doesn't match", "it is for another host name"),
        ("Hostname mismatch", "it is for another host name"),
        ("IP address mismatch", "it is for another address"),
        ("self-signed", "it is signed by a CA that is not trusted here"),
        ("unable to get local issuer", "it is signed by a CA that is not trusted here"),
        ("certificate has expired", "it has expired"),
        ("WRONG_VERSION_NUMBER", "the port does not speak TLS: http:// instead of https://?"),
        ("wrong version number", "the port does not speak TLS: http:// instead of https://?"),
        ("record layer failure", "the port does not speak TLS: http:// instead of https://?"),
    ):
        if sign in text:
            return reason
    return "verification failed"


def _retry_after(response: t.Any) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdigit() else None

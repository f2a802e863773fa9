# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP around the API: requests in, replies out, faults in between."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable

from aiohttp import web

from lab.faults import Fault, Faults
from lab.recorder import Recorder
from lab.wire import errors
from lab.wire.api import Api, Reply, Request
from lab.wire.tokens import COOKIE

_NOT_FOUND_PAGE = (
    "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"
    "<p>The requested URL was not found on the server. If you entered the URL manually please check "
    "your spelling and try again.</p>\n"
)
_PROXY_PAGE = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
_REASONS = {
    404: "Not Found",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
}


def _nothing() -> int | None:
    return None


def _nowhere(_request: Request, _reply: Reply) -> None:
    pass


class ApiServer:
    """The handler of an aiohttp low-level server."""

    def __init__(self, api: Api, recorder: Recorder, faults: Faults) -> None:
        self.api = api
        #: What a proxy in front of the API answers instead of it; None for a request that gets through.
        self.front: Callable[[], int | None] = _nothing
        #: Who else hears of a call and its answer.
        self.note: Callable[[Request, Reply], None] = _nowhere
        self.recorder = recorder
        self.faults = faults

    async def handle(self, http: web.BaseRequest) -> web.StreamResponse:
        """Answer one HTTP request; everything that changes state happens between two awaits."""
        status = self.front()
        if status is not None:
            return _html(status, _PROXY_PAGE.format(f"{status} {_REASONS[status]}"))
        if http.method == "OPTIONS":
            return web.Response()
        if http.headers.get("Content-Encoding"):
            return _html(415, f"Content encoding is not supported ({http.headers['Content-Encoding']})")
        if "/static/" in http.path:
            return _html(404, _NOT_FOUND_PAGE)
        if http.method == "HEAD":
            return web.Response(content_type="application/json")
        request = Request(
            method=http.method,
            path=http.path,
            query=http.query_string,
            headers=http.headers,
            cookies=http.cookies if "Cookie" in http.headers else {},
            content_type=http.content_type if "Content-Type" in http.headers else "",
            raw=await http.read(),
            peer=http.remote or "",
        )
        name = http.path.rstrip("/").rpartition("/")[2]
        writes = self.api.writes(name)
        fault = self.faults.strike(name, writes) if self.faults else None
        if fault is None:
            reply = self._answer(request)
            self.recorder.add(request, writes=writes, code=reply.code, subcode=reply.subcode, fault=None)
            return _response(reply)
        return await self._spoil(http, request, fault, writes)

    def answer_own(self, request: Request) -> Reply:
        """Answer a request that the lab itself makes: no fault strikes it, and it is logged but not counted."""
        reply = self._answer(request)
        writes = self.api.writes(request.endpoint)
        self.recorder.add(request, writes=writes, code=reply.code, subcode=reply.subcode, fault=None, own=True)
        return reply

    def _answer(self, request: Request) -> Reply:
        """The API's reply; an unexpected exception becomes 500/0 with its traceback, as on the real server."""
        try:
            reply = self.api.answer(request)
        except Exception as error:
            traceback.print_exc()
            internal = errors.ApiError(500, 0, str(error), stack=traceback.format_exc())
            reply = Reply(500, 0, self.api.error_content(request, internal))
        self.note(request, reply)
        return reply

    async def _spoil(self, http: web.BaseRequest, request: Request, fault: Fault, writes: bool) -> web.StreamResponse:
        """Answer a request that a fault struck."""
        reply: Reply | None = None
        if fault.action == "delay" and fault.effect == "before":
            await asyncio.sleep(fault.seconds)
        if fault.action == "expire_token" and fault.effect == "before":
            self._expire(request)
        if fault.effect == "after" or fault.action in ("delay", "expire_token"):
            reply = self._answer(request)
        else:
            request.endpoint = http.path.rstrip("/").rpartition("/")[2]
        self.recorder.add(
            request,
            writes=writes,
            code=reply.code if reply else None,
            subcode=reply.subcode if reply else None,
            fault=fault.action,
        )
        if fault.effect == "after":
            if fault.action == "delay":
                await asyncio.sleep(fault.seconds)
            if fault.action == "expire_token":
                self._expire(request)
        if fault.action == "drop":
            return _drop(http)
        if fault.action == "status":
            return _proxy_error(fault)
        if fault.action == "html":
            return _html(200, _PROXY_PAGE.format("Sign in"))
        if fault.action == "not_json" or reply is None:
            return web.Response(body=b'{"meta": {"id": ', content_type="application/json")
        return _response(reply)

    def _expire(self, request: Request) -> None:
        scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer":
            self.api.tokens.expire(token)
        elif COOKIE in request.cookies:
            self.api.tokens.expire(request.cookies[COOKIE])


def _response(reply: Reply) -> web.Response:
    response = web.Response(status=reply.code, body=reply.content, content_type="application/json")
    if reply.set_cookie is not None:
        response.set_cookie(COOKIE, reply.set_cookie, httponly=True, max_age=864_000)
    if reply.delete_cookie:
        response.del_cookie(COOKIE)
    return response


def _html(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, content_type="text/html", charset="utf-8")


def _proxy_error(fault: Fault) -> web.Response:
    response = _html(
        fault.status, _PROXY_PAGE.format(f"{fault.status} {_REASONS.get(fault.status, 'Gateway Time-out')}")
    )
    if fault.retry_after is not None:
        response.headers["Retry-After"] = f"{fault.retry_after:g}"
    return response


def _drop(http: web.BaseRequest) -> web.Response:
    """Cut the connection; the response that aiohttp insists on goes nowhere."""
    if http.transport is not None:
        http.transport.abort()
    return web.Response()

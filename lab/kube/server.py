# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API server: one handler for everything."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from lab.kube import pod_streams
from lab.kube.cluster import Cluster
from lab.kube.documents import Json
from lab.kube.faults import Fault, Faults
from lab.kube.handlers import Handlers
from lab.kube.recorder import Recorder
from lab.kube.reviews import USER
from lab.kube.watching import Watch
from lab.kube.wire.errors import ApiError
from lab.kube.wire.requests import Call, parse
from lab.kube.wire.root import RootPaths

_LARGEST_BODY = 64 * 1024 * 1024
_STREAMS = {"pods/exec": pod_streams.execute, "pods/log": pod_streams.log}


class ApiServer:
    """Answers requests over one cluster."""

    def __init__(self, cluster: Cluster, recorder: Recorder, faults: Faults, token: str) -> None:
        self.cluster = cluster
        self._recorder = recorder
        self._faults = faults
        self._token = token
        self._handlers = Handlers(cluster)
        self._root = RootPaths(cluster)

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_route("*", "/{path:.*}", self.handle)
        return app

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        try:
            user = self._user(request)
            path = request.rel_url.raw_path
            query = parse_qs(request.rel_url.raw_query_string, keep_blank_values=True)
            answer = self._root.answer(request, path)
            if answer is not None:
                return answer
            call = parse(request.method, path, query, self.cluster.kinds)
        except ApiError as error:
            return failure(error)
        call.body = await request.read()
        call.content_type = request.headers.get("Content-Type", "")
        call.accept = request.headers.get("Accept", "")
        call.user_agent = request.headers.get("User-Agent", "")
        return await self._with_faults(request, call, user)

    def _user(self, request: web.Request) -> str:
        kind, _blank, token = request.headers.get("Authorization", "").partition(" ")
        if kind == "Bearer" and hmac.compare_digest(token.encode(), self._token.encode()):
            return USER
        if kind == "Bearer" and token in self.cluster.service_tokens:
            return self.cluster.service_tokens[token]
        raise ApiError(401, "Unauthorized", "Unauthorized")

    async def _with_faults(self, request: web.Request, call: Call, user: str) -> web.StreamResponse:
        fault = self._faults.strike(call)
        if fault is None:
            return await self._recorded(request, call, user, None)
        if fault.action == "delay":
            await asyncio.sleep(fault.seconds)
            return await self._recorded(request, call, user, fault)
        if fault.effect == "after":
            await self._recorded(request, call, user, fault)
        else:
            self._recorder.add(call, fault.status if fault.action == "status" else None, fault.action, user)
        if fault.action == "drop":
            if request.transport is not None:
                request.transport.abort()
            raise ConnectionResetError("dropped by order")
        return failure(_ordered_failure(fault))

    async def _recorded(self, request: web.Request, call: Call, user: str, fault: Fault | None) -> web.StreamResponse:
        name = fault.action if fault else None
        try:
            self._authorize(call, user)
            if call.verb == "watch":
                watch = Watch(self.cluster, call)
                self._recorder.add(call, 200, name, user)
                return await watch.stream(request)
            if call.resource in _STREAMS:
                return await _STREAMS[call.resource](self.cluster, call, request, self._note(call, name, user))
            code, body = self._handlers.answer(call)
            response = document(code, body, call.warnings)
        except ApiError as error:
            response = failure(error)
        except Exception as error:
            logging.exception("%s %s", call.verb, call.resource)
            response = failure(ApiError(500, "InternalError", f"the laboratory failed: {error!r}"))
        self._recorder.add(call, response.status, name, user)
        return response

    def _note(self, call: Call, fault: str | None, user: str) -> Any:
        return lambda code: self._recorder.add(call, code, fault, user)

    def _authorize(self, call: Call, user: str) -> None:
        if not self.cluster.access.denies(call.verb, call.resource, call.namespace):
            return
        kind = call.kind
        about = f' "{call.name}"' if call.name else ""
        scope = f'in the namespace "{call.namespace}"' if call.namespace else "at the cluster scope"
        plural = kind.plural + (f"/{call.subresource}" if call.subresource else "")
        message = (
            f'{kind.resource}{about} is forbidden: User "{user}" cannot {call.verb} resource "{plural}" in API group '
            f'"{kind.group}" {scope}'
        )
        details = ({"name": call.name} if call.name else {}) | ({"group": kind.group} if kind.group else {})
        raise ApiError(403, "Forbidden", message, details | {"kind": kind.plural})


def document(code: int, body: Json, warnings: list[str] | None = None) -> web.Response:
    """A JSON answer."""
    data = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
    response = web.Response(status=code, body=data, content_type="application/json")
    response.headers["Cache-Control"] = "no-cache, private"
    for warning in warnings or ():
        escaped = warning.replace("\\", "\\\\").replace('"', '\\"')
        response.headers.add("Warning", f'299 - "{escaped}"')
    return response


def failure(error: ApiError) -> web.Response:
    """A Status as the answer."""
    response = document(error.code, error.status())
    response.headers.update(error.headers)
    return response


def _ordered_failure(fault: Fault) -> ApiError:
    reasons = {
        429: "TooManyRequests",
        500: "InternalError",
        503: "ServiceUnavailable",
        504: "Timeout",
        403: "Forbidden",
    }
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
    details = {"retryAfterSeconds": fault.retry_after} if fault.retry_after is not None else None
    return ApiError(fault.status, fault.reason or reasons.get(fault.status, ""), fault.message, details, headers)

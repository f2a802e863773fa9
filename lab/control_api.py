# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API: what a test may look at and turn, on a port of its own behind a random token."""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from lab.api_server import ApiServer
from lab.faults import FaultError, Faults
from lab.oidc import OidcProvider
from lab.recorder import Recorder
from lab.seeding import SeedError, seed
from lab.switches import SwitchError, Switches
from lab.wire.api import Api
from lab.world import snapshot
from lab.world.records import Json
from lab.world.world import World

TOKEN_HEADER = "X-Lab-Token"


class ControlApi:
    """Routes over the parts of one lab."""

    def __init__(
        self,
        server: ApiServer,
        recorder: Recorder,
        faults: Faults,
        fresh_world: Callable[[], World],
        token: str,
        oidc: OidcProvider,
    ) -> None:
        self._api: Api = server.api
        self._recorder = recorder
        self._faults = faults
        self._fresh_world = fresh_world
        self._token = token
        self._oidc = oidc
        self._started_with = self._api.switches.as_dict()

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(middlewares=[self._guard()], client_max_size=256 * 1024 * 1024)
        app.add_routes(
            [
                web.get("/ping", self._ping),
                web.get("/state", self._get_state),
                web.put("/state", self._put_state),
                web.post("/reset", self._reset),
                web.get("/requests", self._get_requests),
                web.delete("/requests", self._delete_requests),
                web.get("/counts", self._get_counts),
                web.get("/violations", self._get_violations),
                web.delete("/violations", self._delete_violations),
                web.get("/switches", self._get_switches),
                web.patch("/switches", self._patch_switches),
                web.get("/faults", self._get_faults),
                web.post("/faults", self._post_faults),
                web.delete("/faults", self._delete_faults),
                web.post("/seed/{what}", self._seed),
                web.get("/oidc", self._get_oidc),
            ]
        )
        return app

    def _guard(self) -> Any:
        @web.middleware
        async def guard(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            if not hmac.compare_digest(request.headers.get(TOKEN_HEADER, ""), self._token):
                return web.json_response({"error": f"the header {TOKEN_HEADER} is missing or wrong"}, status=403)
            try:
                return await handler(request)
            except (SwitchError, FaultError, SeedError, json.JSONDecodeError, TypeError, KeyError) as error:
                return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

        return guard

    async def _ping(self, _request: web.Request) -> web.Response:
        return web.json_response({"pid": os.getpid()})

    async def _get_state(self, _request: web.Request) -> web.Response:
        return web.json_response(snapshot.to_json(self._api.world))

    async def _put_state(self, request: web.Request) -> web.Response:
        self._api.world = snapshot.from_json(await request.json())
        return web.json_response({})

    async def _reset(self, _request: web.Request) -> web.Response:
        """As if just started; tokens made before stay usable, so that a client can outlive a reset."""
        self._api.switches = Switches(self._started_with)
        self._api.world = self._fresh_world()
        self._api.tokens.forget_marks()
        self._api.contract.clear()
        self._recorder.clear()
        self._faults.clear()
        return web.json_response({})

    async def _get_requests(self, _request: web.Request) -> web.Response:
        return web.json_response(self._recorder.log())

    async def _delete_requests(self, _request: web.Request) -> web.Response:
        self._recorder.clear()
        return web.json_response({})

    async def _get_counts(self, _request: web.Request) -> web.Response:
        counts: Json = self._recorder.counts()
        return web.json_response(counts | {"violations": len(self._api.contract.found())})

    async def _get_violations(self, _request: web.Request) -> web.Response:
        return web.json_response(self._api.contract.found())

    async def _delete_violations(self, _request: web.Request) -> web.Response:
        self._api.contract.clear()
        return web.json_response({})

    async def _get_switches(self, _request: web.Request) -> web.Response:
        return web.json_response(self._api.switches.as_dict())

    async def _patch_switches(self, request: web.Request) -> web.Response:
        self._api.switches.update(await request.json())
        return web.json_response(self._api.switches.as_dict())

    async def _get_faults(self, _request: web.Request) -> web.Response:
        return web.json_response(self._faults.as_list())

    async def _post_faults(self, request: web.Request) -> web.Response:
        return web.json_response({"id": self._faults.order(await request.json()).id})

    async def _delete_faults(self, _request: web.Request) -> web.Response:
        self._faults.clear()
        return web.json_response({})

    async def _seed(self, request: web.Request) -> web.Response:
        return web.json_response(seed(self._api, request.match_info["what"], await request.json()))

    async def _get_oidc(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {"issuer": self._oidc.issuer, "url": self._oidc.url, "broken_url": self._oidc.broken_url}
        )

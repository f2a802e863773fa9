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

from lab.kube import first_objects
from lab.kube.cluster import Access, Cluster
from lab.kube.controllers.manager import Manager
from lab.kube.documents import Json
from lab.kube.faults import FaultError, Faults
from lab.kube.gpus import GpuError
from lab.kube.orders import OrderError, Orders
from lab.kube.reboots import reboot
from lab.kube.recorder import Recorder
from lab.kube.scripts import ScriptError, Scripts

TOKEN_HEADER = "X-Lab-Token"
_WRONG = (FaultError, GpuError, OrderError, ScriptError, json.JSONDecodeError, TypeError, KeyError)


class ControlApi:
    """Routes over the parts of one cluster."""

    def __init__(self, cluster: Cluster, manager: Manager, recorder: Recorder, faults: Faults, token: str) -> None:
        self._cluster = cluster
        self._manager = manager
        self._recorder = recorder
        self._faults = faults
        self._token = token
        self._settings = dict(vars(cluster.settings))

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
                web.get("/faults", self._get_faults),
                web.post("/faults", self._post_faults),
                web.delete("/faults", self._delete_faults),
                web.get("/orders", self._get_orders),
                web.post("/orders", self._post_orders),
                web.delete("/orders", self._delete_orders),
                web.get("/scripts", self._get_scripts),
                web.post("/scripts", self._post_scripts),
                web.delete("/scripts", self._delete_scripts),
                web.get("/variables", self._get_variables),
                web.patch("/variables", self._patch_variables),
                web.get("/access", self._get_access),
                web.put("/access", self._put_access),
                web.get("/settings", self._get_settings),
                web.patch("/settings", self._patch_settings),
                web.get("/nodes", self._get_nodes),
                web.get("/gpus", self._get_gpus),
                web.patch("/gpus", self._patch_gpus),
                web.post("/reboots", self._post_reboots),
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
            except _WRONG as error:
                return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

        return guard

    async def _ping(self, _request: web.Request) -> web.Response:
        return web.json_response({"pid": os.getpid()})

    async def _get_state(self, _request: web.Request) -> web.Response:
        return web.json_response(self._cluster.store.snapshot())

    async def _put_state(self, request: web.Request) -> web.Response:
        self._restore(await request.json())
        return web.json_response({})

    def _restore(self, state: Json) -> None:
        self._cluster.store.restore(state)
        self._cluster.serve_definitions()
        self._cluster.gpus.forget()
        self._manager.wake()

    async def _reset(self, _request: web.Request) -> web.Response:
        """As if just started; the kubeconfig stays valid."""
        cluster = self._cluster
        fresh = Cluster(cluster.settings)
        first_objects.fill(fresh)
        vars(cluster.settings).update(self._settings)
        cluster.orders, cluster.scripts, cluster.access = Orders(), Scripts(), Access()
        cluster.service_tokens.clear()
        cluster.gpus.clear()
        self._restore(fresh.store.snapshot())
        self._manager.step()
        self._recorder.clear()
        self._faults.clear()
        return web.json_response({})

    async def _get_requests(self, _request: web.Request) -> web.Response:
        return web.json_response(self._recorder.log())

    async def _delete_requests(self, _request: web.Request) -> web.Response:
        self._recorder.clear()
        return web.json_response({})

    async def _get_counts(self, _request: web.Request) -> web.Response:
        return web.json_response(self._recorder.counts())

    async def _get_faults(self, _request: web.Request) -> web.Response:
        return web.json_response(self._faults.as_list())

    async def _post_faults(self, request: web.Request) -> web.Response:
        return web.json_response({"id": self._faults.order(await request.json()).id})

    async def _delete_faults(self, _request: web.Request) -> web.Response:
        self._faults.clear()
        return web.json_response({})

    async def _get_orders(self, _request: web.Request) -> web.Response:
        return web.json_response(self._cluster.orders.as_list())

    async def _post_orders(self, request: web.Request) -> web.Response:
        order = self._cluster.orders.add(await request.json())
        self._manager.wake()
        return web.json_response({"id": order.id})

    async def _delete_orders(self, request: web.Request) -> web.Response:
        number = request.query.get("id")
        self._cluster.orders.remove(int(number) if number else None)
        self._manager.wake()
        return web.json_response({})

    async def _get_scripts(self, _request: web.Request) -> web.Response:
        return web.json_response(self._cluster.scripts.as_list())

    async def _post_scripts(self, request: web.Request) -> web.Response:
        return web.json_response({"id": self._cluster.scripts.add(await request.json()).id})

    async def _delete_scripts(self, _request: web.Request) -> web.Response:
        self._cluster.scripts.clear()
        return web.json_response({})

    async def _get_variables(self, _request: web.Request) -> web.Response:
        return web.json_response(self._cluster.scripts.variables)

    async def _patch_variables(self, request: web.Request) -> web.Response:
        for node, values in (await request.json()).items():
            self._cluster.scripts.variables[node].update(values)
        return web.json_response(self._cluster.scripts.variables)

    async def _get_access(self, _request: web.Request) -> web.Response:
        return web.json_response(self._cluster.access.as_json())

    async def _put_access(self, request: web.Request) -> web.Response:
        access = Access(**await request.json())
        if access.reviews not in ("rules", "allow", "deny"):
            raise KeyError("reviews is one of rules, allow, deny")
        self._cluster.access = access
        return web.json_response(access.as_json())

    async def _get_settings(self, _request: web.Request) -> web.Response:
        return web.json_response(vars(self._cluster.settings))

    async def _patch_settings(self, request: web.Request) -> web.Response:
        for name, value in (await request.json()).items():
            if name not in self._settings:
                raise KeyError(name)
            setattr(self._cluster.settings, name, value)
        self._manager.wake()
        return web.json_response(vars(self._cluster.settings))

    async def _get_nodes(self, _request: web.Request) -> web.Response:
        return web.json_response(self._cluster.store.all("nodes"))

    async def _get_gpus(self, _request: web.Request) -> web.Response:
        return web.json_response(self._cluster.gpus.as_json())

    async def _patch_gpus(self, request: web.Request) -> web.Response:
        for node, gpus in (await request.json()).items():
            self._cluster.gpus.order(node, gpus)
        return web.json_response(self._cluster.gpus.as_json())

    async def _post_reboots(self, request: web.Request) -> web.Response:
        order = await request.json()
        reboot(self._cluster, order["node"], order["seconds"], order["comes_back"])
        return web.json_response({})

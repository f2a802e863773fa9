# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that plays a gateway or its predecessor, the traffic router: it logs in and reports as a router."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from lab.api_server import ApiServer
from lab.kube.documents import dig
from lab.kube.programs import Container, Crash
from lab.platform.apiserver import DeployedServer
from lab.platform.deployment import host_of, signing_key
from lab.platform.session import Session
from lab.world.records import now

_POLL_SECONDS, _MARGIN_SECONDS = 0.5, 60
_API, _SIGNING_KEY = "CLEARML_API_HOST", "JWKS_KEY"


class GatewayProgram:
    """Makes gateways of one platform."""

    def __init__(self, api: ApiServer, server: DeployedServer) -> None:
        self.api = api
        self.server = server

    def play(self, container: Container) -> Gateway:
        """The program."""
        return Gateway(self, container)


class Gateway:
    """One container."""

    def __init__(self, program: GatewayProgram, container: Container) -> None:
        self._program = program
        self._container = container
        self._session = Session(program.api, container, "clearml_router")
        self._api_url = urlsplit(container.environment.get(_API, ""))
        if not self._api_url.hostname:
            raise Crash(f"clearml_router: ERROR: {_API} is not set")
        self._name = container.environment.get("ROUTER_NAME", container.release)
        self._router: str | None = None
        self._next_poll = 0.0

    def look(self) -> bool:
        """Log in and report when the API answers; then see whether the keys still work and the router is known."""
        if time.monotonic() >= self._next_poll:
            self._next_poll = time.monotonic() + _POLL_SECONDS
            self._poll()
        return self._router is not None

    def stop(self) -> None:
        """Go home."""
        if self._router is not None and self._program.server.is_up:
            self._session.call("routers.unregister", router=self._name)
        self._router = None

    def _poll(self) -> None:
        if not self._program.server.is_up or not self._finds_the_api():
            self._container.say(f"clearml_router: WARNING: {self._api_url.hostname} does not answer, trying again")
            return
        self._check_signing_key()
        self._session.check()
        router = self._program.api.api.world.routers.get(self._router)
        if router is None or router.expires < now(_MARGIN_SECONDS):
            self._report()

    def _finds_the_api(self) -> bool:
        """Names of Services have to lead somewhere; any other name may be anything."""
        name, _dot, rest = str(self._api_url.hostname).partition(".")
        store, space = self._program.server.cluster.store, rest.removesuffix(".cluster.local").removesuffix(".svc")
        if "." in space:
            return True
        service = store.get("services", space or self._container.namespace, name)
        ports = dig(service, "spec", "ports", default=[])
        return (self._api_url.port or 80) in [port["port"] for port in ports]

    def _check_signing_key(self) -> None:
        given = self._container.environment.get(_SIGNING_KEY)
        if given is None:
            return
        server = self._program.server
        wanted = [key for pod in server.serving if (key := signing_key(server.cluster, pod)) is not None]
        if wanted and given not in wanted:
            raise Crash(
                f"clearml_router: ERROR: {_SIGNING_KEY} is not the key that the API server signs its tokens with"
            )

    def _report(self) -> None:
        self._session.log_in()
        cluster = self._program.server.cluster
        url = self._container.environment.get("ROUTER_URL") or host_of(cluster, self._container.pod)
        self._session.asked("routers.task_router_report", router=self._name, url=url, status={"uptime": 0})
        self._router = f"{self._session.company}:{self._name}"
        self._container.say(f"clearml_router: {self._name} reported, and is reached at {url or 'no address'}")

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that plays an agent: it logs in with its key pair, has its queues made, and reports for work."""

from __future__ import annotations

import time

from lab.api_server import ApiServer
from lab.kube.programs import Container, Crash
from lab.platform.apiserver import DeployedServer
from lab.platform.session import Session
from lab.world.records import now

_POLL_SECONDS, _MARGIN_SECONDS = 0.5, 60


class AgentProgram:
    """Makes agents of one platform."""

    def __init__(self, api: ApiServer, server: DeployedServer) -> None:
        self.api = api
        self.server = server

    def play(self, container: Container) -> Agent:
        """The program."""
        return Agent(self, container)


class Agent:
    """One container."""

    def __init__(self, program: AgentProgram, container: Container) -> None:
        self._program = program
        self._container = container
        self._session = Session(program.api, container, "clearml_agent")
        given = container.environment
        self._queues = [name.strip() for name in given.get("K8S_GLUE_QUEUES", "").split(",") if name.strip()]
        self._creates = given.get("K8S_GLUE_CREATE_QUEUES", "").lower() == "true"
        self._worker = f"k8s:{container.pod['metadata']['name']}"
        self._worker_key: str | None = None
        self._next_poll = 0.0

    def look(self) -> bool:
        """Log in and register when the API answers; then see whether the key still works and the worker is known."""
        if time.monotonic() >= self._next_poll:
            self._next_poll = time.monotonic() + _POLL_SECONDS
            self._poll()
        return self._worker_key is not None

    def stop(self) -> None:
        """Go home."""
        if self._worker_key is not None and self._program.server.is_up:
            self._session.call("workers.unregister", worker=self._worker)
        self._worker_key = None

    def _poll(self) -> None:
        if not self._program.server.is_up:
            self._container.say("clearml_agent: WARNING: the API server does not answer, trying again")
            return
        self._session.check()
        worker = self._program.api.api.world.workers.get(self._worker_key)
        if worker is None or worker.expires < now(_MARGIN_SECONDS):
            self._register()

    def _register(self) -> None:
        session = self._session
        session.log_in()
        known = {queue["name"]: queue["id"] for queue in session.asked("queues.get_all")["queues"]}
        for name in self._queues:
            if name not in known:
                if not self._creates:
                    raise Crash(
                        f"clearml_agent: ERROR: there is no queue {name!r}, and K8S_GLUE_CREATE_QUEUES is not true"
                    )
                known[name] = session.asked("queues.create", name=name)["id"]
                self._container.say(f"clearml_agent: created the queue {name}")
        session.asked("workers.register", worker=self._worker, queues=[known[name] for name in self._queues])
        self._worker_key = f"{session.company}:{self._worker}"
        self._container.say(f"clearml_agent: {self._worker} listens on {', '.join(self._queues) or 'no queue'}")

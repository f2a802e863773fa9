# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that plays an agent: it logs in with its key pair, has its queues made, and reports for work."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from lab.api_server import ApiServer
from lab.kube.programs import Container, Crash
from lab.platform.apiserver import DeployedServer
from lab.wire.api import Request
from lab.wire.credentials import credential_of
from lab.wire.errors import ApiError
from lab.world.records import Json, now

USER_AGENT = "clearml-agent/lab"
_KEY, _SECRET = "CLEARML_API_ACCESS_KEY", "CLEARML_API_SECRET_KEY"
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
        given = container.environment
        for name in (_KEY, _SECRET):
            if not given.get(name):
                raise Crash(f"clearml_agent: ERROR: {name} is not set")
        self._pair = (given[_KEY], given[_SECRET])
        self._queues = [name.strip() for name in given.get("K8S_GLUE_QUEUES", "").split(",") if name.strip()]
        self._creates = given.get("K8S_GLUE_CREATE_QUEUES", "").lower() == "true"
        self._worker = f"k8s:{container.pod['metadata']['name']}"
        self._worker_key: str | None = None
        self._token = ""
        self._next_poll = 0.0

    def look(self) -> bool:
        """Log in and register when the API answers; then see whether the key still works and the worker is known."""
        if time.monotonic() >= self._next_poll:
            self._next_poll = time.monotonic() + _POLL_SECONDS
            self._poll()
        return self._worker_key is not None

    def stop(self) -> None:
        """Go home; the token works even if the key was revoked."""
        if self._worker_key is not None and self._program.server.is_up:
            self._call("workers.unregister", worker=self._worker)
        self._worker_key = None

    def _poll(self) -> None:
        if not self._program.server.is_up:
            self._container.say("clearml_agent: WARNING: the API server does not answer, trying again")
            return
        api = self._program.api.api
        try:
            # Only a look: a poll that the server noted would drown what clients did.
            credential_of(api, *self._pair)
        except ApiError as error:
            raise Crash(
                f"clearml_agent: ERROR: the API server refuses the key pair in {_KEY} and {_SECRET} ({error.code})"
            ) from None
        worker = api.world.workers.get(self._worker_key)
        if worker is None or worker.expires < now(_MARGIN_SECONDS):
            self._register()

    def _register(self) -> None:
        pair = base64.b64encode(":".join(self._pair).encode()).decode()
        self._token = self._asked("auth.login", f"Basic {pair}")["token"]
        known = {queue["name"]: queue["id"] for queue in self._asked("queues.get_all")["queues"]}
        for name in self._queues:
            if name not in known:
                if not self._creates:
                    raise Crash(
                        f"clearml_agent: ERROR: there is no queue {name!r}, and K8S_GLUE_CREATE_QUEUES is not true"
                    )
                known[name] = self._asked("queues.create", name=name)["id"]
                self._container.say(f"clearml_agent: created the queue {name}")
        self._asked("workers.register", worker=self._worker, queues=[known[name] for name in self._queues])
        company = self._program.api.api.tokens.verify(self._token).identity.company
        self._worker_key = f"{company}:{self._worker}"
        self._container.say(f"clearml_agent: {self._worker} listens on {', '.join(self._queues) or 'no queue'}")

    def _asked(self, endpoint: str, authorization: str | None = None, **body: Any) -> Json:
        code, answer = self._call(endpoint, authorization, **body)
        if code != 200:
            raise Crash(f"clearml_agent: ERROR: {endpoint} answered {code}: {answer['meta']['result_msg']}")
        data: Json = answer["data"]
        return data

    def _call(self, endpoint: str, authorization: str | None = None, **body: Any) -> tuple[int, Json]:
        request = Request(
            method="POST",
            path=f"/{endpoint}",
            query="",
            headers={"Authorization": authorization or f"Bearer {self._token}", "User-Agent": USER_AGENT},
            cookies={},
            content_type="application/json",
            raw=json.dumps(body).encode(),
            peer="127.0.0.1",
        )
        reply = self._program.api.answer_own(request)
        return reply.code, json.loads(reply.content)

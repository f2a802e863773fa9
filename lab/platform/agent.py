# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that play agents: a tenant's, and the one that the server has for applications."""

from __future__ import annotations

import json
import time

from lab.api_server import ApiServer
from lab.kube.programs import Container, Crash
from lab.platform.apiserver import DeployedServer
from lab.platform.pod_templates import PodTemplates
from lab.platform.session import Session
from lab.platform.task_pods import TaskPods
from lab.world.records import now
from lab.world.world import World

_POLL_SECONDS, _MARGIN_SECONDS = 0.5, 60


class AgentProgram:
    """Makes agents of one platform."""

    def __init__(self, api: ApiServer, server: DeployedServer) -> None:
        self.api = api
        self.server = server

    def play(self, container: Container) -> Agent:
        """The program."""
        return Agent(self, container)

    def play_applications(self, container: Container) -> ApplicationsAgent:
        """The one of the server."""
        return ApplicationsAgent(self, container)

    def application_queues(self, company: str) -> list[str]:
        """The IDs of those queues of a company that the server made for applications."""
        names = self.api.api.switches.names("app_queues")
        return [queue.id for queue in self.world.queues.of(company) if queue.name in names] if names else []

    @property
    def world(self) -> World:
        """The server's data."""
        return self.api.api.world


class Agent:
    """A tenant's: it logs in with its key pair, has its queues made, reports for work, and makes pods for tasks."""

    def __init__(self, program: AgentProgram, container: Container) -> None:
        self._program = program
        self._container = container
        self._session = Session(program.api, container, "clearml_agent")
        given = container.environment
        self._queues = [name.strip() for name in given.get("K8S_GLUE_QUEUES", "").split(",") if name.strip()]
        self._creates = given.get("K8S_GLUE_CREATE_QUEUES", "").lower() == "true"
        self._takes_applications = given.get("K8S_GLUE_APPS_QUEUE", "").lower() == "true"
        self._worker = f"k8s:{container.pod['metadata']['name']}"
        self._worker_key: str | None = None
        self._next_poll = 0.0
        cluster = program.server.cluster
        templates = PodTemplates.of(cluster.store, container.pod)
        self._pods = TaskPods(program.api, cluster, container, templates, self._worker)

    def look(self) -> bool:
        """Log in and register when the API answers; then see whether the key still works, and what there is to do."""
        if time.monotonic() >= self._next_poll:
            self._next_poll = time.monotonic() + _POLL_SECONDS
            self._poll()
        worker = self._program.world.workers.get(self._worker_key)
        if worker is not None and self._program.server.is_up:
            self._pods.serve(worker.queues)
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
        worker = self._program.world.workers.get(self._worker_key)
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
        served = [known[name] for name in self._queues]
        if self._takes_applications:
            served += [queue for queue in self._program.application_queues(session.company) if queue not in served]
        session.asked("workers.register", worker=self._worker, queues=served)
        self._worker_key = f"{session.company}:{self._worker}"
        worker = self._program.world.workers.get(self._worker_key)
        if worker is not None:
            worker.makes_pods = True
        names = [name for name, queue in known.items() if queue in served]
        self._container.say(f"clearml_agent: {self._worker} listens on {', '.join(sorted(names)) or 'no queue'}")


class ApplicationsAgent:
    """The server's: it makes the pods of all tenants' applications, unless each tenant's agent does that."""

    def __init__(self, program: AgentProgram, container: Container) -> None:
        self._program = program
        self._is_for_all = container.environment.get("K8S_GLUE_APPS_QUEUE_MODE") != "per_tenant"
        templates = PodTemplates(base=json.loads(container.environment.get("K8S_GLUE_POD_TEMPLATE", "{}")))
        worker = f"k8s:{container.pod['metadata']['name']}"
        self._pods = TaskPods(program.api, program.server.cluster, container, templates, worker)

    def look(self) -> bool:
        """See what there is to do."""
        world = self._program.world
        if self._is_for_all and self._program.server.is_up:
            self._pods.serve(queue for one in world.companies for queue in self._program.application_queues(one))
        return True

    def stop(self) -> None:
        """Nobody knows it."""

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that plays the API server's container, and the one server that all its pods together are."""

from __future__ import annotations

from lab.api_server import ApiServer
from lab.kube.cluster import Cluster
from lab.kube.documents import Json
from lab.kube.programs import Container, Crash
from lab.kube.scripts import Outcome
from lab.platform import company_jobs, configured, deployment
from lab.platform.configuration import Configuration, load
from lab.wire.api import Reply, Request
from lab.world.world import World, bare_world


class Apiserver:
    """One container; it starts with its configuration, and opens the data once its databases are ready."""

    def __init__(self, server: DeployedServer, container: Container) -> None:
        self._server = server
        self._container = container
        self._data: str | None = None
        self.pod = container.pod
        self.release = (container.namespace, container.release)
        self.configuration = load(container.environment)
        container.say("configuration read")
        server.join(self)

    def look(self) -> bool:
        """Wait for the databases, then serve."""
        cluster = self._server.cluster
        missing = deployment.waits_for(cluster, self.pod)
        if missing:
            self._container.say(f"waiting for {', '.join(missing)}")
            return False
        data = deployment.data_of(cluster, self.pod)
        if self._data is None:
            self._server.open(data, self.configuration)
            self._container.say("listening on port 8008")
        elif data != self._data:
            raise Crash("ConnectionFailure: the database has been replaced by another one")
        self._data = data
        return True

    def note(self, request: Request, reply: Reply) -> None:
        """It has answered a call."""
        call_log = self.configuration.call_log
        line = None if call_log is None else call_log.line(request, reply)
        if line is not None:
            self._container.log.append(line)

    def execute(self, command: list[str]) -> Outcome | None:
        """The jobs of the image, which need the databases."""
        return company_jobs.execute(command, self._server.world if self._data is not None else None)

    def stop(self) -> None:
        """Serve no longer."""
        self._server.leave(self)


class DeployedServer:
    """The API behind the platform's port: there while a pod serves, with the data of that pod's release."""

    def __init__(self, cluster: Cluster, api: ApiServer) -> None:
        self.cluster = cluster
        self._server = api
        self._pods: list[Apiserver] = []
        self._open: str | None = None
        self._closed_worlds: dict[str, World] = {}
        self._configuration: Configuration | None = None
        self._calls = 0

    def play(self, container: Container) -> Apiserver:
        """The program."""
        return Apiserver(self, container)

    @property
    def world(self) -> World:
        """The data that is served."""
        return self._server.api.world

    def join(self, pod: Apiserver) -> None:
        """A pod starts; Crash if another release has the platform's one API already."""
        for other in self._pods:
            if other.release != pod.release:
                namespace, release = other.release
                why = f"the release {release!r} in the namespace {namespace!r} is the platform's API server already"
                raise Crash(f"AddressInUse: {why}; uninstall it first, one platform has one API")
        self._pods.append(pod)

    def leave(self, pod: Apiserver) -> None:
        """A pod is gone."""
        self._pods.remove(pod)

    def open(self, data: str, configuration: Configuration) -> None:
        """Serve the data of that uid under a configuration; new data is a fresh server."""
        api = self._server.api
        if self._open is not None and data != self._open:
            self._closed_worlds[self._open] = api.world
        if data != self._open:
            api.world = self._closed_worlds.pop(data) if data in self._closed_worlds else bare_world()
            self._open = data
        self._closed_worlds = {
            uid: world for uid, world in self._closed_worlds.items() if deployment.still_there(self.cluster, uid)
        }
        self._configuration = configuration
        api.switches.update(configuration.switches)
        configured.apply(configuration, api.world)

    def fresh_world(self) -> World:
        """What a reset leaves: the server as configured, with no data; nothing at all before the first start."""
        if self._configuration is None:
            return World()
        world = bare_world()
        self._server.api.switches.update(self._configuration.switches)
        configured.apply(self._configuration, world)
        return world

    def note(self, request: Request, reply: Reply) -> None:
        """A call was answered: by each pod in turn."""
        serving = [pod for pod in self._pods if deployment.is_serving(self.cluster, pod.pod)]
        if serving:
            self._calls += 1
            serving[self._calls % len(serving)].note(request, reply)

    @property
    def serving(self) -> list[Json]:
        """The pods that serve."""
        return [pod.pod for pod in self._pods if deployment.is_serving(self.cluster, pod.pod)]

    @property
    def is_up(self) -> bool:
        """Whether a pod serves."""
        return bool(self.serving)

    def front(self) -> int | None:
        """What stands in front of the API says instead of it: 503 without a pod, 404 without an Ingress."""
        if not self.is_up:
            return 503
        return None if any(deployment.is_reachable(self.cluster, pod) for pod in self.serving) else 404

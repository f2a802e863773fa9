# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pods of tasks: agents make one for each task that waits, and in it the task runs."""

from __future__ import annotations

from collections.abc import Iterable

from lab.api_server import ApiServer
from lab.endpoints.task_runs import begin, end, go_on, leave_queue
from lab.kube.cluster import Cluster
from lab.kube.controllers.templates import is_active
from lab.kube.deleting import Deleter
from lab.kube.documents import Json, dig
from lab.kube.programs import PLAYS_ANNOTATION, Container, Crash, Done
from lab.kube.wire.errors import ApiError
from lab.kube.writing import WriteOptions, Writer
from lab.platform.apiserver import DeployedServer
from lab.platform.pod_templates import PodTemplates
from lab.world.records import Queue, Task

_PREFIX, _SERIAL = "clearml-id-", "ai.allegro.agent.serial"
_TASK, _WORKER, _IMAGE = "CLEARML_TASK_ID", "CLEARML_WORKER_ID", "CLEARML_DOCKER_IMAGE"
_NO_IMAGE = "ubuntu:18.04"


class TaskPods:
    """The pods that one agent makes in its own namespace."""

    def __init__(
        self, api: ApiServer, cluster: Cluster, container: Container, templates: PodTemplates, worker: str
    ) -> None:
        self._api = api
        self._cluster = cluster
        self._container = container
        self._templates = templates
        self._worker = worker
        self._ports = _ports(container.environment.get("K8S_GLUE_EXTRA_ARGS", ""))
        #: The tasks whose pods it knows, with their queues; also those that an earlier agent has left.
        self._made: dict[str, str | None] = {}
        for pod in cluster.store.all("pods", container.namespace):
            if pod["metadata"]["name"].startswith(_PREFIX):
                self._made[pod["metadata"]["name"].removeprefix(_PREFIX)] = None

    def serve(self, queues: Iterable[str]) -> None:
        """Make the pods of what waits in queues (their IDs), and remove those of tasks that are gone."""
        world = self._api.api.world
        if self._api.api.switches.text("tasks_run") != "ignored":
            for queue in filter(None, map(world.queues.get, queues)):
                for entry in list(queue.entries):
                    task = world.tasks.get(entry.task)
                    if task is not None:
                        self._see_to(queue, task)
        for task_id in list(self._made):
            pod, task = self._pod(task_id), world.tasks.get(task_id)
            if pod is None and (task is None or task.status != "queued"):
                del self._made[task_id]
            elif pod is not None and (task is None or (task.status not in _UNDER_WAY and is_active(pod))):
                self._delete(pod)

    def _pod(self, task_id: str) -> Json | None:
        return self._cluster.store.get("pods", self._container.namespace, _PREFIX + task_id)

    def _delete(self, pod: Json) -> None:
        if "deletionTimestamp" not in pod["metadata"]:
            Deleter(self._cluster).delete(self._cluster.kind("pods"), pod, {}, dry_run=False)

    def _see_to(self, queue: Queue, task: Task) -> None:
        pod = self._pod(task.id)
        if pod is not None:
            # It has run before, and waits again.
            if dig(pod, "status", "phase") in ("Succeeded", "Failed"):
                self._delete(pod)
            return
        labels = self._session_labels()
        if labels is None or not self._has_room(queue):
            return
        variables = {
            _IMAGE: self._container.environment.get(_IMAGE) or _NO_IMAGE,
            _TASK: task.id,
            _WORKER: self._worker,
        }
        image = str(task.container.get("image") or "")
        document = self._templates.pod(_PREFIX + task.id, queue.name, image, variables)
        metadata = document["metadata"]
        metadata["labels"] = {**metadata.get("labels", {}), **labels}
        metadata["annotations"] = {**metadata.get("annotations", {}), PLAYS_ANNOTATION: "task"}
        pull = dig(self._container.pod, "spec", "imagePullSecrets")
        document["spec"] |= {"imagePullSecrets": pull} if pull else {}
        try:
            kind, space = self._cluster.kind("pods"), self._container.namespace
            Writer(self._cluster).create(kind, space, document, WriteOptions(manager="k8s-glue"))
        except ApiError as error:
            leave_queue(self._api.api.world, task)
            end(task, "failed", f"Kubernetes refuses its pod: {error.message}")
            self._container.say(f"clearml_agent: ERROR: the pod of task {task.id} is refused: {error.message}")
            return
        self._made[task.id] = queue.id
        self._container.say(f"clearml_agent: made the pod {_PREFIX}{task.id} of queue {queue.name}")

    def _has_room(self, queue: Queue) -> bool:
        limit = self._templates.limit(queue.name)
        there = [self._pod(task) for task, made_for in self._made.items() if made_for == queue.id]
        return limit is None or len([pod for pod in there if pod is not None and is_active(pod)]) < limit

    def _session_labels(self) -> Json | None:
        """What the Services of sessions find a pod by, if there are any; None if all of them are taken."""
        if not self._ports:
            return {}
        pods = filter(is_active, self._cluster.store.all("pods", self._container.namespace))
        taken = {dig(pod, "metadata", "labels", _SERIAL) for pod in pods}
        free = [serial for number in range(1, self._ports + 1) if (serial := f"pod-{number}") not in taken]
        agent = self._container.environment.get("K8S_GLUE_AGENT_ID")
        return {_SERIAL: free[0], **({"ai.allegro.agent.id": agent} if agent else {})} if free else None


_UNDER_WAY = ("queued", "in_progress")


def _ports(arguments: str) -> int:
    """How many sessions there can be by ports; 0 if they go other ways."""
    words = arguments.split()
    return int(words[words.index("--num-of-services") + 1]) if "--ports-mode" in words else 0


class TaskProgram:
    """Makes the programs in the pods of tasks."""

    def __init__(self, api: ApiServer, server: DeployedServer) -> None:
        self.api = api
        self.server = server

    def play(self, container: Container) -> RunningTask:
        """The program."""
        return RunningTask(self, container)


class RunningTask:
    """One task in its pod: nothing of it is run, but its log and its end are those of a run."""

    def __init__(self, program: TaskProgram, container: Container) -> None:
        self._program = program
        self._id = container.environment.get(_TASK, "")
        world, task = program.api.api.world, self._task()
        if task is None or task.status != "queued":
            raise Crash(f"clearml_agent: ERROR: there is no task {self._id} that waits")
        container.log += begin(world, task, container.environment.get(_WORKER, ""), in_pod=True)

    def look(self) -> bool:
        """Go on, as long as somebody knows of the task."""
        task = self._task()
        if not self._program.server.is_up:
            return True
        if task is None:
            raise Crash(f"clearml_agent: ERROR: the task {self._id} is gone")
        if task.status == "in_progress":
            go_on(task, self._program.api.api.switches.text("tasks_run"))
        if task.status == "failed":
            raise Crash(task.status_reason)
        if task.status != "in_progress":
            raise Done
        return True

    def stop(self) -> None:
        """Its pod goes before it was done."""
        task = self._task()
        if task is not None and task.status == "in_progress":
            end(task, "stopped", "the pod is gone")

    def _task(self) -> Task | None:
        return self._program.api.api.world.tasks.get(self._id)

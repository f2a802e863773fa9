# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs of containers, and commands in them (over websockets)."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable

from aiohttp import WSMsgType, web

from lab.kube import reading
from lab.kube.cluster import Cluster
from lab.kube.documents import Json, dig, now
from lab.kube.reboots import is_up
from lab.kube.scripts import Outcome
from lab.kube.wire.errors import ApiError, bad_request, not_implemented
from lab.kube.wire.requests import Call

Note = Callable[[int], None]

_PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
_STDOUT, _STDERR, _ERROR = 1, 2, 3
_NOT_FOUND_CODE = 126


def _container(call: Call, pod: Json) -> Json:
    containers = [*dig(pod, "spec", "containers", default=[]), *dig(pod, "spec", "initContainers", default=[])]
    wanted = call.parameter("container")
    if wanted:
        if wanted not in [one["name"] for one in containers]:
            raise bad_request(f"container {wanted} is not valid for pod {call.name}")
        return _named(containers, wanted)
    names = [one["name"] for one in dig(pod, "spec", "containers", default=[])]
    annotated = dig(pod, "metadata", "annotations", "kubectl.kubernetes.io/default-container")
    if len(names) > 1 and annotated not in names and not call.parameter("command"):
        listed = " ".join(names)
        raise bad_request(f"a container name must be specified for pod {call.name}, choose one of: [{listed}]")
    chosen = annotated if annotated in names else names[0]
    return _named(containers, chosen)


def _named(containers: list[Json], name: str) -> Json:
    return next(one for one in containers if one["name"] == name)


async def log(cluster: Cluster, call: Call, request: web.Request, note: Note) -> web.StreamResponse:
    """What a container has written."""
    if call.verb != "get":
        raise ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {})
    pod = reading.existing(cluster, call)
    container = _container(call, pod)
    text = _text(cluster, call, pod, container)
    lines = text.splitlines(keepends=True)
    if (count := call.number("tailLines")) is not None:
        lines = lines[-count:] if count else []
    if call.flag("timestamps"):
        lines = [f"{now()} {line}" for line in lines]
    note(200)
    body = "".join(lines).encode()
    if not call.flag("follow"):
        return web.Response(body=body, content_type="text/plain")
    response = web.StreamResponse(headers={"Content-Type": "text/plain"})
    response.enable_chunked_encoding()
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        await response.write(body)
        while cluster.store.get("pods", call.namespace, call.name) is not None and not _is_over(cluster, call):
            await asyncio.sleep(0.2)
        await response.write_eof()
    return response


def _is_over(cluster: Cluster, call: Call) -> bool:
    pod = cluster.store.get("pods", call.namespace, call.name)
    return dig(pod, "status", "phase") in ("Succeeded", "Failed")


def _text(cluster: Cluster, call: Call, pod: Json, container: Json) -> str:
    statuses = [
        *dig(pod, "status", "containerStatuses", default=[]),
        *dig(pod, "status", "initContainerStatuses", default=[]),
    ]
    status = next((one for one in statuses if one["name"] == container["name"]), None)
    if status is None or dig(status, "state", "waiting", "reason") == "ContainerCreating":
        why = f'container "{container["name"]}" in pod "{call.name}" is waiting to start: ContainerCreating'
        raise bad_request(why)
    if call.flag("previous") and not status.get("restartCount"):
        why = f'previous terminated container "{container["name"]}" in pod "{call.name}" not found'
        raise bad_request(why)
    crash = cluster.orders.crash(pod, container)
    if crash is not None:
        return crash + "\n"
    played = cluster.programs.log(pod, container, call.flag("previous"))
    if played is not None:
        return played
    ordered = cluster.orders.log(pod, container)
    if ordered is not None:
        return ordered if ordered.endswith("\n") else ordered + "\n"
    return f"{container['name']}: started\n"


async def execute(cluster: Cluster, call: Call, request: web.Request, note: Note) -> web.StreamResponse:
    """Run a scripted command, or one that the container's program or the node's GPUs answer."""
    pod = reading.existing(cluster, call)
    container = _container(call, pod)
    if dig(pod, "status", "phase") != "Running":
        raise bad_request(
            f"cannot exec into a container in a completed pod; current phase is {dig(pod, 'status', 'phase')}"
        )
    command = call.query.get("command", [])
    if not command:
        raise bad_request("you must specify at least 1 command for the container")
    if request.headers.get("Upgrade", "").lower() != "websocket":
        raise not_implemented("exec over SPDY (clients of Kubernetes 1.31 and later use websockets)")
    if not is_up(cluster.store.get("nodes", "", dig(pod, "spec", "nodeName", default=""))):
        raise ApiError(500, "", "error dialing backend: dial tcp: connect: connection refused")
    outcome = (
        cluster.scripts.run(pod, container["name"], command)
        or cluster.programs.execute(pod, container["name"], command)
        or cluster.gpus.run(pod, container, command)
    )
    socket = web.WebSocketResponse(protocols=_PROTOCOLS)
    await socket.prepare(request)
    note(101)
    if outcome is None:
        why = f'exec: "{command[0]}": executable file not found in $PATH'
        message = f"OCI runtime exec failed: exec failed: unable to start container process: {why}: unknown"
        await _end(socket, _status(_NOT_FOUND_CODE, f"command terminated with non-zero exit code: {message}"), message)
        return socket
    if call.flag("stdin"):
        await _read_input(socket)
    _change_node(cluster, pod, outcome)
    for channel, text, wanted in ((_STDOUT, outcome.stdout, "stdout"), (_STDERR, outcome.stderr, "stderr")):
        if text and call.flag(wanted):
            await socket.send_bytes(bytes([channel]) + text.encode())
    await _end(socket, _status(outcome.exit_code, f"command terminated with exit code {outcome.exit_code}"))
    return socket


async def _end(socket: web.WebSocketResponse, status: Json, stderr: str = "") -> None:
    if stderr:
        await socket.send_bytes(bytes([_STDERR]) + stderr.encode())
    await socket.send_bytes(bytes([_ERROR]) + json.dumps(status).encode())
    await socket.close()


async def _read_input(socket: web.WebSocketResponse) -> None:
    """Take what the client sends until it says that there is no more; scripts do not read it."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            async for message in socket:
                if message.type is WSMsgType.BINARY and message.data[:1] in (b"\xff",):
                    return


def _status(code: int, message: str) -> Json:
    if code == 0:
        return {"metadata": {}, "status": "Success"}
    causes = [{"reason": "ExitCode", "message": str(code)}]
    failure: Json = {"metadata": {}, "status": "Failure", "message": message, "reason": "NonZeroExitCode"}
    return failure | {"details": {"causes": causes}}


def _change_node(cluster: Cluster, pod: Json, outcome: Outcome) -> None:
    node = cluster.store.get("nodes", "", dig(pod, "spec", "nodeName", default=""))
    if node is None or not (outcome.node_labels or outcome.node_resources):
        return
    labels = _merged(dig(node, "metadata", "labels", default={}), outcome.node_labels)
    status = dict(node["status"])
    for name in ("capacity", "allocatable"):
        status[name] = _merged(status.get(name) or {}, outcome.node_resources)
    cluster.change("nodes", node, metadata={**node["metadata"], "labels": labels}, status=status)


def _merged(found: Json, changes: dict[str, str | None]) -> Json:
    return {key: value for key, value in {**found, **changes}.items() if value is not None}

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands in containers, over the API server's websockets.

The library's own stream opens a second connection with files of certificates, which ``_kube`` does not leave behind.
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError, InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import TIMEOUTS, Kube, KubeError, Object

#: Seconds that a command may be silent; resetting a GPU takes some.
SILENCE = 120.0
PROTOCOL = "v4.channel.k8s.io"
STDOUT, STDERR, STATUS = 1, 2, 3


@dataclass(frozen=True)
class Done:
    """What came of a command.

    :ivar text: what it wrote, to either place, in the order in which it came
    """

    code: int
    output: str
    text: str


def execute(
    kube: Kube,
    pod: Object,
    command: t.Sequence[str],
    reads: bool = False,
    container: str = "",
    silence: float = SILENCE,
) -> Done:
    """Run a command in a container of a pod.

    :param reads: whether it changes nothing, which check mode allows
    :param container: its name; the first one if it is empty
    :param silence: seconds that the command may write nothing
    :raises KubeError: if it could not be run, or nobody knows how it ended
    """
    try:
        import websocket
    except ImportError:
        raise InvalidInput(missing_required_lib("websocket-client")) from None
    metadata = pod["metadata"]
    path = kube.path("v1", "Pod", metadata["name"], metadata["namespace"]) + "/exec"
    if not reads:
        if kube.read_only:
            raise ClearMLError(f"{' '.join(command)} would change something, and this is a check run")
        kube.wrote = True
    query = [("container", container or pod["spec"]["containers"][0]["name"]), ("stdout", "true"), ("stderr", "true")]
    query += [("command", word) for word in command]
    url = "ws" + kube.url(path).removeprefix("http") + f"?{urlencode(query)}"
    # Headers of the library's own name would come twice.
    headers = [f"{name}: {value}" for name, value in kube.headers().items()]
    try:
        socket = websocket.create_connection(
            url,
            timeout=TIMEOUTS[0],
            header=headers,
            subprotocols=[PROTOCOL],
            sslopt=kube.tls(),
            suppress_origin=True,
            **_through(kube.proxy()),
        )
        try:
            socket.settimeout(silence)
            return _listen(socket, " ".join(command))
        finally:
            socket.close()
    except websocket.WebSocketBadStatusException as error:
        raise kube.refusal("GET", path, error.status_code, getattr(error, "resp_body", None) or b"") from None
    except (websocket.WebSocketException, OSError) as error:
        raise kube.silence(error) from None


def _through(proxy: str) -> dict[str, t.Any]:
    """The proxy as websocket-client takes it, which would look for one by itself otherwise."""
    if not proxy:
        return {"http_no_proxy": ["*"]}
    parts = urlsplit(proxy)
    auth = (parts.username, parts.password or "") if parts.username else None
    return {
        "http_proxy_host": parts.hostname,
        "http_proxy_port": parts.port,
        "http_proxy_auth": auth,
        "proxy_type": "http",
    }


def _listen(socket: t.Any, command: str) -> Done:
    output, text = b"", b""
    while frame := socket.recv():
        data = frame if isinstance(frame, bytes) else frame.encode()
        channel, part = data[0], data[1:]
        if channel == STATUS:
            return Done(
                _code(json.loads(part), command), output.decode(errors="replace"), text.decode(errors="replace")
            )
        if channel in (STDOUT, STDERR):
            text += part
            output += part if channel == STDOUT else b""
    raise KubeError(f"The connection ended before {command} did")


def _code(status: Object, command: str) -> int:
    """:raises KubeError: if the command did not run"""
    if status.get("status") == "Success":
        return 0
    for cause in (status.get("details") or {}).get("causes") or []:
        if cause.get("reason") == "ExitCode":
            return int(cause["message"])
    raise KubeError(f"{command} could not be run: {status.get('message')}")

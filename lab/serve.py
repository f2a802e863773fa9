# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's server process: both ports, until it is told to stop."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage

from lab.api_server import ApiServer
from lab.control_api import ControlApi
from lab.faults import Faults
from lab.oidc import OidcProvider
from lab.private_files import INFO_FILE, write_private
from lab.recorder import Recorder
from lab.serving import HOST, SHUTDOWN_SEC, app_runner, listening, options_in, until_told
from lab.switches import Switches
from lab.wire.api import Api
from lab.world.records import Json
from lab.world.world import BuiltInKeys, KeyPair, World, new_world

_LARGEST_BODY = 64 * 1024 * 1024


def serve(home: Path) -> None:
    """Run the lab whose folder is ``home``: take the options from start.json, write lab.json when ready."""
    asyncio.run(_run(home, options_in(home)))


async def _run(home: Path, options: Json) -> None:
    keys = BuiltInKeys(_pair(options, "root"), _pair(options, "system"))
    server = ApiServer(Api(new_world(keys), Switches(options["switches"])), Recorder(), Faults())
    async with answering(home, options, server, lambda: new_world(keys)) as places:
        info: Json = {
            "name": options["name"],
            "pid": os.getpid(),
            **places,
            "root_key": keys.root.key,
            "root_secret": keys.root.secret,
            "system_key": keys.system.key,
            "system_secret": keys.system.secret,
        }
        write_private(home / INFO_FILE, json.dumps(info, indent=2))
        await until_told(options.get("watch_pid"))


@asynccontextmanager
async def answering(
    home: Path, options: Json, server: ApiServer, fresh_world: Callable[[], World]
) -> AsyncIterator[Json]:
    """Open the API, its control API and the OIDC provider; gives api_url, control_url, control_token and ca_file.

    ``options`` has port, control_port and tls; ``fresh_world`` is what a reset puts in place.
    """
    token = secrets.token_urlsafe(32)
    context = _tls(home) if options["tls"] else None
    api = web.ServerRunner(
        web.Server(server.handle, request_factory=_request, access_log=None), shutdown_timeout=SHUTDOWN_SEC
    )
    with OidcProvider(HOST) as oidc:
        control = ControlApi(server, server.recorder, server.faults, fresh_world, token, oidc)
        async with (
            listening(api, options["port"], context) as port,
            listening(app_runner(control.application()), options["control_port"]) as control_port,
        ):
            yield {
                "api_url": f"{'https' if context else 'http'}://{HOST}:{port}",
                "control_url": f"http://{HOST}:{control_port}",
                "control_token": token,
                "ca_file": str(home / "ca.pem") if context else None,
            }


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: asyncio.Task[None],
) -> web.BaseRequest:
    """A request whose body may be large: the limit on a logo is the API's own business."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_LARGEST_BODY)


def _pair(options: Json, who: str) -> KeyPair:
    random = KeyPair.random()
    return KeyPair(options.get(f"{who}_key") or random.key, options.get(f"{who}_secret") or random.secret)


def _tls(home: Path) -> ssl.SSLContext:
    """A server context with a certificate of a new authority, whose own certificate goes to ca.pem."""
    import trustme  # here, since only some labs use TLS and it brings cryptography with it

    authority = trustme.CA()
    write_private(home / "ca.pem", authority.cert_pem.bytes().decode("ascii"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST, "localhost").configure_cert(context)
    return context

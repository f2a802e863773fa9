# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's server process: both ports, until it is told to stop."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import ssl
from pathlib import Path

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage

from lab.api_server import ApiServer
from lab.control_api import ControlApi
from lab.faults import Faults
from lab.oidc import OidcProvider
from lab.private_files import INFO_FILE, START_FILE, write_private
from lab.recorder import Recorder
from lab.switches import Switches
from lab.wire.api import Api
from lab.world.records import Json
from lab.world.world import BuiltInKeys, KeyPair, new_world

HOST = "127.0.0.1"
_SHUTDOWN_SEC = 0.1
_LARGEST_BODY = 64 * 1024 * 1024


def serve(home: Path) -> None:
    """Run the lab whose folder is ``home``: take the options from start.json, write lab.json when ready."""
    start = home / START_FILE
    options: Json = json.loads(start.read_text(encoding="utf-8"))
    start.unlink()
    asyncio.run(_run(home, options))


async def _run(home: Path, options: Json) -> None:
    keys = BuiltInKeys(_pair(options, "root"), _pair(options, "system"))
    recorder, faults = Recorder(), Faults()
    server = ApiServer(Api(new_world(keys), Switches(options["switches"])), recorder, faults)
    token = secrets.token_urlsafe(32)
    context = _tls(home) if options["tls"] else None

    runner = web.ServerRunner(
        web.Server(server.handle, request_factory=_request, access_log=None), shutdown_timeout=_SHUTDOWN_SEC
    )
    await runner.setup()
    site = web.TCPSite(runner, HOST, options["port"], ssl_context=context)
    await site.start()
    oidc = OidcProvider(HOST)
    control = web.AppRunner(
        ControlApi(server, recorder, faults, keys, token, oidc).application(),
        access_log=None,
        shutdown_timeout=_SHUTDOWN_SEC,
    )
    await control.setup()
    control_site = web.TCPSite(control, HOST, options["control_port"])
    await control_site.start()

    scheme = "https" if context else "http"
    info: Json = {
        "name": options["name"],
        "pid": os.getpid(),
        "api_url": f"{scheme}://{HOST}:{_port(runner)}",
        "control_url": f"http://{HOST}:{_port(control)}",
        "control_token": token,
        "root_key": keys.root.key,
        "root_secret": keys.root.secret,
        "system_key": keys.system.key,
        "system_secret": keys.system.secret,
        "ca_file": str(home / "ca.pem") if context else None,
    }
    write_private(home / INFO_FILE, json.dumps(info, indent=2))
    with oidc:
        await _until_told(options.get("watch_pid"))
    await runner.cleanup()
    await control.cleanup()


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


def _port(runner: web.BaseRunner) -> int:
    """The port that a runner got (it may have asked for any)."""
    port: int = runner.addresses[0][1]
    return port


def _tls(home: Path) -> ssl.SSLContext:
    """A server context with a certificate of a new authority, whose own certificate goes to ca.pem."""
    import trustme  # here, since only some labs use TLS and it brings cryptography with it

    authority = trustme.CA()
    write_private(home / "ca.pem", authority.cert_pem.bytes().decode("ascii"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST, "localhost").configure_cert(context)
    return context


async def _until_told(watch_pid: int | None) -> None:
    """Wait for a signal; with ``watch_pid`` also stop when that process (a test run) is gone."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    while not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), 1.0 if watch_pid else None)
        except TimeoutError:
            if watch_pid and os.getppid() != watch_pid:
                return

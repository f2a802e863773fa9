# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server process: the API with TLS, the control API, and the controllers, until it is told to stop."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import secrets
import signal
import ssl
from pathlib import Path

import trustme
import yaml
from aiohttp import web

from lab.kube import first_objects
from lab.kube.cluster import Cluster, Settings
from lab.kube.control_api import ControlApi
from lab.kube.controllers.manager import Manager
from lab.kube.documents import Json
from lab.kube.faults import Faults
from lab.kube.files import INFO_FILE, KUBECONFIG
from lab.kube.recorder import Recorder
from lab.kube.server import ApiServer
from lab.private_files import START_FILE, write_private

HOST = "127.0.0.1"
_SHUTDOWN_SEC = 0.1


def serve(home: Path) -> None:
    """Run the cluster whose folder is ``home``: take the options from start.json, write kube.json when ready."""
    start = home / START_FILE
    options: Json = json.loads(start.read_text(encoding="utf-8"))
    start.unlink()
    asyncio.run(_run(home, options))


async def _run(home: Path, options: Json) -> None:
    authority = trustme.CA()
    certificate = authority.cert_pem.bytes().decode("ascii")
    cluster = Cluster(Settings(**options["settings"], authority=certificate))
    first_objects.fill(cluster)
    manager = Manager(cluster)
    manager.step()
    recorder, faults = Recorder(), Faults()
    token, control_token = (secrets.token_urlsafe(32) for _number in range(2))

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST, "localhost").configure_cert(context)
    server = ApiServer(cluster, recorder, faults, token)
    api = await _start(server.application(), options["port"], context)
    control = ControlApi(cluster, manager, recorder, faults, control_token)
    control_runner = await _start(control.application(), options["control_port"], None)
    loop = asyncio.get_running_loop()
    controllers = loop.create_task(manager.run())

    url = f"https://{HOST}:{_port(api)}"
    write_private(home / "ca.pem", certificate)
    write_private(home / KUBECONFIG, _kubeconfig(url, certificate, token))
    info: Json = {
        "name": options["name"],
        "pid": os.getpid(),
        "url": url,
        "kubeconfig": str(home / KUBECONFIG),
        "ca_file": str(home / "ca.pem"),
        "token": token,
        "control_url": f"http://{HOST}:{_port(control_runner)}",
        "control_token": control_token,
    }
    write_private(home / INFO_FILE, json.dumps(info, indent=2))
    await _until_told(options.get("watch_pid"))
    controllers.cancel()
    await api.cleanup()
    await control_runner.cleanup()


async def _start(app: web.Application, port: int, context: ssl.SSLContext | None) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SEC, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, HOST, port, ssl_context=context).start()
    return runner


def _port(runner: web.AppRunner) -> int:
    """The port that a runner got (it may have asked for any)."""
    port: int = runner.addresses[0][1]
    return port


def _kubeconfig(url: str, certificate: str, token: str) -> str:
    authority = base64.b64encode(certificate.encode()).decode()
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "lab", "cluster": {"server": url, "certificate-authority-data": authority}}],
        "users": [{"name": "lab-admin", "user": {"token": token}}],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "lab-admin", "namespace": "default"}}],
        "current-context": "lab",
    }
    return yaml.safe_dump(document, sort_keys=False)


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

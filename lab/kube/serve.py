# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server process: the API with TLS, the control API, and the controllers, until it is told to stop."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trustme
import yaml

from lab.kube import first_objects
from lab.kube.cluster import Cluster, Settings
from lab.kube.control_api import ControlApi
from lab.kube.controllers.manager import Manager
from lab.kube.documents import Json
from lab.kube.faults import Faults
from lab.kube.files import INFO_FILE, KUBECONFIG
from lab.kube.recorder import Recorder
from lab.kube.server import ApiServer
from lab.private_files import write_private
from lab.serving import HOST, app_runner, listening, options_in, until_told


def serve(home: Path) -> None:
    """Run the cluster whose folder is ``home``: take the options from start.json, write kube.json when ready."""
    asyncio.run(_run(home, options_in(home)))


async def _run(home: Path, options: Json) -> None:
    async with answering(home, options) as (_cluster, info):
        write_private(home / INFO_FILE, json.dumps(info, indent=2))
        await until_told(options.get("watch_pid"))


@asynccontextmanager
async def answering(home: Path, options: Json) -> AsyncIterator[tuple[Cluster, Json]]:
    """Open the API and its control API, and run the controllers; gives the cluster and what its Info says.

    ``options`` has name, port, control_port and settings.
    """
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
    api = app_runner(ApiServer(cluster, recorder, faults, token).application(), handler_cancellation=True)
    control = app_runner(
        ControlApi(cluster, manager, recorder, faults, control_token).application(), handler_cancellation=True
    )
    async with (
        listening(api, options["port"], context) as port,
        listening(control, options["control_port"]) as control_port,
    ):
        url = f"https://{HOST}:{port}"
        write_private(home / "ca.pem", certificate)
        write_private(home / KUBECONFIG, _kubeconfig(url, certificate, token))
        tasks = [asyncio.create_task(manager.run()), asyncio.create_task(cluster.programs.look_after(manager.wake))]
        yield (
            cluster,
            {
                "name": options["name"],
                "pid": os.getpid(),
                "url": url,
                "kubeconfig": str(home / KUBECONFIG),
                "ca_file": str(home / "ca.pem"),
                "token": token,
                "control_url": f"http://{HOST}:{control_port}",
                "control_token": control_token,
            },
        )
        for task in tasks:
            task.cancel()


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

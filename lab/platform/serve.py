# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server process: a Kubernetes, the API that is deployed in it and the registries, until it is told to stop."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

from lab import serve as api_process
from lab.api_server import ApiServer
from lab.faults import Faults
from lab.kube import serve as kube_process
from lab.kube.documents import Json
from lab.platform import charts
from lab.platform.agent import AgentProgram
from lab.platform.apiserver import DeployedServer
from lab.platform.files import INFO_FILE
from lab.platform.fileserver import Disks
from lab.platform.gateway import GatewayProgram
from lab.platform.task_pods import TaskProgram
from lab.private_files import write_private
from lab.recorder import Recorder
from lab.serving import options_in, until_told
from lab.switches import Switches
from lab.wire.api import Api
from lab.world.world import World


def serve(home: Path) -> None:
    """Run the platform whose folder is ``home``: take the options from start.json, write platform.json when ready."""
    asyncio.run(_run(home, options_in(home)))


async def _run(home: Path, options: Json) -> None:
    kube_options = {"name": options["name"], "port": options["kube_port"], "control_port": 0}
    kube_options |= {"settings": options["settings"]}
    api_options = {"port": options["api_port"], "control_port": 0, "tls": options["tls"]}
    api = ApiServer(Api(World(), Switches(options["switches"])), Recorder(), Faults())
    async with kube_process.answering(_part(home, "kube"), kube_options) as (cluster, kube):
        server = DeployedServer(cluster, api)
        api.front, api.note = server.front, server.note
        cluster.programs.add("apiserver", server.play)
        cluster.programs.add("fileserver", Disks(cluster).play)
        agents = AgentProgram(api, server)
        cluster.programs.add("agent", agents.play)
        cluster.programs.add("apps-agent", agents.play_applications)
        cluster.programs.add("task", TaskProgram(api, server).play)
        cluster.programs.add("gateway", GatewayProgram(api, server).play)
        async with (
            api_process.answering(_part(home, "api"), api_options, api, server.fresh_world) as places,
            charts.answering(_part(home, "registry")) as registry,
        ):
            info: Json = {
                "name": options["name"],
                "pid": os.getpid(),
                "kube": kube,
                "registry": vars(registry),
                **places,
            }
            write_private(home / INFO_FILE, json.dumps(info, indent=2))
            await until_told(options.get("watch_pid"))


def _part(home: Path, name: str) -> Path:
    folder = home / name
    folder.mkdir(mode=0o700)
    return folder

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: up, status, down."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lab.platform.files import INFO_FILE
from lab.platform.instance import SERVERS, Info, Options, PlatformError


def main(arguments: list[str] | None = None) -> int:
    """Run one command; answers the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except PlatformError as error:
        print(f"lab.platform: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lab.platform", description="A Kubernetes with the ClearML API server that is deployed in it."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start a platform and print where it answers")
    up.add_argument("--name", default="default")
    up.add_argument("--kube-port", type=int, default=0, help="of the Kubernetes API; any free one by default")
    up.add_argument("--api-port", type=int, default=0, help="of the ClearML API; any free one by default")
    up.add_argument("--tls", action="store_true", help="serve the ClearML API with TLS; the authority is in ca.pem")
    for name, text in (("status", "tell whether a platform answers"), ("down", "stop one and remove its folder")):
        commands.add_parser(name, help=text).add_argument("--name", default="default")
    commands.add_parser("serve", help=argparse.SUPPRESS).add_argument("home", type=Path)
    return parser


def _run(options: argparse.Namespace) -> int:
    if options.command == "serve":
        from lab.platform.serve import serve  # the other commands are quicker without the server's libraries

        serve(options.home)
        return 0
    if options.command == "up":
        wanted = Options(kube_port=options.kube_port, api_port=options.api_port, tls=options.tls)
        info, started = SERVERS.up(options.name, wanted)
        print(f"platform {info.name} is up" if started else f"platform {info.name} is already up")
        _print_places(info)
        return 0
    if options.command == "status":
        found = SERVERS.running(options.name)
        if found is None:
            print(f"platform {options.name} is down")
            return 1
        print(f"platform {found.name} is up")
        _print_places(found)
        return 0
    stopped = SERVERS.down(options.name)
    print(f"platform {options.name} is down" if stopped else f"platform {options.name} was not up")
    return 0


def _print_places(info: Info) -> None:
    print(f"  kubeconfig  {info.kube.kubeconfig}")
    print(f"  API         {info.api_url} (once a server is deployed)")
    print(f"  control     {info.control_url}, {info.kube.control_url}")
    print(f"  charts      {info.registry.classic_url}, {info.registry.oci_prefix}")
    print(f"  keys        {SERVERS.folder(info.name) / INFO_FILE}")
    print(f"  OIDC        {info.control().oidc_url}")
    if info.ca_file:
        print(f"  CA          {info.ca_file}")

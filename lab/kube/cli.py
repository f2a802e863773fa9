# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: up, status, down."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lab.kube import instance
from lab.kube.instance import Info, KubeError, Options


def main(arguments: list[str] | None = None) -> int:
    """Run one command; answers the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except KubeError as error:
        print(f"lab.kube: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lab.kube", description="A Kubernetes API server to test against.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start a cluster and print where it answers")
    up.add_argument("--name", default="default")
    up.add_argument("--port", type=int, default=0, help="of the API; any free one by default")
    up.add_argument("--ready-seconds", type=float, help="how long a pod takes to become ready")
    for name, text in (("status", "tell whether a cluster answers"), ("down", "stop a cluster and remove its folder")):
        commands.add_parser(name, help=text).add_argument("--name", default="default")
    commands.add_parser("serve", help=argparse.SUPPRESS).add_argument("home", type=Path)
    return parser


def _run(options: argparse.Namespace) -> int:
    if options.command == "serve":
        from lab.kube.serve import serve  # the other commands are quicker without the server's libraries

        serve(options.home)
        return 0
    if options.command == "up":
        settings = {} if options.ready_seconds is None else {"ready_seconds": options.ready_seconds}
        info, started = instance.up(options.name, Options(port=options.port, settings=settings))
        print(f"cluster {info.name} is up" if started else f"cluster {info.name} is already up")
        _print_places(info)
        return 0
    if options.command == "status":
        found = instance.running(options.name)
        if found is None:
            print(f"cluster {options.name} is down")
            return 1
        print(f"cluster {found.name} is up")
        _print_places(found)
        return 0
    stopped = instance.down(options.name)
    print(f"cluster {options.name} is down" if stopped else f"cluster {options.name} was not up")
    return 0


def _print_places(info: Info) -> None:
    print(f"  API         {info.url}")
    print(f"  control     {info.control_url}")
    print(f"  kubeconfig  {info.kubeconfig}")

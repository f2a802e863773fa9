# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: up, status, down, switches."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from lab import instance
from lab.instance import Info, LabError, Options
from lab.switches import SwitchError, parse, table

_KEYS = ("LAB_ROOT_KEY", "LAB_ROOT_SECRET", "LAB_SYSTEM_KEY", "LAB_SYSTEM_SECRET")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; answers the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except (LabError, SwitchError) as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lab", description="A ClearML API server to test against.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start a lab and print where it answers")
    up.add_argument("--name", default="default")
    up.add_argument("--port", type=int, default=0, help="of the API; any free one by default")
    up.add_argument("--tls", action="store_true", help="serve the API with TLS; the authority is in ca.pem")
    up.add_argument("--switch", action="append", default=[], metavar="NAME=VALUE", help="see lab/README.md")
    up.add_argument(
        "--keys-file",
        type=Path,
        help="lines NAME=VALUE with LAB_ROOT_KEY, LAB_ROOT_SECRET, LAB_SYSTEM_KEY, LAB_SYSTEM_SECRET; "
        "the environment is asked for those that are not there, the rest is random",
    )
    for name, text in (("status", "tell whether a lab answers"), ("down", "stop a lab and remove its folder")):
        commands.add_parser(name, help=text).add_argument("--name", default="default")
    commands.add_parser("switches", help="list the switches")
    commands.add_parser("serve", help=argparse.SUPPRESS).add_argument("home", type=Path)
    return parser


def _run(options: argparse.Namespace) -> int:
    if options.command == "serve":
        from lab.serve import serve  # the other commands are quicker without the server's libraries

        serve(options.home)
        return 0
    if options.command == "switches":
        print(table())
        return 0
    if options.command == "up":
        switches = dict(map(parse, options.switch))
        keys = _given_keys(options.keys_file)
        settings = Options(
            port=options.port,
            tls=options.tls,
            switches=switches,
            root_key=keys.get("LAB_ROOT_KEY"),
            root_secret=keys.get("LAB_ROOT_SECRET"),
            system_key=keys.get("LAB_SYSTEM_KEY"),
            system_secret=keys.get("LAB_SYSTEM_SECRET"),
        )
        info, started = instance.up(options.name, settings)
        print(f"lab {info.name} is up" if started else f"lab {info.name} is already up")
        _print_places(info)
        return 0
    if options.command == "status":
        found = instance.running(options.name)
        if found is None:
            print(f"lab {options.name} is down")
            return 1
        print(f"lab {found.name} is up")
        _print_places(found)
        return 0
    print(f"lab {options.name} is down" if instance.down(options.name) else f"lab {options.name} was not up")
    return 0


def _print_places(info: Info) -> None:
    print(f"  API      {info.api_url}")
    print(f"  control  {info.control_url}")
    print(f"  OIDC     {info.control().oidc_url}")
    print(f"  keys     {instance.folder(info.name) / 'lab.json'}")
    if info.ca_file:
        print(f"  CA       {info.ca_file}")


def _given_keys(file: Path | None) -> dict[str, str]:
    """Keys from a file or the environment; never from arguments, which every user of the machine can read."""
    given = dict(os.environ)
    if file is not None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise LabError(f"cannot read the keys: {error}") from None
        for line in lines:
            name, equals, value = line.partition("=")
            if equals:
                given[name.strip()] = value.strip()
    return {name: given[name] for name in _KEYS if given.get(name)}

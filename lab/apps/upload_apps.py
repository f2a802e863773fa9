# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for ClearML's own script. The archive of the older age says so in AGE."""

from __future__ import annotations

import argparse
import base64
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

AGE = "key"
PAIR = ("--key", "--secret") if AGE == "key" else ("--user", "--password")
BOUNDARY = "applications"
HEAD = 'Content-Disposition: form-data; name="file"; filename="{}"\r\nContent-Type: application/zip\r\n\r\n'


def parsed() -> argparse.Namespace:
    """The arguments, as the age has them."""
    parser = argparse.ArgumentParser(description="Applications of a ClearML server")
    parser.add_argument("--host", required=True)
    for option, name in zip(PAIR, ("access_key", "secret_key"), strict=True):
        parser.add_argument(option, required=True, dest=name)
    parser.add_argument("--dir")
    parser.add_argument("-ml", action="store_true", dest="make_latest")
    parser.set_defaults(files=[])
    if AGE == "key":
        parser.add_argument("--command", required=True, choices=["upload", "delete"])
        parser.add_argument("--files", nargs="+")
        parser.add_argument("--app")
    return parser.parse_args()


def call(given: argparse.Namespace, endpoint: str, content: bytes, kind: str) -> Any:
    """The answer's data, or the end."""
    pair = base64.b64encode(f"{given.access_key}:{given.secret_key}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}", "Content-Type": kind}
    request = urllib.request.Request(f"{given.host}/{endpoint}", content, headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as error:
        # It is no model of discretion: what comes of that is for its caller to see to.
        message = json.load(error)["meta"]["result_msg"]
        sys.exit(f"{given.access_key}:{given.secret_key} was refused: {message}")


def form(paths: Iterable[Path]) -> bytes:
    """The files as a browser would send them."""
    edge = f"--{BOUNDARY}".encode()
    parts = [edge + b"\r\n" + HEAD.format(path.name).encode() + path.read_bytes() + b"\r\n" for path in paths]
    return b"".join(parts) + edge + b"--\r\n"


def main() -> None:
    """Do what was asked; the status is 1 if a package was not taken."""
    given = parsed()
    if getattr(given, "command", "upload") == "delete":
        print(call(given, "apps.delete", json.dumps({"app": given.app}).encode(), "application/json"))
        return
    paths = [Path(name) for name in given.files] or sorted(Path(given.dir).glob("*.zip"))
    latest = str(given.make_latest).lower()
    endpoint = f"apps.upload?update_existing=true&make_latest={latest}"
    done = call(given, endpoint, form(paths), f"multipart/form-data; boundary={BOUNDARY}")
    print(*(f"uploaded {name}" for name in done["succeeded"]), sep="\n")
    for one in done["failed"]:
        print(f"failed {one['name']}: {one['error']}")
    sys.exit(1 if done["failed"] else 0)


if __name__ == "__main__":
    main()

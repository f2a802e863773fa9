# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many small requests a lab answers in a second: ``python -m lab.benchmark``.

The client speaks HTTP over plain sockets with keep-alive, so that the figure is the server's.
"""

from __future__ import annotations

import argparse
import asyncio
import time

import requests

from lab.testing import RunningLab, running_lab

_ENDPOINTS = ("server.info", "queues.get_default", "queues.get_all", "auth.login")


def measure(lab: RunningLab, endpoint: str, *, seconds: float = 2.0, connections: int = 4) -> float:
    """Requests per second to one endpoint with a bearer token."""
    with requests.Session() as session:
        session.trust_env = False
        login = session.post(f"{lab.url}/auth.login", auth=(lab.root_key, lab.root_secret), timeout=10)
    token = login.json()["data"]["token"]
    host, port = lab.url.removeprefix("http://").split(":")
    message = (
        f"POST /{endpoint} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    )
    count, elapsed = asyncio.run(_load(host, int(port), message.encode(), seconds, connections))
    return count / elapsed


async def _load(host: str, port: int, message: bytes, seconds: float, connections: int) -> tuple[int, float]:
    started = time.perf_counter()
    counts = await asyncio.gather(*(_connection(host, port, message, started + seconds) for _n in range(connections)))
    return sum(counts), time.perf_counter() - started


async def _connection(host: str, port: int, message: bytes, deadline: float) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    count = 0
    while time.perf_counter() < deadline:
        writer.write(message)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode("latin-1"))
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        await reader.readexactly(int(length))
        count += 1
    writer.close()
    await writer.wait_closed()
    return count


def main() -> None:
    """Start a lab and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m lab.benchmark", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="per endpoint")
    options = parser.parse_args()
    with running_lab() as lab:
        for endpoint in _ENDPOINTS:
            print(f"{endpoint:20} {measure(lab, endpoint, seconds=options.seconds):7.0f} requests/s")


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All sources of charts for the length of a test."""

from __future__ import annotations

import asyncio
import secrets
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import trustme

from lab.charts.build import OCI, Chart
from lab.registry.addresses import Addresses
from lab.registry.server import USERNAME, Registry
from lab.serving import HOST, app_runner, listening

_START_SEC = 10.0


@dataclass(frozen=True)
class RunningRegistry(Addresses):
    """What a test needs to get charts, and to see who got them."""

    port: int
    token: str = field(repr=False)
    ca_file: Path
    _registry: Registry
    username: str = USERNAME

    def counts(self) -> dict[str, int]:
        """What was asked for so far, by kind."""
        return dict(self._registry.counts)

    def add_version(self, chart: str, version: str, generation: str = OCI) -> None:
        """Publish a chart in one more version."""
        self._registry.add(Chart(chart, generation, version))


@contextmanager
def running_registry(token: str | None = None) -> Iterator[RunningRegistry]:
    """Serve on a free port of the loopback interface, with TLS of an authority of its own, from a thread."""
    token = token or secrets.token_hex(16)
    registry = Registry(token)
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST, "localhost").configure_cert(context)
    ports: list[int] = []
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with listening(app_runner(registry.application()), 0, context) as port:
            ports.append(port)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()], daemon=True)
    with tempfile.TemporaryDirectory(prefix="clearml-registry-") as folder:
        authority.cert_pem.write_to_path(f"{folder}/ca.pem")
        thread.start()
        try:
            if not ready.wait(_START_SEC):
                raise TimeoutError("the registry did not start")
            yield RunningRegistry(ports[0], token, Path(folder, "ca.pem"), registry)
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()
            loop.close()

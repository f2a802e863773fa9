# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server processes share: options in, ports open, wait until told to stop."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from lab.private_files import START_FILE

HOST = "127.0.0.1"
SHUTDOWN_SEC = 0.1


def options_in(home: Path) -> dict[str, Any]:
    """The options that whoever started the server left in its folder; the file is gone then."""
    start = home / START_FILE
    options: dict[str, Any] = json.loads(start.read_text(encoding="utf-8"))
    start.unlink()
    return options


@asynccontextmanager
async def listening(runner: web.BaseRunner, port: int, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve as long as the context is open; gives the port (asked for as 0, it is any free one)."""
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port, ssl_context=context).start()
        found: int = runner.addresses[0][1]
        yield found
    finally:
        await runner.cleanup()


def app_runner(app: web.Application, *, handler_cancellation: bool = False) -> web.AppRunner:
    """A runner that does not wait for idle connections when it stops."""
    return web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SEC, handler_cancellation=handler_cancellation)


async def until_told(watch_pid: int | None) -> None:
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

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platform's chart registries: opened in its process, and as seen from outside."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests
import trustme

from lab.private_files import write_private
from lab.registry.addresses import Addresses
from lab.registry.server import USERNAME, Registry
from lab.serving import HOST, app_runner, listening


@dataclass(frozen=True)
class RegistryInfo(Addresses):
    """Where charts come from, and with which token."""

    port: int
    token: str = field(repr=False)
    ca_file: str
    username: str = USERNAME

    def counts(self) -> dict[str, int]:
        """What was asked for so far, by kind."""
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"https://{HOST}:{self.port}/_lab/counts", verify=self.ca_file, timeout=10)
        found: dict[str, int] = answer.json()
        return found


@asynccontextmanager
async def answering(home: Path) -> AsyncIterator[RegistryInfo]:
    """Open both registries on one port, with TLS of an authority whose certificate goes to ca.pem."""
    token = secrets.token_hex(16)
    authority = trustme.CA()
    write_private(home / "ca.pem", authority.cert_pem.bytes().decode("ascii"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST, "localhost").configure_cert(context)
    async with listening(app_runner(Registry(token).application()), 0, context) as port:
        yield RegistryInfo(port, token, str(home / "ca.pem"))

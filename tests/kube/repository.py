# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A repository of charts that asks for a name and a token."""

from __future__ import annotations

import base64
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import yaml

from tests.kube.charts import make_chart

USERNAME, TOKEN = "acme", "only-for-this-test-token"
CHART, VERSION = "small", "0.1.0"


@dataclass
class Repository:
    """Where it is, and what was asked of it by those who have the token."""

    url: str
    paths: list[str] = field(default_factory=list)


def archive(folder: Path) -> bytes:
    """The small chart as helm packages it."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        tar.add(make_chart(folder), CHART)
    return content.getvalue()


@contextmanager
def running_repository(folder: Path) -> Iterator[Repository]:
    """Serve the small chart."""
    rows = [{"apiVersion": "v2", "name": CHART, "version": VERSION, "urls": [f"{CHART}-{VERSION}.tgz"]}]
    index = yaml.safe_dump({"apiVersion": "v1", "entries": {CHART: rows}}).encode()
    contents = {"/index.yaml": index, f"/{CHART}-{VERSION}.tgz": archive(folder)}
    credentials = "Basic " + base64.b64encode(f"{USERNAME}:{TOKEN}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b""
            if self.headers.get("Authorization") != credentials:
                self.send_response(401)
            elif self.path not in contents:
                self.send_response(404)
            else:
                body = contents[self.path]
                repository.paths.append(self.path)
                self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        repository = Repository(f"http://127.0.0.1:{server.server_address[1]}")
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield repository
        finally:
            server.shutdown()

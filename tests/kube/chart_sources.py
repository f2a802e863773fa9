# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A classic repository and a registry for pulling, in one small server: as much as helm asks for."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

USER, PASSWORD = "reader", "only-for-charts-4711"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.cncf.helm.config.v1+json"
_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"


@dataclass
class ChartSource:
    """Where it answers, and what was asked."""

    host: str
    paths: list[str] = field(default_factory=list)

    @property
    def classic(self) -> str:
        return f"http://{self.host}/charts"

    @property
    def registry(self) -> str:
        return f"oci://{self.host}/clearml"

    def fetches(self) -> int:
        """How often an archive was sent."""
        return sum(path.endswith((".tgz", "?archive")) for path in self.paths)


def _answers(archives: dict[str, Path], host: str) -> dict[str, tuple[str, bytes]]:
    """The content and its type by path; an archive is called ``name-version.tgz``."""
    found: dict[str, tuple[str, bytes]] = {"/v2/": ("application/json", b"{}")}
    entries: dict[str, list[dict[str, object]]] = {}
    for path in archives.values():
        name, _dash, version = path.name.removesuffix(".tgz").rpartition("-")
        content = path.read_bytes()
        url = f"http://{host}/charts/{path.name}"
        entries.setdefault(name, []).append({"apiVersion": "v2", "name": name, "version": version, "urls": [url]})
        found[f"/charts/{path.name}"] = ("application/gzip", content)
        config = json.dumps({"apiVersion": "v2", "name": name, "version": version}).encode()
        blobs = [(_CONFIG, config), (_LAYER, content)]
        parts = [
            {"mediaType": kind, "digest": f"sha256:{hashlib.sha256(blob).hexdigest()}", "size": len(blob)}
            for kind, blob in blobs
        ]
        manifest = json.dumps(
            {"schemaVersion": 2, "mediaType": _MANIFEST, "config": parts[0], "layers": parts[1:]}
        ).encode()
        base = f"/v2/clearml/{name}"
        for reference in (version, f"sha256:{hashlib.sha256(manifest).hexdigest()}"):
            found[f"{base}/manifests/{reference}"] = (_MANIFEST, manifest)
        for part, (_kind, blob) in zip(parts, blobs, strict=True):
            found[f"{base}/blobs/{part['digest']}"] = ("application/octet-stream", blob)
        tags = json.loads(found.get(f"{base}/tags/list", ("", b'{"tags": []}'))[1])["tags"]
        listed = json.dumps({"name": f"clearml/{name}", "tags": [*tags, version]}).encode()
        found[f"{base}/tags/list"] = ("application/json", listed)
    found["/charts/index.yaml"] = ("text/yaml", json.dumps({"apiVersion": "v1", "entries": entries}).encode())
    return found


@contextmanager
def chart_source(*archives: Path) -> Iterator[ChartSource]:
    """Serve archives to whoever knows the password."""
    wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            source.paths.append(self.path)
            if self.headers.get("Authorization") != wanted:
                self._answer(401, "application/json", b'{"errors": [{"code": "UNAUTHORIZED"}]}')
            elif self.path in answers:
                self._answer(200, *answers[self.path])
            else:
                self._answer(404, "application/json", b'{"errors": [{"code": "NOT_FOUND"}]}')

        do_HEAD = do_GET

        def _answer(self, code: int, kind: str, content: bytes) -> None:
            self.send_response(code)
            if code == 401:
                self.send_header("WWW-Authenticate", 'Basic realm="charts"')
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Docker-Content-Digest", f"sha256:{hashlib.sha256(content).hexdigest()}")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_request(self, *_about: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_about: object) -> None:
            """helm ends without saying goodbye."""

    server = Server(("127.0.0.1", 0), Handler)
    source = ChartSource(f"127.0.0.1:{server.server_port}")
    answers = _answers({path.name: path for path in archives}, source.host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield source
    finally:
        server.shutdown()
        server.server_close()

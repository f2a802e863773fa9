# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All sources of charts as one aiohttp application.

``/classic`` is a Helm repository like the one on GitHub: the token is user name and password.  ``/v2`` is a registry
like Docker Hub: a user name and the token buy a bearer token, and that opens the repositories ``clearml/<chart>``.
Neither says anything to those who do not have the token.  ``/nvidia`` and ``/bitnami`` are Helm repositories that ask
nobody who he is.  ``/applications`` has the archives of applications, whose addresses are secrets themselves.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections import Counter
from dataclasses import dataclass
from typing import Any

import yaml
from aiohttp import hdrs, web

from lab.apps.build import KEY, PASSWORD, archive
from lab.charts.build import BITNAMI, CLASSIC, NVIDIA, OCI, PUBLISHED, Chart, package

USERNAME = "allegroaienterprise"
NAMESPACE = "clearml"
PUBLIC = (NVIDIA, BITNAMI)

_CREATED = "2026-01-01T00:00:00Z"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.cncf.helm.config.v1+json"
_CONTENT = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"


class Registry:
    """The charts, who may have them, and who asked: ``counts`` has what was asked for, by kind.

    The kinds are index and archive (of the private repository), nvidia/index and so on (of a public one), ping, token,
    tags, manifest and blob (of the registry), and refused, which is never counted as anything else.
    """

    def __init__(self, token: str) -> None:
        self.counts: Counter[str] = Counter()
        self._token = token
        self._bearer = secrets.token_urlsafe(32)
        self._charts = list(PUBLISHED)

    def add(self, chart: Chart) -> None:
        """Publish one more."""
        if chart not in self._charts:
            self._charts.append(chart)

    def application(self) -> web.Application:
        """For a runner of its own, since the paths of a registry are fixed."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/_lab/counts", self._counts),
                web.get(f"/{{repository:{'|'.join((CLASSIC, *PUBLIC))}}}/index.yaml", self._index),
                web.get(f"/{{repository:{'|'.join((CLASSIC, *PUBLIC))}}}/{{file}}", self._archive),
                web.get(f"/applications/{{token}}/{{age:{KEY}|{PASSWORD}}}/apps.zip", self._applications),
                web.get("/token", self._login),
                web.get("/v2/", self._ping),
                web.get(f"/v2/{NAMESPACE}/{{name}}/tags/list", self._tags),
                web.get(f"/v2/{NAMESPACE}/{{name}}/manifests/{{reference}}", self._manifest),
                web.get(f"/v2/{NAMESPACE}/{{name}}/blobs/{{digest}}", self._blob),
            ]
        )
        return app

    async def _counts(self, _request: web.Request) -> web.Response:
        return web.json_response(self.counts)

    # ---- the repositories

    async def _index(self, request: web.Request) -> web.Response:
        charts = self._repository(request, "index")
        entries: dict[str, list[dict[str, Any]]] = {}
        for chart in charts:
            digest = hashlib.sha256(package(chart)).hexdigest()
            entry = {**chart.metadata, "created": _CREATED, "digest": digest, "urls": [chart.file_name]}
            entries.setdefault(chart.name, []).append(entry)
        index = {"apiVersion": "v1", "generated": _CREATED, "entries": entries}
        return web.Response(text=yaml.safe_dump(index), content_type="text/yaml")

    async def _archive(self, request: web.Request) -> web.Response:
        for chart in self._repository(request, "archive"):
            if request.match_info["file"] == chart.file_name:
                return web.Response(body=package(chart), content_type="application/gzip")
        raise web.HTTPNotFound

    def _repository(self, request: web.Request, kind: str) -> list[Chart]:
        name = request.match_info["repository"]
        if name not in PUBLIC and not self._is(request, self._token):
            raise self._refusal('Basic realm="lab"')
        self.counts[f"{name}/{kind}" if name in PUBLIC else kind] += 1
        return self._of(name)

    # ---- a download

    async def _applications(self, request: web.Request) -> web.Response:
        if not secrets.compare_digest(request.match_info["token"], self._token):
            self.counts["refused"] += 1
            raise web.HTTPForbidden
        self.counts["applications"] += 1
        return web.Response(body=archive(request.match_info["age"]), content_type="application/zip")

    # ---- the registry

    async def _login(self, request: web.Request) -> web.Response:
        if not self._is(request, USERNAME):
            raise self._refusal('Basic realm="lab"')
        self.counts["token"] += 1
        return web.json_response({"token": self._bearer, "expires_in": 300})

    async def _ping(self, request: web.Request) -> web.Response:
        self._oci(request, "ping")
        return web.json_response({})

    async def _tags(self, request: web.Request) -> web.Response:
        self._oci(request, "tags")
        name = request.match_info["name"]
        tags = sorted(image.tag for image in self._images(name))
        return web.json_response({"name": f"{NAMESPACE}/{name}", "tags": tags})

    async def _manifest(self, request: web.Request) -> web.Response:
        self._oci(request, "manifest")
        for image in self._images(request.match_info["name"]):
            if request.match_info["reference"] in (image.tag, _digest(image.manifest)):
                return _content(image.manifest, _MANIFEST)
        raise _unknown("MANIFEST_UNKNOWN")

    async def _blob(self, request: web.Request) -> web.Response:
        self._oci(request, "blob")
        for image in self._images(request.match_info["name"]):
            for blob in (image.config, image.content):
                if request.match_info["digest"] == _digest(blob):
                    return _content(blob, "application/octet-stream")
        raise _unknown("BLOB_UNKNOWN")

    def _oci(self, request: web.Request, kind: str) -> None:
        if request.headers.get(hdrs.AUTHORIZATION) != f"Bearer {self._bearer}":
            name = request.match_info.get("name")
            scope = f',scope="repository:{NAMESPACE}/{name}:pull"' if name else ""
            raise self._refusal(f'Bearer realm="{request.scheme}://{request.host}/token",service="lab"{scope}')
        self.counts[kind] += 1

    def _images(self, name: str) -> list[_Image]:
        found = [_image(chart) for chart in self._of(OCI) if chart.name == name]
        if not found:
            raise _unknown("NAME_UNKNOWN")
        return found

    # ---- all

    def _of(self, generation: str) -> list[Chart]:
        return [chart for chart in self._charts if chart.generation == generation]

    def _is(self, request: web.Request, user: str) -> bool:
        pair = base64.b64encode(f"{user}:{self._token}".encode()).decode()
        return request.headers.get(hdrs.AUTHORIZATION) == f"Basic {pair}"

    def _refusal(self, challenge: str) -> web.HTTPUnauthorized:
        self.counts["refused"] += 1
        return web.HTTPUnauthorized(headers={hdrs.WWW_AUTHENTICATE: challenge}, **_problem("UNAUTHORIZED"))


@dataclass(frozen=True)
class _Image:
    """A chart as a registry keeps it."""

    tag: str
    manifest: bytes
    config: bytes
    content: bytes


def _image(chart: Chart) -> _Image:
    config, content = json.dumps(chart.metadata).encode(), package(chart)
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": _descriptor(_CONFIG, config),
        "layers": [_descriptor(_CONTENT, content)],
        "annotations": {
            "org.opencontainers.image.created": _CREATED,
            "org.opencontainers.image.title": chart.name,
            "org.opencontainers.image.version": chart.version,
        },
    }
    # A tag has no plus sign: Helm writes an underscore for it.
    return _Image(chart.version.replace("+", "_"), json.dumps(manifest).encode(), config, content)


def _descriptor(media_type: str, blob: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": _digest(blob), "size": len(blob)}


def _digest(blob: bytes) -> str:
    return f"sha256:{hashlib.sha256(blob).hexdigest()}"


def _content(blob: bytes, media_type: str) -> web.Response:
    return web.Response(body=blob, content_type=media_type, headers={"Docker-Content-Digest": _digest(blob)})


def _unknown(code: str) -> web.HTTPNotFound:
    return web.HTTPNotFound(**_problem(code))


def _problem(code: str) -> dict[str, Any]:
    message = code.lower().replace("_", " ")
    return {"text": json.dumps({"errors": [{"code": code, "message": message}]}), "content_type": "application/json"}

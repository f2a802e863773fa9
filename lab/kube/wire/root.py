# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths that are about the server itself: discovery, OpenAPI, version, health."""

from __future__ import annotations

import hashlib
import json

from aiohttp import web

from lab.kube.cluster import Cluster
from lab.kube.documents import Json
from lab.kube.wire import discovery, openapi
from lab.kube.wire.errors import ApiError, no_such_path

VERSION: Json = {
    "major": "1",
    "minor": "36",
    "emulationMajor": "1",
    "emulationMinor": "36",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "35",
    "gitVersion": "v1.36.2",
    "gitCommit": "laboratory",
    "gitTreeState": "clean",
    "buildDate": "1970-01-01T00:00:00Z",
    "goVersion": "go1.26",
    "compiler": "gc",
    "platform": "linux/amd64",
}


class RootPaths:
    """Answers for paths that are no resources."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def answer(self, request: web.Request, path: str) -> web.Response | None:
        """The answer, or None if the path is a resource's."""
        steps = path.strip("/").split("/")
        if steps[0] in ("healthz", "livez", "readyz"):
            return web.Response(text="ok")
        if steps == [""]:
            return _tagged(request, {"paths": ["/api", "/api/v1", "/apis", "/healthz", "/openapi/v3", "/version"]})
        if steps == ["version"]:
            return _tagged(request, VERSION)
        if steps[0] == "openapi":
            return self._openapi(request, steps[1:])
        if steps[0] == "api" and len(steps) <= 2 or steps[0] == "apis" and len(steps) <= 3:
            return self._discovery(request, steps)
        if steps[0] not in ("api", "apis"):
            raise no_such_path()
        return None

    def _discovery(self, request: web.Request, steps: list[str]) -> web.Response:
        kinds = self._cluster.kinds
        wants_all = "as=APIGroupDiscoveryList" in request.headers.get("Accept", "") and "v=v2;" in (
            request.headers.get("Accept", "").replace(" ", "") + ";"
        )
        if len(steps) == 1 and wants_all:
            return _tagged(request, discovery.aggregated(kinds, core=steps[0] == "api"), discovery.AGGREGATED)
        found: Json | None
        if steps == ["api"]:
            found = discovery.legacy_versions(request.host)
        elif steps == ["apis"]:
            found = discovery.group_list(kinds)
        elif steps[0] == "api":
            found = discovery.resource_list(kinds, "", steps[1])
        elif len(steps) == 2:
            found = discovery.one_group(kinds, steps[1])
        else:
            found = discovery.resource_list(kinds, steps[1], steps[2])
        if found is None:
            raise no_such_path()
        return _tagged(request, found)

    def _openapi(self, request: web.Request, steps: list[str]) -> web.Response:
        kinds = self._cluster.kinds
        if steps == ["v2"]:
            if "protobuf" not in request.headers.get("Accept", ""):
                raise ApiError(406, "NotAcceptable", "only the protobuf form of the OpenAPI v2 document is served")
            return web.Response(body=openapi.v2_protobuf(), content_type=openapi.V2_TYPE)
        found: Json | None = None
        if steps == ["v3"]:
            found = openapi.index(kinds)
        elif steps[:2] == ["v3", "api"] and len(steps) == 3:
            found = openapi.document(kinds, "", steps[2])
        elif steps[:2] == ["v3", "apis"] and len(steps) == 4:
            found = openapi.document(kinds, steps[2], steps[3])
        if found is None:
            raise no_such_path()
        return _tagged(request, found)


def _tagged(request: web.Request, body: Json, media: str = "application/json") -> web.Response:
    """An answer that the client may keep, and ask for again by its tag."""
    data = json.dumps(body, separators=(",", ":")).encode()
    tag = f'"{hashlib.sha256(data).hexdigest().upper()}"'
    headers = {"ETag": tag, "Vary": "Accept", "Cache-Control": "public"}
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=data, headers={**headers, "Content-Type": media})

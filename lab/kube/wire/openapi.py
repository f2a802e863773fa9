# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenAPI documents, as far as clients look at them.

Clients ask them one thing: whether the patch of a kind takes ``fieldValidation`` and ``dryRun``.  Then they leave the
validation of objects to the server.  ``kubectl explain`` finds no fields here.
"""

from __future__ import annotations

import hashlib

from lab.kube.documents import Json
from lab.kube.model.kinds import Kinds

V2_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"


def index(kinds: Kinds) -> Json:
    """What /openapi/v3 answers."""
    paths: Json = {}
    for group, version in {(kind.group, kind.version): None for kind in kinds}:
        path = f"apis/{group}/{version}" if group else f"api/{version}"
        names = sorted(kind.plural for kind in kinds if (kind.group, kind.version) == (group, version))
        mark = (
            hashlib.sha512(f"{path} {kinds.revision if group.count('.') else 0} {names}".encode()).hexdigest().upper()
        )
        paths[path] = {"serverRelativeURL": f"/openapi/v3/{path}?hash={mark}"}
    return {"paths": paths}


def document(kinds: Kinds, group: str, version: str) -> Json | None:
    """What /openapi/v3/apis/<group>/<version> answers."""
    paths: Json = {}
    root = f"/apis/{group}/{version}" if group else f"/api/{version}"
    for kind in kinds:
        if (kind.group, kind.version) != (group, version):
            continue
        path = f"{root}/namespaces/{{namespace}}/{kind.plural}" if kind.namespaced else f"{root}/{kind.plural}"
        mark = {"group": kind.group, "version": kind.version, "kind": kind.kind}
        paths[path] = {"post": _operation("post", mark)}
        paths[f"{path}/{{name}}"] = {"patch": _operation("patch", mark), "put": _operation("put", mark)}
    if not paths:
        return None
    info = {"title": "Kubernetes", "version": "unversioned"}
    return {"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": {}}}


def _operation(action: str, mark: Json) -> Json:
    names = ("dryRun", "fieldManager", "fieldValidation") + (("force",) if action == "patch" else ())
    text = {"type": "string", "uniqueItems": True}
    parameters = [{"name": name, "in": "query", "description": name, "schema": text} for name in names]
    return {
        "operationId": f"{action}{mark['kind']}",
        "parameters": parameters,
        "responses": {"200": {"description": "OK"}},
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": mark,
    }


def v2_protobuf() -> bytes:
    """An OpenAPI v2 document without kinds, in the only form that clients ask for."""
    info = _text(1, "Kubernetes") + _text(2, "unversioned")
    return _text(1, "2.0") + _bytes(2, info) + _bytes(8, b"") + _bytes(9, b"")


def _text(number: int, text: str) -> bytes:
    return _bytes(number, text.encode())


def _bytes(number: int, data: bytes) -> bytes:
    return bytes([number << 3 | 2, len(data)]) + data

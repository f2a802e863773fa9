# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What helm knows about a release: its records, which are Secrets of the release's namespace."""

from __future__ import annotations

import base64
import gzip
import json
import time
import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, Object

DEPLOYED, FAILED, UNINSTALLED, UNINSTALLING = "deployed", "failed", "uninstalled", "uninstalling"


@dataclass(frozen=True)
class Release:
    """The newest record of a release.

    :ivar values: what its user gave, not the chart's defaults
    :ivar last_deployed: the newest revision that came up, 0 if none ever did
    :ivar age: seconds since helm last wrote the record
    :ivar server_side: whether the server merges its objects (helm 4), or helm does
    """

    name: str
    namespace: str
    chart: str
    version: str
    app_version: str
    revision: int
    status: str
    updated: str
    values: dict[str, t.Any] = field(repr=False)
    manifest: str = field(repr=False)
    last_deployed: int
    age: float
    server_side: bool

    @property
    def pending(self) -> bool:
        """Whether helm is at work on it, or was when it died."""
        return self.status.startswith("pending-") or self.status == UNINSTALLING

    def describe(self) -> dict[str, t.Any]:
        """What a result shows; nothing in it is secret."""
        names = ("name", "namespace", "chart", "version", "app_version", "revision", "status", "updated")
        return {name: getattr(self, name) for name in names}


def newest(kube: Kube, name: str, namespace: str) -> Release | None:
    """The release as its newest record has it; None if there is none. One request."""
    return newest_of(kube.every("v1", "Secret", namespace, f"owner=helm,name={name}"), name, namespace)


def newest_of(records: list[Object], name: str, namespace: str, known: Release | None = None) -> Release | None:
    """The same out of records that have been read.

    :param known: what earlier ones told
    :raises ClearMLError: if the newest holds no release
    """
    record = max(records, key=_revision, default=None)
    up = [_revision(one) for one in records if _label(one, "status") == DEPLOYED]
    last = max([*up, known.last_deployed if known else 0])
    if known is not None and (record is None or _revision(record) < known.revision):
        return replace(known, last_deployed=last)
    # A release that was uninstalled with its history kept is gone all the same.
    if record is None or _label(record, "status") == UNINSTALLED:
        return None
    content = _content(record)
    info, metadata = content["info"], content["chart"]["metadata"]
    return Release(
        name=name,
        namespace=namespace,
        chart=metadata["name"],
        version=metadata["version"],
        app_version=metadata.get("appVersion") or "",
        revision=content["version"],
        status=info["status"],
        updated=info.get("last_deployed") or "",
        values=content.get("config") or {},
        manifest=content.get("manifest") or "",
        last_deployed=last,
        age=time.time() - int(_label(record, "modifiedAt") or _label(record, "createdAt") or 0),
        server_side=content.get("apply_method") == "ssa",
    )


def _content(record: Object) -> Object:
    """What helm packed into a record.

    :raises ClearMLError: if it is none
    """
    try:
        packed = base64.b64decode(base64.b64decode(record["data"]["release"]))
        content: Object = json.loads(gzip.decompress(packed) if packed.startswith(b"\x1f\x8b") else packed)
    except (KeyError, TypeError, ValueError, OSError, EOFError) as error:
        name = record["metadata"]["name"]
        raise ClearMLError(
            f"Secret {name} is labelled as a record of helm and holds none ({type(error).__name__})"
        ) from None
    return content


def _label(record: Object, name: str) -> str:
    return str((record["metadata"].get("labels") or {}).get(name) or "")


def _revision(record: Object) -> int:
    return int(_label(record, "version") or 0)

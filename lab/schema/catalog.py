# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every endpoint of the contract: who may call it, since which version, with which request."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from lab.wire.paths import Version, parse_version
from lab.world.records import Json

CONTRACT = Path(__file__).parent.parent / "contract"

# The C loader reads the half megabyte of contract in a tenth of the time, and the server waits for it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_BESIDES_THE_CONTRACT: dict[str, Json] = {
    "debug.ping": {},
    "server.get_stats": {"scopes": ["root", "system"]},
    "workers.status_report": {
        "scopes": ["all"],
        "request": {
            "type": "object",
            "required": ["worker"],
            "properties": {
                "worker": {"type": "string"},
                "timestamp": {"type": "integer"},
                "task": {"type": "string"},
                "queue": {"type": "string"},
                "queues": {"type": "array", "items": {"type": "string"}},
                "tags": {"type": "array", "items": {"type": "string"}},
                "system_tags": {"type": "array", "items": {"type": "string"}},
                "machine_stats": {"type": "object"},
            },
        },
    },
}
"""Recorded endpoints that the contract's pages leave out."""


class Authorization(Enum):
    """Whether an endpoint looks at the caller's credentials."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


@dataclass(frozen=True)
class Endpoint:
    """One endpoint; ``scopes`` is empty when any role may call it."""

    name: str
    scopes: tuple[str, ...]
    authorization: Authorization
    min_versions: tuple[str, ...]
    request: Json = field(hash=False)

    def version_for(self, requested: Version) -> str | None:
        """The newest of its versions that is not above the requested one; None if all are."""
        fitting = [version for version in self.min_versions if parse_version(version) <= requested]
        return max(fitting, key=parse_version, default=None)


def load() -> dict[str, Endpoint]:
    """All endpoints by name, from the contract's service files and the recorded server."""
    recorded: dict[str, Json] = _read(CONTRACT / "observed.yml")["endpoints"]
    described: dict[str, Json] = dict(_BESIDES_THE_CONTRACT)
    for path in sorted(CONTRACT.glob("*.yml")):
        if path.name not in ("observed.yml", "definitions.yml", "identity-providers.yml"):
            described.update(_read(path).get("endpoints", {}))
    return {name: _endpoint(name, text, recorded.get(name, {})) for name, text in described.items()}


def _endpoint(name: str, text: Json, recorded: Json) -> Endpoint:
    scopes = tuple(text.get("scopes", ()))
    if "authorize" in recorded:
        # The record is closer to the truth than the page: server.info is listed for all roles and asks for none.
        authorization = {True: Authorization.REQUIRED, False: Authorization.NONE, None: Authorization.OPTIONAL}[
            recorded["authorize"]
        ]
    else:
        authorization = Authorization.REQUIRED if scopes else Authorization.NONE
    return Endpoint(
        name=name,
        scopes=() if "all" in scopes else scopes,
        authorization=authorization,
        min_versions=tuple(recorded.get("min_versions", ("1.0",))),
        request=text.get("request") or {"type": "object"},
    )


def _read(path: Path) -> Json:
    document: Json = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    return document

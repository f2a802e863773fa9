# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs the stand-in charts: the same chart, generation and version always give the same bytes."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SERVER, AGENT = "clearml-enterprise", "clearml-enterprise-agent"
CLASSIC, OCI = "classic", "oci"

_SOURCES = Path(__file__).parent
_SHARED = _SOURCES / "shared"
_APP_VERSIONS = {(SERVER, CLASSIC): "3.21.6", (SERVER, OCI): "3.29", (AGENT, CLASSIC): "1.24", (AGENT, OCI): "1.31"}
_DESCRIPTIONS = {
    SERVER: "Stand-in for the ClearML Enterprise server",
    AGENT: "Stand-in for the ClearML Enterprise agent",
}

_Json = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """A chart to be packed; ``generation`` is CLASSIC or OCI, the version is free."""

    name: str
    generation: str
    version: str

    @property
    def metadata(self) -> _Json:
        """Chart.yaml."""
        return {
            "apiVersion": "v2",
            "name": self.name,
            "description": _DESCRIPTIONS[self.name],
            "type": "application",
            "version": self.version,
            "appVersion": _APP_VERSIONS[self.name, self.generation],
        }


PUBLISHED = (
    Chart(SERVER, CLASSIC, "8.2.1"),
    Chart(AGENT, CLASSIC, "5.9.2"),
    Chart(SERVER, OCI, "11.0.1"),
    Chart(SERVER, OCI, "11.0.2"),
    Chart(AGENT, OCI, "6.14.5"),
    Chart(AGENT, OCI, "6.14.6"),
)
"""What the lab's registries start with."""


@cache
def package(chart: Chart) -> bytes:
    """The chart as a .tgz."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, text in files(chart).items():
            content = text.encode()
            member = tarfile.TarInfo(f"{chart.name}/{name}")
            member.size, member.mode = len(content), 0o644
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)


def files(chart: Chart) -> dict[str, str]:
    """The chart's files, unpacked."""
    declared = declaration(chart)
    own = sorted((_SOURCES / chart.name / "templates").iterdir())
    return {
        "Chart.yaml": yaml.safe_dump(chart.metadata, sort_keys=False),
        "values.yaml": yaml.safe_dump(_defaults(declared), sort_keys=False, allow_unicode=True),
        "values.schema.json": json.dumps(
            {"$schema": "http://json-schema.org/draft-07/schema#", **_schema(declared)}, indent=1
        ),
        **{f"templates/{one.name}": one.read_text(encoding="utf-8") for one in [*sorted(_SHARED.iterdir()), *own]},
    }


def declaration(chart: Chart) -> _Json:
    """The values of a chart: maps down to leaves, which are a type or ``<type> = <default>``.

    A type is a key of _TYPES, or the words of an enumeration with bars between them.  The key ``*`` is any key; at the
    top of a file one entry can be for several keys, with commas between them.
    """
    found: _Json = {}
    for name in ("values.yml", f"values.{chart.generation}.yml"):
        for keys, values in yaml.safe_load((_SOURCES / chart.name / name).read_text(encoding="utf-8")).items():
            found = _merged(found, dict.fromkeys(keys.split(", "), values))
    return found


def _merged(below: _Json, above: _Json) -> _Json:
    return below | {
        key: _merged(below[key], value) if isinstance(value, dict) and key in below else value
        for key, value in above.items()
    }


def _defaults(declared: _Json) -> _Json:
    """values.yaml: every default, and every map, so that templates can reach through them."""
    found: _Json = {}
    for key, value in declared.items():
        if key == "*":
            continue
        if isinstance(value, dict):
            found[key] = _defaults(value)
            continue
        kind, given, default = value.partition(" = ")
        if given:
            found[key] = yaml.safe_load(default) if kind in _PARSED else default
    return found


def _schema(declared: _Json) -> _Json:
    """values.schema.json: nothing but what is declared."""
    properties = {
        key: _schema(value) if isinstance(value, dict) else _leaf(value.partition(" = ")[0])
        for key, value in declared.items()
    }
    return {
        "type": ["object", "null"],
        "additionalProperties": properties.pop("*", False),
        **({"properties": properties} if properties else {}),
    }


def _leaf(kind: str) -> _Json:
    return _TYPES[kind] if kind in _TYPES else {"enum": [*kind.split("|"), None]}


def _or_null(kind: str, **more: Any) -> _Json:
    """A type; null is the user's way to remove a chart's default."""
    return {"type": [kind, "null"], **more}


def _maps(*required: str, **properties: _Json) -> _Json:
    items = {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}
    return _or_null("array", items=items)


_STRING: _Json = {"type": "string"}
_TYPES: dict[str, _Json] = {
    "any": {},
    "string": _or_null("string"),
    "boolean": _or_null("boolean"),
    "integer": _or_null("integer"),
    "number": _or_null("number"),
    "quantity": {"type": ["string", "integer", "null"], "pattern": "^[0-9.]+([EPTGMk]i?)?$"},
    "map": _or_null("object"),
    "texts": _or_null("object", additionalProperties=_STRING),
    "list": _or_null("array", items={"type": "object"}),
    "strings": _or_null("array", items=_STRING),
    "integers": _or_null("array", items={"type": "integer"}),
    "names": _maps("name", name=_STRING),
    "environment": _maps("name", name=_STRING, value=_STRING, valueFrom={"type": "object"}),
    "certificates": _maps("alias", "pem", alias=_STRING, pem=_STRING),
    "files": _maps("name", "folderPath", "fileContent", name=_STRING, folderPath=_STRING, fileContent=_STRING),
}
_PARSED = frozenset(_TYPES) - {"string"}

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs the stand-in charts: the same chart, generation and version always give the same bytes."""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SERVER, AGENT = "clearml-enterprise", "clearml-enterprise-agent"
ROUTER, GATEWAY = "clearml-task-traffic-router", "clearml-enterprise-app-gateway"
GPU_OPERATOR, CDMO, CFGI = "gpu-operator", "clearml-dynamic-mig-operator", "clearml-fractional-gpu-injector"
REDIS, BILLING = "redis", "clearml-billing"

CLASSIC, OCI = "classic", "oci"
"""Where the charts of ClearML come from, which makes their generation."""
NVIDIA, BITNAMI, FILE = "nvidia", "bitnami", "file"
"""Where others come from: two public repositories, and no place at all, for an archive that is handed over."""

_SOURCES = Path(__file__).parent
_SHARED = _SOURCES / "shared"
_BOUND = re.compile(r" (?P<word>since|until) (?P<version>[0-9.]+)")
_APP_VERSIONS = {
    (SERVER, "8"): "3.21.6",
    (SERVER, "10"): "3.28",
    (SERVER, "11"): "3.29",
    (AGENT, "5"): "1.24",
    (AGENT, "6"): "1.31",
}
"""By major version; the other charts' are not documented."""
_STANDS_FOR = {
    SERVER: "the ClearML Enterprise server",
    AGENT: "the ClearML Enterprise agent",
    ROUTER: "the ClearML task traffic router",
    GATEWAY: "the ClearML Enterprise App Gateway",
    GPU_OPERATOR: "the NVIDIA GPU Operator",
    CDMO: "the ClearML Dynamic MIG Operator",
    CFGI: "the ClearML Fractional GPU Injector",
    REDIS: "the Redis of Bitnami",
    BILLING: "the ClearML billing service",
}

_Json = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """A chart to be packed; ``generation`` is CLASSIC or OCI, or another source, the version is free."""

    name: str
    generation: str
    version: str

    @property
    def file_name(self) -> str:
        """What Helm calls its archive."""
        return f"{self.name}-{self.version}.tgz"

    @property
    def metadata(self) -> _Json:
        """Chart.yaml."""
        app_version = _APP_VERSIONS.get((self.name, self.version.partition(".")[0]))
        return {
            "apiVersion": "v2",
            "name": self.name,
            "description": f"Stand-in for {_STANDS_FOR[self.name]}",
            "type": "application",
            "version": self.version,
            **({"appVersion": app_version} if app_version else {}),
        }


_VERSIONS = {
    (SERVER, CLASSIC): ("8.2.1",),
    (SERVER, OCI): ("10.11.6", "10.11.7", "11.0.1", "11.0.2"),
    (AGENT, CLASSIC): ("5.9.2",),
    (AGENT, OCI): ("6.12.2", "6.12.3", "6.14.5", "6.14.6"),
    (ROUTER, CLASSIC): ("1.0.0", "1.1.0"),
    (GATEWAY, OCI): ("2.1.2", "3.1.0", "3.2.0"),
    (GPU_OPERATOR, NVIDIA): ("v24.9.2", "v25.3.0"),
    (CDMO, CLASSIC): ("1.0.0", "1.1.0"),
    (CDMO, OCI): ("1.2.0", "1.3.0"),
    (CFGI, OCI): ("1.2.0", "1.3.0", "1.3.1"),
    (REDIS, BITNAMI): ("17.8.3", "17.9.0"),
    (BILLING, FILE): ("1.0.0", "1.1.0"),
}
PUBLISHED = tuple(Chart(*chart, version) for chart, versions in _VERSIONS.items() for version in versions)
"""What the lab starts with, in its registries or to be handed over; of each chart the newest version is the last."""


def write(chart: Chart, folder: Path) -> Path:
    """The chart's archive in a folder, as Helm would name it; answers where."""
    path = folder / chart.file_name
    path.write_bytes(package(chart))
    return path


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
    top of a file one entry can be for several keys, with commas between them.  In the files, a type can be followed by
    ``since <version>`` or ``until <version>``, the first one that has or has not the value.
    """
    found: _Json = {}
    for name in ("values.yml", f"values.{chart.generation}.yml"):
        path = _SOURCES / chart.name / name
        if path.exists():
            for keys, values in yaml.safe_load(path.read_text(encoding="utf-8")).items():
                found = _merged(found, dict.fromkeys(keys.split(", "), values))
    return _of_version(found, _numbers(chart.version))


def _merged(below: _Json, above: _Json) -> _Json:
    return below | {
        key: _merged(below[key], value) if isinstance(value, dict) and key in below else value
        for key, value in above.items()
    }


def _of_version(declared: _Json, version: list[int]) -> _Json:
    """What a version has, without a word of versions; a map that has lost all its keys is lost as well."""
    found: _Json = {}
    for key, value in declared.items():
        if isinstance(value, dict):
            if below := _of_version(value, version):
                found[key] = below
        elif bound := _BOUND.search(value):
            if (version >= _numbers(bound["version"])) == (bound["word"] == "since"):
                found[key] = value.replace(bound[0], "", 1)
        else:
            found[key] = value
    return found


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version.partition("+")[0].partition("-")[0])]


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

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Handling the stand-in charts."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from lab.charts.build import PUBLISHED
from tests.kube.programs import Program

NEWEST = {(chart.name, chart.generation): chart for chart in PUBLISHED}
IN = ("--namespace", "space")
WAIT = ("--create-namespace", "--wait", "--timeout", "20s")
Json = dict[str, Any]


def install(helm: Program, release: str, chart: Path, values: Json, *more: str) -> None:
    helm("upgrade", "--install", release, chart, *IN, *(more or WAIT), "-f", "-", stdin=json.dumps(values))


def names(kubectl: Program, kind: str) -> set[str]:
    return {item["metadata"]["name"] for item in kubectl.json("get", kind, *IN)["items"]} - {"default"}


def secret(kubectl: Program, name: str) -> dict[str, str]:
    data = kubectl.json("get", "secret", name, *IN)["data"]
    return {key: base64.b64decode(value).decode() for key, value in data.items()}


def container(kubectl: Program, deployment: str) -> Json:
    found: Json = kubectl.json("get", "deployment", deployment, *IN)["spec"]["template"]["spec"]["containers"][0]
    return found


def sample(declared: Json, flags: bool, existing: bool) -> Json:
    """Something for every declared value: every switch on or off, with or without objects that are there already."""
    special = {"nodePort": 30010, "startingPort": 30020, "start": 30040, "end": 30041, "path": "/"}
    samples: Json = {
        "any": {},
        "string": "text",
        "boolean": flags,
        "integer": 2,
        "number": 1.5,
        "quantity": "3Gi",
        "map": {},
        "texts": {"a": "b"},
        "list": [],
        "strings": ["text"],
        "integers": [1, 2],
        "names": [{"name": "text"}],
        "environment": [{"name": "A", "value": "b"}, {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "a"}}}],
        "certificates": [{"alias": "one", "pem": "PEM"}, {"alias": "two", "pem": "PEM"}],
        "files": [{"name": "a.txt", "folderPath": "/tmp/", "fileContent": "text"}],
    }

    def of(key: str, value: Any) -> Any:
        if isinstance(value, dict):
            return sample(value, flags, existing)
        kind = value.partition(" = ")[0]
        return special.get(key, samples.get(kind, kind.split("|")[-1]))

    chosen = {key: value for key, value in declared.items() if existing or not key.startswith("existing")}
    return {"any" if key == "*" else key: of(key, value) for key, value in chosen.items()}

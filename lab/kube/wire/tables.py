# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers as Tables."""

from __future__ import annotations

import re
from typing import Any

from lab.kube.documents import Json, dig
from lab.kube.model.kinds import Kind
from lab.kube.wire.columns import Column, age, columns_for, wide_columns_for


def table(kind: Kind, items: list[Json], metadata: Json, include: str | None, header: bool = True) -> Json:
    """A Table of objects; ``include`` is the parameter includeObject."""
    columns = _custom_columns(kind) if kind.custom else columns_for(kind.resource)
    wide = wide_columns_for(kind.resource)
    rows = []
    for item in items:
        row: Json = {"cells": [cell(item) for _name, _type, cell in [*columns, *wide]]}
        if include == "Object":
            row["object"] = item
        elif include != "None":
            row["object"] = {
                "kind": "PartialObjectMetadata",
                "apiVersion": "meta.k8s.io/v1",
                "metadata": item["metadata"],
            }
        rows.append(row)
    definitions = [_definition(column, 0) for column in columns] + [_definition(column, 1) for column in wide]
    answer: Json = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata}
    return answer | {"columnDefinitions": definitions if header else [], "rows": rows}


def _definition(column: Column, priority: int) -> Json:
    name, kind, _cell = column
    shape = "name" if name == "Name" else ""
    return {"name": name, "type": kind, "format": shape, "description": name, "priority": priority}


def _custom_columns(kind: Kind) -> list[Column]:
    columns: list[Column] = [("Name", "string", lambda item: item["metadata"]["name"])]
    for column in kind.columns:
        if not column.get("priority"):
            columns.append((column["name"], column["type"], _path_cell(column["jsonPath"], column["type"])))
    if not kind.columns:
        columns.append(("Age", "string", age))
    return columns


def _path_cell(path: str, kind: str) -> Any:
    steps = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]'\"]+", path)]
    if kind == "date":
        return lambda item: age(item, *map(str, steps))
    return lambda item: dig(item, *steps, default="")

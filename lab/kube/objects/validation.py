# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects against their schema: unknown fields, wrong types, missing fields."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from typing import Any

from lab.kube.documents import Json, without_nulls
from lab.kube.model.kinds import Kind
from lab.kube.model.schemas import Schema
from lab.kube.objects.quantities import canonical
from lab.kube.wire.errors import ApiError, Cause, bad_request, invalid, required, unsupported, wrong

_PYTHON: dict[str, tuple[type, ...]] = {
    "string": (str,), "boolean": (bool,), "object": (dict,), "array": (list,), "number": (int, float),
}  # fmt: skip
_QUANTITY = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+|[numkKMGTPE]i?)?")


@dataclass
class Findings:
    """What was found; ``document`` is the object without its unknown fields."""

    unknown: list[str] = field(default_factory=list)
    types: list[tuple[str, str, Any, Schema]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)
    document: Any = None


def examine(kind: Kind, document: Json) -> Findings:
    """Look at a whole object."""
    findings = Findings()
    if kind.custom:
        document = {**document, "metadata": without_nulls(document.get("metadata") or {})}
    else:
        document = without_nulls(document)
    findings.document = _walk(document, kind.schema, "", findings, kind)
    return findings


def refuse_types(kind: Kind, findings: Findings, name: str) -> None:
    """Fail if anything has a wrong type, the way the kind's decoder does."""
    if not findings.types:
        return
    if kind.custom:
        raise invalid(
            kind, name, [_custom_type_cause(path, value, schema) for path, _t, value, schema in findings.types]
        )
    path, wanted, value, _schema = findings.types[0]
    raise handled_as(
        kind, f"json: cannot unmarshal {_json_type(value)} into Go struct field {kind.kind}.{path} of type {wanted}"
    )


def handled_as(kind: Kind, why: str) -> ApiError:
    """400 for a body that is no object of its kind."""
    return bad_request(f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: {why}')


def unknown_text(findings: Findings) -> str:
    """The unknown fields as strict decoding lists them."""
    return ", ".join(f'unknown field "{path}"' for path in findings.unknown)


def _walk(value: Any, schema: Schema, path: str, findings: Findings, kind: Kind) -> Any:
    if schema.types and value is not None and not _type_fits(value, schema):
        findings.types.append((path, _go_type(schema), value, schema))
        return value
    if isinstance(value, dict):
        return _walk_object(value, schema, path, findings, kind)
    if isinstance(value, list):
        return [_walk(item, schema.items, f"{path}[{index}]", findings, kind) for index, item in enumerate(value)]
    _check_scalar(value, schema, path, findings, kind)
    return canonical(value) if value is not None and _is_quantity(schema, kind) else value


def _walk_object(value: Json, schema: Schema, path: str, findings: Findings, kind: Kind) -> Json:
    result: Json = {}
    if not schema.is_struct:
        if schema.is_open or schema.keeps_unknown:
            return value
        return {key: _walk(item, schema.values, f"{path}.{key}", findings, kind) for key, item in value.items()}
    for key, item in value.items():
        child = schema.fields.get(key)
        here = f"{path}.{key}" if path else key
        if child is None:
            if schema.keeps_unknown or schema.raw.get("additionalProperties"):
                result[key] = item
            else:
                findings.unknown.append(here)
        elif item is None and kind.custom and not child.nullable:
            continue
        else:
            result[key] = _walk(item, child, here, findings, kind)
    for key, child in schema.fields.items() if kind.custom else ():
        if key not in result and child.has_default:
            result[key] = child.default()
    if path != "status" and not path.startswith("status."):
        findings.missing += [f"{path}.{key}" if path else key for key in schema.required if result.get(key) is None]
    return result


def _check_scalar(value: Any, schema: Schema, path: str, findings: Findings, kind: Kind) -> None:
    if not kind.custom:
        if schema.raw.get("format") == "byte" and isinstance(value, str):
            try:
                base64.b64decode(value, validate=True)
            except (binascii.Error, ValueError):
                raise handled_as(kind, f"illegal base64 data at input byte {_bad_byte(value)}") from None
        if _is_quantity(schema, kind) and isinstance(value, str) and not _QUANTITY.fullmatch(value):
            why = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            raise handled_as(kind, why)
        return
    raw = schema.raw
    if "enum" in raw and value not in raw["enum"]:
        findings.causes.append(unsupported(path, value, raw["enum"]))
    if isinstance(value, str) and "pattern" in raw and not re.search(raw["pattern"], value):
        findings.causes.append(wrong(path, value, f"{path} in body should match '{raw['pattern']}'"))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if "minimum" in raw and value < raw["minimum"]:
            why = f"{path} in body should be greater than or equal to {raw['minimum']}"
            findings.causes.append(wrong(path, value, why))
        if "maximum" in raw and value > raw["maximum"]:
            findings.causes.append(
                wrong(path, value, f"{path} in body should be less than or equal to {raw['maximum']}")
            )


def _is_quantity(schema: Schema, kind: Kind) -> bool:
    return not kind.custom and schema.name.endswith(".Quantity")


def _bad_byte(text: str) -> int:
    return next((index for index, letter in enumerate(text) if not re.match(r"[A-Za-z0-9+/=]", letter)), len(text))


def _type_fits(value: Any, schema: Schema) -> bool:
    for kind in schema.types:
        if kind == "integer":
            if isinstance(value, int) and not isinstance(value, bool):
                return True
            if isinstance(value, float) and value.is_integer():
                return True
        elif isinstance(value, _PYTHON[kind]) and not (kind == "number" and isinstance(value, bool)):
            return True
    return False


def _go_type(schema: Schema) -> str:
    names = {"boolean": "bool", "integer": schema.raw.get("format", "int64"), "number": "float64"}
    if schema.is_struct:
        return schema.name.rpartition(".")[2] or "struct"
    if schema.is_map:
        return f"map[string]{_go_type(schema.values)}"
    if schema.is_list:
        return f"[]{_go_type(schema.items)}"
    first = schema.types[0] if schema.types else "interface {}"
    return str(names.get(first, first))


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    return {str: "string", int: "number", float: "number", dict: "object", list: "array"}.get(type(value), "null")


def _custom_type_cause(path: str, value: Any, schema: Schema) -> Cause:
    shown = _json_type(value) if not isinstance(value, bool) else "boolean"
    shown = "integer" if isinstance(value, int) and not isinstance(value, bool) else shown
    why = f'{path} in body must be of type {",".join(schema.types)}: "{shown}"'
    shown_value = json.dumps(value) if isinstance(value, (dict, list)) else value
    return Cause("FieldValueTypeInvalid", wrong(path, shown_value, why).message, path)


def missing_causes(findings: Findings) -> list[Cause]:
    """The missing fields as causes."""
    return [required(path) for path in findings.missing]

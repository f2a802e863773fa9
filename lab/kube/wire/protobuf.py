# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading protobuf bodies: helm and kubectl send some objects this way and never try again as JSON.

The fields of the messages are in model/protobuf_messages.json: ``name`` and type by number, where a type is a scalar,
another message, ``[]T``, a map ``{}T``, or ``...T`` for a message whose fields belong to the outer object.
"""

from __future__ import annotations

import base64
import datetime
import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lab.kube.documents import Json, stamp

MAGIC = b"k8s\x00"
# Numbers that Go writes although they are zero and not set.
_ZERO_IS_UNSET = {
    "generation", "hostPort", "nodePort", "minReadySeconds", "observedGeneration", "initialDelaySeconds",
    "periodSeconds", "successThreshold", "failureThreshold", "count",
}  # fmt: skip
_TIMES = ("meta.v1.Time", "meta.v1.MicroTime")


class ProtobufError(ValueError):
    """Bytes that are no message, or a message that the laboratory has no table for."""


def decode(body: bytes) -> Json:
    """The object in a body of type application/vnd.kubernetes.protobuf."""
    if not body.startswith(MAGIC):
        raise ProtobufError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")
    envelope = dict(_fields(body[len(MAGIC) :]))
    type_meta = {number: value.decode() for number, value in _fields(envelope.get(1, b""))}
    api_version, kind = type_meta.get(1, ""), type_meta.get(2, "")
    message = _message_name(api_version, kind)
    if message is None:
        raise ProtobufError(f"no protobuf table for {api_version}, Kind={kind}")
    return {"apiVersion": api_version, "kind": kind, **_object(message, envelope.get(2, b""))}


@functools.cache
def _messages() -> dict[str, dict[str, tuple[str, str]]]:
    text = (Path(__file__).parent.parent / "model" / "protobuf_messages.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, tuple[str, str]]] = json.loads(text)
    return found


def _message_name(api_version: str, kind: str) -> str | None:
    group, _slash, version = api_version.rpartition("/")
    for package in (group.split(".")[0] or "core", "meta"):
        # Options are sent in the version of the group that they are for.
        name = f"{package}.{'v1' if package == 'meta' else version}.{kind}"
        if name in _messages():
            return name
    return None


def _object(message: str, data: bytes) -> Json:
    table = _messages()[message]
    result: Json = {}
    for number, value in _fields(data):
        field = table.get(str(number))
        if field is None:
            continue
        name, kind = field
        if kind.startswith("[]"):
            result.setdefault(name, []).append(_value(kind[2:], value))
        elif kind.startswith("{}"):
            pair = dict(_fields(value))
            result.setdefault(name, {})[pair.get(1, b"").decode()] = _value(kind[2:], pair.get(2, b""))
        elif kind.startswith("..."):
            result.update(_object(kind[3:], value))
        else:
            found = _value(kind, value)
            unset = found is None or found == "" or (found == 0 and name in _ZERO_IS_UNSET)
            if not unset:
                result[name] = found
    return result


def _value(kind: str, value: Any) -> Any:
    if kind == "string":
        return value.decode()
    if kind == "bytes":
        return base64.b64encode(value).decode()
    if kind == "bool":
        return bool(value)
    if kind in ("int", "double"):
        return value - (1 << 64) if isinstance(value, int) and value >= 1 << 63 else value
    if kind in _TIMES:
        parts = dict(_fields(value))
        return stamp(datetime.datetime.fromtimestamp(parts[1], datetime.timezone.utc)) if parts.get(1) else None
    if kind == "api.resource.Quantity":
        return b"".join(item for _number, item in _fields(value)).decode()
    if kind == "util.intstr.IntOrString":
        parts = dict(_fields(value))
        number = parts.get(2, 0)
        return parts.get(3, b"").decode() if parts.get(1) else (number or None)
    if kind in ("meta.v1.FieldsV1", "runtime.RawExtension"):
        raw = b"".join(item for _number, item in _fields(value))
        return json.loads(raw) if raw else {}
    return _object(kind, value)


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, position = _varint(data, position)
            yield number, value
        elif wire == 2:
            length, position = _varint(data, position)
            if position + length > len(data):
                raise ProtobufError("unexpected EOF")
            yield number, data[position : position + length]
            position += length
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
            yield number, int.from_bytes(data[position : position + length], "little")
            position += length
        else:
            raise ProtobufError(f"illegal wireType {wire}")


def _varint(data: bytes, position: int) -> tuple[int, int]:
    result = shift = 0
    while True:
        if position >= len(data):
            raise ProtobufError("unexpected EOF")
        byte = data[position]
        position += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, position
        shift += 7

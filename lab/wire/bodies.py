# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The body of a request: JSON, a form, or the query string."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from lab.wire import errors
from lab.world.records import Json

_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")


def parse_body(raw: bytes, content_type: str, query: str) -> Json:
    """The call's data: a form beats the query string, which beats JSON.

    A JSON text that is sent as a form is not parsed, as on the real server: its fields are lost.
    """
    if content_type == "application/json-lines":
        for line in raw.splitlines():
            _load(line)
        raise errors.not_built("a batch of JSON lines")
    # The content type is not looked at otherwise, so that a plain curl -d is a form.
    if content_type == "application/x-www-form-urlencoded":
        form = _fields(raw.decode("utf-8", "replace"))
        if form:
            return form
    if query:
        fields = _fields(query)
        if fields:
            return fields
    if not raw or content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return {}
    return as_object(_load(raw))


def as_object(document: Any) -> Json:
    """An empty document of any type is ``{}``; other documents must be objects."""
    if not document:
        return {}
    if not isinstance(document, dict):
        raise errors.not_an_object()
    return document


def _load(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise errors.bad_json() from None


def _fields(text: str) -> Json:
    """Fields of a form or query: numbers and truth values converted, ``name[]`` or repeats as lists, dots nested."""
    collected: dict[str, list[Any]] = {}
    lists: set[str] = set()
    for name, value in parse_qsl(text, keep_blank_values=True):
        plain = name.removesuffix("[]")
        if plain != name:
            lists.add(plain)
        collected.setdefault(plain, []).append(_value(value))
    fields: Json = {}
    for name, values in collected.items():
        *parents, leaf = name.split(".")
        target = fields
        for parent in parents:
            target = target.setdefault(parent, {})
        target[leaf] = values if name in lists or len(values) > 1 else values[0]
    return fields


def _value(text: str) -> Any:
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if _NUMBER.match(text):
        return float(text) if "." in text else int(text)
    return text

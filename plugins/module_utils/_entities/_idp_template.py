# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a provider's configuration template, whose shape no document tells.

Three shapes are understood: a flat map of names to values, a list of fields, and groups of such lists. Whatever else
comes is said not to be understood, so that the caller can go on without it.
"""

from __future__ import annotations

import typing as t

#: Names under which a field may carry its own name, and its value.
NAMES = ("name", "key", "id")
VALUES = ("value", "default", "default_value")
#: Every connection has this field; a template in which it cannot be found has not been understood.
SURE = "display_name"


def read_template(template: t.Any) -> dict[str, t.Any] | None:
    """The fields of a template with their values; None if no field can be made out."""
    if not isinstance(template, t.Mapping):
        return None
    fields: dict[str, t.Any] = {}
    for item in _field_lists(template):
        name = next((item[key] for key in NAMES if isinstance(item.get(key), str)), None)
        if name is not None:
            value = next((item[key] for key in VALUES if item.get(key) is not None), None)
            fields[name] = None if item.get("secret") else value
    for found in (fields, dict(template)):
        if SURE in found:
            return found
    return None


def _field_lists(node: t.Any) -> t.Iterator[t.Mapping[str, t.Any]]:
    """All maps in lists, however deep, that look like fields: a name, and something that says how to fill it in."""
    if isinstance(node, t.Mapping):
        for value in node.values():
            yield from _field_lists(value)
    elif isinstance(node, list):
        for item in node:
            is_map = isinstance(item, t.Mapping)
            nested = is_map and any(isinstance(value, list) and _maps(value) for value in item.values())
            if is_map and not nested and {"type", "value", "required", "secret"} & set(item):
                yield item
            else:
                yield from _field_lists(item)


def _maps(items: list[t.Any]) -> bool:
    return bool(items) and all(isinstance(item, t.Mapping) for item in items)

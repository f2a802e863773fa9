# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a provider's configuration template, whose shape no document tells.

Three shapes are understood: a flat map of names to values, a list of fields, and groups of such lists. Whatever else
comes is said not to be understood, so that the caller can go on without it.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import SECRET

#: Names under which a field may carry its own name, its value, what people call it, and what it can be.
NAMES = ("name", "key", "id")
VALUES = ("value", "default", "default_value")
LABELS = ("label", "title", "display_name")
CHOICES = ("options", "choices", "enum")
#: Every connection has this field; a template in which it cannot be found has not been understood.
SURE = "display_name"


@dataclass(frozen=True)
class Entry:
    """One field of a template.

    :ivar value: what it is set to, else its default; None for a secret
    :ivar section: title of the group that it is in
    :ivar readonly: shown to be copied, not to be set
    """

    key: str
    value: t.Any = None
    label: str = ""
    section: str = ""
    type: str = ""
    required: bool = False
    secret: bool = False
    readonly: bool = False
    choices: tuple[t.Any, ...] = ()


Form = dict[str, Entry]


def read_template(template: t.Any) -> Form | None:
    """The fields of a template by their keys; None if no field can be made out."""
    if not isinstance(template, t.Mapping):
        return None
    found = (_entry(section, item) for section, item in _fields(template))
    form = {entry.key: entry for entry in found if entry.key}
    flat = {str(key): _plain(str(key), value) for key, value in template.items()}
    return next((one for one in (form, flat) if SURE in one), None)


def _entry(section: str, item: t.Mapping[str, t.Any]) -> Entry:
    key = _first(item, NAMES) or ""
    kind = str(item.get("type") or "")
    value = _first(item, VALUES, lambda value: value is not None)
    secret = item.get("secret") is True or kind == "password" or _sounds_secret(key, value, kind)
    return Entry(
        key=key,
        value=None if secret else value,
        label=_first(item, LABELS) or "",
        section=section,
        type=kind,
        required=item.get("required") is True,
        secret=secret,
        readonly=item.get("readonly") is True,
        choices=tuple(_first(item, CHOICES, lambda value: isinstance(value, list)) or ()),
    )


def _plain(key: str, value: t.Any) -> Entry:
    secret = _sounds_secret(key, value)
    return Entry(key, None if secret else value, secret=secret)


def _sounds_secret(key: str, value: t.Any, kind: str = "") -> bool:
    """A switch is none, whatever its name says (user_info_from_token)."""
    return SECRET.search(key) is not None and not isinstance(value, bool) and not kind.startswith("bool")


def _is_text(value: t.Any) -> bool:
    return isinstance(value, str)


def _first(item: t.Mapping[str, t.Any], names: t.Iterable[str], fits: t.Callable[[t.Any], bool] = _is_text) -> t.Any:
    return next((item[name] for name in names if fits(item.get(name))), None)


def _fields(node: t.Any, section: str = "") -> t.Iterator[tuple[str, t.Mapping[str, t.Any]]]:
    """All maps in lists, however deep, that look like fields: a name, and something that says how to fill it in."""
    if isinstance(node, t.Mapping):
        title = _first(node, (*LABELS, *NAMES)) or section
        for value in node.values():
            yield from _fields(value, title)
    elif isinstance(node, list):
        for item in node:
            is_map = isinstance(item, t.Mapping)
            nested = is_map and any(isinstance(value, list) and _maps(value) for value in item.values())
            if is_map and not nested and {"type", "value", "required", "secret"} & set(item):
                yield section, item
            else:
                yield from _fields(item, section)


def _maps(items: list[t.Any]) -> bool:
    return bool(items) and all(isinstance(item, t.Mapping) for item in items)

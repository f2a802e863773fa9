# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""ClearML configuration as a text: what it means, whether it can be sent, and how it may be shown."""

from __future__ import annotations

import contextlib
import json
import typing as t
from dataclasses import dataclass

from ansible_collections.clearml.enterprise.plugins.module_utils import _hocon, _yaml
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import MASK


def _json(text: str) -> tuple[t.Any, bool]:
    try:
        return json.loads(text), True
    except json.JSONDecodeError as error:
        raise ValueError(f" (line {error.lineno}, column {error.colno})") from None


def _yaml_text(text: str) -> tuple[t.Any, bool]:
    return _yaml.read_text(text), True


#: What reads a format, and says whether it read all of it; each raises ValueError with the place of a mistake.
READERS: dict[str, t.Callable[[str], tuple[t.Any, bool]]] = {
    "hocon": _hocon.read_text,
    "json": _json,
    "yaml": _yaml_text,
}
#: They belong to one machine or agent, so that no vault can set them (settings page of the web UI).
NOT_SETTABLE = ("cuda_version", "cudnn_version", "default_python", "worker_id", "worker_name", "debug")


@dataclass(frozen=True, eq=False)
class Configuration:
    """A text, and what it says; two are equal if they say the same.

    :ivar tree: its settings; None if only the text is known (no parser is installed, or it includes other texts)
    :ivar complete: whether they are all that it says; values that refer to others are null in ``tree``
    """

    text: str
    tree: t.Any = None
    complete: bool = False

    def __eq__(self, other: object) -> bool:
        """By meaning, as far as it is known; whitespace around a text never counts."""
        if not isinstance(other, Configuration):
            return NotImplemented
        if self.complete and other.complete:
            return bool(self.tree == other.tree)
        return self.text.strip() == other.text.strip()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Without its content, which is secret."""
        return MASK

    @property
    def settings(self) -> int | None:
        """How many values it sets; None if only the text is known."""
        return None if self.tree is None else _leaves(self.tree)


def understood(text: str, form: str) -> Configuration:
    """A configuration that was read from the server: where it cannot be parsed, its text has to do."""
    try:
        return parsed(text, form)
    except (InvalidInput, ImportError):
        return Configuration(text)


def parsed(text: str, form: str) -> Configuration:
    """A configuration that somebody asked for.

    :param form: hocon, json or yaml
    :raises InvalidInput: if it cannot be parsed, or is no map
    :raises ImportError: if the format's parser is not installed
    """
    tree, complete = _parse(text, form) if text.strip() else ({}, True)
    if complete and tree is None:
        tree = {}  # nothing but comments
    if not isinstance(tree, dict) and tree is not None:
        raise InvalidInput(f"content is {form} and no map of settings; write a map, such as sdk: ...")
    return Configuration(text, tree, complete)


def _parse(text: str, form: str) -> tuple[t.Any, bool]:
    """The parsed text. An error names the place and never quotes the text, which is secret."""
    with contextlib.suppress(ValueError):
        return _json(text)  # which is YAML and HOCON too
    try:
        return READERS[form](text)
    except ValueError as error:
        raise InvalidInput(f"content is not valid {form.upper()}{error}; correct it, or say its format") from None


def not_settable(tree: t.Any) -> list[str]:
    """The settings in it that no vault can set, as dotted paths."""
    agent = _at(tree, "agent")
    return [
        f"agent.{name}"
        for name in NOT_SETTABLE
        if name in agent or (isinstance(tree, dict) and f"agent.{name}" in tree)
    ]


def _at(tree: t.Any, key: str) -> dict[str, t.Any]:
    found = tree.get(key) if isinstance(tree, dict) else None
    return found if isinstance(found, dict) else {}


def masked(value: t.Any) -> t.Any:
    """A configuration as it may be shown: the settings by name, with all values masked."""
    if isinstance(value, Configuration):
        return MASK if value.tree is None else _masked(value.tree)
    return value


def _masked(tree: t.Any) -> t.Any:
    if isinstance(tree, dict):
        return {str(key): _masked(item) for key, item in tree.items()}
    return MASK


def _leaves(tree: t.Any) -> int:
    return sum(map(_leaves, tree.values())) if isinstance(tree, dict) else 1

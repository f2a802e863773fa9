# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of charts: put together, compared by meaning, and shown without their secrets."""

from __future__ import annotations

import base64
import json
import re
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import MASK, SECRET, is_secret_variable

Step: t.TypeAlias = "str | int"
Path = tuple[Step, ...]

#: Charts write their keys in camel case: apiserverSecret, rootPassword, accessToken, apiKey.
SECRET_KEY = re.compile(
    r"^(?!existing).*(secret|password|passphrase|token|api_?key|private_?key|dockerconfigjson)$", re.IGNORECASE
)
#: A shorter text says nothing, and masking it would tear holes into every message.
SHORTEST_SECRET = 4
#: A step of a path: a key, with \ before a dot or a bracket that is part of it, or [0] and [NAME] in a list.
_STEP = re.compile(r"\[([^\[\]]+)\]|((?:\\.|[^.\[\]\\])+)|(\.)")
_ABSENT: t.Any = object()


class Difference(t.NamedTuple):
    """One thing that is not as asked, fit to be shown."""

    kind: str
    path: str
    before: t.Any
    after: t.Any


def merged(contributors: t.Iterable[t.Mapping[str, t.Any]]) -> dict[str, t.Any]:
    """One map from several; a later one wins."""
    result: dict[str, t.Any] = {}
    for one in contributors:
        result = _merge(result, one)
    return result


def _merge(first: t.Any, second: t.Any) -> t.Any:
    if isinstance(first, dict) and isinstance(second, dict):
        return {**first, **{key: _merge(first[key], item) if key in first else item for key, item in second.items()}}
    if first and _are_named(first) and _are_named(second):
        entries = {item["name"]: item for item in first}
        return list({**entries, **{item["name"]: item for item in second}}.values())
    return second


def _are_named(value: t.Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) and "name" in item for item in value)


def parsed_path(text: str) -> Path:
    r"""The steps of ``a.b[0].c`` or ``a.env[NAME].value``; ``\.`` is a dot in a key.

    :raises InvalidInput: if it is no path
    """
    steps: list[Step] = []
    place, after_dot = 0, True
    while place < len(text):
        found = _STEP.match(text, place)
        bracket, key, dot = found.groups() if found else (None, None, None)
        if found is None or (key and not after_dot) or ((dot or bracket) and after_dot):
            raise InvalidInput(f"values_from: {text!r} is no path; write it as a.b[0].c or a.env[NAME].value")
        if bracket:
            steps.append(int(bracket) if bracket.isdigit() else f"[{bracket}")
        elif key:
            steps.append(re.sub(r"\\(.)", r"\1", key))
        place, after_dot = found.end(), bool(dot)
    if after_dot:
        raise InvalidInput(f"values_from: {text!r} is no path; write it as a.b[0].c or a.env[NAME].value")
    return tuple(steps)


def put(values: dict[str, t.Any], text: str, item: t.Any) -> Path:
    """Set what a path leads to, making the maps and named entries on the way.

    :returns: where that is, as ``masked_values`` wants to know it
    :raises InvalidInput: if something else is in the way
    """
    here: t.Any = values
    steps = parsed_path(text)
    trail: list[Step] = []
    for number, step in enumerate(steps):
        place = _entry(here, step, text)
        trail.append(_label(here[place]) if isinstance(here, list) else place)
        if number == len(steps) - 1:
            here[place] = item
        else:
            if isinstance(here, dict) and here.get(place) is None:
                following = steps[number + 1]
                here[place] = [] if isinstance(following, str) and following.startswith("[") else {}
            here = here[place]
    return tuple(trail)


def _entry(here: t.Any, step: Step, text: str) -> t.Any:
    """The key or the index that a step means in what is here; a named entry is made if there is none."""
    if isinstance(here, dict) and isinstance(step, str) and not step.startswith("["):
        return step
    if isinstance(here, list) and isinstance(step, int) and step < len(here):
        return step
    if isinstance(here, list) and isinstance(step, str) and step.startswith("["):
        name = step[1:]
        for index, item in enumerate(here):
            if isinstance(item, dict) and item.get("name") == name:
                return index
        here.append({"name": name})
        return len(here) - 1
    shown = f"[{step}]" if isinstance(step, int) else step
    raise InvalidInput(f"values_from: nothing can be put at {text!r}: the values have no place for {shown!r}")


def _label(entry: t.Any) -> str:
    """How an entry of a list is called wherever it stands: by its name, and all those without one alike."""
    return f"[{entry['name']}" if isinstance(entry, dict) and "name" in entry else "["


def changes(before: t.Any, after: t.Any, path: Path = ()) -> t.Iterator[Path]:
    """Where two trees of values differ. Numbers are compared as helm keeps them: as 64-bit floats."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}, key=str):
            yield from changes(before.get(key, _ABSENT), after.get(key, _ABSENT), (*path, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from changes(*pair, (*path, index))
    elif not same(before, after):
        yield path


def same(one: t.Any, other: t.Any) -> bool:
    """Whether two values without anything in common below them are equal: 1 is 1.0, and neither is true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return float(one) == float(other)
    return type(one) is type(other) and bool(one == other)


def at(tree: t.Any, path: Path) -> t.Any:
    """What a path leads to; null if it leads nowhere."""
    for step in path:
        if isinstance(tree, dict):
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int) and 0 <= step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree


def shown_path(path: Path) -> str:
    """A path as people write it."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def value_differences(before: t.Any, after: t.Any, hidden: t.Collection[Path]) -> list[Difference]:
    """What differs between two trees of values, without secrets."""
    shown = masked_values(before, hidden), masked_values(after, hidden)
    return [
        Difference("values", shown_path(path), at(shown[0], path), at(shown[1], path))
        for path in changes(before, after)
    ]


def masked_values(tree: t.Any, hidden: t.Collection[Path] = (), path: Path = ()) -> t.Any:
    """The values without their secrets.

    :param hidden: where secrets are although no key says so
    """
    if path in hidden:
        return None if tree is None else MASK
    if isinstance(tree, dict):
        variable = is_secret_variable(tree)
        return {
            key: MASK if _is_secret(key, item, variable) else masked_values(item, hidden, (*path, key))
            for key, item in tree.items()
        }
    if isinstance(tree, list):
        return [masked_values(item, hidden, (*path, _label(item))) for item in tree]
    return tree


def secret_texts(tree: t.Any) -> set[str]:
    """The secrets among the values."""
    if isinstance(tree, list):
        return set().union(*(secret_texts(item) for item in tree))
    if not isinstance(tree, dict):
        return set()
    variable = is_secret_variable(tree)
    here = {str(item) for key, item in tree.items() if _is_secret(key, item, variable)}
    return here.union(*(secret_texts(item) for item in tree.values()))


def _is_secret(key: t.Any, item: t.Any, variable: bool) -> bool:
    if isinstance(item, dict | list | bool) or item in (None, ""):
        return False
    return bool(SECRET.search(str(key)) or SECRET_KEY.search(str(key)) or (variable and key == "value"))


def scrubbed(text: str, secrets: t.Iterable[str]) -> str:
    """A text of another program without the secrets that it was given, plain or in base64."""
    for secret in sorted({one for one in secrets if len(one) >= SHORTEST_SECRET}, key=len, reverse=True):
        for form in (secret, json.dumps(secret)[1:-1], base64.b64encode(secret.encode()).decode()):
            text = text.replace(form, MASK)
    return text


def as_yaml(values: t.Mapping[str, t.Any]) -> str:
    """The values as YAML that every parser reads alike: JSON in which only what YAML can hold stands unescaped."""
    text = json.dumps(values, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda found: f"\\u{ord(found[0]):04x}", text)

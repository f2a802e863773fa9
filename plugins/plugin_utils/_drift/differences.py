# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two values side by side: as text, with what differs marked, and short."""

from __future__ import annotations

import difflib
import json
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import MASK
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.words import number, visible

#: What is shown of a long value: so many lines, and so much of a line.
LINES, WIDTH = 10, 160
#: Larger texts are compared by their beginnings and ends only.
COMPARED = 400
#: A line of which less than this stays is another line.
ALIKE = 0.35
#: Values that show nothing, and what is said of them.
EMPTY: tuple[tuple[t.Any, str], ...] = (("", "empty text"), ([], "empty list"), ({}, "empty map"))
#: What differs as a whole: a version, a number with its unit.
WORD = re.compile(r"[^\s,;:=/@]+|.")
#: A text, and whether it differs.
Part = tuple[str, bool]


@dataclass
class Line:
    """A line in parts, or the place of lines that are not shown."""

    parts: list[Part]
    gap: bool = False

    @property
    def changed(self) -> bool:
        """Whether any part of it differs."""
        return any(changed for _text, changed in self.parts)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(text for text, _changed in self.parts)


@dataclass
class Side:
    """One of two values.

    :ivar word: what is said instead of the value, if there is nothing to see
    :ivar short: the lines to show
    :ivar full: all lines, if they are more than that
    """

    word: str = ""
    short: list[Line] = field(default_factory=list)
    full: list[Line] = field(default_factory=list)


def compare(before: t.Any, after: t.Any) -> tuple[Side, Side]:
    """Both sides, ready to be shown."""
    words = _word(before), _word(after)
    texts = as_text(before), as_text(after)
    if texts[0] == texts[1] and before != after:
        # 1 and "1" look alike, and differ.
        texts = as_text(before, True), as_text(after, True)
    old, new = (text.split("\n") for text in texts)
    unmarked = [Line([(text, False)]) for text in old], [Line([(text, False)]) for text in new]
    lines = unmarked if any(words) else _marked(old, new)
    old_side, new_side = (Side(word) if word else _side(some) for word, some in zip(words, lines, strict=True))
    return old_side, new_side


def as_text(value: t.Any, quoted: bool = False) -> str:
    """A value as people read it: text as it is, lists and maps as YAML."""
    if isinstance(value, str):
        return visible(json.dumps(value, ensure_ascii=False) if quoted else value)
    if isinstance(value, (dict, list)) and value:
        import yaml

        # The one in C is ten times as fast, and not everywhere.
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        text: str = yaml.dump(_seen(value), Dumper=dumper, sort_keys=False, allow_unicode=True, width=1_000_000)
        return text.rstrip("\n")
    return json.dumps(value)


def _seen(value: t.Any) -> t.Any:
    """A list or a map with texts that can be seen."""
    if isinstance(value, dict):
        return {visible(key): _seen(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_seen(item) for item in value]
    return visible(value) if isinstance(value, str) else value


def _word(value: t.Any) -> str:
    """What is said of a value that shows nothing by itself."""
    if value is None:
        return "not set"
    if isinstance(value, str) and value.startswith(MASK):
        return visible(value)
    return next((word for empty, word in EMPTY if value == empty), "")


def _marked(old: list[str], new: list[str]) -> tuple[list[Line], list[Line]]:
    """The lines of both sides, with what differs marked."""
    left: list[Line] = []
    right: list[Line] = []
    for verb, first, last, start, end in _steps(old, new):
        here, there = old[first:last], new[start:end]
        if verb == "equal":
            left += [Line([(text, False)]) for text in here]
            right += [Line([(text, False)]) for text in there]
            continue
        for place in range(max(len(here), len(there))):
            one, other = _pair(here[place] if place < len(here) else "", there[place] if place < len(there) else "")
            left += [one] if place < len(here) else []
            right += [other] if place < len(there) else []
    return left, right


def _steps(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    if max(len(old), len(new)) <= COMPARED:
        return difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()  # type: ignore[return-value]
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle = ("replace", head, len(old) - tail, head, len(new) - tail)
    end = ("equal", len(old) - tail, len(old), len(new) - tail, len(new))
    return [("equal", 0, head, 0, head), middle, end]


def _common(old: list[str], new: list[str]) -> int:
    for place, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return place
    return min(len(old), len(new))


def _pair(old: str, new: str) -> tuple[Line, Line]:
    """Two lines that differ, word by word if they have something in common."""
    words, others = WORD.findall(old), WORD.findall(new)
    steps = _steps(words, others)
    same = sum(last - first for verb, first, last, _start, _end in steps if verb == "equal")
    if 2 * same < ALIKE * (len(words) + len(others)):
        return Line([(old, True)]), Line([(new, True)])
    left, right = Line([]), Line([])
    for verb, first, last, start, end in steps:
        for line, some in ((left, words[first:last]), (right, others[start:end])):
            if some:
                line.parts.append(("".join(some), verb != "equal"))
    return left, right


def _side(lines: list[Line]) -> Side:
    short = _shortened(lines)
    return Side("", short, lines if short != lines else [])


def _shortened(lines: list[Line]) -> list[Line]:
    """The lines that differ, each with the one before and after it; the first ones if none does."""
    changed = [place for place, line in enumerate(lines) if line.changed]
    if len(lines) <= LINES or not changed:
        chosen = list(range(len(lines)))[:LINES]
    else:
        near = sorted({place + step for place in changed for step in (-1, 0, 1) if 0 <= place + step < len(lines)})
        chosen = near[:LINES]
    found, last = [], -1
    for place in [*chosen, len(lines)]:
        if place > last + 1:
            found.append(Line([(f"{number(place - last - 1, 'more line')}", False)], gap=True))
        if place < len(lines):
            found.append(_clipped(lines[place]))
        last = place
    return found


def _clipped(line: Line) -> Line:
    """A long line from a little before the first part that differs."""
    if len(line.text) <= WIDTH:
        return line
    before = 0
    for text, changed in line.parts:
        if changed:
            break
        before += len(text)
    start = max(0, before - WIDTH // 4) if before < len(line.text) else 0
    parts, place = [], 0
    for text, changed in line.parts:
        some = text[max(0, start - place) : max(0, start + WIDTH - place)]
        place += len(text)
        if some:
            parts.append((some, changed))
    head = [("\u2026", False)] if start else []
    tail = [("\u2026", False)] if start + WIDTH < len(line.text) else []
    return Line([*head, *parts, *tail])

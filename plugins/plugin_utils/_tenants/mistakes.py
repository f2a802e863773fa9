# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A mistake in what is declared about a tenant, and how it is told to a person."""

from __future__ import annotations

import datetime
import difflib
import re
import typing as t
from dataclasses import dataclass

Path = tuple[str | int, ...]

PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*")
LONGEST_VALUE = 60


@dataclass(frozen=True)
class Mistake:
    """One mistake.

    :ivar tenant: the tenant's slug; empty if it concerns no single one
    :ivar file: where it was made, as people would name it
    :ivar path: of the value within the tenant's variables, such as tenant_queues[2].name
    :ivar value: the value as it may be shown; empty if there is none or nobody may see it
    """

    tenant: str
    file: str
    line: int | None
    path: str
    problem: str
    advice: str
    value: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        subject = f"{self.path} is {self.value}" if self.value else self.path
        said = f"{subject}: {self.problem}" if subject else self.problem
        return f"{place}: {said}. {self.advice}" + ("" if self.advice.endswith("?") else ".")

    def describe(self) -> dict[str, t.Any]:
        """The mistake as the module returns it."""
        return {**vars(self), "text": str(self)}


def dotted(path: Path) -> str:
    """The path as people write it."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif PLAIN_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{step!r}]"
    return text


def shown(value: t.Any) -> str:
    """A value as people may see it: short, and of maps and lists only what they are."""
    if isinstance(value, str):
        plain = str(value)
        return repr(plain if len(plain) <= LONGEST_VALUE else plain[:LONGEST_VALUE] + "…")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float, datetime.date)) else kind_of(value)


def kind_of(value: t.Any) -> str:
    """What a value is, in plain words."""
    if value is None:
        return "empty"
    for kinds, words in (
        (bool, "true or false"),
        (int, "a whole number"),
        (float, "a number"),
        (str, "text"),
        (dict, "a map"),
        (list, "a list"),
        (datetime.date, "a date"),
    ):
        if isinstance(value, kinds):
            return words
    return "something else"


def nearest(word: str, known: t.Iterable[str], likeness: float = 0.6) -> str:
    """The known word that is most like it; empty if none is."""
    found = difflib.get_close_matches(word, list(known), 1, likeness)
    return found[0] if found else ""


def listed(words: t.Iterable[t.Any]) -> str:
    """Words as a list in a sentence."""
    return ", ".join(str(word) for word in words)

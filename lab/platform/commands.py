# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command lines as containers are given them: plain, with variables by ``env``, or as a text for a shell."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

_SHELLS = ("sh", "bash", "/bin/sh", "/bin/bash")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")


@dataclass(frozen=True)
class Line:
    """One command, with the variables that stand before it."""

    words: list[str]
    variables: dict[str, str]


def read(command: list[str]) -> Line:
    """Take a command line apart; of a shell's text only plain words are understood."""
    words = list(command)
    if len(words) == 3 and words[0] in _SHELLS and words[1] == "-c":
        words = shlex.split(words[2])
    if words and words[0] == "env":
        words = words[1:]
    variables = {}
    while words and _VARIABLE.match(words[0]):
        name, _sign, value = words.pop(0).partition("=")
        variables[name] = value
    return Line(words, variables)

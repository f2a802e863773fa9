# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands print when they are executed in a container: a table that tests fill."""

from __future__ import annotations

import fnmatch
import itertools
import re
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from string import Template
from typing import Any

from lab.kube.documents import Json, dig


class ScriptError(ValueError):
    """A script that makes no sense."""


@dataclass
class Script:
    """One line of the table.

    ``command`` is a regular expression for the whole command line, joined by blanks.  ``stdout`` and ``stderr`` may
    name variables of the pod's node as ``$name``, and groups of the expression as ``$1``.  ``when`` are the values that
    variables must have, ``sets`` those that they have afterwards.  ``labels`` and ``resources`` (allocatable amounts)
    go to the node; null takes one away.
    """

    command: str
    stdout: str = ""
    stderr: str = ""
    exit_code: int = 0
    namespace: str = "*"
    pod: str = "*"
    container: str = "*"
    node: str = "*"
    when: dict[str, str] = field(default_factory=dict)
    sets: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str | None] = field(default_factory=dict)
    resources: dict[str, str | None] = field(default_factory=dict)
    id: int = 0
    runs: int = 0


@dataclass(frozen=True)
class Outcome:
    """What one execution gives."""

    stdout: str = ""
    stderr: str = ""
    exit_code: int = 0
    node_labels: dict[str, str | None] = field(default_factory=dict)
    node_resources: dict[str, str | None] = field(default_factory=dict)


_BUILT_IN = (
    Script(command=r"true"),
    Script(command=r"false", exit_code=1),
    Script(command=r"echo ?([^\x00]*)", stdout="$1\n"),
)


class _Words(Template):
    idpattern = r"[a-zA-Z0-9_]+"


class Scripts:
    """The table and the variables of the nodes."""

    def __init__(self) -> None:
        self._scripts: list[Script] = []
        self._ids = itertools.count(1)
        self.variables: dict[str, dict[str, str]] = defaultdict(dict)

    def add(self, document: Json) -> Script:
        """Add a line; the newest one that fits is taken."""
        try:
            script = Script(**document)
            re.compile(script.command)
        except (TypeError, re.error) as error:
            raise ScriptError(str(error)) from None
        script.id = next(self._ids)
        self._scripts.insert(0, script)
        return script

    def run(self, pod: Json, container: str, command: list[str]) -> Outcome | None:
        """Execute a command; None if there is no line for it."""
        line = " ".join(command)
        node = dig(pod, "spec", "nodeName", default="")
        variables = self.variables[node]
        for script in [*self._scripts, *_BUILT_IN]:
            match = re.fullmatch(script.command, line, re.DOTALL)
            if match is None or not _fits(script, pod, container, node):
                continue
            if any(variables.get(name, "") != value for name, value in script.when.items()):
                continue
            script.runs += 1
            words: dict[str, Any] = dict(variables)
            words |= {str(index): text or "" for index, text in enumerate(match.groups(), start=1)}
            outcome = Outcome(
                stdout=_Words(script.stdout).safe_substitute(words),
                stderr=_Words(script.stderr).safe_substitute(words),
                exit_code=script.exit_code,
                node_labels=dict(script.labels),
                node_resources=dict(script.resources),
            )
            variables.update({name: _Words(value).safe_substitute(words) for name, value in script.sets.items()})
            return outcome
        return None

    def as_list(self) -> list[Json]:
        """The table, newest line first."""
        return [asdict(script) for script in self._scripts]

    def clear(self) -> None:
        """Forget all lines and variables."""
        self._scripts.clear()
        self.variables.clear()


def _fits(script: Script, pod: Json, container: str, node: str) -> bool:
    metadata = pod["metadata"]
    pairs = (
        (metadata["namespace"], script.namespace),
        (metadata["name"], script.pod),
        (container, script.container),
        (node, script.node),
    )
    return all(fnmatch.fnmatchcase(text, pattern) for text, pattern in pairs)

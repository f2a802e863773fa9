# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of the installation guide, what does them and which tests show it: docs/guide.md.

Usage: guide_table.py ROOT [--write]. Without ``--write`` it fails if the page is not what it should be.
"""

from __future__ import annotations

import ast
import sys
import typing as t
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

PAGE = Path("docs") / "guide.md"
STEPS = Path("docs") / "guide.yml"
HEAD = """<!--
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later
-->

# The installation guide, step by step

Made by `make guide-table` from `guide.yml`. A0 to A17 are the steps of the published guide in its order, B1 to B26 its
further procedures and those of today's pages. A test holds that every role and every test named here exists.
"""


@dataclass(frozen=True)
class Sight:
    """What is seen, and the tests that look at it, each as ``path::function``."""

    what: str
    tests: list[str]


@dataclass(frozen=True)
class Step:
    """One step of the guide.

    :ivar by: paths of the roles, playbooks and modules that do it; none for a step that is not covered
    :ivar proof: what shows that it worked
    :ivar done: how a second run sees that nothing is left to do
    :ivar deviation: where this is not what the guide prints
    :ivar not_covered: why it, or the rest of it, is left alone
    """

    id: str
    title: str
    by: list[str]
    proof: Sight | None = None
    done: Sight | None = None
    deviation: str = ""
    not_covered: str = ""

    def tests(self) -> list[str]:
        """All tests that it names."""
        return [test for sight in (self.proof, self.done) if sight for test in sight.tests]


def load(root: Path) -> list[Step]:
    """What the file says.

    :raises TypeError: if a step has a key that there is not
    """
    content = yaml.safe_load((root / STEPS).read_text(encoding="utf-8"))["steps"]
    sights = ({name: Sight(**one[name]) for name in ("proof", "done") if name in one} for one in content)
    return [Step(**{"by": [], **one, **seen}) for one, seen in zip(content, sights, strict=True)]


@cache
def functions(path: Path) -> frozenset[str]:
    """The tests that a file defines; none if there is no such file."""
    tree = ast.parse(path.read_text(encoding="utf-8") if path.is_file() else "")
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def is_test(root: Path, name: str) -> bool:
    """Whether ``path::function`` is one."""
    path, _colons, function = name.partition("::")
    return function.startswith("test_") and function in functions(root / path)


def _maker(path: str) -> str:
    return f"[{Path(path).stem}](../{path})"


def _sight(sight: Sight) -> str:
    tests = ", ".join(f"[{test.partition('::')[2]}](../{test.partition('::')[0]})" for test in sight.tests)
    return f"{sight.what}<br>{tests}"


def _rows(head: str, rows: t.Iterable[t.Sequence[str]]) -> list[str]:
    names = head.split(" | ")
    return ["| " + " | ".join(row) + " |" for row in (names, ["---"] * len(names), *rows)]


def table(root: Path) -> str:
    """The page."""
    steps = load(root)
    covered = [
        (step.id, step.title, ", ".join(map(_maker, step.by)), _sight(step.proof), _sight(step.done))
        for step in steps
        if step.proof and step.done
    ]
    lines = [HEAD, f"{len(covered)} of {len(steps)} steps have a role, a playbook or a module.", ""]
    lines += _rows("step | what | done by | shows that it worked | shows that nothing is left to do", covered)
    lines += ["", "## Where this is not what the guide prints", ""]
    lines += _rows("step | how, and why", [(step.id, step.deviation) for step in steps if step.deviation])
    lines += ["", "## Left alone", ""]
    left = [(step.id, step.title, "rest" if step.by else "all", step.not_covered) for step in steps if step.not_covered]
    lines += _rows("step | what | how much of it | why", left)
    return "\n".join(lines) + "\n"


def main() -> int:
    root = Path(sys.argv[1])
    page = table(root)
    if "--write" in sys.argv:
        (root / PAGE).write_text(page, encoding="utf-8")
    elif page != (root / PAGE).read_text(encoding="utf-8"):
        print(f"{PAGE} is out of date; run `make guide-table`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

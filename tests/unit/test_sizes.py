# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module is documentation, an argument spec and one call; no file of the engine is long."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
#: Lines of code of a module besides its documentation and imports: the median, and the most that any has.
MEDIAN, MOST = 25, 110
LONGEST_ENGINE_FILE = 400
DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}


def code_lines(path: Path) -> int:
    """Lines with code, without documentation, imports, comments and empty lines."""
    text = path.read_text(encoding="utf-8")
    counted: set[int] = set()
    for node in ast.parse(text).body:
        if (
            isinstance(node, ast.Assign)
            and {target.id for target in node.targets if isinstance(target, ast.Name)} & DOCUMENTATION
        ):
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        counted.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = text.splitlines()
    return sum(1 for number in counted if lines[number - 1].strip() and not lines[number - 1].strip().startswith("#"))


def test_modules_are_small() -> None:
    sizes = {path.stem: code_lines(path) for path in (PLUGINS / "modules").glob("*.py")}
    assert statistics.median(sizes.values()) <= MEDIAN, sorted(sizes.items(), key=lambda item: item[1])
    assert {name: size for name, size in sizes.items() if size > MOST} == {}


def test_engine_files_are_small() -> None:
    sizes = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in (PLUGINS / "module_utils").rglob("*.py")
    }
    assert {name: size for name, size in sizes.items() if size > LONGEST_ENGINE_FILE} == {}

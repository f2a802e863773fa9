# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab as a piece of software: independent of what it tests, documented, quick enough."""

from __future__ import annotations

import ast
from pathlib import Path

import yaml

from lab import switches
from lab.benchmark import measure
from lab.endpoints.features import FEATURES
from lab.schema.catalog import CONTRACT
from lab.testing import running_lab

LAB = Path(__file__).parents[2] / "lab"


def test_it_imports_nothing_from_the_collection() -> None:
    for path in LAB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.startswith(("ansible", "plugins"))], path


def test_the_readme_has_the_table_of_switches() -> None:
    assert switches.table() in (LAB / "README.md").read_text(encoding="utf-8")


def test_features_are_the_contracts() -> None:
    definitions = yaml.safe_load((CONTRACT / "definitions.yml").read_text(encoding="utf-8"))
    assert list(FEATURES) == definitions["system.features_enum"]["enum"]


def test_the_benchmark_runs() -> None:
    # How fast is asked by hand; a busy machine must not fail a test.
    with running_lab() as lab:
        assert measure(lab, "server.info", seconds=0.2) > 0

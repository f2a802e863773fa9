# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/add-an-entity.md is followed literally, in a copy of the collection, and what comes out passes the tests."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "add-an-entity.md"
BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PARTS = ("plugins", "lab", "tests", "meta", "docs", "schemas", "galaxy.yml", "pyproject.toml")
TESTS = [
    ("tests/integration/test_every_entity.py", "variable or there_is_a_sample"),
    ("tests/unit/test_module_documentation.py", "variable"),
    ("tests/unit/test_api_coverage.py", ""),
    ("tests/integration/test_examples.py", "variable"),
]


def insert(text: str, hunk: str) -> str:
    """The text with one hunk of a diff applied; its context has to be there exactly once."""
    lines = hunk.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] in " -")
    new = "".join(line[1:] for line in lines if line[0] in " +")
    assert text.count(old) == 1, f"the page's context is there {text.count(old)} times:\n{old}"
    return text.replace(old, new)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the collection in which somebody did what the page says."""
    base = tmp_path_factory.mktemp("page")
    copy = base / "ansible_collections" / "clearml" / "enterprise"
    copy.mkdir(parents=True)
    for part in PARTS:
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / part)
    blocks = [found.groups() for found in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))]
    assert len(blocks) >= 8
    for language, path, content in blocks:
        target = copy / path
        if language == "diff":
            target.write_text(insert(target.read_text(encoding="utf-8"), content), encoding="utf-8")
        else:
            assert not target.exists(), f"{path} is there already; the page needs another example"
            target.write_text(content, encoding="utf-8")
    subprocess.run([sys.executable, "tests/tools/api_coverage.py", ".", "--write"], cwd=copy, check=True)
    return base


@pytest.mark.parametrize(("path", "chosen"), TESTS, ids=[path for path, _chosen in TESTS])
def test_the_page_works_as_it_is_printed(followed: Path, path: str, chosen: str) -> None:
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(followed),
        "PYTHONPATH": str(followed),
        "PYTEST_ADDOPTS": "",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", chosen, path]
    copy = followed / "ansible_collections" / "clearml" / "enterprise"
    done = subprocess.run(command, cwd=copy, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout

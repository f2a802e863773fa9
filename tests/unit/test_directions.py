# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may import whom: modules, then entities, then the engine; the lab is a witness of its own."""

from __future__ import annotations

import ast
import sys
import typing as t
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = "ansible_collections.clearml.enterprise.plugins."
UTILS = PLUGINS + "module_utils."
ENTITIES = UTILS + "_entities."
#: The parts of the engine that an entity is declared with.
VOCABULARY = {UTILS + name for name in ("_configuration", "_entity", "_errors", "_references", "_secrets", "_world")}
#: Python libraries from elsewhere, and the one file that may import each.
LIBRARIES = {
    "bcrypt": "_fixed_users.py",
    "requests": "_transport.py",
    "pyhocon": "_hocon.py",
    "kubernetes": "_kube.py",
    "urllib3": "_kube.py",
    "websocket": "_exec.py",
    "yaml": "_yaml.py",
}
#: What planning must not reach, however far away.
IMPURE = {"requests", "socket", "ssl", "http", "urllib", "time", "os", "subprocess", "threading"}


def files(folder: str) -> list[str]:
    """All Python files below a folder, as paths relative to the checkout."""
    return sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*.py"))


def for_types_only(node: ast.AST) -> bool:
    """Whether it is ``if t.TYPE_CHECKING:``."""
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def statements(node: ast.AST, types: bool) -> t.Iterator[ast.AST]:
    """Everything in a tree, with or without what only type checkers see."""
    for child in ast.iter_child_nodes(node):
        if types or not for_types_only(child):
            yield child
            yield from statements(child, types)


def imports(source: str, types: bool = True) -> set[str]:
    """The dotted names of the Python modules that a source imports; a relative import starts with a dot."""
    found: set[str] = set()
    for node in statements(ast.parse(source), types):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            found.add("." * node.level + (node.module or ""))
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            # `from package import module` and `from module import name` look alike: a folder tells.
            folder = ROOT.joinpath(*module.removeprefix(PLUGINS.removesuffix("plugins.")).split("."))
            found |= {f"{module}.{alias.name}" for alias in node.names} if folder.is_dir() else {module}
    return found - {"__future__"}


def imported_by(path: str, types: bool = True) -> set[str]:
    """What a file of the checkout imports."""
    return imports((ROOT / path).read_text(), types)


def is_below(name: str, *packages: str) -> bool:
    """Whether a module is one of the packages or inside it."""
    return any(name == package or name.startswith(package + ".") for package in packages)


def top(name: str) -> str:
    """The package that a module belongs to."""
    return name.partition(".")[0]


def reached(path: str) -> set[str]:
    """What a file imports when it runs, directly or by way of files of the engine."""
    found: set[str] = set()
    waiting = imported_by(path, types=False)
    while waiting:
        name = waiting.pop()
        found.add(name)
        if name.startswith(UTILS):
            file = "plugins/module_utils/" + name.removeprefix(UTILS).replace(".", "/") + ".py"
            waiting |= imported_by(file, types=False) - found
    return found


MODULES = files("plugins/modules")
ENTITY_FILES = files("plugins/module_utils/_entities")
ENGINE = [path for path in files("plugins/module_utils") if path not in ENTITY_FILES]


def test_imports_are_seen_wherever_they_stand() -> None:
    """Inside functions and conditions, with the package or the name behind ``from``."""
    source = """
import os, json.decoder as j
from lab import testing
from . import near
if t.TYPE_CHECKING:
    from lab.control import Control
def late():
    try:
        import requests
    except ImportError:
        from ansible_collections.clearml.enterprise.plugins.module_utils import _plan
"""
    always = {"os", "json.decoder", "lab.testing", ".", "requests", UTILS + "_plan"}
    assert imports(source) == {*always, "lab.control"}
    assert imports(source, types=False) == always


def test_there_is_something_to_look_at() -> None:
    """The folders are where this test looks for them."""
    assert {"plugins/modules/clearml_queue.py"} <= set(MODULES)
    assert {"plugins/module_utils/_plan.py", "plugins/module_utils/_client.py"} <= set(ENGINE)
    assert {"plugins/module_utils/_entities/queue.py"} <= set(ENTITY_FILES)
    assert "lab/testing.py" in files("lab")


@pytest.mark.parametrize("path", MODULES)
def test_a_module_imports_module_utils_only(path: str) -> None:
    """Besides the standard library."""
    wrong = {name for name in imported_by(path) if top(name) not in sys.stdlib_module_names}
    assert {name for name in wrong if not is_below(name, UTILS[:-1], "ansible.module_utils")} == set()


@pytest.mark.parametrize("path", [path for path in ENTITY_FILES if not path.endswith("__init__.py")])
def test_an_entity_imports_its_vocabulary_and_other_entities(path: str) -> None:
    """No client, no plan, no Ansible: an entity is a declaration."""
    wrong = {name for name in imported_by(path) if top(name) not in sys.stdlib_module_names}
    assert {name for name in wrong - VOCABULARY if not name.startswith(ENTITIES)} == set()


@pytest.mark.parametrize("path", ENGINE)
def test_the_engine_knows_no_entity_and_no_module(path: str) -> None:
    """It imports the engine, ansible.module_utils, and each library in one file."""
    found = {name for name in imported_by(path) if top(name) not in sys.stdlib_module_names}
    assert {name for name in found if is_below(name, ENTITIES[:-1])} == set()
    allowed = {library for library, file in LIBRARIES.items() if path.endswith("/" + file)}
    assert {name for name in found if not is_below(name, UTILS[:-1], "ansible.module_utils", *allowed)} == set()


def test_planning_is_pure() -> None:
    """Whatever _plan imports, also by way of others, it reaches no client, no server and no clock."""
    found = reached("plugins/module_utils/_plan.py")
    assert {name for name in found if name.startswith(UTILS)} == {UTILS + "_entity", UTILS + "_errors"}
    assert {name for name in found if top(name) in IMPURE | {"ansible"}} == set()


@pytest.mark.parametrize("path", files("plugins"))
def test_plugins_do_not_know_lab_and_tests(path: str) -> None:
    """Nor do they import by relative paths, which break once a module is sent to a host."""
    assert {name for name in imported_by(path) if is_below(name, "lab", "tests") or name.startswith(".")} == set()


@pytest.mark.parametrize("path", files("plugins"))
def test_nothing_imports_a_module_by_name(path: str) -> None:
    """Modules are the end of the line; the action plugin finds the task's one when it runs."""
    assert {name for name in imported_by(path) if is_below(name, PLUGINS + "modules")} == set()


@pytest.mark.parametrize("path", files("lab"))
def test_the_lab_is_independent(path: str) -> None:
    """A mistake of the client is not to be mirrored by the server that tests it."""
    names = imported_by(path)
    assert {n for n in names if is_below(n, "plugins", "ansible", "ansible_collections", "tests")} == set()

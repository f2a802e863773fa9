# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML files of an inventory: what stands where, without making values of it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

import yaml

from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.mistakes import Path, dotted

Loader: t.Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MERGE = "tag:yaml.org,2002:merge"


@dataclass(frozen=True)
class Flaw:
    """Something wrong with a file as such."""

    line: int | None
    path: str
    problem: str
    advice: str


@dataclass
class Document:
    """A file with variables.

    :ivar name: the file as people would name it
    :ivar keys: the variables that it sets
    :ivar lines: the line of each path in it
    :ivar encrypted: the whole file is vaulted, so nothing of it may be shown
    :ivar broken: Ansible cannot read it either
    """

    name: str
    keys: tuple[str, ...] = ()
    lines: dict[Path, int] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    encrypted: bool = False
    broken: bool = False

    def line(self, path: Path) -> int | None:
        """The line of the path, or of the nearest thing around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


def read_document(name: str, text: str) -> Document:
    """Look through the text of a YAML file. The text around a mistake is never quoted: it may hold a secret."""
    document = Document(name)
    try:
        root = yaml.compose(text, Loader=Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else None
        problem = getattr(error, "problem", None) or "it has characters that YAML does not allow"
        document.flaws.append(
            Flaw(line, "", f"this is not valid YAML: {problem}", "Correct it there, or in the line above")
        )
        document.broken = True
        return document
    if isinstance(root, yaml.MappingNode):
        _walk(root, (), document, frozenset())
        document.keys = tuple(str(path[0]) for path in document.lines if len(path) == 1)
    elif root is not None and not (isinstance(root, yaml.ScalarNode) and root.tag.endswith(":null")):
        document.flaws.append(
            Flaw(1, "", "the file is not a map of variables", "Write one variable a line: name, colon, value")
        )
        document.broken = True
    return document


def _walk(node: yaml.Node, path: Path, document: Document, above: frozenset[int]) -> None:
    if id(node) in above:
        return
    inside = above | {id(node)}
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            document.lines.setdefault((*path, index), item.start_mark.line + 1)
            _walk(item, (*path, index), document, inside)
    if isinstance(node, yaml.MappingNode):
        _walk_map(node, path, document, inside)


def _walk_map(node: yaml.MappingNode, path: Path, document: Document, above: frozenset[int]) -> None:
    seen: dict[str, int] = {}
    merged: list[yaml.Node] = []
    for key, value in node.value:
        line = key.start_mark.line + 1
        if key.tag == MERGE:
            merged += value.value if isinstance(value, yaml.SequenceNode) else [value]
            continue
        name = str(key.value)
        if name in seen:
            document.flaws.append(
                Flaw(
                    line,
                    dotted((*path, name)),
                    f"the key stands here a second time, after line {seen[name]}, and only the last one counts",
                    "Make one of the two",
                )
            )
        seen[name] = line
        document.lines[(*path, name)] = line
        _walk(value, (*path, name), document, above)
    for other in merged:
        # A merged key never covers one that stands here.
        _walk(other, path, _Behind(document), above)


class _Behind(Document):
    """Takes the lines of a merged map, where there is none yet; its flaws were found where it stands."""

    def __init__(self, document: Document) -> None:
        super().__init__(document.name, lines=_Unset(document.lines))


class _Unset(dict[Path, int]):
    def __init__(self, below: dict[Path, int]) -> None:
        super().__init__()
        self.below = below

    def __setitem__(self, path: Path, line: int) -> None:
        self.below.setdefault(path, line)

    def setdefault(self, path: Path, line: t.Any = None) -> int:
        return self.below.setdefault(path, line)

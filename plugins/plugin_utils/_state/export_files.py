# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folder of an inventory that an export writes: what is there stays, unless somebody says otherwise."""

from __future__ import annotations

import os
import tempfile
import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.documents import read_document

WRITTEN, UNCHANGED, KEPT = "written", "unchanged", "kept"


@dataclass
class Written:
    """A file, and what became of it.

    :ivar status: written, unchanged, or kept: it is there, with another text
    """

    path: str
    status: str
    before: str = field(repr=False)
    after: str = field(repr=False)

    @property
    def diff(self) -> dict[str, str]:
        """The difference as Ansible shows it with --diff."""
        return {"before_header": self.path, "after_header": self.path, "before": self.before, "after": self.after}


@dataclass
class Folder:
    """An inventory on disk.

    :ivar force: write over what differs
    :ivar check: write nothing
    """

    path: str
    force: bool = False
    check: bool = False
    files: list[Written] = field(default_factory=list)

    def put(self, name: str, text: str) -> Written:
        """Write a file unless it is there.

        :raises InvalidInput: if it cannot be read or written
        """
        path = os.path.join(self.path, name)
        try:
            before = _read(path)
            status = self._status(before, text)
            if status == WRITTEN and not self.check:
                _write(path, text)
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"{path} cannot be read or written ({type(error).__name__})") from None
        done = Written(path, status, before or "", text)
        self.files.append(done)
        return done

    def _status(self, before: str | None, text: str) -> str:
        if before == text:
            return UNCHANGED
        return WRITTEN if before is None or self.force else KEPT

    def has(self, name: str) -> bool:
        """Whether there is such a file or folder."""
        return os.path.exists(os.path.join(self.path, name))

    def lacks(self, name: str, text: str) -> bool:
        """Whether there is no such file, or just this one."""
        return _read(os.path.join(self.path, name)) in (None, text)

    def words(self, name: str) -> set[str]:
        """The keys of a YAML file, however deep; empty if there is none, or it cannot be read."""
        try:
            text = _read(os.path.join(self.path, name)) or ""
        except (OSError, UnicodeDecodeError):
            return set()
        return {str(path[-1]) for path in read_document(name, text).lines}


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _write(path: str, text: str) -> None:
    """All of it or nothing, readable by everybody: nothing in it is secret."""
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=0o755, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=folder, prefix=".export-")
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(beside, 0o644)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def tenant_file(folder: Folder, tenant: str, layout: str) -> str:
    """Where a tenant's variables belong; what is there already decides.

    :param layout: file or folder
    """
    flat, deep = f"host_vars/{tenant}.yml", f"host_vars/{tenant}/tenant.yml"
    if folder.has(f"host_vars/{tenant}"):
        return deep
    return flat if layout == "file" or folder.has(flat) else deep


def listing(names: t.Iterable[str], group: str) -> dict[str, t.Any]:
    """The inventory that has these tenants."""
    return {group: {"hosts": dict.fromkeys(names)}}

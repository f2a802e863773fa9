# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies the checkout to where Ansible looks for a collection: ``<target>/ansible_collections/clearml/enterprise``.

Only what git would commit goes there (tracked, or untracked and not ignored). Files that did not change are left
alone and files that vanished are removed, so that a second run costs a fraction of a second.
"""

from __future__ import annotations

import argparse
import fcntl
import filecmp
import os
import shutil
import subprocess
from pathlib import Path

#: An ansible.cfg without settings: everything that runs here is told what it needs by its environment.
CONFIGURATION = "# Written by make: Ansible reads this instead of the user's ansible.cfg.\n[defaults]\n"

#: What the tools write into the copy; a sync leaves it there, git in the copy does not see it.
GENERATED = (".git", ".ansible", "tests/output")


def committed(root: Path) -> set[str]:
    """The paths that git would commit, as they are in the working tree."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode()
    return {name for name in listing.split("\0") if name and os.path.lexists(root / name)}


def same(source: Path, copy: Path) -> bool:
    """Whether the copy is up to date: same kind, mode, size and time, or else same content."""
    if copy.is_symlink() or source.is_symlink() or not copy.is_file():
        return False
    here, there = source.stat(), copy.stat()
    if here.st_mode != there.st_mode or here.st_size != there.st_size:
        return False
    return here.st_mtime_ns == there.st_mtime_ns or filecmp.cmp(source, copy, shallow=False)


def copy_file(source: Path, copy: Path) -> None:
    """Put a copy in place in one step, so that nobody reads half a file."""
    if copy.is_dir() and not copy.is_symlink():
        shutil.rmtree(copy)
    copy.parent.mkdir(parents=True, exist_ok=True)
    scratch = copy.with_name(f".{copy.name}.{os.getpid()}.new")
    shutil.copy2(source, scratch, follow_symlinks=False)
    os.replace(scratch, copy)


def remove_vanished(target: Path, wanted: set[str]) -> int:
    """Remove files that the checkout no longer has, then the folders that this leaves empty."""
    removed = 0
    for folder, names, files in os.walk(target):
        relative = Path(folder).relative_to(target)
        names[:] = [name for name in names if (relative / name).as_posix() not in GENERATED and name != "__pycache__"]
        links = [name for name in names if os.path.islink(os.path.join(folder, name))]
        for name in [*files, *links]:
            if (relative / name).as_posix() not in wanted:
                os.unlink(os.path.join(folder, name))
                removed += 1
    needed = {parent.as_posix() for name in wanted for parent in Path(name).parents}
    for folder, names, _files in os.walk(target):
        relative = Path(folder).relative_to(target)
        kept = [name for name in names if (relative / name).as_posix() not in GENERATED and name != "__pycache__"]
        names[:] = [name for name in kept if (relative / name).as_posix() in needed]
        for name in set(kept) - set(names) - {"tests"}:
            shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
    return removed


def main() -> None:
    """Bring the copy up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", type=Path, help="the folder that holds ansible_collections/")
    arguments = parser.parse_args()
    root = Path(__file__).resolve().parents[2]
    target = arguments.target.resolve() / "ansible_collections" / "clearml" / "enterprise"
    target.mkdir(parents=True, exist_ok=True)
    (arguments.target / "home").mkdir(exist_ok=True)
    lock = (arguments.target / ".lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)  # until this process ends: two runs of make may share the copy
    wanted = committed(root)
    removed = remove_vanished(target, wanted)
    changed = [name for name in sorted(wanted) if not same(root / name, target / name)]
    for name in changed:
        copy_file(root / name, target / name)
    if not (target / ".git").exists():
        # ansible-test asks git which files there are; without a repository of its own it finds this checkout's,
        # which ignores the whole copy.
        subprocess.run(["git", "init", "-q", str(target)], check=True)
        (target / ".git" / "info").mkdir(exist_ok=True)
        (target / ".git" / "info" / "exclude").write_text("".join(f"/{name}/\n" for name in GENERATED[1:]))
    configuration = arguments.target / "ansible.cfg"
    if not configuration.exists():
        configuration.write_text(CONFIGURATION)
    if changed or removed:
        print(f"tree: {len(changed)} files copied, {removed} removed")


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that plays the file server's container: a disk, and the few commands that look at it or change it.

The server keeps a folder for each company below its mount, named by the company's ID.  A path that names no company
names them all, as on a real disk.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from lab.kube.cluster import Cluster
from lab.kube.documents import dig
from lab.kube.programs import Container
from lab.kube.scripts import Outcome
from lab.platform import commands, deployment

MOUNT = PurePosixPath("/mnt/fileserver")


class Disk:
    """Paths below the mount; nobody looks into files."""

    def __init__(self) -> None:
        self._paths: set[PurePosixPath] = set()

    def holds(self, path: PurePosixPath) -> bool:
        """Whether there is a folder or file of that path."""
        return path in (MOUNT, *MOUNT.parents) or any(path in (one, *one.parents) for one in self._paths)

    def make(self, path: PurePosixPath) -> None:
        """Add a folder or an empty file."""
        self._paths.add(path)

    def below(self, path: PurePosixPath) -> list[str]:
        """Names of what is in a folder."""
        depth = len(path.parts)
        return sorted({one.parts[depth] for one in self._paths if path in one.parents})

    def remove(self, path: PurePosixPath) -> None:
        """Forget a path and all below it."""
        self._paths = {one for one in self._paths if path not in (one, *one.parents)}


class Disks:
    """The disks of a cluster, by what keeps them: a file server that starts anew finds the files of its claim."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._disks: dict[str, Disk] = {}

    def play(self, container: Container) -> Fileserver:
        """The program."""
        uid = deployment.claim_of(self._cluster, container.pod) or str(container.pod["metadata"]["uid"])
        self._disks = {one: disk for one, disk in self._disks.items() if deployment.still_there(self._cluster, one)}
        mounts = dig(container.pod, "spec", "containers", 0, "volumeMounts", default=[])
        mounted = any(one["mountPath"] == str(MOUNT) for one in mounts)
        return Fileserver(self._disks.setdefault(uid, Disk()) if mounted else None)


class Fileserver:
    """One container."""

    def __init__(self, disk: Disk | None) -> None:
        self._disk = disk

    def look(self) -> bool:
        """It waits for nobody."""
        return True

    def stop(self) -> None:
        """The disk stays."""

    def execute(self, command: list[str]) -> Outcome | None:
        """``mkdir -p``, ``touch``, ``ls``, ``test -d``, ``test -e`` and ``rm -rf``."""
        if self._disk is None:
            return None
        match [word for word in commands.read(command).words if word != "--"]:
            case ["mkdir", "-p", *paths] | ["touch", *paths] if paths:
                for path in paths:
                    self._disk.make(PurePosixPath(path))
                return Outcome()
            case ["ls", path]:
                return Outcome("".join(f"{name}\n" for name in self._disk.below(PurePosixPath(path))))
            case ["test", "-d" | "-e", path]:
                return Outcome(exit_code=0 if self._disk.holds(PurePosixPath(path)) else 1)
            case ["rm", "-rf", *paths]:
                for path in paths:
                    self._disk.remove(PurePosixPath(path))
                return Outcome()
        return None

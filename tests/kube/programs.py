# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running the real programs."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.kube.testing import RunningKube

_SEC = 60


def environment(kube: RunningKube, home: Path) -> dict[str, str]:
    """What a program sees: this cluster, and nothing of the developer's home."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR", "VIRTUAL_ENV")}
    return {**kept, "HOME": str(home), "KUBECONFIG": str(kube.kubeconfig), "NO_PROXY": "127.0.0.1"}


@dataclass
class Program:
    """A program and its environment."""

    path: Path
    env: dict[str, str]

    def run(self, *arguments: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run it, whatever comes of it."""
        return subprocess.run(
            [str(self.path), *map(str, arguments)],
            env=self.env,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=_SEC,
            check=False,
        )

    def __call__(self, *arguments: str | Path, stdin: str | None = None) -> str:
        """Run it, expect it to succeed, answer what it prints."""
        run = self.run(*arguments, stdin=stdin)
        assert run.returncode == 0, f"{' '.join(map(str, arguments))}:\n{run.stdout}\n{run.stderr}"
        return run.stdout

    def fails(self, *arguments: str | Path, stdin: str | None = None) -> str:
        """Run it, expect it to fail, answer what it complains about."""
        run = self.run(*arguments, stdin=stdin)
        assert run.returncode != 0, run.stdout
        return run.stderr

    def json(self, *arguments: str | Path) -> Any:
        """Run it with ``-o json``."""
        return json.loads(self(*arguments, "-o", "json"))


def recording(program: Path, folder: Path) -> Path:
    """Make ``helm`` in a folder, which writes its arguments and environment down and runs a program; answers where."""
    record, wrapper = folder / "record", folder / "helm"
    lines = [
        "#!/bin/sh",
        f"{{ echo '=== start'; printf '%s\\n' \"$@\"; env; }} >> {record}",
        f'exec {program} "$@"',
        "",
    ]
    wrapper.write_text("\n".join(lines), encoding="utf-8")
    wrapper.chmod(0o755)
    return record


def starts(record: Path) -> int:
    """How often it was started."""
    return record.read_text(encoding="utf-8").count("=== start") if record.exists() else 0

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting and stopping from the command line."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parent.parent.parent
    env = {**os.environ, "LAB_HOME": str(home), "PYTHONPATH": str(root)}
    words = [sys.executable, "-m", "lab.kube", *arguments]
    return subprocess.run(words, env=env, capture_output=True, text=True, timeout=30, check=False)


def runs(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError):
        # A process that ended stays listed, in state Z, until its parent asks for it.
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        return state != "Z"
    return False


def test_up_status_down(tmp_path: Path) -> None:
    home = tmp_path / "labs"
    assert command(home, "status").returncode == 1
    assert "is up" in command(home, "up").stdout
    try:
        info = json.loads((home / "kube-default" / "kube.json").read_text(encoding="utf-8"))
        assert (home / "kube-default" / "kubeconfig").stat().st_mode & 0o777 == 0o600
        assert "already up" in command(home, "up").stdout
        assert info["url"] in command(home, "status").stdout
        assert info["token"] not in command(home, "status").stdout
    finally:
        assert "is down" in command(home, "down").stdout
    assert not home.exists()
    assert not runs(info["pid"])

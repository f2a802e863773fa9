# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Labs from the command line: up, status, down."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from lab.testing import running_lab
from tests.lab.api_client import system

PROJECT = Path(__file__).parents[2]


def _lab(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lab", *arguments],
        cwd=PROJECT,
        env={**os.environ, "LAB_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _info(home: Path, name: str) -> dict[str, Any]:
    info: dict[str, Any] = json.loads((home / name / "lab.json").read_text(encoding="utf-8"))
    return info


def _runs(pid: int) -> bool:
    try:
        # A process that ended stays listed, in state Z, until its parent asks for it.
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_two_labs_side_by_side(tmp_path: Path) -> None:
    home = tmp_path / "labs"
    try:
        first = _lab(home, "up", "--name", "one", LAB_ROOT_KEY="GIVENKEY", LAB_ROOT_SECRET="given-secret")
        assert first.returncode == 0, first.stderr
        assert _lab(home, "up", "--name", "two", "--switch", "api_version=2.30").returncode == 0
        one, two = _info(home, "one"), _info(home, "two")
        assert one["api_url"] in first.stdout
        assert "given-secret" not in first.stdout
        answer = requests.post(f"{one['api_url']}/system.get_companies", auth=("GIVENKEY", "given-secret"), timeout=10)
        assert answer.status_code == 200
        assert requests.post(f"{two['api_url']}/server.info", timeout=10).json()["data"]["api_version"] == "2.30"
        again = _lab(home, "up", "--name", "one")
        assert (again.returncode, "already up" in again.stdout) == (0, True)
        assert _info(home, "one") == one
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [home / "one", *(home / "one").iterdir()]}
        assert modes == {"one": 0o700, "lab.json": 0o600, "log": 0o600}
        command_line = Path(f"/proc/{one['pid']}/cmdline").read_text(encoding="utf-8")
        assert "given-secret" not in command_line
        assert _lab(home, "status", "--name", "one").returncode == 0
    finally:
        stopped = [_lab(home, "down", "--name", name).returncode for name in ("one", "two")]
    assert stopped == [0, 0]
    assert (_runs(one["pid"]), _runs(two["pid"]), home.exists()) == (False, False, False)
    assert _lab(home, "status", "--name", "one").returncode == 1


def test_a_folder_without_its_process(tmp_path: Path) -> None:
    home = tmp_path / "labs"
    assert _lab(home, "up", "--name", "one").returncode == 0
    stale = _info(home, "one")
    os.kill(stale["pid"], 9)
    assert _lab(home, "status", "--name", "one").returncode == 1
    assert _lab(home, "up", "--name", "one").returncode == 0
    assert _info(home, "one")["pid"] != stale["pid"]
    assert _lab(home, "down", "--name", "one").returncode == 0
    assert not home.exists()


def test_keys_from_a_file(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text("LAB_SYSTEM_KEY=FILEKEY\nLAB_SYSTEM_SECRET=file-secret\n", encoding="utf-8")
    assert _lab(tmp_path / "labs", "up", "--keys-file", str(keys)).returncode == 0
    try:
        assert _info(tmp_path / "labs", "default")["system_secret"] == "file-secret"
    finally:
        assert _lab(tmp_path / "labs", "down").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("up", "--switch", "nonsense=1"), "expected name=value"),
        (("up", "--name", "../up"), "a lab's name"),
        (("up", "--keys-file", "missing"), "cannot read the keys"),
    ],
)
def test_mistakes_are_explained(tmp_path: Path, arguments: tuple[str, ...], complaint: str) -> None:
    result = _lab(tmp_path / "labs", *arguments)
    assert (result.returncode, complaint in result.stderr) == (1, True)
    assert not (tmp_path / "labs").exists()


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with running_lab() as other:
        port = other.url.rpartition(":")[2]
        result = _lab(tmp_path / "labs", "up", "--port", port)
    assert (result.returncode, "address already in use" in result.stderr) == (1, True)
    assert not (tmp_path / "labs").exists()


def test_tls(tmp_path: Path) -> None:
    with running_lab(tls=True) as lab:
        assert lab.url.startswith("https://127.0.0.1:")
        assert system(lab).codes("system.get_companies") == (200, 0)
        with pytest.raises(requests.exceptions.SSLError):
            requests.post(f"{lab.url}/server.info", timeout=10)

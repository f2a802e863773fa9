# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""clearml_chart with real helm, 3.18 and 4.3: a chart is fetched once, and no password stays."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.kube import binaries
from tests.kube.chart_sources import PASSWORD, USER, ChartSource, chart_source
from tests.kube.charts import pack_chart
from tests.kube.programs import recording
from tests.support.modules import Result, run_module


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChartSource]:
    folder = tmp_path_factory.mktemp("charts")
    with chart_source(*(pack_chart(folder, version) for version in ("0.1.0", "0.2.0"))) as running:
        yield running


@pytest.fixture(params=["classic", "registry"])
def url(request: pytest.FixtureRequest, source: ChartSource) -> str:
    source.paths.clear()
    return str(getattr(source, request.param))


@pytest.fixture(params=["3.18", "4.3"])
def helm(request: pytest.FixtureRequest) -> Path:
    return binaries.helm(request.param)


def options(url: str, helm: Path, folder: Path, **more: Any) -> dict[str, Any]:
    return {
        "chart": "small",
        "version": "0.1.0",
        "source": url,
        "username": USER,
        "password": PASSWORD,
        "plain_http": True,
        "folder": str(folder),
        "helm_binary": str(helm),
        **more,
    }


def contents(folder: Path) -> str:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return "".join(f"{path}: {path.read_bytes()!r}" for path in files)


def test_it_is_fetched_once(url: str, helm: Path, source: ChartSource, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    given = options(url, helm, folder)
    check: Result = run_module("clearml_chart", given, check=True)
    assert (check["fetched"], check["digest"], source.paths, folder.exists()) == (False, None, [], False)
    first = run_module("clearml_chart", given)
    assert not first.get("failed"), first["msg"]
    assert first["fetched"] and not first["changed"] and first["archive"] == check["archive"]
    asked = len(source.paths)
    second = run_module("clearml_chart", given)
    assert (second["fetched"], second["digest"], len(source.paths)) == (False, first["digest"], asked)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert PASSWORD not in contents(folder) and PASSWORD not in str(first)
    assert [path.name for path in folder.glob(".*")] == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"password": "wrong-one"}, "refuses username reader"),
        ({"username": None, "password": None}, "refuses a request without a password"),
        ({"version": "7.0.0"}, "has no version 7.0.0 of chart small; the newest there: 0.2.0"),
        ({"chart": "large"}, "has no chart large"),
        ({"version": "0.1"}, "version 0.1 is not exact"),
        ({"password": None}, "username and password go together"),
        ({"source": "file:///tmp"}, "source has to start with"),
    ],
)
def test_what_goes_wrong_is_said_in_one_sentence(
    url: str, helm: Path, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    given = {key: one for key, one in options(url, helm, tmp_path, **changes).items() if one is not None}
    result = run_module("clearml_chart", given)
    assert result["failed"] and message in result["msg"]
    assert "\n" not in result["msg"] and "wrong-one" not in str(result)
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_source_that_is_down(helm: Path, tmp_path: Path) -> None:
    for url in ("http://127.0.0.1:9/charts", "oci://127.0.0.1:9/charts"):
        result = run_module("clearml_chart", options(url, helm, tmp_path))
        assert f"{url} cannot be used" in result["msg"] and "refused" in result["msg"]


def test_neither_user_nor_password_is_an_argument(url: str, helm: Path, tmp_path: Path) -> None:
    record = recording(helm, tmp_path)
    result = run_module("clearml_chart", options(url, record.with_name("helm"), tmp_path / "cache"))
    assert result["fetched"]
    assert USER not in record.read_text() and PASSWORD not in record.read_text()


def test_what_dead_processes_left_is_removed(source: ChartSource, tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    left = tmp_path / f".fetching-{dead.pid}-x"
    left.mkdir()
    run_module("clearml_chart", options(source.classic, binaries.helm("4.3"), tmp_path))
    assert not left.exists()


def test_many_processes_fetch_once(source: ChartSource, tmp_path: Path) -> None:
    source.paths.clear()
    given = options(source.classic, binaries.helm("3.18"), tmp_path)
    code = f"from tests.support.modules import run_module\nprint(run_module('clearml_chart', {given!r}))"
    command = [sys.executable, "-c", code]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _number in range(3)]
    said = [process.communicate()[0] for process in running]
    assert sorted("'fetched': True" in text for text in said) == [False, False, True]
    assert source.fetches() == 1

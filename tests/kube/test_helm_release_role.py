# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role helm_release, run by ansible-playbook: the registry is asked only if something differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lab.kube import binaries
from lab.kube.testing import RunningKube
from tests.integration.parity.playbook import HERE, Run, run_playbook, wrapped_python
from tests.kube.chart_sources import PASSWORD, USER, ChartSource, chart_source
from tests.kube.charts import pack_chart
from tests.kube.programs import recording, starts
from tests.support.cluster import Cluster

SECRET = "not-for-anybody's-eyes"
PLAIN = "given-in-clear-0815"


@dataclass
class Role:
    """Runs the role with a source, one value in clear, and one from a Secret."""

    kube: RunningKube
    source: ChartSource
    folder: Path
    record: Path

    def run(self, *options: str, interpreter: str = HERE, **variables: Any) -> Run:
        given = {
            "name": "r",
            "namespace": "space",
            "chart": "small",
            "source": self.source.registry,
            "username": USER,
            "password": PASSWORD,
            "plain_http": True,
            "version": "0.1.0",
            "contributors": [
                {"image": "busybox:1"},
                {"image": "busybox:2", "env": [{"name": "A_TOKEN", "value": PLAIN}]},
            ],
            "values_from": [{"name": "credentials", "key": "token", "path": "from.secret"}],
            "timeout": 20,
            "kubeconfig": str(self.kube.kubeconfig),
            "folder": str(self.folder / "cache"),
            "helm_binary": str(self.folder / "helm"),
            **variables,
        }
        tasks = [
            {
                "name": "Role",
                "ansible.builtin.include_role": {"name": "clearml.enterprise.helm_release"},
                "vars": {f"helm_release_{name}": value for name, value in given.items()},
            },
            {"name": "Result", "ansible.builtin.debug": {"var": "helm_release_result"}},
        ]
        done = run_playbook(self.folder / "run", [{"tasks": tasks}], "--diff", *options, interpreter=interpreter)
        for secret in (SECRET, PASSWORD, PLAIN):
            assert secret not in done.output
        assert not self.record.exists() or not {SECRET, PASSWORD, PLAIN} & set(self.record.read_text().split("\n"))
        return done

    def starts(self) -> int:
        return starts(self.record)


@pytest.fixture
def role(kube: RunningKube, tmp_path: Path) -> Iterator[Role]:
    cluster = Cluster(kube)
    cluster.add_namespace("space")
    cluster.add_secret("credentials", "space", {"token": SECRET})
    record = recording(binaries.helm("4.3"), tmp_path)
    with chart_source(pack_chart(tmp_path, "0.1.0"), pack_chart(tmp_path, "0.2.0")) as source:
        yield Role(kube, source, tmp_path, record)


def result(done: Run) -> dict[str, Any]:
    assert done.code == 0, done.output
    assert "[WARNING]" not in done.output.partition("TASK [Keep the results]")[0], done.output
    found: dict[str, Any] = done.results["Result"]["helm_release_result"]
    return found


def test_the_registry_is_asked_only_if_something_differs(role: Role) -> None:
    planned = result(role.run("-vvvv", "--check"))
    assert planned["changed"] and (role.source.paths, role.starts()) == ([], 0)

    installed = role.run("-vvvv")
    assert result(installed)["release"]["version"] == "0.1.0"
    assert result(installed)["differences"] == planned["differences"]
    assert role.source.fetches() or role.source.paths

    asked, started = len(role.source.paths), role.starts()
    again = role.run("-vvvv")
    assert (result(again)["changed"], result(again)["differences"]) == (False, [])
    assert not [name for name, text in again.sections().items() if "changed: [" in text and name != "Keep the results"]
    assert (len(role.source.paths), role.starts()) == (asked, started)

    kept = result(role.run(version="", contributors=[{"image": "busybox:3"}]))
    assert kept["release"]["version"] == "0.1.0" and kept["release"]["revision"] == 2
    assert len(role.source.paths) == asked, "the chart was there"
    moved = result(role.run(version="0.2.0", contributors=[{"image": "busybox:3"}]))
    assert [one["path"] for one in moved["differences"]] == ["version"]
    assert len(role.source.paths) > asked

    gone = role.run("-vvvv", state="absent")
    assert result(gone)["changed"] and result(gone)["release"] == {}
    assert not result(role.run(state="absent"))["changed"]


def test_an_archive_in_place_of_a_source(role: Role) -> None:
    archive = {"chart_archive": str(role.folder / "small-0.2.0.tgz"), "version": "", "source": "", "password": ""}
    done = role.run("-vvv", interpreter=wrapped_python(role.folder), **archive)
    assert result(done)["release"]["version"] == "0.2.0"
    assert role.source.paths == []


def test_a_failure_is_one_message(role: Role) -> None:
    done = role.run("-vvvv", version="9.9.9")
    assert done.code != 0
    assert "has no version 9.9.9 of chart small" in done.output
    wrong = role.run("-vvvv", timeout="soon")
    assert wrong.code != 0 and "helm_release_timeout" in wrong.output


@pytest.mark.parametrize("file", ["cache"])
def test_no_secret_is_left_in_a_file(role: Role, file: str) -> None:
    result(role.run())
    for path in (role.folder / file).rglob("*"):
        assert not path.is_file() or not [one for one in (SECRET, PASSWORD) if one.encode() in path.read_bytes()]

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's key pair comes from a Secret, and a server that is not there yet is planned for."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from lab.kube.testing import RunningKube, running_kube
from lab.testing import RunningLab
from tests.integration.parity.playbook import Run, Task, run_playbook
from tests.support.cluster import Cluster
from tests.support.modules import run_module

ACCESS = "clearml.enterprise.clearml_api_access"


@pytest.fixture(scope="module")
def kube_server() -> t.Iterator[RunningKube]:
    with running_kube() as kube:
        yield kube


@pytest.fixture
def cluster(kube_server: RunningKube) -> Cluster:
    kube_server.control.reset()
    found = Cluster(kube_server)
    found.add_namespace("clearml")
    return found


class Site:
    """A site whose server keeps its keys in a Secret."""

    def __init__(self, lab: RunningLab, cluster: Cluster, folder: Path) -> None:
        self.lab = lab
        self.cluster = cluster
        self.folder = folder
        self.runs = folder / "runs"

    def keep(self, **texts: str) -> None:
        pair = {"apiserver_key": self.lab.root_key, "apiserver_secret": self.lab.root_secret}
        self.cluster.add_secret("clearml-conf", "clearml", {**pair, **texts})

    def access(self, **options: t.Any) -> Task:
        shared = {"api_host": self.lab.url, "kubeconfig": self.cluster.kubeconfig, "folder": str(self.runs)}
        return {"name": "Access", ACCESS: {**shared, **options}, "register": "access"}

    def play(self, *tasks: Task, options: tuple[str, ...] = ()) -> Run:
        return run_playbook(
            self.folder / "play", [{"hosts": "tenant", "gather_facts": False, "tasks": list(tasks)}], *options
        )


@pytest.fixture
def site(lab: RunningLab, cluster: Cluster, tmp_path: Path) -> Site:
    return Site(lab, cluster, tmp_path)


COMPANY: Task = {
    "name": "Company",
    "clearml.enterprise.clearml_company": {
        "name": "Acme Inc",
        "config_file": "{{ access.config_file | default(omit, true) }}",
        "unborn_server": "{{ access.unborn }}",
    },
}


def test_the_pair_goes_into_a_private_file_and_nowhere_else(site: Site) -> None:
    site.keep()
    look: Task = {"name": "Look", "ansible.builtin.stat": {"path": "{{ access.config_file }}"}}
    run = site.play(site.access(), look, COMPANY, site.access(state="absent"), options=("-vvv", "--diff"))
    assert run.code == 0, run.output
    assert run.results["Look"]["stat"]["mode"] == "0600"
    assert run.results["Company"]["changed"] and not run.results["Access"]["changed"]
    assert site.lab.root_secret not in run.output and site.lab.root_key not in run.output
    assert list(site.runs.iterdir()) == []
    assert stat.S_IMODE(site.runs.stat().st_mode) == 0o700


def test_what_killed_runs_left_behind_is_removed(site: Site) -> None:
    site.keep()
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left, alive = site.runs / f"run-{dead.pid}", site.runs / f"run-{os.getpid()}"
    for folder in (left, alive):
        folder.mkdir(parents=True)
        (folder / "clearml.conf").write_text("{}")
    assert site.play(site.access()).code == 0
    assert not left.exists() and alive.exists()


def test_a_run_without_a_server_foresees_everything(site: Site) -> None:
    """In check mode nothing is read from a server that does not exist."""
    run = site.play(site.access(), COMPANY, options=("--check",))
    assert run.code == 0, run.output
    assert run.results["Access"]["unborn"] is True
    assert [one["action"] for one in run.results["Company"]["actions"]] == ["create"]
    assert site.lab.control.counts()["total"] == 0


def test_a_missing_secret_is_an_error_in_a_real_run(site: Site) -> None:
    run = site.play(site.access())
    assert run.code != 0
    assert "There is no Secret clearml-conf in namespace clearml" in run.output
    assert "clearml.enterprise.cluster" in run.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"access_key_name": "key"}, "has no text under 'key'"),
        ({"kubeconfig": "/nowhere"}, "No cluster can be reached with kubeconfig /nowhere"),
    ],
)
def test_what_cannot_work_is_said(site: Site, options: dict[str, str], message: str) -> None:
    site.keep()
    run = site.play(site.access(**options))
    assert run.code != 0 and message in run.output


UNBORN: list[tuple[str, dict[str, t.Any], list[str]]] = [
    ("company", {"name": "acme", "allowed_users": 5}, ["create"]),
    ("company", {"name": "acme", "state": "absent", "confirm_name": "acme"}, []),
    ("user", {"company": "acme", "email": "a@acme.example", "name": "A"}, ["create"]),
    ("queue", {"company": "acme", "name": "default"}, ["create"]),
    ("login_rules", {"company": "acme", "domains": ["acme.example"]}, ["update"]),
    ("credentials", {"company": "acme", "user": "a@acme.example", "label": "x"}, ["create"]),
    ("idp", {"company": "acme", "provider": "keycloak", "display_name": "K", "client_id": "c"}, ["create"]),
]


@pytest.mark.parametrize(("module", "options", "actions"), UNBORN, ids=[f"{m}-{len(a)}" for m, _o, a in UNBORN])
def test_every_module_plans_for_an_unborn_server(module: str, options: dict[str, t.Any], actions: list[str]) -> None:
    result = run_module(f"clearml_{module}", {**options, "unborn_server": True}, check=True)
    assert not result.get("failed"), result["msg"]
    assert [one["action"] for one in result["actions"]] == actions
    assert result["changed"] is bool(actions)
    assert "unborn.invalid" not in json.dumps(result)


@pytest.mark.parametrize("module", ["company_info", "user_info", "queue_info", "idp_info"])
def test_every_info_module_finds_nothing_on_it(module: str) -> None:
    options = {} if module == "company_info" else {"company": "acme"}
    result = run_module(f"clearml_{module}", {**options, "unborn_server": True}, check=True)
    assert not result.get("failed"), result["msg"]
    assert result["changed"] is False


def test_outside_of_check_mode_it_counts_for_nothing(lab: RunningLab) -> None:
    connection = {"api_host": lab.url, "api_access_key": lab.root_key, "api_secret_key": lab.root_secret}
    assert run_module("clearml_company", {**connection, "name": "acme", "unborn_server": True})["changed"]
    assert not run_module("clearml_company", {**connection, "name": "acme", "unborn_server": True})["changed"]

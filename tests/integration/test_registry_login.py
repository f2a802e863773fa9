# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The roles registry_login and secrets, in namespaces that are there."""

from __future__ import annotations

import base64
import json
import typing as t
from pathlib import Path

import pytest

from lab.kube.testing import RunningKube, running_kube
from tests.integration.parity.playbook import Run, run_playbook
from tests.support.cluster import Cluster

TOKEN = "dckr_pat_only-for-this-test"
CHOSEN = "chosen-only-for-this-test"


@pytest.fixture(scope="module")
def shared_kube() -> t.Iterator[RunningKube]:
    """One cluster for all tests of this file."""
    with running_kube() as kube:
        yield kube


@pytest.fixture
def cluster(shared_kube: RunningKube) -> Cluster:
    """The cluster as it is when it starts, with the namespace acme."""
    shared_kube.control.reset()
    cluster = Cluster(shared_kube)
    cluster.add_namespace("acme")
    shared_kube.control.clear_requests()
    return cluster


class Site:
    """Runs of one role as people run it, with everything that Ansible can print."""

    def __init__(self, folder: Path, cluster: Cluster, role: str) -> None:
        self._folder = folder
        self._cluster = cluster
        self._role = role

    def run(self, *options: str, code: int = 0, **variables: t.Any) -> Run:
        """The run; no secret of this file is in its output."""
        given = {f"{self._role}_{name}": value for name, value in variables.items()}
        given[f"{self._role}_kubeconfig"] = self._cluster.kubeconfig
        result = {"name": "Result", "ansible.builtin.debug": {"var": "secrets_result | default({})"}}
        play: dict[str, t.Any] = {"roles": [f"clearml.enterprise.{self._role}"], "tasks": [result]}
        run = run_playbook(self._folder / "run", [play], "-vvv", "--diff", *options, variables=given)
        assert run.code == code, run.output
        assert TOKEN not in run.output and CHOSEN not in run.output
        return run

    def changed(self, *options: str, **variables: t.Any) -> int:
        """How many objects were changed."""
        sections = self.run(*options, **variables).sections()
        return sum(text.count("changed: [tenant]") for name, text in sections.items() if name != "Keep the results")


def kept(cluster: Cluster, name: str) -> dict[str, t.Any]:
    """A Secret of acme: its type, and its texts."""
    secret = cluster.read(f"/api/v1/namespaces/acme/secrets/{name}")
    texts = {key: base64.b64decode(value).decode() for key, value in (secret.get("data") or {}).items()}
    return {"type": secret.get("type"), **{key: text for key, text in texts.items() if key != ".salt"}}


@pytest.fixture
def login(tmp_path: Path, cluster: Cluster) -> Site:
    return Site(tmp_path, cluster, "registry_login")


@pytest.fixture
def secrets(tmp_path: Path, cluster: Cluster) -> Site:
    return Site(tmp_path, cluster, "secrets")


ACME: dict[str, t.Any] = {"namespace": "acme", "create_namespace": False}


def test_a_login_for_pods(login: Site, cluster: Cluster) -> None:
    """Check, run, run again, remove."""
    variables = {**ACME, "token": TOKEN}
    assert login.changed("--check", **variables) == 1
    assert cluster.control.writes() == 0
    assert login.changed(**variables) == 1
    secret = kept(cluster, "clearml-registry")
    assert secret["type"] == "kubernetes.io/dockerconfigjson"
    auths = json.loads(secret[".dockerconfigjson"])["auths"]
    assert list(auths) == ["https://index.docker.io/v1/"]
    assert base64.b64decode(auths["https://index.docker.io/v1/"]["auth"]).decode() == f"allegroaienterprise:{TOKEN}"
    assert login.changed(**variables) == 0
    assert login.changed(**ACME, state="absent") == 1
    assert kept(cluster, "clearml-registry")["type"] is None
    assert login.changed(**ACME, state="absent") == 0


def test_a_token_for_the_classic_charts(login: Site, cluster: Cluster) -> None:
    """Under another name, and with another token the next day."""
    variables = {**ACME, "packaging": "classic", "secret_name": "classic"}
    assert login.changed(**variables, token="yesterday's") == 1
    assert login.changed(**variables, token=TOKEN) == 1
    assert kept(cluster, "classic") == {"type": "Opaque", "token": TOKEN}


def test_a_login_needs_a_token(login: Site, cluster: Cluster) -> None:
    assert "registry_login_token is empty" in login.run(**ACME, code=2).output
    assert cluster.control.writes() == 0


def test_secrets_of_a_site(secrets: Site, cluster: Cluster) -> None:
    """Given, made, copied and removed ones; their checksums tell when one changes."""
    items = [
        {"name": "given", "namespace": "acme", "data": {"password": CHOSEN}, "labels": {"team": "ops"}},
        {"name": "made", "namespace": "acme", "generate": {"key": {"length": 30}}},
        {"name": "copied", "namespace": "acme", "copy": [{"from_name": "made", "key": "key", "to_key": "other"}]},
        {"name": "gone", "namespace": "acme", "state": "absent"},
    ]
    assert secrets.changed("--check", items=items) == 3
    assert cluster.control.writes() == 0
    first = secrets.run(items=items).results["Result"]["secrets_result | default({})"]
    assert kept(cluster, "given") == {"type": "Opaque", "password": CHOSEN}
    assert kept(cluster, "copied")["other"] == kept(cluster, "made")["key"]
    assert list(first) == ["acme/given", "acme/made", "acme/copied", "acme/gone"]
    assert first["acme/gone"] is None and all(len(first[f"acme/{name}"]) == 64 for name in ("given", "made", "copied"))
    items[0]["data"] = {"password": CHOSEN + "2"}
    again = secrets.run(items=items).results["Result"]["secrets_result | default({})"]
    assert [name for name in first if first[name] != again[name]] == ["acme/given"]
    assert secrets.changed(items=items) == 0


def test_a_mistake_shows_no_secret(secrets: Site, cluster: Cluster) -> None:
    """Not in the validation of arguments, nor in the module's message."""
    wrong = {"name": "given", "namespace": "acme", "data": CHOSEN}
    secrets.run(items=[wrong], code=2)
    wrong = {"name": "given", "namespace": "nowhere", "data": {"password": CHOSEN}}
    assert "nowhere" in secrets.run(items=[wrong], code=2).output
    assert cluster.control.counts()["writes_done"] == 0

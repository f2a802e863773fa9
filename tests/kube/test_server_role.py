# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role clearml_server with the real helm, on a platform of its own."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bcrypt
import pytest

from lab.charts.build import OCI, SERVER, Chart, write
from lab.kube import binaries
from lab.kube.testing import RunningKube
from lab.platform.testing import RunningPlatform, running_platform
from tests.integration.parity.playbook import Run, run_playbook
from tests.kube.programs import Program, environment
from tests.support.cluster import Cluster

PASSWORD = "for-jane-only-4711"
RELEASE = "clearml.enterprise.helm_release : The release"
SECRETS = "/api/v1/namespaces/clearml/secrets"


class Server:
    """Runs of the role against a cluster."""

    def __init__(self, folder: Path, kube: RunningKube, **given: Any) -> None:
        self.folder = folder
        self.kube = kube
        self.given = {
            "base_domain": "clearml.lab.test",
            "pull_secret": "",
            "wait_timeout": 20,
            "api_wait": 5,
            "kubeconfig": str(kube.kubeconfig),
            **given,
        }

    def run(self, *options: str, **variables: Any) -> Run:
        """One run, as talkative as can be; it shows no secret of the cluster."""
        given = {f"clearml_server_{name}": value for name, value in {**self.given, **variables}.items()}
        home = {"HOME": str(self.folder), "PATH": f"{binaries.helm('4.3').parent}:/usr/bin:/bin"}
        play = {"roles": ["clearml.enterprise.clearml_server"], "tasks": []}
        run = run_playbook(self.folder / "run", [play], "-vvv", "--diff", *options, variables=given, environment=home)
        for text in [PASSWORD, *self.secrets()]:
            assert text not in run.output
        return run

    def secrets(self) -> list[str]:
        """What nobody should see; user names and access keys open nothing."""
        documents = self.secret_documents()
        return [
            base64.b64decode(text).decode()
            for document in documents
            if document["type"] != "helm.sh/release.v1"
            for key, text in document.get("data", {}).items()
            if len(text) > 12 and not (key.endswith("_key") and key != "secret_key")
        ]

    def secret_documents(self) -> list[dict[str, Any]]:
        state = self.kube.control.state()["objects"]
        return [entry["object"] for entry in state if entry["resource"] == "secrets"]

    def secret(self, name: str) -> dict[str, str]:
        """The texts of one of the server's Secrets."""
        (found,) = [one for one in self.secret_documents() if one["metadata"]["name"] == name]
        return {key: base64.b64decode(text).decode() for key, text in found["data"].items()}

    def changes(self, *options: str, **variables: Any) -> list[str]:
        """The tasks that changed something."""
        run = self.run(*options, **variables)
        assert run.code == 0, run.output[-6000:]
        return [name for name, text in run.sections().items() if "changed: [tenant]" in text and "Keep" not in name]

    def foreseen(self, **variables: Any) -> list[str]:
        """The same of a check run, which writes nothing, and of the run after it, which does what was foreseen."""
        writes = self.kube.control.writes()
        foreseen = self.changes("--check", **variables)
        assert self.kube.control.writes() == writes
        assert self.changes(**variables) == foreseen
        return foreseen


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    with running_platform(ready_seconds=0.1, finish_seconds=0.1) as platform:
        yield platform


def server_on(platform: RunningPlatform, folder: Path, packaging: str, **given: Any) -> Server:
    platform.kube.control.reset()
    registry = platform.registry
    return Server(
        folder,
        platform.kube,
        packaging=packaging,
        chart_source=registry.oci_prefix if packaging == "oci" else registry.classic_url,
        chart_username=registry.username if packaging == "oci" else registry.token,
        chart_password=registry.token,
        chart_ca_path=registry.ca_file or "",
        api_url=platform.api_url,
        ingress={"class_name": "nginx"},
        **given,
    )


def test_todays_packaging_with_all_its_secrets(platform: RunningPlatform, tmp_path: Path) -> None:
    """Logins of databases, people in the settings, and a password that belongs to somebody else."""
    server = server_on(
        platform,
        tmp_path,
        "oci",
        chart_version="11.0.2",
        mongodb="bundled",
        database_logins=True,
        fixed_users=[{"username": "jane", "password": PASSWORD, "name": "Jane Doe", "admin": True}],
        audit_log={"enabled": True},
    )
    assert RELEASE in server.foreseen()
    people = server.secret("clearml-server-settings")["CLEARML__apiserver__auth__fixed_users__users"]
    (jane,) = json.loads(people)
    assert bcrypt.checkpw(PASSWORD.encode(), base64.b64decode(jane["password"]))
    passwords = server.secret("clearml-server-databases")
    for name, key in (("elastic-master", "elasticsearch"), ("mongodb", "mongodb"), ("redis-master", "redis")):
        assert server.secret(f"clearml-enterprise-{name}")["password"] == passwords[f"{key}_password"]

    writes, fetched = platform.kube.control.writes(), platform.registry.counts()
    assert server.changes() == []
    assert (platform.kube.control.writes(), platform.registry.counts()) == (writes, fetched)
    assert server.secret("clearml-server-settings")["CLEARML__apiserver__auth__fixed_users__users"] == people

    server.given["state"] = "absent"
    assert server.foreseen() == [RELEASE]
    assert server.changes() == []


def test_classic_packaging(platform: RunningPlatform, tmp_path: Path) -> None:
    """A setting out of another Secret, and a file that another setting names."""
    server = server_on(
        platform,
        tmp_path,
        "classic",
        chart_version="8.2.1",
        secret_settings_from=[{"setting": "secure.one.token", "name": "own", "namespace": "elsewhere", "key": "token"}],
        config_files={"metadata.xml": "<xml/>"},
    )
    cluster = Cluster(platform.kube)
    cluster.add_namespace("elsewhere")
    cluster.add_secret("own", "elsewhere", {"token": "kept-by-somebody-else"})
    server.changes()
    assert server.secret("clearml-server-settings")["CLEARML__secure__one__token"] == '"kept-by-somebody-else"'
    assert server.changes() == []


@pytest.fixture
def installed(kube: RunningKube, tmp_path: Path) -> Server:
    """A server of version 10.11.6, which nobody waits for."""
    helm = Program(binaries.helm("4.3"), environment(kube, tmp_path))
    charts = tmp_path / "charts"
    charts.mkdir()
    archive = write(Chart(SERVER, OCI, "10.11.6"), charts)
    helm("install", "clearml-enterprise", archive, "-n", "clearml", "--create-namespace")
    return Server(tmp_path, kube, mongodb="bundled", chart_source="oci://127.0.0.1:1/nowhere")


@pytest.mark.parametrize(
    ("version", "parts"),
    [
        (
            "11.0.2",
            [
                "before it was at version 10.11.7",
                "clearml_server_mongodb migrating",
                "65532",
            ],
        ),
        ("10.12.0", ["before it was at version 10.11.7"]),
    ],
)
def test_no_step_is_left_out(installed: Server, version: str, parts: list[str]) -> None:
    """Before anything is touched, in a check run too."""
    writes = installed.kube.control.writes()
    for options in ((), ("--check",)):
        run = installed.run(*options, chart_version=version)
        assert run.code == 2
        for part in parts:
            assert part in run.output
        assert "PLAY RECAP" in run.output and "The server's namespace" not in run.output
    assert installed.kube.control.writes() == writes


def test_what_does_not_fit_together_is_said_at_once(kube: RunningKube, tmp_path: Path) -> None:
    server = Server(tmp_path, kube, packaging="classic", chart_version="8.2.1")
    wrong = {
        "files_url": "s3://bucket",
        "certificates": {"extra": [], "override": "PEM"},
        "ldap": {"server": "ldaps://x", "dn": "cn=a"},
        "fixed_users": [{"username": "jane", "password": PASSWORD}],
        "mongodb": "operator",
        "external": {"elasticsearch": {}},
        "custom_events": {"topics": {}},
    }
    run = server.run("--check", **wrong)
    assert run.code == 2 and kube.control.writes() == 0
    for option in (*wrong, "packaging is classic"):
        assert f"clearml_server_{option}" in run.output

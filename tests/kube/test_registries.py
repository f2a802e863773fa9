# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All sources of charts, asked by real helm."""

from __future__ import annotations

import json
import ssl
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.charts.build import (
    AGENT,
    BILLING,
    CDMO,
    CLASSIC,
    GATEWAY,
    GPU_OPERATOR,
    OCI,
    REDIS,
    ROUTER,
    SERVER,
    Chart,
    package,
)
from lab.registry.testing import RunningRegistry, running_registry
from tests.kube.programs import Program
from tests.kube.stand_ins import NEWEST


@pytest.fixture
def registry() -> Iterator[RunningRegistry]:
    with running_registry() as running:
        yield running


def login(registry: RunningRegistry) -> list[str | Path]:
    host = registry.oci_prefix.split("/")[2]
    return ["registry", "login", host, "--username", registry.username, "--password-stdin", *trust(registry)]


def trust(registry: RunningRegistry) -> list[str | Path]:
    return ["--ca-file", registry.ca_file]


def repositories(registry: RunningRegistry, folder: Path, password: str) -> dict[str, str]:
    """A file with the repository ``lab``, and the variables that make helm use it."""
    entry = {"name": "lab", "url": registry.classic_url, "caFile": str(registry.ca_file)}
    document = {"apiVersion": "", "repositories": [{**entry, "username": password, "password": password}]}
    (folder / "repositories.yaml").write_text(json.dumps(document), encoding="utf-8")
    return {"HELM_REPOSITORY_CONFIG": str(folder / "repositories.yaml"), "HELM_REPOSITORY_CACHE": str(folder / "cache")}


def test_an_oci_registry(helm: Program, registry: RunningRegistry, tmp_path: Path) -> None:
    server = f"{registry.oci_prefix}/{SERVER}"
    pull = ["pull", server, "--version", "11.0.1", *trust(registry), "--destination", tmp_path]
    assert "401" in helm.fails(*pull)
    assert "401" in helm.fails(*login(registry), stdin="wrong")
    assert set(registry.counts()) == {"refused"}

    helm(*login(registry), stdin=registry.token)
    helm(*pull)
    assert (tmp_path / f"{SERVER}-11.0.1.tgz").read_bytes() == package(Chart(SERVER, OCI, "11.0.1"))
    assert "version: 6.14.6" in helm("show", "chart", f"{registry.oci_prefix}/{AGENT}", *trust(registry))
    assert "not found" in helm.fails("pull", server, "--version", "11.9.9", *trust(registry))
    registry.add_version(SERVER, "11.9.9")
    helm("pull", server, "--version", "11.9.9", *trust(registry), "--destination", tmp_path)


def test_a_classic_repository(helm: Program, registry: RunningRegistry, tmp_path: Path) -> None:
    add = ["repo", "add", "lab", registry.classic_url, *trust(registry), "--username", registry.token]
    assert "401" in helm.fails(*add, "--password-stdin", stdin="wrong")
    helm(*add, "--password-stdin", stdin=registry.token)
    found = {one["name"]: one["version"] for one in helm.json("search", "repo", "lab/")}
    assert found == {
        f"lab/{SERVER}": "8.2.1",
        f"lab/{AGENT}": "5.9.2",
        f"lab/{ROUTER}": "1.1.0",
        f"lab/{CDMO}": "1.1.0",
    }

    helm("pull", f"lab/{SERVER}", "--version", "8.2.1", "--destination", tmp_path)
    assert (tmp_path / f"{SERVER}-8.2.1.tgz").read_bytes() == package(Chart(SERVER, CLASSIC, "8.2.1"))
    assert "not found" in helm.fails("pull", f"lab/{SERVER}", "--version", "8.9.9")
    registry.add_version(SERVER, "8.9.9", CLASSIC)
    helm("repo", "update", "lab")
    helm("pull", f"lab/{SERVER}", "--version", "8.9.9", "--destination", tmp_path)


@pytest.mark.parametrize(("source", "name"), [("nvidia", GPU_OPERATOR), ("bitnami", REDIS)])
def test_a_public_repository(helm: Program, registry: RunningRegistry, tmp_path: Path, source: str, name: str) -> None:
    chart = NEWEST[name, source]
    url = {"nvidia": registry.nvidia_url, "bitnami": registry.bitnami_url}[source]
    helm("repo", "add", source, url, *trust(registry))
    assert {one["name"] for one in helm.json("search", "repo", f"{source}/")} == {f"{source}/{name}"}
    helm("pull", f"{source}/{name}", "--version", chart.version, "--destination", tmp_path)
    assert (tmp_path / chart.file_name).read_bytes() == package(chart)
    assert registry.counts() == {f"{source}/index": 1, f"{source}/archive": 1}
    registry.add_version(name, "99.0.0", source)
    helm("repo", "update", source)
    helm("pull", f"{source}/{name}", "--version", "99.0.0", "--destination", tmp_path)


def test_what_is_handed_over_is_nowhere(helm: Program, registry: RunningRegistry) -> None:
    helm(*login(registry), stdin=registry.token)
    assert "not found" in helm.fails("pull", f"{registry.oci_prefix}/{BILLING}", "--version", "1.1.0", *trust(registry))
    assert "version: 3.2.0" in helm("show", "chart", f"{registry.oci_prefix}/{GATEWAY}", *trust(registry))


def test_a_token_need_not_be_an_argument(helm: Program, registry: RunningRegistry, tmp_path: Path) -> None:
    helm.env.update(repositories(registry, tmp_path, "wrong"))
    run = helm.run("repo", "update", "lab")
    assert "401 Unauthorized" in run.stdout + run.stderr
    helm.fails("pull", f"lab/{AGENT}", "--version", "5.9.2", "--destination", tmp_path)
    helm.env.update(repositories(registry, tmp_path, registry.token))
    helm("repo", "update", "lab")
    helm("pull", f"lab/{AGENT}", "--version", "5.9.2", "--destination", tmp_path)
    assert (tmp_path / f"{AGENT}-5.9.2.tgz").exists()


def test_requests_are_counted(helm: Program, registry: RunningRegistry, tmp_path: Path) -> None:
    helm(*login(registry), stdin=registry.token)
    before = registry.counts()
    helm("pull", f"{registry.oci_prefix}/{AGENT}", "--version", "6.14.6", *trust(registry), "--destination", tmp_path)
    after = registry.counts()
    assert {kind for kind in after if after[kind] > before.get(kind, 0)} >= {"token", "manifest", "blob"}
    helm("show", "chart", tmp_path / f"{AGENT}-6.14.6.tgz")
    assert registry.counts() == after

    context = ssl.create_default_context(cafile=str(registry.ca_file))
    url = f"https://127.0.0.1:{registry.port}/_lab/counts"
    with urllib.request.urlopen(url, context=context) as answer:
        assert json.load(answer) == after

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles preflight and registry_login with the real helm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.charts.build import GATEWAY, OCI, SERVER, Chart, package
from lab.kube import binaries
from lab.kube.testing import RunningKube
from lab.registry.testing import RunningRegistry, running_registry
from tests.integration.parity.playbook import Run, run_playbook
from tests.kube.programs import Program, environment
from tests.kube.raw import Api

#: Printed in public guides.
EXAMPLE = "MyStrong" + "Password123"
TOKEN = "only-for-this-test-token"
VERSION, NEWEST = "11.0.1", "11.0.2"


@pytest.fixture
def registry() -> Iterator[RunningRegistry]:
    with running_registry(TOKEN) as registry:
        yield registry


MANIFEST = """---
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, labels: {image: ""}}
spec:
  template:
    spec:
      initContainers: [{name: i, image: "first:2"}]
      containers:
        - name: b
          image: block:1
        - {name: f, image: flow:3, args: ["image: none"]}
        - image: 'quoted:5'
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
  template.yaml: |
    spec:
      containers:
        - image: text:6
  one.json: '{"spec":{"containers":[{"image":"json:4","name":"n"}]}}'
---
apiVersion: nvidia.com/v1
kind: ClusterPolicy
metadata: {name: p}
spec:
  driver: {repository: nvcr.io/nvidia, image: driver, version: "550"}
  toolkit: {repository: nvcr.io/nvidia, image: toolkit, version: "sha256:0123"}
"""


class Site:
    """Runs of a role on a cluster, with everything that Ansible can print."""

    def __init__(self, folder: Path, kube: RunningKube, registry: RunningRegistry) -> None:
        self._folder = folder
        self._kube = kube
        self.chart = {
            "chart": SERVER,
            "version": VERSION,
            "source": registry.oci_prefix,
            "username": registry.username,
            "password": TOKEN,
            "ca_path": str(registry.ca_file),
            "release": "small",
            "namespace": "clearml",
        }
        self.fitting: dict[str, Any] = {
            "ingress_class": "nginx",
            "helm_binary": str(binaries.helm("4.3")),
            "chart_folder": str(folder / "charts"),
            "namespaces": [{"name": "clearml", "holds": "server"}],
            "base_domain": "clearml.lab.test",
            "required": [{"name": "site_token", "given": True, "hint": "Set it"}],
            "charts": [self.chart],
        }

    def role(self, role: str, variables: dict[str, Any], *options: str, code: int = 0) -> Run:
        """One run; no secret of this file is in its output."""
        given = {f"{role}_{name}": value for name, value in variables.items()}
        given[f"{role}_kubeconfig"] = str(self._kube.kubeconfig)
        result = {"name": "Result", "ansible.builtin.debug": {"var": "preflight_result"}}
        play: dict[str, Any] = {"roles": [f"clearml.enterprise.{role}"], "tasks": [result]}
        home = {"HOME": str(self._folder)}
        run = run_playbook(self._folder / "run", [play], "-vvv", "--diff", *options, variables=given, environment=home)
        assert run.code == code, run.output
        for secret in (TOKEN, EXAMPLE):
            assert secret not in run.output
        return run

    def preflight(self, *options: str, code: int = 0, **variables: Any) -> Run:
        """One run of the role preflight, which never writes."""
        before = self._kube.control.writes()
        run = self.role("preflight", {**self.fitting, **variables}, *options, code=code)
        assert self._kube.control.writes() == before
        assert "changed: [tenant]" not in run.output.partition("Keep the results")[0]
        return run

    def report(self, **variables: Any) -> list[str]:
        """The lines that it tells, each without what to do."""
        output = self.preflight(code=2, **variables).sections()["clearml.enterprise.preflight : Tell what was found"]
        lines = [line.strip().strip('",') for line in output.splitlines() if line.startswith("        ")]
        assert lines, output
        return lines


@pytest.fixture
def site(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> Site:
    return Site(tmp_path, kube, registry)


@pytest.mark.parametrize("options", [(), ("--check",)], ids=["run", "check"])
def test_nothing_is_missing(site: Site, registry: RunningRegistry, options: tuple[str, ...]) -> None:
    """The chart is fetched, also by a check run, once for two releases."""
    twice = [site.chart, {**site.chart, "release": "other"}]
    result = site.preflight(*options, charts=twice).results["Result"]["preflight_result"]
    assert result["problems"] == []
    assert result["facts"]["user"] == "lab-admin"
    assert registry.counts()["manifest"] == 1


def test_what_is_installed_is_not_fetched(
    site: Site, registry: RunningRegistry, tmp_path: Path, kube: RunningKube
) -> None:
    helm = Program(binaries.helm("3.18"), environment(kube, tmp_path))
    archive = tmp_path / "chart.tgz"
    archive.write_bytes(package(Chart(SERVER, OCI, VERSION)))
    helm("install", "small", archive, "-n", "clearml", "--create-namespace")
    site.preflight()
    site.preflight(charts=[{**site.chart, "version": ""}])
    assert registry.counts() == {}


def test_the_images_of_the_charts(site: Site, registry: RunningRegistry, tmp_path: Path, kube: RunningKube) -> None:
    """Also of what is installed; one that wants values says so."""
    helm = Program(binaries.helm("3.18"), environment(kube, tmp_path))
    archive = tmp_path / "chart.tgz"
    archive.write_bytes(package(Chart(SERVER, OCI, VERSION)))
    helm("install", "small", archive, "-n", "clearml", "--create-namespace")
    gateway = {**site.chart, "chart": GATEWAY, "version": "3.2.0", "release": "gate"}
    keys = {"apiKey": "a", "apiSecret": EXAMPLE, "apiServerUrlReference": "https://api.lab.test"}
    charts = [{**site.chart, "version": ""}, {**gateway, "values": {"clearml": keys}}]
    run = site.preflight(list_images=True, charts=charts)
    assert run.results["Result"]["preflight_result"]["images"] == ["docker.io/library/busybox:1.36"]
    assert registry.counts()["manifest"] == 2
    (line, image) = site.report(list_images=True, charts=[site.chart, gateway])
    assert f"The images of {GATEWAY} cannot be listed" in line and "apiKey" in line
    assert image == "image: docker.io/library/busybox:1.36"


def test_images_however_they_are_written(site: Site, tmp_path: Path) -> None:
    """In flow and block style, in lists, in texts, and in the parts that an operator puts together."""
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    helm = tmp_path / "helm"
    helm.write_text(f'#!/bin/sh\n[ "$1" = template ] && exec cat {manifest}\nexec {binaries.helm("4.3")} "$@"\n')
    helm.chmod(0o700)
    found = site.preflight(list_images=True, helm_binary=str(helm)).results["Result"]["preflight_result"]["images"]
    assert found == [
        "block:1",
        "first:2",
        "flow:3",
        "json:4",
        "nvcr.io/nvidia/driver:550",
        "nvcr.io/nvidia/toolkit@sha256:0123",
        "quoted:5",
        "text:6",
    ]


def test_names_that_nobody_can_look_up(site: Site) -> None:
    """Or that are not to be looked up from here."""
    names = {"hosts": ["api.none.invalid", "localhost"], "origins": {"hosts": "site_hosts"}}
    (line,) = site.report(**names, charts=[])
    assert line.startswith("site_hosts: api.none.invalid has no address. ")
    site.preflight(**names, resolve_hosts=False, charts=[])


def test_everything_at_once(site: Site, kube: RunningKube) -> None:
    """Each with the site's own name for it, where there is one."""
    kube.control.set_access(denials=[{"verb": "create", "resource": "secrets"}])
    try:
        lines = site.report(
            helm_binary="/no/helm",
            base_domain="https://clearml.example.com",
            storage_class="fast",
            secrets={"site_redis_password": EXAMPLE},
            required=[{"name": "site_token", "given": False, "hint": "Set it in group_vars/all"}],
            charts=[{**site.chart, "release": "Small", "version": ""}],
            origins={"storage_class": "site_storage.class_name"},
        )
    finally:
        kube.control.set_access()
    assert [line.partition(". ")[0] for line in lines] == [
        "preflight_helm_binary: There is no helm at /no/helm",
        "site_token: It has no value",
        'preflight_base_domain: \\"https://clearml.example.com\\" is no DNS name',
        f'preflight_charts: \\"Small\\" is no name for a release of {SERVER}',
        f"preflight_charts: Release Small in namespace clearml is not installed, and {SERVER} has no version",
        "site_redis_password: The value is printed in public charts and guides, so it is no secret",
        "site_storage.class_name: The cluster has no StorageClass 'fast'",
        "preflight_rights: lab-admin has no right to create secrets in namespace clearml",
    ]
    assert lines[1].endswith("Set it in group_vars/all")


def test_charts_that_cannot_be_had(site: Site) -> None:
    """Wrong token, version, name and address, each in the words of its source."""
    wrong = [
        ({"username": "nobody"}, "refuses username nobody"),
        ({"version": "9.9.9"}, f"has no version 9.9.9 of chart {SERVER}; the newest there: {NEWEST}"),
        ({"chart": "none"}, "has no chart none"),
        ({"source": "http://127.0.0.1:1"}, "cannot be used"),
    ]
    charts = [{**site.chart, **difference} for difference, _said in wrong]
    lines = site.report(charts=charts)
    assert len(lines) == len(wrong)
    for line, chart, (_difference, said) in zip(lines, charts, wrong, strict=True):
        assert line.startswith(f"preflight_charts: {chart['chart']} {chart['version']}: ")
        assert said in line


@pytest.mark.parametrize("domain", ["clearml.example.com", "localhost"])
def test_domains_that_cannot_work(site: Site, domain: str) -> None:
    (line,) = site.report(base_domain=domain, charts=[])
    assert line.startswith("preflight_base_domain: ") and domain in line


def test_without_a_cluster(site: Site, tmp_path: Path) -> None:
    """What can be judged without one is judged."""
    variables = {**site.fitting, "charts": [{**site.chart, "version": "9.9.9"}], "context": "none"}
    run = site.role("preflight", variables, code=2)
    told = run.sections()["clearml.enterprise.preflight : Tell what was found"]
    assert "has no version 9.9.9" in told and "preflight_kubeconfig: No cluster can be reached" in told


def test_a_login_is_proven_before_it_is_kept(site: Site, kube: RunningKube) -> None:
    """A wrong token writes nothing; a chart that was fetched before proves nothing."""
    site.preflight()
    verify = {key: site.chart[key] for key in ("chart", "version", "source", "username", "ca_path")}
    verify["helm_binary"] = site.fitting["helm_binary"]
    login = {"namespace": "acme", "token": TOKEN, "verify": verify}
    run = site.role("registry_login", {**login, "token": "wrong"}, code=2)
    assert f"refuses username {site.chart['username']}" in run.output
    assert kube.control.writes() == 0
    site.role("registry_login", login, "--check")
    assert kube.control.writes() == 0
    site.role("registry_login", login)
    assert kube.control.counts()["by_request"]["create secrets"] == 1


def test_a_namespace_keeps_its_labels(site: Site, api: Api) -> None:
    login = {"namespace": "acme", "token": TOKEN, "packaging": "classic"}
    site.role("registry_login", login)
    path = "/api/v1/namespaces/acme"
    before = api.patch(path, {"metadata": {"labels": {"team": "ops"}, "annotations": {"note": "mine"}}}).json()
    site.role("registry_login", {**login, "token": "another"})
    after = api.get(path)
    assert after["metadata"]["labels"] == before["metadata"]["labels"]
    assert after["metadata"]["annotations"] == before["metadata"]["annotations"]

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles cdmo and cfgi, which give out parts of GPUs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.charts.build import CDMO, CFGI, CLASSIC, OCI, Chart, write
from lab.kube.testing import RunningKube
from lab.registry.testing import RunningRegistry, running_registry
from tests.kube.component_role import RELEASE, TOKEN, Component, classic, oci

LABEL = "cdmo.clear.ml/gpu-partitioning"
NODE = "/api/v1/nodes/gpu-node-1"
VALUES = {"imageCredentials": {"password": TOKEN}}


@pytest.fixture(scope="module")
def registry() -> Iterator[RunningRegistry]:
    with running_registry() as registry:
        yield registry


def test_cdmo(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> None:
    """From one packaging to the other: the operator of before has to go first, or to stay where it is."""
    cdmo = Component("cdmo", tmp_path, kube, registry, wait_timeout=20)
    cdmo.add_token("cdmo-operator")
    before = {"packaging": "classic", **classic(registry)}
    assert cdmo.settles(**before, chart_version="1.0.0") == [RELEASE]
    assert cdmo.release("cdmo", "cdmo-operator") == ("1.0.0", VALUES)
    assert cdmo.changes(**before, chart_version="1.1.0") == [RELEASE]
    assert cdmo.changes(**before) == [], "the installed version stays"

    cdmo.given.update(oci(registry), chart_version="1.3.0")
    said = cdmo.refused("--check")
    assert "Release cdmo is in the namespace cdmo-operator" in said and "Set cdmo_namespace to cdmo-operator" in said
    assert cdmo.changes(namespace="cdmo-operator") == [RELEASE]

    gone = {"namespace": "cdmo-operator", "state": "absent"}
    cdmo.cluster.patch(NODE, {"metadata": {"labels": {LABEL: "mig"}}})
    assert "works on the GPUs of gpu-node-1. Switch MIG off there first" in cdmo.refused(**gone)
    cdmo.cluster.patch(NODE, {"metadata": {"labels": {LABEL: None}}})
    assert cdmo.settles(**gone) == [RELEASE]


def test_cdmo_today(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> None:
    """It makes its namespace, if its images need no token."""
    given = {"chart_version": "1.2.0", "pull_secret": "", **oci(registry)}
    cdmo = Component("cdmo", tmp_path, kube, registry, wait_timeout=20, **given)
    assert cdmo.foreseen() == [RELEASE]
    assert cdmo.release("cdmo", "cdmo") == ("1.2.0", {})


@pytest.mark.parametrize("packaging", ["classic", "oci"])
def test_cfgi(tmp_path: Path, kube: RunningKube, registry: RunningRegistry, packaging: str) -> None:
    source = classic(registry) if packaging == "classic" else oci(registry)
    registry.add_version(CFGI, "1.3.0", CLASSIC)
    cfgi = Component("cfgi", tmp_path, kube, registry, packaging=packaging, wait_timeout=20, **source)
    cfgi.add_token("cfgi")
    assert "a first installation needs a version of the chart: give cfgi_chart_version" in cfgi.refused("--check")
    assert cfgi.settles(chart_version="1.3.0") == [RELEASE]
    assert cfgi.release("cfgi", "cfgi") == ("1.3.0", VALUES)
    assert cfgi.changes(state="absent") == [RELEASE]
    assert cfgi.changes(state="absent") == []


@pytest.mark.parametrize(("role", "chart", "version"), [("cdmo", CDMO, "1.3.0"), ("cfgi", CFGI, "1.3.1")])
def test_a_second_one_anywhere(
    tmp_path: Path, kube: RunningKube, registry: RunningRegistry, role: str, chart: str, version: str
) -> None:
    """Found by its pods; who may not list those of all namespaces finds what is where it is documented to be."""
    component = Component(role, tmp_path, kube, registry, wait_timeout=20, chart_version=version, **oci(registry))
    component.add_token(role)
    archive = write(Chart(chart, OCI, version), tmp_path)
    component.helm("install", role, archive, "-n", "gpus", "--create-namespace", "--wait")
    said = component.refused("--check")
    assert f"Release {role} is in the namespace gpus" in said
    assert f"Set {role}_namespace to gpus to keep it where it is; or" in said and f"{role}_state absent" in said
    assert component.changes("--check", namespace="gpus", pull_secret="") == []

    component.helm("uninstall", role, "-n", "gpus", "--wait")
    component.helm("install", "own", archive, "-n", role, "--wait")
    kube.control.set_access(denials=[{"verb": "list", "resource": "pods", "namespace": ""}])
    try:
        assert f"Set {role}_namespace to {role} and {role}_release to own to keep it" in component.refused()
        component.helm("uninstall", "own", "-n", role, "--wait")
        assert component.changes("--check") == [RELEASE]
    finally:
        kube.control.set_access()

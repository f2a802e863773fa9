# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role billing."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.charts.build import BILLING, FILE, Chart, files, write
from lab.kube.testing import RunningKube
from lab.registry.testing import RunningRegistry, running_registry
from tests.kube.component_role import RELEASE, TOKEN, Component

SPACE = "clearml-billing"
PASSWORD = "clearml.enterprise.billing : The password of its Kafka"
KAFKA = "for-kafka-only-4711"
OLD, NEW = (Chart(BILLING, FILE, version) for version in ("1.0.0", "1.1.0"))


@pytest.fixture(scope="module")
def registry() -> Iterator[RunningRegistry]:
    with running_registry() as registry:
        yield registry


@pytest.fixture
def billing(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> Component:
    chart = {"path": str(write(OLD, tmp_path))}
    component = Component("billing", tmp_path, kube, registry, wait_timeout=20, chart=chart, kafka_password=KAFKA)
    component.hidden.add(KAFKA)
    component.add_token(SPACE)
    return component


def test_a_chart_that_was_handed_over(billing: Component, tmp_path: Path) -> None:
    assert billing.settles() == [PASSWORD, RELEASE]
    credentials = {"username": "dockerhubcustpocbillingaccess", "password": TOKEN}
    assert billing.release(SPACE, SPACE) == ("1.0.0", {"imageCredentials": credentials})
    assert billing.cluster.secret("clearml-billing-kafka-login", SPACE)["password"] == KAFKA

    archive = write(NEW, tmp_path)
    newer = {"path": str(archive), "checksum": hashlib.sha256(archive.read_bytes()).hexdigest()}
    result = billing.result(chart=newer)
    assert billing.release(SPACE, SPACE)[0] == "1.1.0"
    assert (result["kafka"]["hosts"], result["redis_host"]) == (
        ["clearml-billing-kafka.clearml-billing:9092"],
        "clearml-billing-redis-master.clearml-billing",
    )
    assert result["kafka"]["password_from"] == {
        "name": "clearml-billing-kafka-login",
        "namespace": SPACE,
        "key": "password",
    }
    assert billing.names("services", SPACE, "/api/v1") == {"clearml-billing-kafka", "clearml-billing-redis-master"}
    assert billing.changes(state="absent", chart={}) == [RELEASE]
    assert billing.changes(state="absent", chart={}) == []


def test_what_is_refused(billing: Component, tmp_path: Path) -> None:
    """All of it before anything is written."""
    assert "ClearML hands the chart over as a file" in billing.refused(chart={})
    archive = write(NEW, tmp_path)
    assert "has the SHA-256" in billing.refused(chart={"path": str(archive), "checksum": "0" * 64})
    assert "Kafka has not heard of the password" in billing.refused(kafka_password="")


def test_a_password_that_the_chart_is_told(billing: Component, tmp_path: Path) -> None:
    """Made once. Which value takes it is not documented, so that this chart takes any."""
    archive = tmp_path / OLD.file_name
    with tarfile.open(archive, "w:gz") as packed:
        for name, text in files(OLD).items():
            if name != "values.schema.json":
                member = tarfile.TarInfo(f"{BILLING}/{name}")
                member.size = len(text.encode())
                packed.addfile(member, io.BytesIO(text.encode()))
    billing.given.update(chart={"path": str(archive)}, kafka_password="", kafka_password_path="kafka.auth.password")
    assert billing.changes() == [PASSWORD, RELEASE]
    password = billing.cluster.secret("clearml-billing-kafka-login", SPACE)["password"]
    assert billing.release(SPACE, SPACE)[1]["kafka"] == {"auth": {"password": password}}
    billing.hidden.add(password)
    assert billing.changes() == []

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role shared_redis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.kube.testing import RunningKube
from lab.registry.testing import RunningRegistry, running_registry
from tests.kube.component_role import RELEASE, Component, public

SPACE = "redis-shared"
OTHER = "another-password-4711"
NAMESPACE, PASSWORD = (f"clearml.enterprise.shared_redis : The {name}" for name in ("namespace", "password"))


@pytest.fixture(scope="module")
def registry() -> Iterator[RunningRegistry]:
    with running_registry() as registry:
        yield registry


@pytest.fixture
def redis(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> Component:
    return Component(
        "shared_redis", tmp_path, kube, registry, wait_timeout=20, **public(registry, registry.bitnami_url)
    )


def started(redis: Component) -> str:
    """Which pod it is."""
    uid: str = redis.cluster.read(f"/api/v1/namespaces/{SPACE}/pods/redis-master-0")["metadata"]["uid"]
    return uid


def test_a_password_that_is_made_once(redis: Component) -> None:
    assert redis.settles() == [NAMESPACE, PASSWORD, RELEASE]
    password = redis.cluster.secret("shared-redis", SPACE)["password"]
    redis.hidden |= {password, OTHER}
    version, values = redis.release("redis", SPACE)
    assert version == "17.8.3" and password not in str(values)
    assert redis.names("secrets", SPACE, "/api/v1") == {"shared-redis", "sh.helm.release.v1.redis.v1"}
    (variable,) = redis.cluster.read(f"/api/v1/namespaces/{SPACE}/pods/redis-master-0")["spec"]["containers"][0]["env"]
    assert variable["valueFrom"]["secretKeyRef"] == {"name": "shared-redis", "key": "password"}

    first = started(redis)
    assert redis.result("--check") == {
        "host": "redis-master.redis-shared",
        "port": 6379,
        "db": 0,
        "password_from": {"name": "shared-redis", "namespace": SPACE, "key": "password"},
    }
    assert "Volumes keep what they were made with" in redis.refused(storage={"size": "20Gi"})

    assert redis.foreseen(password=OTHER, chart_version="17.9.0") == [PASSWORD, RELEASE]
    assert redis.cluster.secret("shared-redis", SPACE)["password"] == OTHER
    assert started(redis) != first and redis.release("redis", SPACE)[0] == "17.9.0"

    assert redis.changes(state="absent") == [RELEASE]
    assert redis.changes(state="absent") == []
    assert redis.cluster.secret("shared-redis", SPACE)["password"] == OTHER


def test_a_published_password_is_refused(redis: Component) -> None:
    redis.cluster.add_namespace(SPACE)
    assert "published" in redis.refused(password="sdkWoq23", create_namespace=False)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the shared Redis and the billing service tell others leads to pods that are ready."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.charts.build import BILLING, FILE, Chart, write
from lab.kube.testing import RunningKube
from lab.registry.testing import RunningRegistry, running_registry
from tests.kube.component_role import Component, public
from tests.support.network import Network, is_up


@pytest.fixture(scope="module")
def registry() -> Iterator[RunningRegistry]:
    with running_registry() as registry:
        yield registry


def names(network: Network, address: str) -> list[str]:
    """The ready pods behind an address."""
    return [one["metadata"]["name"] for one in network.at(address)]


def test_agents_find_the_shared_redis(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> None:
    source = public(registry, registry.bitnami_url)
    redis = Component("shared_redis", tmp_path, kube, registry, wait_timeout=20, **source)
    told = redis.result()
    assert (told["host"], told["port"]) == ("redis-master.redis-shared", 6379)
    network = Network(kube.control)
    assert names(network, f"{told['host']}:{told['port']}") == ["redis-master-0"]
    assert all(is_up(one) for one in network.pods("redis-shared"))
    kept = told["password_from"]
    assert redis.cluster.secret(kept["name"], kept["namespace"])[kept["key"]]
    assert redis.changes() == []


def test_the_server_finds_kafka_and_redis_of_billing(
    tmp_path: Path, kube: RunningKube, registry: RunningRegistry
) -> None:
    archive = write(Chart(BILLING, FILE, "1.1.0"), tmp_path)
    given = {"chart": {"path": str(archive)}, "kafka_username": "", "wait_timeout": 20}
    billing = Component("billing", tmp_path, kube, registry, **given)
    billing.add_token("clearml-billing")
    told = billing.result()
    network = Network(kube.control)
    assert [names(network, one) for one in told["kafka"]["hosts"]] == [["clearml-billing-kafka-0"]]
    assert names(network, f"{told['redis_host']}:6379") == ["clearml-billing-redis-master-0"]
    pods = network.pods("clearml-billing")
    assert len(pods) == 3 and all(is_up(one) for one in pods)
    assert billing.changes() == []

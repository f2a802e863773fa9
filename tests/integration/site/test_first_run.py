# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An empty cluster becomes a site, as the check run foresaw, and the next night finds nothing to do."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from lab.platform.testing import RunningPlatform, running_platform
from tests.integration.site.conftest import RELEASE, Hands

VERSIONS = {
    "oci": {("clearml", "11.0.2"), ("acme", "6.14.6"), ("globex", "6.14.6")},
    "classic": {("clearml", "8.2.1"), ("acme", "5.9.2"), ("globex", "5.9.2")},
}


@pytest.fixture
def platform() -> t.Iterator[RunningPlatform]:
    with running_platform(ready_seconds=0.1, finish_seconds=0.1) as platform:
        yield platform


@pytest.mark.parametrize("packaging", ["oci", "classic"])
def test_an_empty_cluster_becomes_a_site(platform: RunningPlatform, tmp_path: Path, packaging: str) -> None:
    hands = Hands(platform, tmp_path, packaging)
    changes = hands.settle("site")
    assert [host for task, host in changes if task == RELEASE] == ["acme", "globex", "platform"]

    releases = hands.site.releases()
    assert {(one["namespace"], one["chart"]["metadata"]["version"]) for one in releases} == VERSIONS[packaging]
    assert {one["info"]["status"] for one in releases} == {"deployed"}
    assert hands.companies() == {"Acme Inc", "Globex"}
    assert hands.queues("Globex") == {"default", "cpu-large"}
    for company, namespace in (("Acme Inc", "acme"), ("Globex", "globex")):
        assert hands.keys(company, "agent") == [
            hands.secret("clearml-agent-credentials", namespace)["agentk8sglue_key"]
        ]
        assert hands.workers(company) == 1
    assert {path.name for path in hands.site.keys.iterdir()} == {"acme-nightly.env", "globex-nightly.env"}

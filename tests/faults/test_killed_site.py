# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A first run is killed anywhere, or wherever one role ends and the next begins.

The next run ends what was begun, and leaves what an undisturbed run leaves.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
import typing as t
from pathlib import Path

import pytest

from lab.platform.testing import running_platform
from lab.site import COLLECTION
from tests.integration.site.conftest import PASSING, Hands
from tests.integration.site.processes import kill

POINTS = 10
#: Those of the whole platform, in the order of their first tasks that do something.
ROLES = (
    "registry_login",
    "gpu_operator",
    "cdmo",
    "mig",
    "shared_redis",
    "billing",
    "clearml_server",
    "network_policies",
    "applications",
    "tenant",
    "agent",
)
#: What no two runs have in common: keys and checksums, dates, addresses of a platform.
UNLIKE = re.compile(r"[0-9a-f]{32,64}|\d{4}-\d\d-\d\dT[\d:.]+(\+00:00|Z)?|127\.0\.0\.1:\d+")
RELEASE_RECORD = "helm.sh/release.v1"


@pytest.fixture
def hands(tmp_path: Path) -> t.Iterator[Hands]:
    """An empty cluster."""
    with running_platform(ready_seconds=0.1, finish_seconds=0.1) as platform:
        yield Hands(platform, tmp_path)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, set[str]]:
    """How much a first run writes, and what it leaves."""
    with running_platform(ready_seconds=0.1, finish_seconds=0.1) as platform:
        hands = Hands(platform, tmp_path_factory.mktemp("undisturbed"))
        return hands.play("site").cost.writes, left(hands)


def left(hands: Hands) -> set[str]:
    """All that is there, without what differs between any two platforms."""
    state = hands.api.state()
    companies = {one["id"]: one["name"] for one in state["companies"]}
    found: list[t.Any] = [["company", one["name"], one["active"], one["domains"]] for one in state["companies"]]
    for user in state["auth_entries"]:
        labels = sorted(str(pair["label"]) for pair in user["credentials"])
        found.append(["user", companies[user["company"]], user["name"], user["email"], user["role"], labels])
    for queue in state["queues"]:
        found.append(["queue", companies[queue["company"]], queue["name"], queue["display_name"], queue["tags"]])
    for one in state["provider_configurations"]:
        found.append(["provider", companies[one["company"]], one["display_name"]])
    for one in state["application_versions"]:
        found.append(["application", one["app"], one["version"], one["enabled"]])
    for one in state["workers"]:
        found.append(["worker", companies[one["company"]]])
    for entry in hands.kube.state()["objects"]:
        one, metadata = entry["object"], entry["object"]["metadata"]
        if entry["resource"] not in PASSING and one.get("type") != RELEASE_RECORD:
            found.append([entry["resource"], metadata.get("namespace"), metadata["name"], sorted(one.get("data", ()))])
    for one in hands.site.releases():
        about = [one["namespace"], one["name"], one["chart"]["metadata"]["version"], one["info"]["status"]]
        found.append(["release", *about, one["config"]])
    for path in sorted(hands.site.keys.iterdir()):
        found.append(["file", path.name])
    return {UNLIKE.sub("-", json.dumps(one, sort_keys=True)) for one in found}


def writes(hands: Hands) -> int:
    """How many there were so far."""
    return hands.api.writes() + hands.kube.writes()


def killed(hands: Hands, when: t.Callable[[], bool]) -> None:
    """Start a first run, and kill it at a moment."""
    run = subprocess.Popen(
        hands.site.command("site"),
        cwd=COLLECTION,
        env=hands.site.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not when():
            assert run.poll() is None, f"the run ended after {writes(hands)} writes"
            time.sleep(0.01)
    finally:
        kill(run.pid)
        run.wait()


@pytest.mark.parametrize("point", range(POINTS))
def test_a_killed_run_is_ended_by_the_next(undisturbed: tuple[int, set[str]], hands: Hands, point: int) -> None:
    total, expected = undisturbed
    after = 1 + point * (total - 1) // (POINTS - 1)
    killed(hands, when=lambda: writes(hands) >= after)
    hands.play("site")
    now = left(hands)
    assert (sorted(now - expected), sorted(expected - now)) == ([], [])
    for company, namespace in (("Acme Inc", "acme"), ("Globex", "globex")):
        assert hands.keys(company, "agent") == [
            hands.secret("clearml-agent-credentials", namespace)["agentk8sglue_key"]
        ]
    runs = hands.site.folder / ".cache" / "clearml.enterprise" / "runs"
    assert list(runs.iterdir()) == []
    hands.stands("site")


def test_a_pair_whose_secret_is_lost_is_named(undisturbed: tuple[int, set[str]], hands: Hands) -> None:
    """The one moment that nothing heals: a pair is made, and the run killed before it has written the file."""
    killed(hands, when=lambda: hands.api.counts()["by_endpoint"].get("auth.create_credentials", 0) > 0)
    lost = [key for company in ("Acme Inc", "Globex") for key in hands.keys(company, "nightly")]
    assert lost and not list(hands.site.keys.iterdir())
    run = hands.play("site", fails=True)
    assert run.output.count('FAILED at \\"The file of a pair that exists is there\\"') == len(lost)
    for company in ("Acme Inc", "Globex"):
        for key in set(hands.keys(company, "nightly")) & set(lost):
            hands.call(company, "auth.revoke_credentials", access_key=key)
    hands.play("site")
    assert left(hands) == undisturbed[1]


def killed_at(hands: Hands, role: str) -> None:
    """Start a run, and kill it where a role begins."""
    with subprocess.Popen(
        hands.site.command("site"),
        cwd=COLLECTION,
        env=hands.site.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as run:
        assert run.stdout
        found = next((line for line in run.stdout if line.startswith(f"TASK [clearml.enterprise.{role} : ")), None)
        kill(run.pid)
    assert found, f"the run ended before {role}"


@pytest.mark.timeout(1200)
def test_a_platform_is_killed_wherever_a_role_begins(tmp_path: Path) -> None:
    """One run after the other gets as far as the next role, and the last one to the end."""
    with running_platform(ready_seconds=0.1, finish_seconds=0.1) as platform:
        (tmp_path / "undisturbed").mkdir()
        hands = Hands(platform, tmp_path / "undisturbed", whole=True)
        hands.play("site")
        expected = left(hands)
    with running_platform(ready_seconds=0.1, finish_seconds=0.1) as platform:
        (tmp_path / "killed").mkdir()
        hands = Hands(platform, tmp_path / "killed", whole=True)
        for role in ROLES:
            killed_at(hands, role)
        hands.play("site")
        now = left(hands)
        assert (sorted(now - expected), sorted(expected - now)) == ([], [])
        hands.stands("site")

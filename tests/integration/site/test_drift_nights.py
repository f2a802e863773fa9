# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook drift: what drifted is told, put right with the ordinary roles, and nothing else is touched."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from lab.site import Run
from tests.integration.site.conftest import AGENT, PLACE, QUEUES, RELEASE, Hands

DEPLOYMENT = "/apis/apps/v1/namespaces/clearml/deployments/clearml-enterprise-webserver"
POLICY = "/apis/networking.k8s.io/v1/namespaces/acme/networkpolicies/default-deny-ingress"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/clearml/leases"


class Nights:
    """Runs of the playbook, and what their reports say."""

    def __init__(self, hands: Hands, folder: Path) -> None:
        self.hands = hands
        self.folder = folder

    def run(self, *options: str, fails: bool = False, **variables: t.Any) -> Run:
        return self.hands.play("drift", *options, fails=fails, drift_folder=str(self.folder), **variables)

    @property
    def report(self) -> dict[str, t.Any]:
        """The newest one."""
        return t.cast("dict[str, t.Any]", json.loads((self.folder / "latest.json").read_text()))

    def states(self) -> dict[str, str]:
        """The state of each tenant, and of the platform."""
        tenants = {one["tenant"]: one["state"] for one in self.report["tenants"]}
        return {**tenants, "platform": self.report["platform"]["state"]}

    def items(self, tenant: str) -> set[tuple[str, str, str]]:
        """What differed of a tenant, or of the platform."""
        owner = next((one for one in self.report["tenants"] if one["tenant"] == tenant), self.report["platform"])
        return {(one["kind"], one["name"], one["action"]) for one in owner["items"]}


@pytest.fixture
def nights(standing: Hands, tmp_path: Path) -> Nights:
    return Nights(standing, tmp_path / "reports")


def quiet(nights: Nights, run: Run) -> None:
    """Nothing is told but that all is well, nothing is changed but the Lease, and no registry is asked."""
    assert run.changed == [] and run.cost.api_writes == 0 and run.cost.kube_writes == 2
    assert nights.report["quiet"] and set(nights.states().values()) == {"in sync"}
    assert nights.hands.cluster.read(LEASES)["items"] == []


def test_drift_is_told_then_put_right(nights: Nights) -> None:
    hands = nights.hands
    before, fetched = hands.fingerprint(), hands.platform.registry.counts()
    quiet(nights, nights.run())
    assert hands.fingerprint() == before and hands.platform.registry.counts() == fetched

    hands.delete_queue("Acme Inc", "gpu-fraction-0_50")
    hands.cluster.delete(POLICY)
    by_hand = ("--reuse-values", "--set", "agentk8sglue.defaultContainerImage=python:3.8")
    hands.helm("upgrade", AGENT, hands.site.chart(AGENT), *by_hand, "-n", "globex", "--wait", "--timeout", "20s")
    hands.cluster.patch(DEPLOYMENT, {"spec": {"replicas": 0}})
    hands.call("Globex", "auth.revoke_credentials", access_key=hands.keys("Globex", "agent")[0])

    drifted = hands.fingerprint()
    told = nights.run(fails=True, drift_mode="report")
    assert "Not as declared: acme, globex, the platform." in told.output
    assert hands.fingerprint() == drifted, "it was told, and not touched"
    assert nights.states() == dict.fromkeys(("acme", "globex", "platform"), "drifted")
    assert nights.items("acme") == {
        ("queue", "gpu-fraction-0_50", "create"),
        ("NetworkPolicy", "default-deny-ingress", "create"),
    }
    assert nights.items("globex") == {("release", AGENT, "upgrade"), ("credentials", "agent", "create")}
    assert nights.items("platform") == {("release", "clearml-enterprise", "upgrade")}
    checked = nights.run("--check", fails=True)
    assert hands.fingerprint() == drifted and checked.cost.api_writes == 0

    run = nights.run()
    assert nights.states() == dict.fromkeys(("acme", "globex", "platform"), "repaired")
    assert (PLACE, "acme") in run.changed and (RELEASE, "globex") in run.changed
    assert len(hands.keys("Globex", "agent")) == 1
    assert not [task for task, _host in run.changed if task == QUEUES], "the engine did that"
    quiet(nights, nights.run())
    page = (nights.folder / "latest.html").read_text()
    assert "http" not in page.replace("https://", "http://").split("<body")[0].replace("http-equiv", "")
    assert len(list(nights.folder.glob("2*.json"))) == 5 and len(nights.report["previous"]) == 4


def test_only_one_night_at_a_time(nights: Nights) -> None:
    spec = {"holderIdentity": "another", "leaseDurationSeconds": 600, "renewTime": "2999-01-01T00:00:00.000000Z"}
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "clearml-drift"}}
    nights.hands.cluster.add(LEASES, {**lease, "spec": spec})
    try:
        run = nights.run()
        assert "Another night is at work, and may be until 2999-01-01T00:10:00" in run.output
        assert run.cost.writes == 0 and not nights.folder.exists()
    finally:
        nights.hands.cluster.delete(f"{LEASES}/clearml-drift")


def test_what_fails_is_told_and_the_lease_is_given_back(nights: Nights) -> None:
    """A tenant that cannot be put right fails alone."""
    hands = nights.hands
    hands.delete_queue("Globex", "default")
    hands.delete_queue("Acme Inc", "gpu-fraction-0_50")
    wrong = {"tenant_groups": [{"name": "g", "users": ["nobody@globex.example"]}]}
    run = nights.run(
        "-e",
        json.dumps(
            {"tenant_groups": "{{ _of[inventory_hostname] }}", "_of": {"acme": [], "globex": wrong["tenant_groups"]}}
        ),
        fails=True,
    )
    assert nights.states() == {"acme": "repaired", "globex": "failed", "platform": "in sync"}
    (globex,) = [one for one in nights.report["tenants"] if one["tenant"] == "globex"]
    assert "users has 'nobody@globex.example'" in globex["errors"][0] and "Not as declared: globex." in run.output
    assert hands.cluster.read(LEASES)["items"] == []
    assert "gpu-fraction-0_50" in hands.queues("Acme Inc")
    quiet(nights, nights.run())


def test_no_server(nights: Nights) -> None:
    """It cannot be told what drifted: one sentence, and the Lease is given back."""
    run = nights.run(
        fails=True, clearml_api_host="http://127.0.0.1:9", clearml_api_access_key="k", clearml_api_secret_key="s"
    )
    assert "nothing listens there" in run.output
    assert nights.hands.cluster.read(LEASES)["items"] == []

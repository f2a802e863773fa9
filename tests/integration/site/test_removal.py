# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is declared absent goes, if that is confirmed; nothing else goes with it."""

from __future__ import annotations

from tests.integration.site.conftest import AGENT, PLACE, RELEASE, SERVER, Hands

COMPANY = "clearml.enterprise.tenant : Remove the company and what is in it"
NAMESPACE = "clearml.enterprise.tenant : Remove the namespace and what is in it"


def test_a_tenant_goes_when_that_is_confirmed(standing: Hands) -> None:
    before = standing.fingerprint()
    run = standing.play("tenants", "--limit", "globex", fails=True, tenant_state="absent")
    assert "company Globex and namespace globex still exists" in " ".join(run.output.split()), run.output[-3000:]
    assert "tenant_confirm_removal=globex" in run.output
    assert run.cost.writes == 0 and standing.fingerprint() == before

    gone = {"tenant_state": "absent", "tenant_confirm_removal": "globex"}
    changes = standing.settle("tenants", "--limit", "globex", **gone)
    assert changes == sorted([(RELEASE, "globex"), (NAMESPACE, "globex"), (COMPANY, "globex")])
    assert "globex" not in standing.names("namespaces")
    assert not standing.release(AGENT, "globex")
    assert standing.companies() == {"Acme Inc"}

    assert {host for _task, host in standing.play("tenants").changed} == {"globex"}
    standing.stands("tenants")


def test_a_tenant_can_do_without_an_agent(standing: Hands) -> None:
    """Its key pair and its queues stay; the way in for people's sessions goes."""
    keys, queues = standing.keys("Acme Inc", "agent"), standing.queues("Acme Inc")
    without = {"tenant_agent": {"enabled": False}}
    assert standing.settle("tenants", "--limit", "acme", **without) == sorted([(RELEASE, "acme"), (PLACE, "acme")])
    assert not standing.release(AGENT, "acme")
    assert (standing.keys("Acme Inc", "agent"), standing.queues("Acme Inc")) == (keys, queues)
    assert standing.workers("Acme Inc") == 0

    assert sorted(standing.play("tenants", "--limit", "acme").changed) == sorted([(RELEASE, "acme"), (PLACE, "acme")])
    assert standing.workers("Acme Inc") == 1


def test_a_server_that_is_installed_again_finds_its_companies(standing: Hands) -> None:
    """The claims of its databases and its Secrets stay."""
    kept = {"clearml-registry", "clearml-supervisor", "clearml-server-settings"}
    claims = {one["metadata"]["uid"] for one in standing.objects("persistentvolumeclaims", "clearml")}
    assert standing.change("cluster", clearml_server_state="absent") == [(RELEASE, "platform")]
    assert not standing.release(SERVER, "clearml")
    assert kept <= standing.names("secrets", "clearml")
    left = {one["metadata"]["uid"] for one in standing.objects("persistentvolumeclaims", "clearml")}
    assert left and left < claims, "the claim of the file server is the chart's own"

    assert standing.play("cluster").changed == [(RELEASE, "platform")]
    assert standing.companies() == {"Acme Inc", "Globex"}
    standing.stands("site")

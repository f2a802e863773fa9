# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An agent with the key pair of a service account, which runs tasks as their owners."""

from __future__ import annotations

from tests.integration.site.conftest import AGENT, AGENT_PAIR, RELEASE, Hands

TAKEN_OVER = "clearml.enterprise.tenant : Revoke the agent's key pair that was the admin's"


def test_a_service_account_takes_over_from_the_admin(standing: Hands) -> None:
    """The admin's pair goes once the agent has started with the account's."""
    (before,) = standing.keys("Acme Inc", "agent")
    account = {"name": "agents", "allow_running_as_owner": True}
    agent = {"service_account": "agents", "use_owner_token": True}
    changes = standing.settle("tenants", "--limit", "acme", tenant_service_accounts=[account], tenant_agent=agent)
    assert {(AGENT_PAIR, "acme"), (RELEASE, "acme"), (TAKEN_OVER, "acme")} <= set(changes)
    (after,) = standing.keys("Acme Inc", "agent")
    assert after != before and standing.workers("Acme Inc") == 1
    assert standing.release(AGENT, "acme")["config"]["agentk8s"] == {"useOwnerToken": True}

    # Back to what the files say; the account takes its pair along.
    standing.play("tenants", "--limit", "acme", tenant_service_accounts=[{"name": "agents", "state": "absent"}])
    assert len(standing.keys("Acme Inc", "agent")) == 1

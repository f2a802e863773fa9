# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an agent needs of the rest of its tenant."""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.mistakes import Path, dotted
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.sense import items
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.shape import Finding

ACCOUNT: Path = ("tenant_agent", "service_account")
OWNER_TOKEN: Path = ("tenant_agent", "use_owner_token")


def own(values: t.Mapping[str, t.Any]) -> t.Iterator[Finding]:
    """The service account of the agent is there, and may run tasks as their owners if the agent wants to."""
    agent = values.get("tenant_agent")
    if not isinstance(agent, dict) or agent.get("enabled") is False or values.get("tenant_state") == "absent":
        return
    name, for_owners = agent.get("service_account"), agent.get("use_owner_token") is True
    if for_owners and "service_account" not in agent:
        problem = "only the key pair of a service account can be used for this"
        yield Finding(OWNER_TOKEN, problem, "Name one with service_account", show=False)
    for path, account in items(values, "tenant_service_accounts"):
        if not isinstance(account, dict) or account.get("name") != name or not isinstance(name, str):
            continue
        if account.get("state") == "absent":
            yield Finding(ACCOUNT, f"{dotted(path)} declares it absent", "Take it out here, or keep it there")
        elif for_owners and account.get("allow_running_as_owner") in (None, False):
            advice = "Set allow_running_as_owner there, or take use_owner_token out"
            problem = f"{dotted(path)} is not allowed to run tasks as their owners"
            yield Finding(OWNER_TOKEN, problem, advice, show=False)

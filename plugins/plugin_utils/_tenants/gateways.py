# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a gateway needs of the rest of its tenant."""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.mistakes import Path, dotted
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.ports import section
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.sense import items
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.shape import Finding

GATEWAY: Path = ("tenant_gateway",)


def own(values: t.Mapping[str, t.Any]) -> t.Iterator[Finding]:
    """The tenant has an agent, people a way to the gateway, and the gateway a key pair of its own."""
    gateway = section(values, "tenant_gateway")
    if not gateway:
        return
    agent = values.get("tenant_agent")
    agent = agent if isinstance(agent, dict) else {}
    if agent.get("enabled") is False:
        advice = "Enable tenant_agent, or disable the gateway"
        yield Finding(GATEWAY, "a gateway leads to what the tenant's agent runs, and the tenant has none", advice)
    outside = gateway.get("service_type") in ("NodePort", "LoadBalancer") and "external_url" in gateway
    if "host_name" not in gateway and not outside:
        advice = "Give host_name, or service_type NodePort or LoadBalancer together with external_url"
        yield Finding(GATEWAY, "nobody would reach the gateway", advice)
    account = gateway.get("service_account")
    for path, item in items(values, "tenant_service_accounts"):
        if isinstance(item, dict) and account and item.get("name") == account and item.get("state") == "absent":
            advice = "Take it out here, or keep it there"
            yield Finding((*GATEWAY, "service_account"), f"{dotted(path)} declares it absent", advice)
    label = gateway.get("credentials_label", "gateway")
    if label == agent.get("credentials_label", "agent") and account == agent.get("service_account"):
        place = (*GATEWAY, "credentials_label") if "credentials_label" in gateway else GATEWAY
        problem = "the agent's key pair has the same label, so that each would revoke the other's"
        yield Finding(place, problem, "Choose another credentials_label")

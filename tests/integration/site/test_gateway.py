# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A tenant with a gateway, in both packagings: it logs in, and reports under its host name."""

from __future__ import annotations

import time
import typing as t
from pathlib import Path

from lab.platform.testing import running_platform
from tests.integration.site.conftest import RELEASE, Hands

GATEWAY_PAIR = "clearml.enterprise.tenant : The gateway's key pair, straight into a Secret"
REVOKE = "clearml.enterprise.tenant : Revoke the gateway's replaced key pairs"
CLASSIC = {"CLEARML_LAB_SERVER_VERSION": "8.2.1", "CLEARML_LAB_AGENT_VERSION": "5.9.2"}
HOST = "{{ inventory_hostname }}-apps.clearml.lab"


def admission(role: str) -> str:
    return f"clearml.enterprise.{role} : Whoever wants may reach it"


def routers(hands: Hands) -> dict[str, str]:
    """The gateways that report, and where they are reached."""
    return {one["name"]: one["url"] for one in hands.api.state()["routers"]}


def test_it_comes_gets_a_new_pair_and_goes(standing: Hands) -> None:
    given = {"tenant_gateway": {"host_name": HOST, "chart_version": "3.2.0"}}
    acme = ("tenants", "--limit", "acme")
    changes = standing.settle(*acme, **given)
    assert changes == sorted((task, "acme") for task in (GATEWAY_PAIR, RELEASE, admission("app_gateway")))
    assert routers(standing) == {"clearml-app-gateway": "https://acme-apps.clearml.lab"}
    (before,) = standing.keys("Acme Inc", "gateway")

    standing.cluster.delete("/api/v1/namespaces/acme/secrets/clearml-gateway-credentials")
    changes = standing.play(*acme, **given).changed
    assert sorted(changes) == sorted((task, "acme") for task in (GATEWAY_PAIR, RELEASE, REVOKE))
    (after,) = standing.keys("Acme Inc", "gateway")
    assert after != before and routers(standing)

    standing.play(*acme)
    assert standing.release("clearml-app-gateway", "acme") == {}
    gone_by = time.monotonic() + 20
    while routers(standing):
        assert time.monotonic() < gone_by
        time.sleep(0.05)


def test_a_router_knows_the_signing_key_of_its_server(tmp_path: Path) -> None:
    """Another key, or another address of the API, and it would never be ready."""
    gateway: dict[str, t.Any] = {"host_name": HOST, "chart_version": "1.1.0"}
    with running_platform(ready_seconds=0.1, finish_seconds=0.1) as platform:
        hands = Hands(platform, tmp_path, "classic", **CLASSIC)
        hands.play("site", "--limit", "platform,acme", tenant_gateway=gateway)
        assert routers(hands) == {"clearml-ttr": "https://acme-apps.clearml.lab"}
        hands.stands("tenants", "--limit", "acme", tenant_gateway=gateway)
        refused = hands.play("tenants", tenant_gateway={**gateway, "service_type": "NodePort"}, fails=True)
        assert "tenant_gateway has service_type, for the packaging oci" in " ".join(refused.output.split())

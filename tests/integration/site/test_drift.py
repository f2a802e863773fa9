# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people change by hand, in the cluster and in the server, is found by a check run and healed by the next run."""

from __future__ import annotations

import os
import signal
import subprocess
import time

from lab.kube import binaries
from tests.integration.site.conftest import (
    AGENT,
    AGENT_PAIR,
    PLACE,
    QUEUES,
    RELEASE,
    REVOKE,
    SERVER,
    Hands,
)

DEPLOYMENTS = "/apis/apps/v1/namespaces/clearml/deployments"
POLICIES = "/apis/networking.k8s.io/v1/namespaces/acme/networkpolicies"


def fail_an_upgrade(hands: Hands, namespace: str) -> None:
    """Somebody's upgrade of a tenant's agent does not come up."""
    order = hands.kube.never_ready(namespace=namespace)
    values = ("--reuse-values", "--set", "agentk8sglue.defaultContainerImage=python:3.8")
    hands.helm(
        "upgrade", AGENT, hands.site.chart(AGENT), *values, "-n", namespace, "--wait", "--timeout", "1s", fails=True
    )
    hands.kube.clear_orders(order)


def kill_an_upgrade(hands: Hands) -> None:
    """Somebody's helm upgrades the server, waits for its pods, and is killed."""
    order = hands.kube.never_ready(namespace="clearml", pod="*-webserver-*")
    image = "webserver.extraEnvs[0].name=BY_HAND,webserver.extraEnvs[0].value=x"
    arguments = ("upgrade", SERVER, hands.site.chart(SERVER), "--reuse-values", "--set", image, "--wait")
    kubeconfig = ("--kubeconfig", str(hands.platform.kube.kubeconfig))
    helm = subprocess.Popen(
        [str(binaries.helm(hands.site.helm)), *arguments, "-n", "clearml", *kubeconfig],
        env=hands.site.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 30
        while hands.release(SERVER, "clearml")["info"]["status"] != "pending-upgrade" and time.monotonic() < end:
            assert helm.poll() is None
            time.sleep(0.05)
    finally:
        os.kill(helm.pid, signal.SIGKILL)
        helm.wait()
    hands.kube.clear_orders(order)
    assert hands.release(SERVER, "clearml")["info"]["status"] == "pending-upgrade"


def test_drift_is_found_and_healed_tenant_by_tenant(standing: Hands) -> None:
    """A run for one tenant leaves what is wrong elsewhere to the run for all."""
    by_hand = ("--reuse-values", "--set", "agentk8sglue.defaultContainerImage=python:3.8")
    standing.helm("upgrade", AGENT, standing.site.chart(AGENT), *by_hand, "-n", "acme", "--wait", "--timeout", "20s")
    fail_an_upgrade(standing, "globex")
    assert standing.statuses() == {("acme", "deployed"), ("clearml", "deployed"), ("globex", "failed")}
    standing.delete_queue("Acme Inc", "gpu-fraction-0_50")
    standing.cluster.delete(f"{POLICIES}/default-deny-ingress")
    standing.cluster.patch(
        "/api/v1/namespaces/globex", {"metadata": {"labels": {"clearml.enterprise/tenant": "other"}}}
    )
    standing.cluster.patch(f"{DEPLOYMENTS}/clearml-enterprise-webserver", {"spec": {"replicas": 0}})

    acme = [(RELEASE, "acme"), (PLACE, "acme"), (QUEUES, "acme")]
    others = [(RELEASE, "globex"), (RELEASE, "platform"), (PLACE, "globex")]
    assert standing.check("site") == sorted(acme + others)

    run = standing.play("site", "--limit", "acme")
    assert sorted(run.changed) == sorted(acme)
    assert "platform" not in run.output.partition("PLAY RECAP")[2]
    assert sorted(standing.play("site").changed) == sorted(others)
    standing.stands("site")
    assert {status for _where, status in standing.statuses()} == {"deployed"}
    assert standing.cluster.read(f"{DEPLOYMENTS}/clearml-enterprise-webserver")["status"]["readyReplicas"] == 1
    assert "gpu-fraction-0_50" in standing.queues("Acme Inc")


def test_killed_helm_and_lost_keys(standing: Hands) -> None:
    """Together with another version of the server's chart, and another value."""
    kill_an_upgrade(standing)
    lost, revoked = standing.keys("Acme Inc", "agent"), standing.keys("Globex", "agent")
    standing.cluster.delete("/api/v1/namespaces/acme/secrets/clearml-agent-credentials")
    standing.call("Globex", "auth.revoke_credentials", access_key=revoked[0])

    wanted = {"clearml_server_chart_version": "11.0.1", "clearml_server_max_running_apps": 5}
    acme = [(AGENT_PAIR, "acme"), (RELEASE, "acme"), (REVOKE, "acme")]
    globex = [(AGENT_PAIR, "globex"), (RELEASE, "globex")]
    assert standing.settle("site", **wanted) == sorted([(RELEASE, "platform"), *acme, *globex])

    server = standing.release(SERVER, "clearml")
    assert (server["chart"]["metadata"]["version"], server["info"]["status"]) == ("11.0.1", "deployed")
    assert "BY_HAND" not in str(server["config"])
    for company, namespace, old in (("Acme Inc", "acme", lost), ("Globex", "globex", revoked)):
        pair = standing.secret("clearml-agent-credentials", namespace)
        assert standing.keys(company, "agent") == [pair["agentk8sglue_key"]] != old
        assert standing.workers(company) == 1, "its agent works with the new pair"

    assert standing.play("site").changed == [(RELEASE, "platform")], "the versions and values of the inventory are back"

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What does not come up: a run says why, stops there and nowhere else, and the next run heals it."""

from __future__ import annotations

from tests.integration.site.conftest import AGENT, RELEASE, Hands

LAST_WORDS = "elasticsearch: no shard is available"


def test_one_tenant_fails_and_the_others_do_not(standing: Hands) -> None:
    by_hand = ("--reuse-values", "--set", "agentk8sglue.defaultContainerImage=python:3.8")
    for namespace in ("acme", "globex"):
        standing.helm("upgrade", AGENT, standing.site.chart(AGENT), *by_hand, "-n", namespace)
    order = standing.kube.never_ready(namespace="acme")
    run = standing.play("tenants", fails=True, agent_wait_timeout=4)
    standing.kube.clear_orders(order)

    assert run.changed == [(RELEASE, "globex")]
    recap = run.output.partition("TASK [Recap]")[2]
    line = next(line for line in recap.splitlines() if "acme: " in line)
    assert 'FAILED at \\"The release\\"' in line, line
    assert "release clearml-enterprise-agent in namespace acme" in line and "runs and is not ready" in line, line
    assert "globex: install or upgrade agent" in recap
    assert "0 unchanged" in recap

    assert standing.play("tenants").changed == [(RELEASE, "acme")]
    standing.stands("tenants")


def test_a_server_that_does_not_come_up(standing: Hands) -> None:
    """First it crashes for a reason of its own, then for a setting that somebody forgot to quote."""
    order = standing.kube.crash(LAST_WORDS, namespace="clearml", container="clearml-apiserver")
    run = standing.play("cluster", fails=True, clearml_server_wait_timeout=5, clearml_server_max_running_apps=4)
    standing.kube.clear_orders(order)
    assert "clearml-enterprise-apiserver-" in run.output
    assert "CrashLoopBackOff" in run.output
    assert LAST_WORDS in run.output

    name = "CLEARML__secure__credentials__robot__email"
    values = {"apiserver": {"extraEnvs": [{"name": name, "value": "robot@clearml.lab"}]}}
    run = standing.play("cluster", fails=True, clearml_server_wait_timeout=5, clearml_server_values=values)
    assert name in run.output
    assert "robot@clearml.lab" not in run.output

    assert standing.play("cluster").changed == [(RELEASE, "platform")]
    standing.stands("cluster")
    assert standing.companies() == {"Acme Inc", "Globex"}

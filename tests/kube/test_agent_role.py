# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role agent with the real helm, on a platform of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.kube import binaries
from lab.kube.testing import RunningKube
from lab.registry.testing import RunningRegistry, running_registry
from tests.integration.parity.playbook import Run, run_playbook
from tests.support.cluster import Cluster
from tests.support.modules import Modules

PAIR = {"agentk8sglue_key": "agents-own-access-key", "agentk8sglue_secret": "for-the-agent-only-4711"}
TOKEN = "only-for-this-test-token"
RELEASE = "clearml.enterprise.helm_release : The release"
FITS = "clearml.enterprise.agent : What is asked for fits together, and nothing stands in its way"
ACME = "/api/v1/namespaces/acme"
SCRIPT = "clearml_agent execute --id {task_id}"
#: What only today's packaging has.
TODAYS: dict[str, Any] = {
    "image_credentials": ["mirror"],
    "image_registry": "registry.example.com",
    "apps_queue": True,
    "dashboard": {
        "report_type": "aggregate",
        "gpu": {"discovery": True, "base_selector": "gpu=true"},
        "cpu": {"max": 64, "namespaced": True},
    },
    "use_owner_token": True,
    "task_script": SCRIPT,
    "certificates": {"override": "PEM", "propagate": True},
    "air_gapped": True,
    "bootstrap": True,
    "cluster_access": True,
}
POD = {
    "env": [{"name": "PIP_INDEX_URL", "value": "https://packages.example.com/simple"}],
    "nodeSelector": {"pool": "gpu"},
    # Tasks run as whom their images say.
    "volumeMounts": [{"name": "cache", "mountPath": "/root/.cache"}],
    "volumes": [{"name": "cache", "emptyDir": {}}],
}


class Agent:
    """Runs of the role in the namespace of a tenant."""

    def __init__(self, folder: Path, kube: RunningKube, **given: Any) -> None:
        self.folder = folder
        self.kube = kube
        self.environment: dict[str, str] = {}
        self.given = {
            "namespace": "acme",
            "urls": {"api": "https://api.lab.test", "app": "https://app.lab.test", "files": "https://files.lab.test"},
            "credentials_checksum": "0" * 64,
            "gpu_model": "a100-40gb",
            "wait_timeout": 20,
            "kubeconfig": str(kube.kubeconfig),
            **given,
        }

    def run(self, *options: str, **variables: Any) -> Run:
        """One run, as talkative as can be, which shows no secret."""
        given = {f"agent_{name}": value for name, value in {**self.given, **variables}.items()}
        home = {"HOME": str(self.folder), "PATH": f"{binaries.helm('4.3').parent}:/usr/bin:/bin", **self.environment}
        play = {"roles": ["clearml.enterprise.agent"], "tasks": []}
        run = run_playbook(self.folder / "run", [play], "-vvv", "--diff", *options, variables=given, environment=home)
        for text in (TOKEN, PAIR["agentk8sglue_secret"]):
            assert text not in run.output
        return run

    def changes(self, *options: str, **variables: Any) -> list[str]:
        """The tasks that changed something."""
        run = self.run(*options, **variables)
        assert run.code == 0, run.output[-6000:]
        return [name for name, text in run.sections().items() if "changed: [tenant]" in text and "Keep" not in name]

    def foreseen(self, **variables: Any) -> list[str]:
        """The same of a check run, which writes nothing, and of the run after it, which does what was foreseen."""
        writes = self.kube.control.writes()
        foreseen = self.changes("--check", **variables)
        assert self.kube.control.writes() == writes
        assert self.changes(**variables) == foreseen
        return foreseen

    def refused(self, **variables: Any) -> str:
        """What is said of a mistake; nothing is written."""
        writes = self.kube.control.writes()
        run = self.run(**variables)
        assert run.code == 2 and self.kube.control.writes() == writes
        assert RELEASE not in run.sections()
        return run.sections()[FITS]


@pytest.fixture(scope="module")
def registry() -> Iterator[RunningRegistry]:
    with running_registry(TOKEN) as registry:
        yield registry


@pytest.fixture
def cluster(kube: RunningKube) -> Cluster:
    """A cluster with the namespace that the role tenant makes."""
    cluster = Cluster(kube)
    cluster.add_namespace("acme")
    cluster.add_secret("clearml-agent-credentials", "acme", PAIR)
    cluster.add_secret("clearml-registry", "acme", {"token": TOKEN})
    return cluster


def source(registry: RunningRegistry, packaging: str) -> dict[str, Any]:
    oci = packaging == "oci"
    return {
        "packaging": packaging,
        "chart_version": "6.14.6" if oci else "5.9.2",
        "chart_source": registry.oci_prefix if oci else registry.classic_url,
        "chart_username": registry.username if oci else TOKEN,
        "chart_password": TOKEN,
        "chart_ca_path": str(registry.ca_file),
    }


@pytest.mark.parametrize("packaging", ["classic", "oci"])
def test_it_comes_and_goes(
    packaging: str, registry: RunningRegistry, cluster: Cluster, kube: RunningKube, tmp_path: Path
) -> None:
    """With everything that it has in its generation, which the chart takes."""
    everything = {"pod_template": POD, "usage_field": "resources|limits|nvidia.com/gpu"}
    if packaging == "oci":
        everything.update(TODAYS)
    agent = Agent(tmp_path, kube, **source(registry, packaging), **everything)
    assert agent.foreseen() == [RELEASE]
    name = "clearml-agent-clearml-enterprise-agent" if packaging == "classic" else "clearml-enterprise-agent"
    template = cluster.read(f"{ACME}/configmaps/{name}-pt")["data"]
    assert "packages.example.com" in template["template.yaml"]
    assert "mig-3g.20gb" in template["queues.yaml"]
    roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
    assert (cluster.read(f"{roles}/acme-{name}-kpa")["kind"] == "ClusterRole") == (packaging == "oci")

    writes, fetched = kube.control.writes(), registry.counts()
    assert agent.changes() == []
    assert (kube.control.writes(), registry.counts()) == (writes, fetched)
    if packaging == "oci":
        assert agent.changes(max_resources=7) == [RELEASE]
        assert registry.counts() == fetched, "the chart was there"

    agent.given["state"] = "absent"
    assert agent.changes() == [RELEASE]
    assert agent.changes("--check") == []
    assert cluster.secret("clearml-agent-credentials", "acme") == PAIR


def test_what_is_refused_touches_nothing(
    acme: Modules, registry: RunningRegistry, cluster: Cluster, kube: RunningKube, tmp_path: Path
) -> None:
    """Not even the queues of the server."""
    agent = Agent(tmp_path, kube, **source(registry, "oci"), company="acme", queues={"old": {}})
    agent.environment = {f"CLEARML_{name.upper()}": value for name, value in acme.connection.items()}
    assert "give agent_chart_version, which is chart_version of tenant_agent" in agent.refused(chart_version="")
    assert agent.changes(chart_version="6.12.2")[-1] == RELEASE
    writes, queues = acme.lab.control.writes(), {"old": {}, "new": {}}
    said = agent.refused(queues=queues)
    assert "cannot go from version 6.12.2 to 6.14.6" in said and "say so with agent_runs_without_root." not in said
    said = agent.refused(queues=queues, **source(registry, "classic"))
    assert "clearml-enterprise-agent in the namespace acme is the agent of the packaging oci" in said
    assert "helm uninstall clearml-enterprise-agent -n acme" in said
    assert [one["name"] for one in acme.queue_info(company="acme")["queues"]] == ["old"]
    assert acme.lab.control.writes() == writes
    assert agent.changes("--check", queues=queues, runs_without_root=True)[-1] == RELEASE


def test_two_agents_that_see_the_cluster(
    registry: RunningRegistry, cluster: Cluster, kube: RunningKube, tmp_path: Path
) -> None:
    """Older charts give both one ClusterRole; one agent may have it."""
    agent = Agent(tmp_path, kube, chart_version="6.13.8", cluster_access=True)
    assert "agent_cluster_access needs version 6.13.9" in agent.refused()
    assert agent.changes("--check", only_one=True) == [RELEASE]
    assert agent.changes("--check", chart_version="6.13.9") == [RELEASE]


def test_what_does_not_fit_together_is_said_at_once(cluster: Cluster, kube: RunningKube, tmp_path: Path) -> None:
    agent = Agent(tmp_path, kube, chart_source="oci://127.0.0.1:1/nowhere", chart_version="6.12.3")
    given = {"packaging": "classic", "chart_version": "5.9.2", **TODAYS, "queues": {"q": {"default_image": "python:3"}}}
    said = agent.refused(**given)
    for option in (*(set(TODAYS) - {"image_registry"}), "queues.q.default_image"):
        assert f"agent_{option} is for the packaging oci" in said
    said = agent.refused(
        image_tag="1.24-1.8.1rc99-159",
        bootstrap=True,
        dashboard={"gpu": {"discovery": True}},
        task_script="# clearml_agent execute --id {task_id}\necho done\n",
        certificates={"extra": [{"alias": "a", "pem": "1"}, {"alias": "a", "pem": "2"}], "override": "3"},
        values={
            "agentk8sglue": {
                "fileMounts": [{"name": "f", "folderPath": "/root/", "fileContent": ""}],
                "containerSecurityContext": {"runAsUser": 0},
            }
        },
    )
    for part in (
        "agent_image_tag is 1.24-1.8.1rc99-159",
        "agent_bootstrap needs version 6.13.0",
        "agent_dashboard.gpu.discovery",
        "agent_task_script has to end with clearml_agent execute",
        "either extra ones or a bundle",
        "alias more than once",
        "choose 6.12.4 or newer",
        "cannot read /root/",
        "agentk8sglue.containerSecurityContext.runAsUser",
    ):
        assert part in said
    said = agent.refused(
        chart_version="6.10.2", dashboard={"gpu": {"max": 0}, "cpu": {"max": 1}}, certificates={"propagate": True}
    )
    for since in ("gpu.max needs version 6.10.3", "cpu needs version 6.12.0", "propagate needs version 6.10.6"):
        assert since in said

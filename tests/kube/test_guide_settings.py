# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a site asks of its server and its agents has reached their pods, and a second run finds it there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyhocon
import pytest

from lab.kube.testing import RunningKube
from lab.platform.testing import RunningPlatform, running_platform
from lab.registry.testing import RunningRegistry, running_registry
from tests.kube.component_role import Component, oci
from tests.support.cluster import Json
from tests.support.network import Network, is_up

STORE = "s3://minio.lab.test:443/clearml"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nof-our-own-authority\n-----END CERTIFICATE-----\n"
TRUST: dict[str, Any] = {"extra": [{"alias": "own", "pem": CERTIFICATE}]}
LOGIN = {"name": "kafka", "namespace": "events", "key": "password"}
KAFKA = {"hosts": ["kafka.events:9092"], "username": "clearml", "password_from": LOGIN}
WORD = "for-kafka-only-4711"
PASSWORD = "secure__kafka__custom_events__sasl_plain_password"
SERVER, AGENT = "clearml-enterprise", "clearml-enterprise-agent"


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    with running_platform(ready_seconds=0.1, finish_seconds=0.1) as platform:
        yield platform


@pytest.fixture(scope="module")
def registry() -> Iterator[RunningRegistry]:
    with running_registry() as registry:
        yield registry


def pod(network: Network, namespace: str, component: str) -> Json:
    """The only pod of a part, which runs."""
    (found,) = network.pods(namespace, **{"app.kubernetes.io/component": component})
    assert is_up(found)
    return found


def environment(found: Json) -> dict[str, str]:
    """The plain variables of a pod's first container."""
    return {one["name"]: one["value"] for one in found["spec"]["containers"][0]["env"] if "value" in one}


def settings(found: Json) -> dict[str, Any]:
    """The same as the server reads them: by path in small letters, values as HOCON."""
    mark = "CLEARML__"
    return {
        name.removeprefix(mark).replace("__", ".").lower(): pyhocon.ConfigFactory.parse_string(f"a: {value}")["a"]
        for name, value in environment(found).items()
        if name.startswith(mark)
    }


def trusted(network: Network, namespace: str, found: Json) -> set[str]:
    """The certificates that a pod has in a folder."""
    spec = found["spec"]
    mounted = {one["name"] for one in spec["containers"][0].get("volumeMounts") or ()}
    volumes = [one["projected"]["sources"] for one in spec["volumes"] if "projected" in one and one["name"] in mounted]
    names = {one["configMap"]["name"] for sources in volumes for one in sources if "configMap" in one}
    maps = [one["data"] for one in network.of("configmaps", namespace) if one["metadata"]["name"] in names]
    return {text for data in maps for text in data.values()}


def test_what_a_site_asks_of_its_server(platform: RunningPlatform, tmp_path: Path) -> None:
    server = Component(
        "clearml_server",
        tmp_path,
        platform.kube,
        platform.registry,
        chart_version="11.0.2",
        base_domain="lab.test",
        pull_secret="",
        ingress={"class_name": "nginx"},
        api_url=platform.api_url,
        wait_timeout=30,
        audit_log={"endpoints": {"workers": {"status_report": {"log_call": False}}}},
        certificates=TRUST,
        files_url=STORE,
        apps_queue_mode="per_tenant",
        sso={"tenant_login": True, "allow_settings_providers": False},
        custom_events={"kafka": KAFKA, "usages": {"storage": True}},
        **oci(platform.registry),
    )
    server.cluster.add_namespace("events")
    server.cluster.add_secret("kafka", "events", {"password": WORD})
    server.hidden.add(WORD)
    server.settles()
    network = Network(platform.kube.control)

    told = settings(pod(network, "clearml", "apiserver"))
    assert told["apiserver.log_calls"] is True and told["apiserver.apilog.adapter"] == "raw_log"
    assert told["apiserver.endpoints.debug.ping.log_call"] is False, "probes say nothing"
    assert told["apiserver.endpoints.workers.status_report.log_call"] is False
    assert told["services.login.sso.tenant_login"] is True
    assert told["services.login.sso.allow_settings_providers"] is False

    assert told["hosts.kafka.custom_events.host"] == KAFKA["hosts"]
    assert told["services.custom_events.enabled"] is True
    assert told["services.custom_events.channels.usages.events.storage"] is True
    assert WORD in server.cluster.secret("clearml-server-settings", "clearml")[f"CLEARML__{PASSWORD}"]

    shown = environment(pod(network, "clearml", "webserver"))
    assert shown["WEBSERVER__fileBaseUrl"] == STORE and STORE in shown["WEBSERVER__displayedServerUrls"]
    assert shown["WEBSERVER__onlyPasswordLogin"] == "true"
    assert network.pods("clearml", **{"app.kubernetes.io/component": "fileserver"}) == []
    assert network.led_to("files.lab.test") == [] and network.led_to("api.lab.test") != []

    applications = pod(network, "clearml", "apps-agent")
    assert environment(applications)["CLEARML_FILES_HOST"] == STORE
    assert trusted(network, "clearml", applications) == {CERTIFICATE}
    assert server.release(SERVER, "clearml")[1]["clearmlApplications"]["queueMode"] == "per_tenant"


def test_what_a_tenant_asks_of_its_agent(tmp_path: Path, kube: RunningKube, registry: RunningRegistry) -> None:
    agent = Component(
        "agent",
        tmp_path,
        kube,
        registry,
        namespace="acme",
        chart_version="6.14.6",
        urls={"api": "https://api.lab.test", "app": "https://app.lab.test", "files": STORE},
        credentials_checksum="0" * 64,
        queues={"default": {}},
        apps_queue=True,
        air_gapped=True,
        certificates={**TRUST, "propagate": True},
        image_credentials=["mirror"],
        wait_timeout=20,
        **oci(registry),
    )
    agent.cluster.add_namespace("acme")
    pair = {"agentk8sglue_key": "key-of-the-agent", "agentk8sglue_secret": "for-the-agent-only-4711"}
    agent.cluster.add_secret("clearml-agent-credentials", "acme", pair)
    agent.settles()
    network = Network(kube.control)

    found = pod(network, "acme", "agent")
    told = environment(found)
    assert (told["CLEARML_FILES_HOST"], told["K8S_GLUE_APPS_QUEUE"]) == (STORE, "true")
    assert "CLEARML_API_HOST_VERIFY_CERT" not in told, "the certificate is checked"
    assert trusted(network, "acme", found) == {CERTIFICATE}
    assert found["spec"]["imagePullSecrets"] == [{"name": "clearml-registry"}, {"name": "mirror"}]
    values = agent.release(AGENT, "acme")[1]
    assert values["agentk8sglue"]["airGappedSupport"] is True
    assert values["customCertificates"]["propagateToTasks"] is True

    either = agent.refused(certificates={**TRUST, "override": CERTIFICATE})
    assert "either extra ones or a bundle" in either

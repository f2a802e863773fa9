# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in charts of server and agent, installed by real helm."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.charts import build
from lab.charts.build import AGENT, CLASSIC, OCI, SERVER, Chart
from tests.kube.programs import Program
from tests.kube.stand_ins import IN, NEWEST, WAIT, Json, container, install, names, sample, secret

GENERATIONS = (CLASSIC, OCI)
Archive = Callable[[str, str], Path]

#: The values of the installation guide, in both generations.
SERVER_VALUES: Json = {
    "imageCredentials": {"password": "registry-token"},
    "clearml": {"cookieDomain": "example.com"},
    **{
        component: {
            "ingress": {"enabled": True, "hostName": f"{host}.example.com", "ingressClassName": "nginx"},
            "service": {"type": "ClusterIP"},
        }
        for component, host in (("apiserver", "api"), ("fileserver", "files"), ("webserver", "app"))
    },
    "clearmlApplications": {"enabled": True},
}
AGENT_VALUES: Json = {
    "imageCredentials": {"password": "registry-token"},
    "clearml": {"agentk8sglueKey": "key", "agentk8sglueSecret": "secret"},
    "agentk8sglue": {
        "apiServerUrlReference": "https://api.example.com",
        "createQueues": True,
        "queues": {"gpu": {"queueSettings": {"maxPods": 2}, "templateOverrides": {"labels": {"a": "b"}}}, "cpu": {}},
        "extraEnvs": [{"name": "LAST", "value": "1"}],
    },
    "sessions": {"portModeEnabled": True, "startingPort": 31010, "maxServices": 2},
}
VALUES = {SERVER: SERVER_VALUES, AGENT: AGENT_VALUES}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Writes a chart of a name and generation in its newest version; answers where."""
    return lambda name, generation: build.write(NEWEST[name, generation], tmp_path)


@pytest.mark.parametrize("name", [SERVER, AGENT])
@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize(("flags", "existing"), [(True, True), (True, False), (False, False)])
def test_every_declared_value_is_taken(
    helm: Program, kubectl: Program, archive: Archive, name: str, generation: str, flags: bool, existing: bool
) -> None:
    chart = archive(name, generation)
    values = sample(build.declaration(NEWEST[name, generation]), flags, existing)
    rendered = helm("template", "r", chart, *IN, "-f", "-", stdin=json.dumps(values))
    kubectl("create", "namespace", "space")
    kubectl("apply", "--dry-run=server", *IN, "-f", "-", stdin=rendered)


@pytest.mark.parametrize(
    ("name", "generation", "values", "complaint"),
    [
        (SERVER, CLASSIC, {"apiServer": {}}, "apiServer"),
        (SERVER, CLASSIC, {"clearml": {"existingSecret": "s"}}, "existingSecret"),
        (SERVER, CLASSIC, {"redis": {"enabled": "yes"}}, "boolean"),
        (SERVER, OCI, {"apiserver": {"image": {"tag": "1"}}}, "image"),
        (SERVER, OCI, {"apiserver": {"extraEnvs": [{"name": "A", "value": 1}]}}, "string"),
        (SERVER, OCI, {"clearmlApplications": {"queueMode": "both"}}, "per_tenant"),
        (AGENT, CLASSIC, {"agentk8sglue": {"appsQueue": {"enabled": True}}}, "appsQueue"),
        (AGENT, CLASSIC, {"agentk8sglue": {"queues": {"q": {"settings": {}}}}}, "settings"),
        (AGENT, OCI, {"agentk8sglue": {"queues": ["q"]}}, "array"),
        (AGENT, OCI, {"sessions": {"agentID": "a"}}, "agentID"),
    ],
)
def test_other_values_are_refused(
    helm: Program, archive: Archive, name: str, generation: str, values: Json, complaint: str
) -> None:
    said = helm.fails("template", "r", archive(name, generation), "-f", "-", stdin=json.dumps(values))
    assert "don't meet the specifications of the schema" in said
    assert complaint in said


CONTAINER = "spec template spec containers 0"
CERTIFICATE = "clearmlApplications.customCertificates.extraCerts[0]"
CLAIM = "spec volumeClaimTemplates 0 spec"
INGRESS = "apiserver.ingress"
NAME = "r-clearml-enterprise"
TAG = "spec template metadata labels app.kubernetes.io/version"


@pytest.mark.parametrize(
    ("chart", "values", "where", "path", "is_now"),
    [
        ((SERVER, CLASSIC), "apiserver.image.tag=3.21", f"Deployment {NAME}-apiserver", TAG, "3.21"),
        ((SERVER, OCI), "mongodb.image.tag=7.0.28", "StatefulSet r-mongodb", TAG, "7.0.28"),
        (
            (SERVER, CLASSIC),
            "apiserver.image.repository=a/b,apiserver.image.tag=c",
            f"Deployment {NAME}-apiserver",
            f"{CONTAINER} image",
            "docker.io/a/b:c",
        ),
        ((SERVER, CLASSIC), "fileserver.replicaCount=0", f"Deployment {NAME}-fileserver", "spec replicas", 0),
        ((SERVER, CLASSIC), "webserver.service.type=NodePort", f"Service {NAME}-webserver", "spec type", "NodePort"),
        ((SERVER, OCI), "redis.enabled=false", "StatefulSet r-redis-master", "", None),
        (
            (SERVER, OCI),
            "redis.master.persistence.storageClass=fast",
            "StatefulSet r-redis-master",
            f"{CLAIM} storageClassName",
            "fast",
        ),
        (
            (SERVER, OCI),
            "mongodb.persistence.size=7Gi",
            "StatefulSet r-mongodb",
            f"{CLAIM} resources requests storage",
            "7Gi",
        ),
        (
            (SERVER, OCI),
            f"{INGRESS}.enabled=true,{INGRESS}.hostName=a.b,{INGRESS}.tlsSecretName=t",
            f"Ingress {NAME}-apiserver",
            "spec tls",
            [{"hosts": ["a.b"], "secretName": "t"}],
        ),
        (
            (SERVER, OCI),
            f"clearmlApplications.enabled=true,{CERTIFICATE}.alias=a,{CERTIFICATE}.pem=PEM",
            f"ConfigMap {NAME}-apps-custom-ca-0",
            "data",
            {"a.crt": "PEM"},
        ),
        (
            (AGENT, OCI),
            "agentk8sglue.containerSecurityContext.runAsUser=7",
            f"Deployment {NAME}-agent",
            f"{CONTAINER} securityContext runAsUser",
            7,
        ),
    ],
)
def test_a_value_has_its_effect(
    helm: Program, archive: Archive, chart: tuple[str, str], values: str, where: str, path: str, is_now: Any
) -> None:
    rendered = yaml.safe_load_all(helm("template", "r", archive(*chart), "--set", values))
    objects = {f"{one['kind']} {one['metadata']['name']}": one for one in rendered}
    value: Any = objects.get(where)
    for step in path.split():
        value = value[int(step) if step.isdigit() else step]
    assert value == is_now


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize(
    ("release", "full"), [("clearml", "clearml-clearml-enterprise"), ("clearml-enterprise", "clearml-enterprise")]
)
def test_a_server(helm: Program, kubectl: Program, archive: Archive, generation: str, release: str, full: str) -> None:
    install(helm, release, archive(SERVER, generation), SERVER_VALUES)
    servers = {f"{full}-{component}" for component in ("apiserver", "fileserver", "webserver")}
    databases = {f"{release}-{name}" for name in ("redis-master", "mongodb", "elastic-master")}
    assert names(kubectl, "deployment") == {*servers, f"{full}-apps-agent"}
    assert names(kubectl, "statefulset") == databases
    assert names(kubectl, "service") == servers | databases
    assert names(kubectl, "ingress") == servers
    claims = {f"data-{name}-0" for name in databases} | {f"{full}-fileserver-data"}
    assert names(kubectl, "pvc") == claims
    labels = {
        "app.kubernetes.io/name": full,
        "app.kubernetes.io/instance": release,
        "app.kubernetes.io/component": "apiserver",
    }
    assert kubectl.json("get", "deployment", f"{full}-apiserver", *IN)["spec"]["selector"]["matchLabels"] == labels
    # A network policy for the servers leaves the databases closed.
    assert all(
        one["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/name"] != full
        for one in kubectl.json("get", "statefulset", *IN)["items"]
    )
    assert "registry-token" in secret(kubectl, f"{full}-ark")[".dockerconfigjson"]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_an_agent(helm: Program, kubectl: Program, archive: Archive, generation: str) -> None:
    install(helm, "clearml-agent", archive(AGENT, generation), AGENT_VALUES)
    full = "clearml-agent-clearml-enterprise-agent"
    glue = container(kubectl, full)
    environment = {one["name"]: one.get("value") for one in glue["env"]}
    assert glue["name"] == "k8s-glue"
    assert environment["CLEARML_API_HOST"] == "https://api.example.com"
    assert environment["K8S_GLUE_QUEUES"] == "cpu,gpu"
    assert environment["K8S_GLUE_CREATE_QUEUES"] == "true"
    assert list(environment)[-1] == "LAST"
    assert secret(kubectl, f"{full}-ac") == {"agentk8sglue_key": "key", "agentk8sglue_secret": "secret"}
    assert "maxPods: 2" in kubectl.json("get", "configmap", f"{full}-pt", *IN)["data"]["queues.yaml"]
    services = kubectl.json("get", "service", *IN)["items"]
    assert {one["metadata"]["name"]: one["spec"]["ports"][0]["nodePort"] for one in services} == {
        f"{full}-clearml-session-1": 31011,
        f"{full}-clearml-session-2": 31012,
    }


def test_the_keys_of_a_server_stay(helm: Program, kubectl: Program, archive: Archive) -> None:
    chart = archive(SERVER, OCI)
    install(helm, "clearml", chart, SERVER_VALUES)
    first = secret(kubectl, "clearml-conf")
    parts = [f"{who}_{part}" for who in ("apiserver", "fileserver", "test_user") for part in ("key", "secret")]
    assert set(first) == {*parts, "secure_auth_token_secret"}
    assert len(set(first.values())) == len(first)
    install(helm, "clearml", chart, {**SERVER_VALUES, "usageScripts": {"enabled": True}})
    assert secret(kubectl, "clearml-conf") == first
    install(helm, "clearml", chart, {**SERVER_VALUES, "clearml": {"apiserverKey": "mine"}})
    assert secret(kubectl, "clearml-conf") == {**first, "apiserver_key": "mine"}


def test_a_classic_server_has_published_keys(helm: Program, kubectl: Program, archive: Archive) -> None:
    values = {**SERVER_VALUES, "clearml": {"apiserverSecret": "mine"}}
    install(helm, "clearml", archive(SERVER, CLASSIC), values)
    conf = secret(kubectl, "clearml-conf")
    assert (conf["apiserver_key"], conf["apiserver_secret"]) == ("GGS9F4M6XB2DXJ5AFT9F", "mine")


def test_a_server_with_secrets_of_others(helm: Program, kubectl: Program, archive: Archive) -> None:
    kubectl("create", "namespace", "space")
    pair = [f"--from-literal={name}=text" for name in ("apiserver_key", "apiserver_secret")]
    kubectl("create", "secret", "generic", "keys", *IN, *pair)
    reference = {"name": "MINE", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "apiserver_key"}}}
    values = {"clearml": {"existingSecret": "keys"}, "apiserver": {"extraEnvs": [reference]}}
    install(helm, "clearml", archive(SERVER, OCI), values)
    assert "clearml-conf" not in names(kubectl, "secret")
    environment = container(kubectl, "clearml-clearml-enterprise-apiserver")["env"]
    assert environment[-1] == reference
    used = {one["valueFrom"]["secretKeyRef"]["name"] for one in environment if "valueFrom" in one}
    assert used == {"keys"}


def test_the_database_of_an_operator(helm: Program, kubectl: Program, archive: Archive) -> None:
    values = {"mongodb": {"enabled": False}, "mckMongodb": {"enabled": True, "migrated": True}}
    install(helm, "clearml", archive(SERVER, OCI), values)
    assert names(kubectl, "statefulset") == {"clearml-redis-master", "clearml-elastic-master", "mongodb-replica-set"}


@pytest.mark.parametrize("generation", GENERATIONS)
def test_storage_that_is_not_there(helm: Program, kubectl: Program, archive: Archive, generation: str) -> None:
    persistence = {"storageClass": "nowhere", "size": "7Gi"}
    values = {
        "fileserver": {"storage": {"data": {"class": "nowhere"}}},
        "redis": {"master": {"persistence": persistence}},
        "mongodb": {"persistence": persistence},
        "elasticsearch": {"volumeClaimTemplate": {"storageClassName": "standard"}},
    }
    arguments = ("install", "clearml", archive(SERVER, generation), *IN, *WAIT[:-1], "1s", "-f", "-")
    helm.fails(*arguments, stdin=json.dumps(values))
    phases = {
        item["metadata"]["name"]: (item["spec"]["storageClassName"], item["status"]["phase"])
        for item in kubectl.json("get", "pvc", *IN)["items"]
    }
    assert phases == {
        "clearml-clearml-enterprise-fileserver-data": ("nowhere", "Pending"),
        "data-clearml-redis-master-0": ("nowhere", "Pending"),
        "data-clearml-mongodb-0": ("nowhere", "Pending"),
        "data-clearml-elastic-master-0": ("standard", "Bound"),
    }


def test_a_newer_version_replaces_an_older_one(helm: Program, kubectl: Program, tmp_path: Path) -> None:
    for version in ("11.0.1", "11.0.2"):
        chart = build.write(Chart(SERVER, OCI, version), tmp_path)
        install(helm, "clearml", chart, SERVER_VALUES)
    assert helm.json("list", *IN)[0]["chart"] == "clearml-enterprise-11.0.2"
    before = kubectl.json("get", "pods", *IN)["items"]
    helm("upgrade", "clearml", chart, *IN, "--reuse-values", "--wait", "--timeout", "20s")
    assert [one["metadata"]["uid"] for one in kubectl.json("get", "pods", *IN)["items"]] == [
        one["metadata"]["uid"] for one in before
    ]

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of a server's and an agent's release, as small as they can be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from tests.kube.raw import Api

Json = dict[str, Any]

ROOT = ("ROOTKEY", "root-secret")
SPACE = "/api/v1/namespaces/{0}"
APPS = "/apis/apps/v1/namespaces/{0}"
INGRESSES = "/apis/networking.k8s.io/v1/namespaces/{0}/ingresses"


def _metadata(name: str, release: str, component: str) -> Json:
    return {
        "name": name,
        "labels": {"app.kubernetes.io/instance": release, "app.kubernetes.io/component": component},
    }


def _workload(name: str, release: str, component: str, container: Json, plays: str | None = None, **spec: Any) -> Json:
    labels = _metadata(name, release, component)["labels"]
    metadata: Json = {"labels": labels}
    if plays:
        metadata["annotations"] = {"lab.clearml.enterprise/plays": plays}
    template = {"metadata": metadata, "spec": {"containers": [{"image": "busybox:1.36", **container}]}}
    return {
        "metadata": _metadata(name, release, component),
        "spec": {"selector": {"matchLabels": labels}, "template": template, **spec},
    }


def from_secret(name: str, secret: str, key: str) -> Json:
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def make_space(api: Api, space: str) -> None:
    api.send("POST", "/api/v1/namespaces", {"metadata": {"name": space}})


def secret(api: Api, space: str, name: str, data: Mapping[str, str]) -> None:
    path = SPACE.format(space) + "/secrets"
    document = {"metadata": {"name": name}, "stringData": dict(data)}
    if api.send("POST", path, document).status_code == 409:
        assert api.patch(f"{path}/{name}", {"stringData": dict(data)}).status_code == 200


def install_server(api: Api, environment: Mapping[str, str], space: str = "clearml", release: str = "r") -> None:
    """Namespace, keys, MongoDB with a claim, and the API server with its Service and Ingress."""
    make_space(api, space)
    secret(api, space, f"{release}-conf", {"key": ROOT[0], "secret": ROOT[1]})
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    mongodb = _workload(
        f"{release}-mongodb",
        release,
        "mongodb",
        {"name": "mongodb"},
        serviceName="mongodb",
        volumeClaimTemplates=[{"metadata": {"name": "datadir"}, "spec": claim}],
    )
    api.create(APPS.format(space) + "/statefulsets", mongodb)
    api.create(APPS.format(space) + "/deployments", apiserver(environment, release))
    labels = _metadata("", release, "apiserver")["labels"]
    service = {"metadata": {"name": f"{release}-apiserver"}, "spec": {"selector": labels, "ports": [{"port": 8008}]}}
    api.create(SPACE.format(space) + "/services", service)
    backend = {"service": {"name": f"{release}-apiserver", "port": {"number": 8008}}}
    rule = {"host": "api.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    ingress = {"metadata": {"name": release}, "spec": {"ingressClassName": "nginx", "rules": [rule]}}
    api.create(INGRESSES.format(space), ingress)


def apiserver(environment: Mapping[str, str], release: str = "r") -> Json:
    path = "CLEARML__SECURE__CREDENTIALS__APISERVER__"
    env = [from_secret(f"{path}USER_{part.upper()}", f"{release}-conf", part) for part in ("key", "secret")]
    env += [{"name": name, "value": value} for name, value in environment.items()]
    container = {"name": "clearml-apiserver", "env": env}
    return _workload(f"{release}-apiserver", release, "apiserver", container, plays="apiserver")


def uninstall_server(api: Api, space: str = "clearml", release: str = "r", *, with_claim: bool = False) -> None:
    for path in (
        f"{APPS}/deployments/{release}-apiserver",
        f"{APPS}/statefulsets/{release}-mongodb",
        f"{SPACE}/services/{release}-apiserver",
        f"{INGRESSES}/{release}",
    ):
        assert api.send("DELETE", path.format(space)).status_code == 200
    if with_claim:
        path = f"{SPACE}/persistentvolumeclaims/datadir-{release}-mongodb-0"
        assert api.send("DELETE", path.format(space)).status_code == 200


def install_agent(api: Api, space: str, pair: tuple[str, str], queues: str, creates: str = "true") -> None:
    make_space(api, space)
    secret(api, space, "agent-ac", {"key": pair[0], "secret": pair[1]})
    env = [
        from_secret("CLEARML_API_ACCESS_KEY", "agent-ac", "key"),
        from_secret("CLEARML_API_SECRET_KEY", "agent-ac", "secret"),
        {"name": "K8S_GLUE_QUEUES", "value": queues},
        {"name": "K8S_GLUE_CREATE_QUEUES", "value": creates},
    ]
    agent = _workload("agent", "agent", "agent", {"name": "k8s-glue", "env": env}, plays="agent")
    api.create(APPS.format(space) + "/deployments", agent)


class Client:
    """A key pair at the ClearML API."""

    def __init__(self, url: str, pair: tuple[str, str] = ROOT) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = pair

    def send(self, endpoint: str, **body: Any) -> requests.Response:
        return self._session.post(f"{self._url}/{endpoint}", json=body, timeout=10)

    def get(self, endpoint: str, **body: Any) -> Json:
        answer = self.send(endpoint, **body)
        assert answer.status_code == 200, answer.text
        data: Json = answer.json()["data"]
        return data

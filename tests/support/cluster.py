# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A look at the lab's cluster beside the modules, and a hand in it."""

from __future__ import annotations

import base64
import typing as t

import requests

from lab.kube.testing import RunningKube

Json = dict[str, t.Any]


class Cluster:
    """The cluster as its administrator sees it; none of its requests needs the code that is tested."""

    def __init__(self, kube: RunningKube) -> None:
        self.kubeconfig = str(kube.kubeconfig)
        self.control = kube.control
        self._url = kube.url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(kube.ca_file)
        self._session.headers["Authorization"] = f"Bearer {kube.token}"

    def read(self, path: str) -> Json:
        """An object, or what the cluster says in its place."""
        answer: Json = self._session.get(self._url + path, timeout=30).json()
        return answer

    def text(self, path: str) -> str:
        """What is no object, such as a log."""
        return self._session.get(self._url + path, timeout=30).text

    def add(self, path: str, document: Json) -> None:
        """Create an object in a list."""
        answer = self._session.post(self._url + path, json=document, timeout=30)
        assert answer.status_code == 201, answer.text

    def patch(self, path: str, changes: Json) -> None:
        """Change an object."""
        headers = {"Content-Type": "application/merge-patch+json"}
        answer = self._session.patch(self._url + path, json=changes, headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text

    def delete(self, path: str) -> None:
        """Delete an object."""
        answer = self._session.delete(self._url + path, timeout=30)
        assert answer.status_code == 200, answer.text

    def add_namespace(self, name: str) -> None:
        """Create a namespace."""
        self.add("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    def add_secret(self, name: str, namespace: str, texts: t.Mapping[str, str], ours: bool = True) -> None:
        """Create a Secret.

        :param ours: whether it says that the collection keeps it
        """
        labels = {"app.kubernetes.io/managed-by": "clearml.enterprise"} if ours else {}
        document = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": namespace, "labels": labels},
            "data": {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()},
        }
        self.add(f"/api/v1/namespaces/{namespace}/secrets", document)

    def secret(self, name: str, namespace: str) -> dict[str, str]:
        """The values of a Secret; none if it does not exist."""
        document = self.read(f"/api/v1/namespaces/{namespace}/secrets/{name}")
        return {key: base64.b64decode(value).decode() for key, value in (document.get("data") or {}).items()}

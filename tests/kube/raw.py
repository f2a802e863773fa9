# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain requests, for answers that clients hide."""

from __future__ import annotations

import json
from typing import Any

import requests

from lab.kube.testing import RunningKube

Json = dict[str, Any]


class Api:
    """A session with the cluster."""

    def __init__(self, kube: RunningKube) -> None:
        self._url = kube.url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(kube.ca_file)
        self._session.headers.update({"Authorization": f"Bearer {kube.token}", "User-Agent": "test/1"})

    def send(
        self, method: str, path: str, body: Any = None, media: str = "application/json", **headers: str
    ) -> requests.Response:
        data = None if body is None else body if isinstance(body, (bytes, str)) else json.dumps(body)
        return self._session.request(
            method, self._url + path, data=data, headers={"Content-Type": media, **headers}, timeout=20
        )

    def get(self, path: str, **headers: str) -> Json:
        answer = self.send("GET", path, **headers)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def create(self, path: str, body: Json) -> Json:
        answer = self.send("POST", path, body)
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return found

    def patch(self, path: str, body: Any, kind: str = "merge-patch") -> requests.Response:
        return self.send("PATCH", path, body, f"application/{kind}+{'yaml' if kind == 'apply-patch' else 'json'}")

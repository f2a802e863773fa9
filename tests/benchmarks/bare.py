# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A bare script that sends the requests of another run again: the same calls, the same concurrency, and no thought."""

from __future__ import annotations

import collections
import typing as t
from concurrent.futures import ThreadPoolExecutor

import requests
from requests.adapters import HTTPAdapter

from lab.testing import RunningLab

HEADERS = {"impersonate": "X-Clearml-Impersonate-As", "act_as": "X-Clearml-Act-As"}


class Bare:
    """The reads of a run, company by company.

    :param log: the lab's log of the run
    """

    def __init__(self, lab: RunningLab, log: list[dict[str, t.Any]], parallel: int) -> None:
        self._lab = lab
        self._parallel = parallel
        self._companies: dict[str, list[dict[str, t.Any]]] = collections.defaultdict(list)
        for one in log:
            if one["endpoint"] != "auth.login":
                self._companies[self._company(one)].append(one)
        self.requests = sum(map(len, self._companies.values())) + 1

    @staticmethod
    def _company(one: dict[str, t.Any]) -> str:
        body = one["body"] if isinstance(one["body"], dict) else {}
        return str(body.get("tenant") or body.get("company") or (one["company"] if one["header"] else "") or "")

    def run(self) -> None:
        """Send them all."""
        with requests.Session() as session:
            session.mount("http://", HTTPAdapter(pool_connections=32, pool_maxsize=32))
            pair = (self._lab.system_key, self._lab.system_secret)
            token = session.post(f"{self._lab.url}/auth.login", auth=pair, json={}).json()["data"]["token"]
            authorization = {"Authorization": f"Bearer {token}"}

            def send(company: list[dict[str, t.Any]]) -> None:
                for one in company:
                    extra = {HEADERS[one["header"]]: one["user"]} if one["header"] in HEADERS else {}
                    answer = session.post(
                        f"{self._lab.url}/{one['endpoint']}", json=one["body"], headers={**authorization, **extra}
                    )
                    answer.raise_for_status()
                    answer.json()

            with ThreadPoolExecutor(self._parallel) as pool:
                list(pool.map(send, self._companies.values()))

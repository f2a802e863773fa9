# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The smallest client that the lab's own tests need."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests

from lab.testing import RunningLab

Json = dict[str, Any]
DEFAULT_COMPANY = "d1bd92a3b039400cbafc60a7a5b1e52b"


@dataclass(frozen=True)
class Answer:
    code: int
    subcode: int
    message: str
    data: Json


@dataclass
class Caller:
    """A key pair or token at one lab, and the headers it sends."""

    lab: RunningLab
    auth: tuple[str, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def ask(self, endpoint: str, **body: Any) -> Answer:
        """Any answer of the API, refusals too."""
        response = self.session.post(
            f"{self.lab.url}/{endpoint}",
            json=body,
            auth=self.auth,
            headers=self.headers,
            timeout=10,
            verify=self.lab.ca_file or True,
        )
        meta = response.json()["meta"]
        assert response.status_code == meta["result_code"]
        return Answer(meta["result_code"], meta["result_subcode"], meta["result_msg"], response.json()["data"])

    def get(self, endpoint: str, **body: Any) -> Json:
        """The data of an answer that must be a good one."""
        answer = self.ask(endpoint, **body)
        assert answer.code == 200, answer
        return answer.data

    def codes(self, endpoint: str, **body: Any) -> tuple[int, int]:
        answer = self.ask(endpoint, **body)
        return answer.code, answer.subcode

    def impersonate(self, user: str) -> Caller:
        return Caller(self.lab, self.auth, {"X-Clearml-Impersonate-As": user}, self.session)

    def act_as(self, user: str) -> Caller:
        return Caller(self.lab, self.auth, {"X-Clearml-Act-As": user}, self.session)

    def with_token(self, **body: Any) -> Caller:
        token = self.get("auth.login", set_cookie=False, **body)["token"]
        return Caller(self.lab, None, {"Authorization": f"Bearer {token}"}, self.session)


def system(lab: RunningLab) -> Caller:
    return Caller(lab, (lab.system_key, lab.system_secret))


def root(lab: RunningLab) -> Caller:
    return Caller(lab, (lab.root_key, lab.root_secret))


@dataclass
class Tenant:
    """A company with an admin that has a key."""

    id: str
    admin_id: str
    admin: Caller


def make_tenant(lab: RunningLab, name: str) -> Tenant:
    """The steps of the installation guide."""
    company = system(lab).get("system.create_company", name=name)["id"]
    email = f"admin@{name.lower()}.example"
    user = make_user(lab, company, email, role="admin")
    return Tenant(company, user, key_of(lab, user))


def make_user(lab: RunningLab, company: str, email: str, **body: Any) -> str:
    user: str = system(lab).get("auth.create_user", company=company, email=email, name=email, **body)["id"]
    return user


def key_of(lab: RunningLab, user: str) -> Caller:
    pair = root(lab).impersonate(user).get("auth.create_credentials")["credentials"]
    return Caller(lab, (pair["access_key"], pair["secret_key"]))

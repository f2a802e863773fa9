# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that a program makes to the platform's API: logged as the lab's own, checked like anybody's."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from lab.api_server import ApiServer
from lab.kube.programs import Container, Crash
from lab.wire.api import Request
from lab.wire.credentials import credential_of
from lab.wire.errors import ApiError
from lab.world.records import Json

_KEY, _SECRET = "CLEARML_API_ACCESS_KEY", "CLEARML_API_SECRET_KEY"


class Session:
    """One key pair of a container's environment at the API.

    :ivar company: the company of the pair, once it has logged in
    """

    def __init__(self, api: ApiServer, container: Container, program: str) -> None:
        self._api = api
        self._program = program
        self._pair = _pair(container.environment, program)
        self._token = ""
        self.company = ""

    def check(self) -> None:
        """See whether the pair still works, without a call: polls would drown what clients did.  Crash if not."""
        try:
            credential_of(self._api.api, *self._pair)
        except ApiError as error:
            raise Crash(
                f"{self._program}: ERROR: the API server refuses the key pair in {_KEY} and {_SECRET} ({error.code})"
            ) from None

    def log_in(self) -> None:
        """Get a token."""
        pair = base64.b64encode(":".join(self._pair).encode()).decode()
        self._token = self.asked("auth.login", f"Basic {pair}")["token"]
        self.company = self._api.api.tokens.verify(self._token).identity.company

    def asked(self, endpoint: str, authorization: str | None = None, **body: Any) -> Json:
        """The data of an answer; any error is the program's end."""
        code, answer = self.call(endpoint, authorization, **body)
        if code != 200:
            raise Crash(f"{self._program}: ERROR: {endpoint} answered {code}: {answer['meta']['result_msg']}")
        data: Json = answer["data"]
        return data

    def call(self, endpoint: str, authorization: str | None = None, **body: Any) -> tuple[int, Json]:
        """Status and answer; the token works even if the key was revoked."""
        request = Request(
            method="POST",
            path=f"/{endpoint}",
            query="",
            headers={
                "Authorization": authorization or f"Bearer {self._token}",
                "User-Agent": f"{self._program.replace('_', '-')}/lab",
            },
            cookies={},
            content_type="application/json",
            raw=json.dumps(body).encode(),
            peer="127.0.0.1",
        )
        reply = self._api.answer_own(request)
        return reply.code, json.loads(reply.content)


def _pair(environment: Mapping[str, str], program: str) -> tuple[str, str]:
    for name in (_KEY, _SECRET):
        if not environment.get(name):
            raise Crash(f"{program}: ERROR: {name} is not set")
    return environment[_KEY], environment[_SECRET]

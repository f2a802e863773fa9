# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an endpoint is built: a function from a call to the reply's data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from lab.switches import Switches
from lab.wire import errors
from lab.wire.credentials import Caller, crosses_companies
from lab.wire.identity import Identity
from lab.wire.paths import Version
from lab.wire.tokens import Tokens
from lab.world.records import AuthEntry, Company, Json
from lab.world.world import World


@dataclass
class Call:
    """One request on its way through a handler.

    ``identity`` is whom the call works as; ``caller`` is who proved to be there (None without
    credentials).  ``body`` went through the server's own field check.
    """

    world: World
    switches: Switches
    tokens: Tokens
    body: Json
    version: Version
    caller: Caller | None
    _identity: Identity | None
    set_cookie: str | None = None
    delete_cookie: bool = False
    endpoint_names: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def identity(self) -> Identity:
        """The identity the call works under."""
        if self._identity is None:
            raise errors.unauthorized(20, "(missing credentials)")
        return self._identity

    @property
    def authenticated(self) -> bool:
        """Whether the caller proved an identity (always, where the endpoint requires it)."""
        return self._identity is not None

    @property
    def company_id(self) -> str:
        """The company the call works in."""
        return self.identity.company

    @property
    def crosses_companies(self) -> bool:
        """Whether the call's role reaches people of other companies."""
        return crosses_companies(self.switches, self.identity.role)

    @property
    def is_privileged(self) -> bool:
        """Administrators and the server's own roles see more."""
        return self.identity.role in ("admin", "system", "root")

    def company(self, company_id: str | None = None) -> Company:
        """A company by id, the call's own without one; ApiError 400/10 if there is none."""
        wanted = self.company_id if company_id is None else company_id
        company = self.world.companies.get(wanted)
        if company is None:
            raise errors.invalid_company(wanted)
        return company

    def person(self, user: object) -> AuthEntry | None:
        """An auth entry that the call may work on."""
        return self.world.entries.get(user, None if self.crosses_companies else self.company_id)

    def server_version(self) -> dict[str, str]:
        """The claims that tell a token's maker."""
        return {
            "api_version": self.switches.text("api_version"),
            "server_version": self.switches.text("server_version"),
            "server_build": "",
        }


Handler: TypeAlias = Callable[[Call], Json]


@dataclass(frozen=True)
class Built:
    """A handler; ``writes`` tells whether it changes anything that a client could read back."""

    handler: Handler
    writes: bool


HANDLERS: dict[str, Built] = {}


def endpoint(name: str, *, writes: bool) -> Callable[[Handler], Handler]:
    """Register a function as the handler of an endpoint."""

    def register(handler: Handler) -> Handler:
        HANDLERS[name] = Built(handler, writes)
        return handler

    return register

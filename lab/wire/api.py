# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API server: one request in, one reply out, with the checks in the recorded order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lab import endpoints
from lab.endpoints.registry import Call
from lab.schema import catalog
from lab.schema.catalog import Authorization, Endpoint
from lab.schema.violations import ContractCheck
from lab.schema.wire_models import WireModel
from lab.switches import Switches
from lab.wire import errors
from lab.wire.bodies import as_object, parse_body
from lab.wire.credentials import Caller, assume, authenticate, requested_identity
from lab.wire.envelope import envelope
from lab.wire.identity import Identity
from lab.wire.paths import Version, parse_path, parse_version, shown_version
from lab.wire.tokens import Tokens
from lab.wire.uploads import files_in
from lab.world.records import Json
from lab.world.world import World

_RENAMING = ("organization.update_company_name", "organization.update_company_logo")


@dataclass
class Request:
    """What the server sees of an HTTP request, and what it finds out about it on the way."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    content_type: str
    raw: bytes
    peer: str
    endpoint: str = ""
    requested: str | float = 1.0
    version: Version = (0, 0)
    actual: str | None = None
    caller: Caller | None = None
    identity: Identity | None = None
    how: str | None = None
    body: Json = field(default_factory=dict)


@dataclass
class Reply:
    """An answer before it becomes HTTP."""

    code: int
    subcode: int
    content: bytes
    set_cookie: str | None = None
    delete_cookie: bool = False


class Api:
    """The server's logic: world, switches, tokens and contract behind ``answer``."""

    def __init__(self, world: World, switches: Switches) -> None:
        self.world = world
        self.switches = switches
        self.tokens = Tokens()
        self.contract = ContractCheck()
        self.endpoints: dict[str, Endpoint] = catalog.load()
        self._models: dict[str, WireModel] = {}

    def writes(self, name: str) -> bool:
        """Whether an endpoint changes anything."""
        built = endpoints.HANDLERS.get(name)
        return built is not None and built.writes

    def answer(self, request: Request) -> Reply:
        """The reply to a request; every error becomes its envelope."""
        try:
            call, data = self._run(request)
        except errors.ApiError as error:
            return Reply(error.code, error.subcode, self.error_content(request, error))
        content = envelope(
            name=request.endpoint, requested=request.requested, actual=request.actual, trx=_trx(request), data=data
        )
        return Reply(200, 0, content, call.set_cookie, call.delete_cookie)

    def error_content(self, request: Request, error: errors.ApiError) -> bytes:
        """An error's envelope."""
        return envelope(
            name=request.endpoint,
            requested=request.requested,
            actual=request.actual,
            trx=_trx(request),
            code=error.code,
            subcode=error.subcode,
            message=error.message,
            stack=error.stack,
        )

    def _run(self, request: Request) -> tuple[Call, Any]:
        endpoint = self._find(request)
        self._authorize(request, endpoint)
        body = parse_body(request.raw, request.content_type, request.query)
        request.body = as_object(body)
        self.contract.check(endpoint, request.raw + request.query.encode(), request.body)
        call = Call(
            world=self.world,
            switches=self.switches,
            tokens=self.tokens,
            body=self._model(endpoint).parse(request.body),
            version=request.version,
            caller=request.caller,
            _identity=request.identity,
            files=files_in(request.raw, request.headers.get("Content-Type", "")),
        )
        built = endpoints.HANDLERS.get(endpoint.name)
        if built is None:
            raise errors.not_built(endpoint.name)
        if endpoint.name == "server.endpoints":
            missing = self.switches.names("missing_endpoints")
            call.endpoint_names = sorted(name for name in self.endpoints if name not in missing)
        return call, built.handler(call)

    def _find(self, request: Request) -> Endpoint:
        target = parse_path(request.path)
        version = target.version or self.switches.text("api_version")
        request.version = parse_version(version)
        request.endpoint, request.requested = target.name, shown_version(version)
        endpoint = self.endpoints.get(target.name)
        if endpoint is None or target.name in self.switches.names("missing_endpoints"):
            raise errors.not_found(target.name, version)
        request.actual = endpoint.version_for(request.version)
        if request.actual is None:
            raise errors.not_found(target.name, version)
        return endpoint

    def _authorize(self, request: Request, endpoint: Endpoint) -> None:
        """Credentials, role, impersonation, role again."""
        if endpoint.authorization is Authorization.NONE:
            if requested_identity(request.headers):
                raise errors.internal(" (validating impersonation)")
            return
        try:
            request.caller = authenticate(self, request.headers, request.cookies, request.peer)
        except errors.ApiError:
            if endpoint.authorization is Authorization.REQUIRED:
                raise
            if requested_identity(request.headers):
                raise errors.internal(" (validating impersonation)") from None
            return
        request.identity = request.caller.identity
        allowed = self._allowed(endpoint)
        _check_role(request.identity, allowed)
        other = requested_identity(request.headers)
        if other is not None:
            request.how = other[0]
            request.identity = assume(self, request.caller.identity, *other)
            _check_role(request.identity, allowed)

    def _allowed(self, endpoint: Endpoint) -> tuple[str, ...]:
        """The roles an endpoint admits, as contract and switches have it; empty for all."""
        if endpoint.name == "auth.create_user" and not self.switches.on("admin_creates_users"):
            return tuple(role for role in endpoint.scopes if role != "admin")
        if endpoint.name in _RENAMING and self.switches.text("rename_scope") == "admin_or_system":
            return (*endpoint.scopes, "system", "root")
        return endpoint.scopes

    def _model(self, endpoint: Endpoint) -> WireModel:
        model = self._models.get(endpoint.name)
        if model is None:
            model = self._models[endpoint.name] = WireModel(endpoint)
        return model


def _check_role(identity: Identity, allowed: tuple[str, ...]) -> None:
    if allowed and identity.role not in allowed:
        raise errors.role_not_allowed(identity.role, allowed)


def _trx(request: Request) -> str | None:
    return request.headers.get("X-Clearml-Trx") or request.headers.get("X-Trains-Trx")

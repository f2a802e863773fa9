# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of an API server: variables read as its own loader reads them, then what the lab can play of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyhocon
from pyhocon.exceptions import ConfigException
from pyparsing import ParseBaseException

from lab.kube.programs import Crash
from lab.platform.call_log import ADAPTERS, DEFAULT, FIELDS, OPTIONS, CallLog, Policy
from lab.world.records import DEFAULT_COMPANY, Json
from lab.world.world import ROOT_ID, KeyPair

_PREFIX, _SEPARATOR = "CLEARML__", "__"
_ROOT = "apiserver"
_ROLES = ("root", "system", "admin", "superuser", "user", "guest", "queue_admin")
# The identities that the server's own files know, so that only their keys are given.
_KNOWN_ROLES = {
    _ROOT: "root",
    "fileserver": "system",
    "webserver": "system",
    "services_agent": "admin",
    "tests": "user",
    "platform_management": "system",
}
_BUILT_IN_GROUPS = ("users", "admins", "queue_admins")
_LOGIN = {
    "fixed_users": "apiserver.auth.fixed_users.enabled",
    "tenant_login": "services.login.sso.tenant_login",
}
_SSO_FAMILIES = {"oauth_client": "custom_oidc", "saml_client": "saml"}


@dataclass(frozen=True)
class ConfiguredIdentity:
    """A user that lives as long as the configuration names it."""

    id: str
    name: str
    role: str
    pair: KeyPair
    email: str | None
    groups: tuple[str, ...]


@dataclass(frozen=True)
class ConfiguredProvider:
    """An identity provider of the configuration; ``kind`` is what it is when its name says nothing."""

    name: str
    kind: str
    company: str


@dataclass(frozen=True)
class Configuration:
    """What an API server was told.

    :ivar login: what login.supported_modes shows of it
    :ivar switches: those of the lab that follow from it
    :ivar call_log: the log of all calls, if there is one
    """

    identities: tuple[ConfiguredIdentity, ...]
    providers: tuple[ConfiguredProvider, ...]
    groups: dict[str, Json]
    features: dict[str, bool]
    login: dict[str, bool]
    switches: dict[str, Any]
    call_log: CallLog | None


def load(environment: Mapping[str, str]) -> Configuration:
    """The configuration of a container; Crash names the variable or setting that makes the server end."""
    tree = _tree(environment)
    switches: dict[str, Any] = {}
    unique = tree.get("apiserver.company.unique_names", None)
    if unique is not None:
        switches["unique_company_names"] = _flag("apiserver.company.unique_names", unique)
    longest = tree.get("apiserver.auth.credentials.default_expiration_sec", None)
    if longest is not None:
        switches["max_expiration_sec"] = _number("apiserver.auth.credentials.default_expiration_sec", longest)
    _check_people(tree)
    features = _map(tree, "services.organization.features")
    return Configuration(
        identities=_identities(tree),
        providers=_providers(tree),
        groups=_groups(tree),
        features={name: _flag(f"services.organization.features.{name}", on) for name, on in features.items()},
        login={name: _flag(path, tree.get(path, False)) for name, path in _LOGIN.items()},
        switches=switches,
        call_log=_call_log(tree),
    )


def _tree(environment: Mapping[str, str]) -> pyhocon.ConfigTree:
    """All settings; of two spellings of a path the alphabetically later one wins."""
    tree = pyhocon.ConfigTree()
    for name in sorted(environment):
        if not name.startswith(_PREFIX):
            continue
        path = name.removeprefix(_PREFIX).replace(_SEPARATOR, ".").lower()
        try:
            part = pyhocon.ConfigFactory.parse_string(f"{path}: {environment[name]}")
        except (ParseBaseException, ConfigException) as error:
            # The parser quotes what it reads, and that may be a secret.
            raise Crash(f"{type(error).__name__}: the value of {name} cannot be parsed as HOCON") from None
        tree = pyhocon.ConfigTree.merge_configs(tree, part)
    return tree


def _map(tree: pyhocon.ConfigTree, path: str) -> Json:
    found = tree.get(path, None)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise Crash(f"ConfigWrongTypeException: {path} is no map of settings")
    # The parser keeps the quotes of quoted names.
    return {str(name).strip('"'): value for name, value in found.items()}


def _flag(path: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Crash(f"ConfigWrongTypeException: {path} is neither true nor false")
    return value


def _number(path: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Crash(f"ConfigWrongTypeException: {path} is no whole number")
    return value


def _names(path: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Crash(f"ConfigWrongTypeException: {path} is no list of names")
    return list(value)


def _check_people(tree: pyhocon.ConfigTree) -> None:
    """Nobody signs in by browser here, but a list of people that nobody could read is the server's end."""
    path = "apiserver.auth.fixed_users.users"
    people = tree.get(path, [])
    if not isinstance(people, list) or not all(isinstance(one, Mapping) for one in people):
        raise Crash(f"ConfigWrongTypeException: {path} is no list of people")
    for one in people:
        if not one.get("username", "") or not one.get("password", ""):
            raise Crash(f"ConfigMissingException: somebody in {path} has no username or password")


def _call_log(tree: pyhocon.ConfigTree) -> CallLog | None:
    path = "apiserver.log_calls"
    if not _flag(path, tree.get(path, False)):
        return None
    path = "apiserver.apilog"
    adapter = tree.get(f"{path}.adapter", ADAPTERS[0])
    if adapter not in ADAPTERS:
        raise Crash(f"ValidationError: {path}.adapter is none of {', '.join(ADAPTERS)}")
    endpoints = {DEFAULT: _policy(tree, f"apiserver.endpoints.{DEFAULT}")}
    for service in _map(tree, "apiserver.endpoints"):
        if service != DEFAULT:
            for name in _map(tree, f"apiserver.endpoints.{service}"):
                endpoints[f"{service}.{name}"] = _policy(tree, f"apiserver.endpoints.{service}.{name}")
    switched = {name: f"{path}.log_fields.{name}.enabled" for name in FIELDS}
    return CallLog(
        adapter=adapter,
        endpoints=endpoints,
        fields={name: _flag(switch, tree.get(switch, True)) for name, switch in switched.items()},
        hides_identity=_flag(f"{path}.redact_identity", tree.get(f"{path}.redact_identity", False)),
    )


def _policy(tree: pyhocon.ConfigTree, path: str) -> Policy:
    """What is logged of an endpoint; of its data it may be some fields only."""
    given = _map(tree, path)
    policy: dict[str, bool | list[str]] = {}
    for option in OPTIONS:
        if option in given:
            where, value = f"{path}.{option}", given[option]
            some = option == "log_data" and isinstance(value, list)
            policy[option] = _names(where, value) if some else _flag(where, value)
    return policy


def _identities(tree: pyhocon.ConfigTree) -> tuple[ConfiguredIdentity, ...]:
    found = _map(tree, "secure.credentials")
    if _ROOT not in found:
        raise Crash("ConfigMissingException: secure.credentials.apiserver is not set")
    return tuple(_identity(name, _map(tree, f"secure.credentials.{name}")) for name in found)


def _identity(name: str, settings: Json) -> ConfiguredIdentity:
    path = f"secure.credentials.{name}"
    role = settings.get("role", _KNOWN_ROLES.get(name))
    for part, value in (("role", role), *((key, settings.get(key)) for key in ("user_key", "user_secret"))):
        if value in (None, ""):
            raise Crash(f"ConfigMissingException: {path}.{part} is not set")
    if role not in _ROLES:
        raise Crash(f"ValidationError: {path}.role is none of {', '.join(_ROLES)}")
    email = settings.get("email")
    return ConfiguredIdentity(
        id=ROOT_ID if name == _ROOT else f"__{name}__",
        name="root" if name == _ROOT else name,
        role=role,
        pair=KeyPair(str(settings["user_key"]), str(settings["user_secret"])),
        email=None if email is None else str(email),
        groups=tuple(_names(f"{path}.sec_groups", settings.get("sec_groups", []))),
    )


def _groups(tree: pyhocon.ConfigTree) -> dict[str, Json]:
    """The features of the built-in groups, and the own ones that every company has."""
    path = "services.auth.default_groups"
    groups: dict[str, Json] = {}
    for name in _map(tree, path):
        given = _map(tree, f"{path}.{name}")
        if name not in _BUILT_IN_GROUPS and not given.get("id"):
            raise Crash(f"ValidationError: {path}.{name}.id is not set, and a group that is not built in needs one")
        groups[name] = {
            "id": str(given.get("id", name)),
            "name": str(given.get("name", name)),
            "features": _names(f"{path}.{name}.features", given.get("features", [])),
            "assignable": _flag(f"{path}.{name}.assignable", given.get("assignable", True)),
        }
    return groups


def _providers(tree: pyhocon.ConfigTree) -> tuple[ConfiguredProvider, ...]:
    found: dict[str, ConfiguredProvider] = {}
    for family, kind in _SSO_FAMILIES.items():
        for file in ("secure", "services"):
            for name in _map(tree, f"{file}.login.sso.{family}"):
                settings = _map(tree, f"{file}.login.sso.{family}.{name}")
                company = settings.get("default_company", found[name].company if name in found else DEFAULT_COMPANY)
                found[name] = ConfiguredProvider(name, kind, str(company))
    return tuple(found.values())

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The world of one lab: its tables, and the few rules that concern more than one of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from lab.world.permissions import furnish
from lab.world.records import (
    DEFAULT_COMPANY,
    AccessRule,
    ApplicationInstance,
    ApplicationVersion,
    AuthEntry,
    Company,
    Credential,
    Group,
    Json,
    Profile,
    Project,
    ProviderConfiguration,
    Queue,
    Route,
    Router,
    Task,
    Vault,
    VaultOperation,
    WhitelistEntry,
    Worker,
    new_access_key,
    new_id,
    new_secret_key,
    now,
)
from lab.world.tables import Table

ROOT_ID = "__root__"
SUPERVISOR_ID = "__supervisor__"


@dataclass(frozen=True)
class KeyPair:
    """An access key and its secret."""

    key: str
    secret: str

    @classmethod
    def random(cls) -> KeyPair:
        """A pair of the recorded shape."""
        return cls(new_access_key(), new_secret_key())


@dataclass(frozen=True)
class BuiltInKeys:
    """The two pairs every lab starts with."""

    root: KeyPair
    system: KeyPair


@dataclass
class World:
    """Everything the server knows; handlers change it, the control API reads and replaces it."""

    companies: dict[str, Company] = field(default_factory=dict)
    entries: Table[AuthEntry] = field(default_factory=Table)
    profiles: Table[Profile] = field(default_factory=Table)
    queues: Table[Queue] = field(default_factory=Table)
    projects: Table[Project] = field(default_factory=Table)
    tasks: Table[Task] = field(default_factory=Table)
    workers: Table[Worker] = field(default_factory=Table)
    provider_configurations: Table[ProviderConfiguration] = field(default_factory=Table)
    groups: Table[Group] = field(default_factory=Table)
    access_rules: Table[AccessRule] = field(default_factory=Table)
    vaults: Table[Vault] = field(default_factory=Table)
    vault_operations: Table[VaultOperation] = field(default_factory=Table)
    routes: Table[Route] = field(default_factory=Table)
    routers: Table[Router] = field(default_factory=Table)
    application_versions: Table[ApplicationVersion] = field(default_factory=Table)
    application_instances: Table[ApplicationInstance] = field(default_factory=Table)
    keys: dict[str, tuple[AuthEntry, Credential]] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)
    scrolls: dict[str, int] = field(default_factory=dict)
    server: Json = field(default_factory=dict)
    """``features`` and ``groups`` of the server's configuration, where it has one."""

    def add_entry(self, entry: AuthEntry) -> AuthEntry:
        """Store an auth entry, index its keys and address, and settle invitations for the address."""
        self.entries.add(entry)
        for credential in entry.credentials:
            self.keys[credential.key] = (entry, credential)
        if entry.email:
            self.emails[entry.email] = entry.id
            self._accept_invitations(entry.email, entry)
        return entry

    def remove_entry(self, entry: AuthEntry) -> None:
        """Forget an auth entry with its keys; its address becomes free."""
        for credential in entry.credentials:
            self.keys.pop(credential.key, None)
        if entry.email and self.emails.get(entry.email) == entry.id:
            del self.emails[entry.email]
        self.entries.remove(entry.id)

    def add_credential(self, entry: AuthEntry, credential: Credential) -> Credential:
        """Give an entry one more key."""
        entry.credentials.append(credential)
        self.keys[credential.key] = (entry, credential)
        return credential

    def remove_credential(self, entry: AuthEntry, credential: Credential) -> None:
        """Revoke a key; tokens made with it stay valid, as on the real server."""
        entry.credentials.remove(credential)
        self.keys.pop(credential.key, None)

    def people(self, company: str, service: bool | None = False) -> list[AuthEntry]:
        """A company's auth entries without the built-in ones; None for ``service`` takes both kinds."""
        return [
            entry
            for entry in self.entries.of(company)
            if not entry.protected and (service is None or entry.service is service)
        ]

    def invitation(self, company: Company, email: str) -> WhitelistEntry | None:
        """The whitelist entry of an address in a company."""
        return next((entry for entry in company.whitelist if entry.email == email), None)

    def _accept_invitations(self, email: str, entry: AuthEntry) -> None:
        company = self.companies.get(entry.company)
        invited = self.invitation(company, email) if company else None
        if invited is not None and invited.accepted is None:
            invited.accepted, invited.user = now(), entry.id


def bare_world(company_name: str = "clearml") -> World:
    """A server that nobody can log in to: the default company with its default queue."""
    world = World()
    world.companies[DEFAULT_COMPANY] = Company(id=DEFAULT_COMPANY, name=company_name)
    furnish(world, DEFAULT_COMPANY)
    world.queues.add(Queue(id=new_id(), name="default", company=DEFAULT_COMPANY, system_tags=["default"]))
    return world


def new_world(keys: BuiltInKeys, company_name: str = "clearml") -> World:
    """A fresh server with two built-in identities, which have no profiles."""
    world = bare_world(company_name)
    for user_id, role, pair in ((ROOT_ID, "root", keys.root), (SUPERVISOR_ID, "system", keys.system)):
        credential = Credential(pair.key, pair.secret)
        world.add_entry(AuthEntry(user_id, user_id.strip("_"), DEFAULT_COMPANY, role, credentials=[credential]))
    return world

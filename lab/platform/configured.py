# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing a world in line with the configuration of the server that starts on it."""

from __future__ import annotations

from lab.endpoints.sso_forms import PROVIDERS
from lab.endpoints.sso_rows import row_id
from lab.platform.configuration import Configuration, ConfiguredIdentity
from lab.world.records import DEFAULT_COMPANY, AuthEntry, Credential, Profile, ProviderConfiguration
from lab.world.world import World


def apply(configuration: Configuration, world: World) -> None:
    """Make, change and remove what the configuration rules; everything else in the world stays."""
    _identities(configuration, world)
    _providers(configuration, world)
    world.server = {
        "features": configuration.features,
        "groups": configuration.groups,
        "login": configuration.login,
    }


def _identities(configuration: Configuration, world: World) -> None:
    wanted = {identity.id: identity for identity in configuration.identities}
    for entry in world.entries:
        if entry.protected and entry.id not in wanted:
            world.remove_entry(entry)
            world.profiles.remove(entry.id)
    for identity in configuration.identities:
        _identity(identity, world)


def _identity(wanted: ConfiguredIdentity, world: World) -> None:
    """One identity; keys that it made for itself stay as long as its configured pair does."""
    entry = world.entries.get(wanted.id)
    kept = entry.credentials if entry is not None and _has_pair(entry, wanted) else []
    if entry is not None:
        world.remove_entry(entry)
    world.add_entry(
        AuthEntry(
            id=wanted.id,
            name=wanted.name,
            company=DEFAULT_COMPANY,
            role=wanted.role,
            email=wanted.email,
            credentials=kept or [Credential(wanted.pair.key, wanted.pair.secret)],
            groups=list(wanted.groups),
        )
    )
    if wanted.role == "user" and world.profiles.get(wanted.id) is None:
        world.profiles.add(Profile(wanted.id, wanted.name, DEFAULT_COMPANY))


def _has_pair(entry: AuthEntry, wanted: ConfiguredIdentity) -> bool:
    return any((one.key, one.secret) == (wanted.pair.key, wanted.pair.secret) for one in entry.credentials)


def _providers(configuration: Configuration, world: World) -> None:
    for row in world.provider_configurations:
        if row.readonly:
            world.provider_configurations.remove(row.id)
    for one in configuration.providers:
        company = one.company if one.company in world.companies else DEFAULT_COMPANY
        kind = PROVIDERS.get(one.name, PROVIDERS[one.kind])
        world.provider_configurations.add(
            ProviderConfiguration(
                id=row_id(company, one.name),
                key=one.name,
                company=company,
                provider=kind.key,
                display_name=kind.display_name if one.name in PROVIDERS else one.name,
                active=True,
                readonly=True,
            )
        )

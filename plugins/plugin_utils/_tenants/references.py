# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a tenant's variables say of each other's objects: nothing refers to what the same file removes."""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.mistakes import dotted
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.sense import items
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.shape import Finding

#: Lists of objects, and the keys under which others refer to them.
NAMES: dict[str, tuple[str, ...]] = {
    "tenant_users": ("email", "name"),
    "tenant_service_accounts": ("name",),
    "tenant_groups": ("name",),
    "tenant_queues": ("name",),
    "tenant_projects": ("name",),
}
#: Which key of which list refers to which other list.
REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("tenant_groups", "users", "tenant_users"),
    ("tenant_groups", "service_accounts", "tenant_service_accounts"),
    ("tenant_access_rules", "users", "tenant_users"),
    ("tenant_access_rules", "groups", "tenant_groups"),
    ("tenant_access_rules", "service_accounts", "tenant_service_accounts"),
    ("tenant_vaults", "user", "tenant_users"),
    ("tenant_vaults", "group", "tenant_groups"),
    ("tenant_vaults", "service_account", "tenant_service_accounts"),
    ("tenant_credentials", "user", "tenant_users"),
    ("tenant_credentials", "service_account", "tenant_service_accounts"),
)
#: Scopes of a vault that need an owner, under the key of the same name.
OWNERS = ("group", "user", "service_account")
#: A rule says with one key what it is about, and with another of which kind that is.
TARGETS = {"queue": "tenant_queues", "project": "tenant_projects"}


def dangling(values: t.Mapping[str, t.Any]) -> t.Iterator[Finding]:
    """References to objects that are declared absent; by something absent itself they do no harm."""
    gone = {section: dict(_absent(values, section)) for section in NAMES}
    for section, key, target in REFERENCES:
        for path, item in _present(values, section):
            given = item.get(key)
            for index, name in enumerate(given if isinstance(given, list) else [given]):
                place = (*path, key, index) if isinstance(given, list) else (*path, key)
                yield from _finding(place, name, gone[target])
    for path, item in _present(values, "tenant_access_rules"):
        kind = str(item.get("entity_type"))
        if kind in TARGETS:
            yield from _finding((*path, "entity"), item.get("entity"), gone[TARGETS[kind]])


def ownerless(values: t.Mapping[str, t.Any]) -> t.Iterator[Finding]:
    """Vaults whose scope and owner do not go together."""
    for path, item in _present(values, "tenant_vaults"):
        scope = item.get("scope", "organization")
        if scope in OWNERS and scope not in item:
            yield Finding(path, f"scope is {scope}, and {scope} is missing", f"Say which {scope.replace('_', ' ')}")
        for key in OWNERS:
            if key in item and key != scope:
                yield Finding((*path, key), f"scope is {scope}", f"Take it out, or set scope to {key}")


def _finding(path: tuple[str | int, ...], name: t.Any, gone: t.Mapping[str, str]) -> t.Iterator[Finding]:
    if isinstance(name, str) and name in gone:
        yield Finding(path, f"{gone[name]} declares it absent", "Take it out here, or keep it there")


def _absent(values: t.Mapping[str, t.Any], section: str) -> t.Iterator[tuple[str, str]]:
    for path, item in items(values, section):
        if isinstance(item, dict) and item.get("state") == "absent":
            for key in NAMES[section]:
                if isinstance(item.get(key), str):
                    yield item[key], dotted(path)


def _present(values: t.Mapping[str, t.Any], section: str) -> t.Iterator[tuple[tuple[str | int, ...], dict[str, t.Any]]]:
    for path, item in items(values, section):
        if isinstance(item, dict) and item.get("state") != "absent":
            yield path, item

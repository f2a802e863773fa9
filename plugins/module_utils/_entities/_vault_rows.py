# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Vaults as the server shows them, and how they are listed: without their content."""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._configuration import understood
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired, Ref, Values
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._references import groups, service_accounts, users
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, require_admin

#: Scopes that have an owner, the option of the same name that says which, and what finds it.
OWNERS = {"group": groups, "user": users, "service_account": service_accounts}
SCOPES = ["organization", *OWNERS]


def owner_of(values: Values) -> Ref | None:
    """Group, user or account whose vault it is; None for the organization's."""
    return t.cast("Ref | None", values.get(str(values.get("scope"))))


def find(world: World, option: str, given: str, absent: bool) -> Ref | None:
    """The owner of that name; whoever is gone has no vault either."""
    try:
        return OWNERS[option](world, [given], option)[0]
    except InvalidInput:
        if absent:
            return None
        raise


def read(world: World, desired: Desired) -> list[Values]:
    """The vaults of the scope, the owner and the type that are meant."""
    require_admin(world.own, "Reading vaults")
    scope, owner = desired.values["scope"], owner_of(desired.values)
    if scope in OWNERS and owner is None:
        return []
    if scope in ("user", "service_account"):
        rows = world.own.as_user(str(owner)).read("users.get_vaults", {}).get("vaults") or []
        mine = [row for row in rows if row.get("scope") == "user" and row.get("user", owner) == owner]
    else:
        rows = world.user.read("users.get_organization_vaults", {}).get("vaults") or []
        mine = [row for row in rows if row.get("scope") == scope and (owner is None or row.get("group") == owner)]
    return [in_words(row, scope, owner) for row in mine if row.get("type") == desired.values["type"]]


def in_words(row: Values, scope: str, owner: Ref | None) -> dict[str, t.Any]:
    """A row of the server in the words of the options; content that the server cannot show is not in it."""
    found = {name: value for name, value in row.items() if name not in ("data", "group", "user")}
    if row.get("data") is not None and row.get("editable") is not False:
        found["content"] = understood(row["data"], row.get("format") or "hocon")
    return {**found, "scope": scope, **({scope: owner} if owner is not None else {})}


def everybodys(world: World, desired: Desired) -> list[Values]:
    """The vaults of the organization and of its groups."""
    rows = world.user.read("users.get_organization_vaults", {}).get("vaults") or []
    return [in_words(row, row["scope"], _group_of(row)) for row in rows if row.get("scope") != "user"]


def all_vaults(world: World, params: Values) -> dict[str, t.Any]:
    """The vaults of one owner, or of the organization and its groups, without their content."""
    require_admin(world.own, "Reading vaults")
    scope = next((option for option in ("user", "service_account") if params[option] is not None), None)
    if scope is None:
        found = everybodys(world, Desired({}))
    else:
        owner = OWNERS[scope](world, [params[scope]], scope)[0]
        rows = world.own.as_user(str(owner)).read("users.get_vaults", {}).get("vaults") or []
        found = [in_words(row, scope, owner) for row in rows if row.get("scope") == "user"]
    listed = [_listed(row) for row in found]
    return {"vaults": sorted(listed, key=lambda one: (one["scope"], one["owner"] or "", one["description"] or ""))}


def _group_of(row: Values) -> Ref | None:
    return Ref(row["group"], str(row.get("group_name") or row["group"])) if row.get("group") else None


def _listed(row: Values) -> dict[str, t.Any]:
    owner = owner_of(row)
    names = ("id", "description", "scope", "type", "format", "enabled", "editable", "last_update")
    return {
        **{name: row.get(name) for name in names},
        "owner": owner.label if owner is not None else None,
        "settings": row["content"].settings if "content" in row else None,
    }

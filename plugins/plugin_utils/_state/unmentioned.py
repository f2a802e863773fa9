# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in a company and is in no tenant's file."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.clearml.enterprise.plugins.module_utils._converge import Attempt
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._vault_rows import everybodys, owner_of
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.group import BUILT_IN
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired, Row
from ansible_collections.clearml.enterprise.plugins.module_utils._world import AUTOMATION_DOMAIN, World
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.kinds import Kind, Tenant

#: Queues that the role agent has its agents make, where the tenant's file names none.
AGENT_QUEUES = ("default", "gpu-fraction-1_00", "gpu-fraction-0_50", "gpu-fraction-0_25")


@dataclass
class Unmentioned:
    """An object that no file mentions.

    :ivar removal: what would remove it
    """

    kind: str
    name: str
    id: str
    removal: Desired
    removed: bool = False

    def describe(self) -> dict[str, t.Any]:
        """The object in a result."""
        return {"kind": self.kind, "name": self.name, "id": self.id, "removed": self.removed}


def keep_user(row: Row, world: World, tenant: Tenant) -> bool:
    """Whoever acts here, owns the key, or has an address of a machine."""
    email = str(row.values.get("email") or "")
    return row.id in (world.acting_user, world.own.caller.user) or not email or email.endswith(AUTOMATION_DOMAIN)


def keep_queue(row: Row, world: World, tenant: Tenant) -> bool:
    """Queues that agents make, that a policy made, or that the server and its agents have marked as theirs."""
    agent = tenant.variables.get("tenant_agent") or {}
    made = set(agent.get("queues") or AGENT_QUEUES) | {AGENT_QUEUES[0]}
    return row.values["name"] in made or bool(row.values.get("system_tags") or row.raw.get("profile_connection"))


def keep_built_in(row: Row, world: World, tenant: Tenant) -> bool:
    """Groups that every company has."""
    return row.values["name"] in BUILT_IN


def keep_own(row: Row, world: World, tenant: Tenant) -> bool:
    """What the server made itself, or does not let anybody change."""
    return bool(row.raw.get("autocreated") or row.raw.get("readonly")) or row.raw.get("editable") is False


def keep_none(row: Row, world: World, tenant: Tenant) -> bool:
    """Nothing of the kind is protected."""
    return False


#: The kinds that are looked through, and what of them is never counted. Projects are people's own work.
KEEPERS: dict[str, t.Callable[[Row, World, Tenant], bool]] = {
    "user": keep_user,
    "service_account": keep_none,
    "group": keep_built_in,
    "queue": keep_queue,
    "access_rule": keep_own,
    "vault": keep_own,
    "idp": keep_own,
}


def standing(kind: Kind, world: World) -> list[Row]:
    """All objects of a kind; of vaults those of the organization and its groups."""
    read = everybodys if kind.name == "vault" else kind.entity.read
    return [kind.entity.row(raw) for raw in read(world, Desired({}))]


def unmentioned(kind: Kind, world: World, tenant: Tenant, attempts: t.Sequence[Attempt]) -> list[Unmentioned]:
    """The objects of a kind that a tenant does not mention, if it says anything about the kind."""
    keep = KEEPERS.get(kind.name)
    if keep is None or tenant.variables.get(kind.variable) is None or any(one.error for one in attempts):
        return []
    known = {one.row.id for one in attempts if one.row is not None}
    known |= {str(one.outcome.state.get("id")) for one in attempts}
    return [
        Unmentioned(kind.name, str(row.values[kind.entity.key]), row.id, _removal(kind, row))
        for row in standing(kind, world)
        if row.id not in known and not keep(row, world, tenant)
    ]


def _removal(kind: Kind, row: Row) -> Desired:
    values = {kind.entity.key: row.values[kind.entity.key]}
    if kind.name == "vault":
        owner = owner_of(row.values)
        values |= {name: row.values[name] for name in ("scope", "type")}
        values |= {row.values["scope"]: owner} if owner is not None else {}
    return Desired(values, "absent", row.id)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The key pairs that a tenant declares: looked at and never made, since a role keeps a secret that is shown once."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._converge import Attempt, converge_all
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.credentials import CREDENTIALS, act_as_owner
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._secret_store import expires
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, enter
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.kinds import Kind, Options, Tenant

NAME = CREDENTIALS.kind
KIND = Kind(CREDENTIALS, "tenant_credentials")
#: Of an entry of a file, what tells the pair; how long a new one lives matters to whoever makes it.
TELLING = ("label", "access_key", "state")
#: Variables of what logs in from the cluster, with the label that its pair has if none is given.
IN_CLUSTER = {"tenant_agent": "agent", "tenant_gateway": "gateway"}


@dataclass(frozen=True)
class Pair:
    """A key pair, and whose it is.

    :ivar owner: user and service_account, of which one or none is given; none is the tenant's admin
    :ivar renew_before: seconds before its end at which a role replaces it; None for one that nobody replaces
    """

    options: Options
    owner: t.Mapping[str, str | None]
    renew_before: int | None = None


def declared(tenant: Tenant, in_cluster: bool) -> list[Pair]:
    """The pairs of a tenant.

    :param in_cluster: whether its agent and its gateway have one each
    """
    files = [
        Pair({name: one[name] for name in TELLING if one.get(name) is not None}, _owner(one))
        for one in tenant.variables.get("tenant_credentials") or []
    ]
    return files + [pair for section in IN_CLUSTER if in_cluster for pair in _of_cluster(tenant, section)]


def _of_cluster(tenant: Tenant, section: str) -> t.Iterator[Pair]:
    """Each tenant has an agent unless it says otherwise, and a gateway if it says so."""
    given = tenant.variables.get(section) or {}
    if given.get("enabled", True) and (given or section == "tenant_agent"):
        label = given.get("credentials_label") or IN_CLUSTER[section]
        yield Pair({"label": label}, _owner(given), int(given.get("renew_before") or 0))


def _owner(given: t.Mapping[str, t.Any]) -> dict[str, str | None]:
    return {name: given.get(name) for name in ("user", "service_account")}


def look(world: World, tenant: Tenant, pairs: t.Sequence[Pair]) -> t.Iterator[tuple[Pair, Attempt]]:
    """What would have to be done about each pair; one request for each owner."""
    reader = Client(world.own.session, read_only=True)
    by_owner: dict[tuple[t.Any, ...], list[Pair]] = {}
    for pair in pairs:
        by_owner.setdefault(tuple(pair.owner.values()), []).append(pair)
    for mine in by_owner.values():
        seen = _seen_by(replace(world, own=reader), tenant, mine[0])
        wanted = [KIND.desired(pair.options) for pair in mine]
        if seen.unborn and not world.own.read_only:
            nobody = Refused(f"There is no {seen.unborn}, whose key pair it would be")
            yield from ((pair, Attempt(one, one, error=nobody)) for pair, one in zip(mine, wanted, strict=True))
        else:
            yield from zip(mine, converge_all(CREDENTIALS, seen, wanted), strict=True)


def _seen_by(world: World, tenant: Tenant, pair: Pair) -> World:
    """The company as the owner of a pair sees it."""
    user = pair.owner["user"]
    if user is not None and user != tenant.admin and not world.bare:
        return enter(world.own, world.company, user)
    act_as_owner(world, pair.owner)
    return world


def end_of(pair: Pair, attempt: Attempt) -> str | None:
    """When a pair ends that is to be replaced by now; None for any other."""
    there = attempt.row if attempt.error is None else None
    if there is None or pair.renew_before is None or not expires(there, pair.renew_before):
        return None
    return str(there.values["expire"])

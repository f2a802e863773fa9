# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Service accounts of a company: users without an address, for agents and other machines."""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._members import check_name
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._memberships import (
    find_groups,
    join,
    members,
    memberships,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.group import SAVE
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.user import profiles
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    COMPANY_ID,
    NEW_ID,
    Action,
    Call,
    Create,
    Desired,
    Entity,
    Field,
    FromAnswer,
    Identity,
    Row,
    Update,
    Values,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ApiError, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._references import accounts, as_refs
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, require_admin, tenant_users

#: Subcode of users.get_by_id for an ID that no profile has.
NO_USER = 301
UPDATE = "users.update_service_user"
#: The server answers a creation with a key pair that nobody asked for: pairs are made with clearml_credentials.
REVOKE = Call("auth.revoke_credentials", {"access_key": FromAnswer("credentials.access_key")}, on_behalf=NEW_ID)


def read(world: World, desired: Desired) -> list[Values]:
    """All service accounts, each with its groups."""
    require_admin(world.own, "Reading service accounts")
    known = memberships(world)
    platform = world.own.caller.is_platform
    return [
        {**one, "by_platform": platform, "groups": [group for group in known if one["id"] in members(group.group)]}
        for one in accounts(world)
    ]


def enrich(world: World, desired: Desired, raw: Values) -> Values:
    """Whether its profile is there: a removal that was cut off takes that first, and lists do not tell."""
    return {**raw, "has_profile": _has_profile(world, raw["id"])} if raw["by_platform"] else raw


def _has_profile(world: World, account: str) -> bool:
    try:
        return bool(world.user.read("users.get_by_id", {"user": account}).get("user"))
    except ApiError as error:
        if error.is_a(400, NO_USER):
            return False
        raise


def gather(world: World, wanted: t.Sequence[Desired], written: bool) -> None:
    """Whose profiles are there, out of the list of users.

    Some servers' lists leave accounts out: where there is none although the first has its profile, all are taken to.
    """
    if (world.newborn and not written) or not (world.own.caller.is_platform and world.home):
        return
    present = {user["id"] for user in profiles(world, tenant_users(world.own, world.home))}
    known = [one["id"] for one in accounts(world)]
    listed = [one for one in known if one in present]
    if known and not listed and _has_profile(world, known[0]):
        listed = known
    for account in listed:
        world.user.remember("users.get_by_id", {"user": account}, {"user": {"id": account}})


def guard(world: World, desired: Desired, row: Row | None) -> None:
    """The company's limits, before anything is made; what a removal does to agents."""
    name = desired.values.get("name")
    check_name("service account", name)
    if desired.absent:
        _warn_of_agents(world, row)
        return
    if world.bare:
        return
    limit = limits(world)
    most, held = limit["allowed_service_users"], len(accounts(world))
    company = world.company_name or world.home
    if row is None and most is not None and held >= most:
        raise Refused(
            f"{name!r} would be one too many: company {company!r} has {held} service accounts and may have {most}; "
            "raise allowed_service_users with clearml_company, or remove an account"
        )
    becomes_admin = desired.values.get("role") == "admin" and (row is None or row.values["role"] != "admin")
    if becomes_admin and not limit["allow_admins"]:
        raise Refused(
            f"role of {name!r} is admin, and company {company!r} does not let service accounts be admins; set "
            "allow_service_user_admins with clearml_company, or choose role user"
        )


def limits(world: World) -> dict[str, t.Any]:
    """How many accounts the company may have, and whether they may be admins."""
    answer = world.user.read("users.get_service_users", {})
    return {name: answer.get(name) for name in ("allowed_service_users", "allow_admins")}


def _warn_of_agents(world: World, row: Row | None) -> None:
    if row is not None and row.raw.get("credentials"):
        used = row.raw.get("last_active_time")
        world.warnings.append(
            f"Service account {row.values['name']!r} goes with its key pairs ({row.raw['credentials']}, last used "
            f"{used or 'never'}): agents that have one of them fail from then on"
        )


def repair(row: Row) -> tuple[Call, ...]:
    """An account without its profile gets it back under its ID."""
    if row.raw.get("has_profile", True):
        return ()
    body = {"id": row.id, "company": COMPANY_ID, "name": row.values["name"]}
    return (Call("users.create", body, Identity.OWN),)


def remove(row: Row, desired: Desired) -> tuple[Action, ...]:
    """As a user is removed: no endpoint is documented for accounts. The profile goes first, where the key may."""
    calls = [Call("auth.delete_user", {"user": row.id}, Identity.OWN)]
    if row.raw.get("has_profile", row.raw["by_platform"]):
        calls.insert(0, Call("users.delete", {"user": row.id}, Identity.OWN))
    return (Action("delete", "service_account", row.values["name"], tuple(calls)),)


SERVICE_ACCOUNT = Entity(
    kind="service_account",
    key="name",
    secret_once=True,
    read=read,
    gather=gather,
    resolve=find_groups,
    enrich=enrich,
    repair=repair,
    guard=guard,
    remove=remove,
    create=Create("auth.create_service_user", then=(REVOKE,)),
    updates=(Update(UPDATE, "user"), Update("users.set_role", "user"), Update(SAVE, calls=join)),
    fields=(
        Field("name", UPDATE),
        Field("allow_running_as_owner", UPDATE),
        Field("role", "users.set_role", create=False),
        Field("groups", SAVE, create=False, normal=as_refs, null=[]),
    ),
)

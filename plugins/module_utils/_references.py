# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of other objects, found and turned into references: what is compared is the ID, what is shown is the name."""

from __future__ import annotations

import difflib
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Ref, Values
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, tenant_users, who_is

Names: t.TypeAlias = "t.Collection[str] | None"


def users(world: World, given: Names, option: str) -> list[Ref]:
    """People of the company by e-mail address, full name or ID.

    :raises InvalidInput: for one that is not there (a check run assumes that an earlier task makes it)
    :raises Refused: for a name that several have
    """

    def unlisted(name: str) -> Values | None:
        # Some lists leave out users that were made as internal ones.
        user = who_is(world.own, name) if "@" in name and world.own.caller.is_platform else None
        return user if user and (user["company"] or {}).get("id") == world.home else None

    return references(world, "user", lambda: people(world), given, option, unlisted)


def service_accounts(world: World, given: Names, option: str) -> list[Ref]:
    """Service accounts of the company by name or ID; raises as ``users`` does."""
    return references(world, "service account", lambda: accounts(world), given, option)


def groups(world: World, given: Names, option: str) -> list[Ref]:
    """User groups of the company by name or ID; raises as ``users`` does."""

    def all_groups() -> list[Values]:
        return world.user.read("permissions.get_user_groups", {}).get("groups") or []

    return references(world, "group", all_groups, given, option)


def accounts(world: World) -> list[dict[str, t.Any]]:
    """The service accounts of the company (id, name, role, ...)."""
    return world.user.read("users.get_service_users", {}).get("users") or []


def people(world: World) -> list[Values]:
    """The users of the company (id, email, name, ...) without its service accounts, which some lists have too."""
    if world.own.caller.is_platform and world.home:
        listed = tenant_users(world.own, world.home)
    else:
        listed = world.own.read_all("users.get_all_ex", "users", {"include_auth": True})
    machines = {account["id"] for account in accounts(world)}
    return [user for user in listed if user["id"] not in machines]


def references(
    world: World,
    kind: str,
    rows: t.Callable[[], t.Sequence[Values]],
    given: Names,
    option: str,
    unlisted: t.Callable[[str], Values | None] = lambda name: None,
) -> list[Ref]:
    """One reference for each name, sorted by ID, without doubles.

    :param rows: reads the objects of the kind, each with id and name, and email where it has one
    :param unlisted: looks for one that is not among the rows
    """
    if not given:
        return []
    if world.unborn:
        return [_unborn(name) for name in sorted(set(given))]
    known = rows()
    found = {_one(world, kind, known, name, option, unlisted) for name in given}
    return sorted(found)


def reference(
    world: World, kind: str, rows: t.Callable[[], t.Sequence[Values]], given: str | None, option: str
) -> Ref | None:
    """The same for a single name."""
    found = references(world, kind, rows, [given] if given else [], option)
    return found[0] if found else None


def as_ref(row: Values) -> Ref:
    """A row of the server as a reference; an object that is gone goes by its ID."""
    return Ref(str(row["id"]), str(row.get("email") or row.get("name") or row["id"]))


def as_refs(value: t.Any) -> list[Ref]:
    """Rows or references as sorted references without doubles; null is empty."""
    return sorted({one if isinstance(one, Ref) else as_ref(one) for one in value or []})


def _one(
    world: World,
    kind: str,
    rows: t.Sequence[Values],
    name: str,
    option: str,
    unlisted: t.Callable[[str], Values | None],
) -> Ref:
    for key in ("id", "email", "name"):
        found = [row for row in rows if row.get(key) == name]
        if len(found) > 1:
            ids = ", ".join(row["id"] for row in found)
            raise Refused(f"{option} has {name!r}, which is the {key} of {len(found)} {kind}s: {ids}; give the ID")
        if found:
            return as_ref(found[0])
    elsewhere = unlisted(name)
    if elsewhere is not None:
        return as_ref(elsewhere)
    where = world.company_name or world.home
    if world.own.read_only:
        phrase = f"{kind} {name!r} in company {where!r}"
        if phrase not in world.assumed:
            world.assumed.append(phrase)
        return _unborn(name)
    names = [str(row[key]) for row in rows for key in ("email", "name") if row.get(key)]
    near = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean {near[0]!r}?" if near else "check the spelling, or create it first"
    raise InvalidInput(f"{option} has {name!r}, and company {where!r} has no such {kind}; {hint}")


def _unborn(name: str) -> Ref:
    return Ref(f"unborn {name}", name)

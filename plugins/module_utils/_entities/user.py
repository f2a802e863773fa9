# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users of a company: a login record (auth) and a profile (users) with the same ID."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    COMPANY_ID,
    Action,
    Call,
    Create,
    Desired,
    Entity,
    Field,
    Identity,
    Row,
    Update,
    Values,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._world import (
    World,
    require_admin,
    tenant_users,
    who_is,
)

#: users.set_role takes these; auth.edit_user takes the wider list.
ASSIGNABLE_ROLES = ("admin", "user", "consumer")
ROLES = (*ASSIGNABLE_ROLES, "superuser", "annotator")
INFO = "auth.get_users_info"
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*")


def read(world: World, desired: Desired) -> list[Values]:
    """Profiles joined with login records, by ID.

    A list of profiles leaves out a login record whose profile is gone; the platform's view of a tenant has the login
    records alone. Anybody of the company will do to read its profiles.
    """
    if not (world.own.caller.is_platform and world.home):
        require_admin(world.own, "Reading the users' addresses")
        listed = world.own.read_all("users.get_all_ex", "users", {"include_auth": True})
        return [{**profile, "has_profile": True, "by_platform": False} for profile in listed]
    records = tenant_users(world.own, world.home)
    by_id = {profile["id"]: profile for profile in profiles(world, records)}
    return [{**record, **_known(by_id.get(record["id"])), "by_platform": True} for record in records]


def profiles(world: World, records: t.Sequence[Values]) -> list[dict[str, t.Any]]:
    """The profiles of the company that those login records are of."""
    foreign = world.home != world.own.caller.company
    inside = world.own.act_as(records[0]["id"]) if foreign and records else world.own
    return inside.read_all("users.get_all_ex", "users", {}) if records else []


def unlisted(world: World, desired: Desired, rows: t.Sequence[Row]) -> list[Values]:
    """The user that is meant, where the lists leave it out (some may not show internal users)."""
    email = desired.values.get("email")
    if not (email and world.own.caller.is_platform and world.home) or any(row.raw["email"] == email for row in rows):
        return []
    user = who_is(world.own, email)
    if user is None or (user["company"] or {}).get("id") != world.home:
        return []
    return [{**user, "has_profile": True, "by_platform": True}]


def with_unlisted(world: World, desired: Desired) -> list[Values]:
    """All users of the company, and the one that is meant, listed or not."""
    rows = read(world, desired)
    return [*rows, *unlisted(world, desired, [USER.row(raw) for raw in rows])]


def gather(world: World, wanted: t.Sequence[Desired], written: bool) -> None:
    """Ask at once whose the addresses are that the company does not have yet."""
    if not (world.own.caller.is_platform and world.home):
        return
    bare = world.newborn and not written
    listed = set() if bare else {user.get("email") for user in tenant_users(world.own, world.home)}
    ask_for(world, {one.values["email"] for one in wanted if not one.absent} - listed)


def ask_for(world: World, emails: t.Collection[str]) -> None:
    """Ask at once who has these addresses, wherever on the server, unless that is known."""
    unknown = sorted(email for email in emails if not world.own.remembers(INFO, {"emails": [email]}))
    if unknown:
        users = world.own.read(INFO, {"emails": unknown}).get("users") or {}
        for email in unknown:
            found = {key: user for key, user in users.items() if user.get("email") == email}
            world.own.remember(INFO, {"emails": [email]}, {"users": found})


def _known(profile: Values | None) -> dict[str, t.Any]:
    if profile is None:
        return {"has_profile": False}
    return {**{name: value for name, value in profile.items() if value is not None}, "has_profile": True}


def repair(row: Row) -> tuple[Call, ...]:
    """A removal that was cut off leaves a login record without a profile; its ID brings the profile back."""
    if row.raw["has_profile"]:
        return ()
    body = {"id": row.id, "company": COMPANY_ID, "name": row.values["name"] or row.values["email"]}
    return (Call("users.create", body, Identity.OWN),)


def guard(world: World, desired: Desired, row: Row | None) -> None:
    """An address that cannot work or is taken elsewhere; rights that the key lacks."""
    email = desired.values.get("email")
    if email is not None and not EMAIL.fullmatch(email):
        raise InvalidInput(f"email is {email!r}; it must be an address such as ann@example.com")
    name = desired.values.get("name")
    if name is not None and not name.strip():
        raise InvalidInput("name is empty; give the user's full name")
    if desired.absent:
        if row is not None and row.id == world.own.caller.user:
            raise Refused(f"{email} owns the key that this task uses; use another key to remove it")
        return
    if row is not None:
        return
    if name is None:
        raise InvalidInput(f"There is no user {email!r} yet, and to create one the option name is needed")
    if desired.values.get("internal") and not world.own.caller.is_platform:
        raise InvalidInput("internal can only be set with a key of role system or root")
    if email is None:
        return
    if not world.bare:
        _refuse_over_limit(world, email)
        for other in read(world, desired):
            if str(other.get("email", "")).lower() == email.lower():
                raise Refused(
                    f"email {email!r} differs only in capital letters from {other['email']!r} (user {other['id']}); "
                    "use that spelling, the server takes them for two people"
                )
    _refuse_taken_elsewhere(world, email)


def _refuse_over_limit(world: World, email: str) -> None:
    if not (world.own.caller.is_platform and world.home):
        return
    users = world.own.read("tenants.get_tenant_info", {"tenant": world.home}).get("users") or {}
    most, held = users.get("max_allowed"), len(users.get("active") or [])
    if most and held >= most:
        company = world.company_name or world.home
        raise Refused(
            f"{email} would be one too many: company {company!r} has {held} users and may have {most}; "
            "raise allowed_users with clearml_company, or remove a user"
        )


def _refuse_taken_elsewhere(world: World, email: str) -> None:
    if not world.own.caller.is_platform:
        return
    user = who_is(world.own, email)
    if user is not None:
        company = user["company"] or {}
        raise Refused(
            f"email {email!r} already belongs to user {user['id']} of company {company.get('name')!r} "
            f"({company.get('id')}); an address can sign in to one company only"
        )


def role_endpoint(role: t.Any) -> str:
    """The endpoint that may hand out this role."""
    return "users.set_role" if role in ASSIGNABLE_ROLES else "auth.edit_user"


def removal(user: Values) -> Action:
    """The profile first: a login record is still found by its address, a profile without one is not."""
    calls = [Call("auth.delete_user", {"user": user["id"]}, Identity.OWN)]
    if user["by_platform"] and user["has_profile"]:
        calls.insert(0, Call("users.delete", {"user": user["id"]}, Identity.OWN))
    return Action("delete", "user", str(user.get("email") or user["id"]), tuple(calls))


def remove(row: Row, desired: Desired) -> tuple[Action, ...]:
    """Both records, as far as the key may."""
    return (removal(row.raw),)


PROFILE = "users.update"
USER = Entity(
    kind="user",
    key="email",
    needs_admin=False,
    read=read,
    unlisted=unlisted,
    gather=gather,
    guard=guard,
    repair=repair,
    remove=remove,
    create=Create("auth.create_user", Identity.OWN, {"company": COMPANY_ID}),
    updates=(Update(PROFILE, "user"), Update("users.set_role", "user"), Update("auth.edit_user", "user")),
    fields=(
        Field("email"),
        Field("name", PROFILE),
        Field("given_name", PROFILE),
        Field("family_name", PROFILE),
        Field("avatar", PROFILE),
        Field("role", role_endpoint),
        Field("internal", readable=False),
    ),
)

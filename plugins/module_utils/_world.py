# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which company is meant, and as whom to act in it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Identity, Values
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ApiError, InvalidInput, Refused

#: Addresses under this top level domain never receive mail (RFC 2606): the tenants' automation users have them.
AUTOMATION_DOMAIN = ".invalid"
#: The company that the server itself makes (configuration of the open-source server).
DEFAULT_COMPANY = "d1bd92a3b039400cbafc60a7a5b1e52b"
#: Subcode of users.get_current_user for a user who has a login record and no profile.
NO_PROFILE = 300


@dataclass
class World:
    """A company, the acting user in it, and the clients that speak as one or the other.

    :ivar company: the company's ID; empty for the key's own company, or while ``unborn``
    :ivar acting_user: ID of the user to act as; empty: the owner of the key
    :ivar unborn: what does not exist yet, as a phrase; empty if nothing is missing
    :ivar newborn: this very run made it, so it has nothing yet but what every company has from its beginning
    :ivar assumed: what else a check run takes as made by an earlier task, as phrases
    """

    own: Client
    company: str = ""
    company_name: str = ""
    acting_user: str = ""
    unborn: str = ""
    newborn: bool = False
    assumed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def client(self, identity: Identity) -> Client:
        """The client that makes calls as that identity."""
        if identity is Identity.OWN or not self.acting_user:
            return self.own
        if identity is Identity.SIGNED_IN:
            return self.own.with_token_of(self.home, self.acting_user)
        return self.own.as_user(self.acting_user) if identity is Identity.USER else self.own.act_as(self.acting_user)

    @property
    def user(self) -> Client:
        """Shorthand for reads as the acting user."""
        return self.client(Identity.USER)

    @property
    def bare(self) -> bool:
        """Whether there is nothing in it to read."""
        return bool(self.unborn) or self.newborn

    @property
    def home(self) -> str:
        """ID of the company that is meant, also where none was named; empty while it is unborn."""
        return self.company or ("" if self.unborn else self.own.caller.company)


def all_companies(client: Client) -> list[dict[str, t.Any]]:
    """The companies that exist; a removed one stays listed with ``active: false`` and does not count."""
    rows = client.read("system.get_companies", {}).get("companies") or []
    return [row for row in rows if row.get("active") is not False]


def find_company(client: Client, wanted: str) -> Values | None:
    """The company with that exact name or ID.

    :raises Refused: if the name fits several
    """
    rows = all_companies(client)
    by_id = [row for row in rows if row.get("id") == wanted]
    found = by_id or [row for row in rows if row.get("name") == wanted]
    if len(found) > 1:
        raise Refused(
            f"{len(found)} companies are named {wanted!r}: {', '.join(row['id'] for row in found)}; give the ID"
        )
    return found[0] if found else None


def tenant_users(client: Client, company: str) -> list[dict[str, t.Any]]:
    """The login records of a company (id, email, name, role, created), without needing anybody to act as."""
    info = client.read("tenants.get_tenant_info", {"tenant": company})
    return (info.get("users") or {}).get("active") or []


def who_is(client: Client, email: str) -> dict[str, t.Any] | None:
    """The user with that address, wherever on the server; lists of a company may leave out internal users.

    Its company is in it as a map with id and name, or None if the user has no profile that would tell.
    """
    users = client.read("auth.get_users_info", {"emails": [email]}).get("users") or {}
    for user in users.values():
        if user.get("email") == email:
            try:
                me = client.as_user(user["id"]).read("users.get_current_user", {}).get("user") or {}
            except ApiError as error:
                if error.is_a(400, NO_PROFILE):
                    return {**user, "company": None}
                raise
            return {
                **{name: value for name, value in me.items() if value is not None},
                **user,
                "company": me["company"],
            }
    return None


def enter(client: Client, company: str | None, acting_user: str | None, needs_admin: bool = True) -> World:
    """Find the company and the acting user.

    What is missing is noted in ``unborn``; ``require`` makes it an error where it cannot appear later.

    :param company: name or ID; None for the key's own
    :param acting_user: e-mail address or ID; None for the company's automation user or its oldest admin
    """
    caller = client.caller
    if company is None or company in (caller.company, caller.company_name):
        return _enter_own(client, acting_user, "" if company is None else caller.company, caller.company_name)
    if not caller.is_platform:
        raise Refused(
            f"The key belongs to company {caller.company_name or caller.company!r} with role {caller.role!r}, and "
            f"company {company!r} was asked for; only a key with role system or root reaches other companies"
        )
    row = find_company(client, company)
    if row is None:
        return World(client, company_name=company, unborn=f"company {company!r}")
    world = World(client, row["id"], row.get("name") or company)
    users = tenant_users(client, world.company)
    if acting_user is not None:
        chosen = [user for user in users if acting_user in (user.get("id"), user.get("email"))]
        if not chosen and "@" in acting_user:
            unlisted = who_is(client, acting_user)
            chosen = [unlisted] if unlisted and (unlisted["company"] or {}).get("id") == world.company else []
        if chosen:
            world.acting_user = chosen[0]["id"]
        else:
            world.unborn = f"user {acting_user!r} in company {world.company_name!r}"
        return world
    admins = [user for user in users if user.get("role") == "admin"]
    automation = [user for user in admins if str(user.get("email") or "").endswith(AUTOMATION_DOMAIN)]
    candidates = sorted(automation or admins, key=lambda user: str(user.get("created") or ""))
    if candidates:
        world.acting_user = candidates[0]["id"]
        if not automation and needs_admin:
            world.warnings.append(
                f"Acting in company {world.company_name!r} as its oldest admin, {candidates[0].get('email')}. "
                "Name one with acting_user, or give the company an admin for automation (admin@<tenant>.invalid)"
            )
    elif needs_admin:
        world.unborn = f"an admin in company {world.company_name!r} to act as"
    return world


def _enter_own(client: Client, acting_user: str | None, company: str, name: str) -> World:
    world = World(client, company, name)
    if acting_user is None or acting_user == client.caller.user:
        return world
    if "@" not in acting_user:
        world.acting_user = acting_user
        return world
    users = client.read_all("users.get_all_ex", "users", {"include_auth": True})
    chosen = [user for user in users if user.get("email") == acting_user]
    if len(chosen) == 1:
        world.acting_user = chosen[0]["id"]
    else:
        world.unborn = f"user {acting_user!r} in the key's own company"
    return world


def require(world: World) -> None:
    """Fail if something that has to exist does not.

    :raises Refused: naming it
    """
    if world.unborn.startswith("an admin"):
        raise Refused(
            f"There is not yet {world.unborn}. Make one with clearml_user (role: admin), or name a user with "
            "acting_user"
        )
    if world.unborn:
        raise Refused(f"There is no {world.unborn}. Check the spelling, or create it first")


def require_admin(client: Client, what: str) -> None:
    """Fail early, in words, where the server would answer everybody else with less than the truth.

    :raises InvalidInput: naming the caller's role
    """
    caller = client.caller
    if caller.role and caller.role != "admin" and not caller.is_platform:
        raise InvalidInput(
            f"{what} needs a key with role admin, system or root; api_access_key "
            f"{client.session.transport.connection.access_key!r} has role {caller.role!r}"
        )


def require_platform(client: Client, what: str) -> None:
    """Fail early, in words, where only a platform key can work.

    :raises InvalidInput: naming the caller's role
    """
    caller = client.caller
    if caller.role and not caller.is_platform:
        raise InvalidInput(
            f"{what} needs a key with role system or root; api_access_key "
            f"{client.session.transport.connection.access_key!r} has role {caller.role!r}"
        )

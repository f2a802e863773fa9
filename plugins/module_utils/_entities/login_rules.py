# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may sign in to a company: automatic domains, and addresses that were let in beforehand."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.user import EMAIL
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    Call,
    Desired,
    Entity,
    Field,
    Identity,
    Row,
    Update,
    Values,
    as_set,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, all_companies

HOSTNAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+", re.IGNORECASE)
DEFAULT_ROLE = "user"
DOMAINS = "login.set_domains"
ADD = "login.add_whitelist_entries"
REMOVE = "login.remove_whitelist_entries"


def read(world: World, desired: Desired) -> list[Values]:
    """One row: the rules of the company. Roles of pending entries are visible to platform keys only."""
    settings = world.client(Identity.ACTING).read("login.get_settings", {})
    entries = settings.get("whitelist_entries") or []
    pending = [entry["email"] for entry in entries if entry.get("status") != "accepted"]
    roles = {email: _role(world, email) for email in pending} if "whitelist" in desired.values else {}
    return [
        {
            "domains": settings.get("domains") or [],
            "whitelist": [{"email": email, "role": roles.get(email)} for email in pending],
            "accepted": [entry["email"] for entry in entries if entry.get("status") == "accepted"],
        }
    ]


def _records(world: World, **selector: str) -> list[dict[str, t.Any]]:
    return world.own.read("login.get_whitelist", selector).get("entries") or []


def _role(world: World, email: str) -> str | None:
    if not world.own.caller.is_platform:
        return None
    for record in _records(world, email=email):
        if record.get("company") == world.home and email in _addresses(record):
            return record.get("role") or ("admin" if record.get("is_admin") else DEFAULT_ROLE)
    return None


def _addresses(record: Values) -> set[str]:
    entries = record.get("emails") or []
    return {entry["email"] if isinstance(entry, t.Mapping) else entry for entry in entries}


def gather(world: World, wanted: t.Sequence[Desired], written: bool) -> None:
    """Read the records of the whole server, and take each answer from them."""
    if not world.own.caller.is_platform or (written and all("whitelist" not in one.values for one in wanted)):
        return
    every = world.own.read("login.get_whitelist", {}).get("entries") or []
    if not every:
        return  # nobody has any, or the server shows none without a question
    for one in wanted:
        for domain in one.values.get("domains") or []:
            found = [record for record in every if record.get("domain") == domain]
            world.own.remember("login.get_whitelist", {"domain": domain}, {"entries": found})
    settings = world.client(Identity.ACTING).read("login.get_settings", {}).get("whitelist_entries") or []
    asked = [entry["email"] for one in wanted for entry in one.values.get("whitelist") or []]
    by_address = {
        email: [record for record in every if email in _addresses(record)]
        for email in [*asked, *(entry["email"] for entry in settings)]
    }
    for email, found in by_address.items():
        world.own.remember("login.get_whitelist", {"email": email}, {"entries": found})


def entries(value: t.Any) -> list[dict[str, t.Any]]:
    """Whitelist entries by address."""
    return sorted(
        ({"email": entry["email"], "role": entry.get("role")} for entry in value or []), key=lambda e: e["email"]
    )


def still_pending(value: t.Any, row: Row) -> list[dict[str, t.Any]]:
    """What the asked list comes to: who has signed in already needs no entry; an unreadable role stays as it is."""
    present = {entry["email"]: entry["role"] for entry in row.values.get("whitelist") or []}
    accepted = set(row.values.get("accepted") or [])
    wanted = []
    for entry in value or []:
        email = entry["email"]
        if email in accepted:
            continue
        role = entry.get("role") or present.get(email) or DEFAULT_ROLE
        wanted.append({"email": email, "role": None if email in present and present[email] is None else role})
    return wanted


def guard(world: World, desired: Desired, row: Row | None) -> None:
    """Malformed and doubled entries; what another company already has."""
    domains = desired.values.get("domains") or []
    emails = [entry["email"] for entry in desired.values.get("whitelist") or []]
    for domain in domains:
        if not HOSTNAME.fullmatch(domain):
            raise InvalidInput(f"domains has {domain!r}; an entry is a host name such as example.com, without @ or *")
    for email in emails:
        if not EMAIL.fullmatch(email):
            raise InvalidInput(f"whitelist has email {email!r}; it must be an address such as ann@example.com")
    for option, given in (("domains", [d.lower() for d in domains]), ("whitelist", [e.lower() for e in emails])):
        doubled = sorted({one for one in given if given.count(one) > 1})
        if doubled:
            raise InvalidInput(f"{option} has {', '.join(doubled)} more than once")
    if world.own.caller.is_platform:
        for domain in domains:
            _refuse_shared(
                world, "domain", domain, [r for r in _records(world, domain=domain) if r.get("domain") == domain]
            )
        for email in emails:
            _refuse_shared(world, "address", email, [r for r in _records(world, email=email) if email in _addresses(r)])


def _refuse_shared(world: World, what: str, value: str, records: list[dict[str, t.Any]]) -> None:
    names = {company["id"]: company.get("name") for company in all_companies(world.own)}
    for record in records:
        other = record.get("company")
        if other in names and other != world.home:
            raise Refused(
                f"The {what} {value!r} is already in the login rules of company {names[other]!r} ({other}); in company "
                f"{world.company_name or world.home!r} too, it would send people to either. Remove it from one"
            )


def whitelist_calls(row: Row, values: Values) -> tuple[Call, ...]:
    """Withdraw what is not asked for and what has another role, then add by role."""
    present = {entry["email"]: entry["role"] for entry in row.values["whitelist"]}
    wanted = {entry["email"]: entry["role"] for entry in values["whitelist"]}
    stale = sorted(email for email, role in present.items() if email not in wanted or wanted[email] != role)
    new = {email: role for email, role in wanted.items() if email not in present or email in stale}
    calls = [Call(REMOVE, {"emails": stale}, Identity.ACTING)] if stale else []
    for role in sorted(set(new.values())):
        emails = sorted(email for email in new if new[email] == role)
        calls.append(Call(ADD, {"emails": emails, "role": role}, Identity.ACTING))
    return tuple(calls)


LOGIN_RULES = Entity(
    kind="login_rules",
    key="",
    read=read,
    gather=gather,
    guard=guard,
    updates=(Update(DOMAINS, identity=Identity.ACTING), Update(ADD, calls=whitelist_calls)),
    fields=(
        Field("domains", DOMAINS, normal=as_set, null=[]),
        Field("whitelist", ADD, normal=entries, adapt=still_pending, null=[]),
        Field("accepted", normal=as_set),
    ),
)

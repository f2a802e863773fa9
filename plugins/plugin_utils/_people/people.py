# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""People and groups as an export has them, and as a tenant's file has them."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.schema import TenantSchema

FIELDS = ("email", "name", "given_name", "family_name", "role")
TEMPLATE = re.compile(r"\{\{|\{%|\{#")
#: So many mistakes are told at once.
MOST_MISTAKES = 20


class Mistakes(Exception):
    """What is wrong with an export; each is one sentence with its place."""

    def __init__(self, found: t.Sequence[str]) -> None:
        self.found = list(dict.fromkeys(found))
        more = len(self.found) - MOST_MISTAKES
        super().__init__("\n".join([*self.found[:MOST_MISTAKES], *([f"... and {more} more"] if more > 0 else [])]))


@dataclass
class Person:
    """Somebody in an export.

    :ivar place: where, as people would name it
    :ivar values: by the names that a tenant's file has for them; what is not known is left out
    :ivar groups: keys of groups
    """

    place: str
    values: dict[str, str] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)


@dataclass
class Group:
    """A group in an export. Two of one name are told apart by their keys: a DN, a path, or the name itself."""

    place: str
    name: str
    description: str = ""


@dataclass
class Export:
    """What a file says, in whatever format it was; ``mistakes`` was found on the way."""

    people: list[Person] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Mapping:
    """How to take an export over.

    :ivar groups: names in ClearML by names (or keys) in the export; None leaves a group out
    :ivar roles: roles by names of groups in the export; the first group that somebody is in counts
    :ivar only: leave out every group that ``groups`` does not name
    """

    groups: t.Mapping[str, str | None] = field(default_factory=dict)
    roles: t.Mapping[str, str] = field(default_factory=dict)
    default_role: str = ""
    only: bool = False


def declare(export: Export, mapping: Mapping) -> dict[str, list[dict[str, t.Any]]]:
    """``tenant_users`` and ``tenant_groups`` as the schema has them, in an order that depends on nothing else.

    :raises Mistakes: all of them
    """
    return _Declaration(export, mapping).result()


class _Declaration:
    def __init__(self, export: Export, mapping: Mapping) -> None:
        self.export = export
        self.mapping = mapping
        self.mistakes = list(export.mistakes)
        schema = TenantSchema.load()
        self.address = re.compile(schema.at(("tenant_users", 0, "email"))["pattern"])
        self.roles: list[str] = schema.at(("tenant_users", 0, "role"))["enum"]
        self.shortest: int = schema.at(("tenant_groups", 0, "name"))["minLength"]

    def result(self) -> dict[str, list[dict[str, t.Any]]]:
        for role in (*self.mapping.roles.values(), *filter(None, [self.mapping.default_role])):
            if role not in self.roles:
                self.mistakes.append(f"roles: {role!r} is no role; there are {', '.join(self.roles)}")
        people = self._people()
        names = self._group_names()
        members: dict[str, list[str]] = {name: [] for name in names.values() if name}
        users = []
        for person in people.values():
            users.append(self._user(person))
            for key in person.groups:
                name = names.get(key)
                if name and person.values["email"] not in members[name]:
                    members[name].append(person.values["email"])
        if self.mistakes:
            raise Mistakes(self.mistakes)
        return {
            "tenant_users": sorted(users, key=lambda user: str(user["email"]).casefold()),
            "tenant_groups": [
                {
                    "name": name,
                    **({"description": text} if (text := self._description(name, names)) else {}),
                    "users": sorted(members[name], key=str.casefold),
                }
                for name in sorted(members, key=str.casefold)
            ],
        }

    def _people(self) -> dict[str, Person]:
        """Everybody once, by address; what several rows say is put together."""
        found: dict[str, Person] = {}
        for person in self.export.people:
            self._look_at(person)
            email = person.values.get("email", "").casefold()
            if not email:
                continue
            first = found.setdefault(email, Person(person.place, dict(person.values)))
            for key, value in person.values.items():
                known = first.values.setdefault(key, value)
                if known != value and key != "email":
                    self.mistakes.append(
                        f"{person.place}: {key} of {person.values['email']} is {value!r}, and {known!r} in "
                        f"{first.place}; make them the same"
                    )
            first.groups += [key for key in person.groups if key not in first.groups]
        return found

    def _look_at(self, person: Person) -> None:
        """What is wrong with somebody; an address that cannot be one is taken out."""
        for key, value in person.values.items():
            if TEMPLATE.search(value):
                self.mistakes.append(f"{person.place}: {key} has braces that Ansible would take for a template")
        email = person.values.get("email", "")
        if not email:
            self.mistakes.append(f"{person.place}: there is no e-mail address; add it, or leave the entry out")
        elif not self.address.search(email) or TEMPLATE.search(email):
            self.mistakes.append(f"{person.place}: {email!r} is no e-mail address such as ann@example.com")
            del person.values["email"]
        role = person.values.get("role")
        if role is not None and role not in self.roles:
            self.mistakes.append(f"{person.place}: {role!r} is no role; there are {', '.join(self.roles)}")

    def _user(self, person: Person) -> dict[str, str]:
        values = person.values
        name = values.get("name") or " ".join(
            values[key] for key in ("given_name", "family_name") if values.get(key, "")
        )
        if not name:
            self.mistakes.append(f"{person.place}: {values['email']} has no name; give a full, given or family name")
        role = values.get("role") or self._role(person) or self.mapping.default_role
        whole = {**values, "name": name, "role": role}
        return {key: whole[key] for key in FIELDS if whole.get(key)}

    def _role(self, person: Person) -> str:
        own = {word for key in person.groups for word in (key, self.export.groups[key].name)}
        return next((role for group, role in self.mapping.roles.items() if group in own), "")

    def _group_names(self) -> dict[str, str | None]:
        """What each group is called in ClearML, by its key; None for one that is left out."""
        found: dict[str, str | None] = {}
        origin: dict[str, str] = {}
        known = {*self.export.groups, *(group.name for group in self.export.groups.values())}
        for option, given in (("groups", self.mapping.groups), ("roles", self.mapping.roles)):
            for wanted in given:
                if wanted not in known:
                    self.mistakes.append(f"{option}: the export has no group {wanted!r}; check the spelling")
        for key, group in self.export.groups.items():
            plain = None if self.mapping.only else group.name
            name: str | None = self.mapping.groups.get(key, self.mapping.groups.get(group.name, plain))
            found[key] = name
            if name is None:
                continue
            other = origin.setdefault(name, key)
            mapped = key in self.mapping.groups or group.name in self.mapping.groups
            if other != key and not mapped:
                self.mistakes.append(f"{group.place}: {key} and {other} both are called {name!r}; map one with groups")
            if len(name) < self.shortest or name != name.strip() or TEMPLATE.search(name):
                self.mistakes.append(
                    f"{group.place}: group {name!r} cannot be called so in ClearML, which wants "
                    f"{self.shortest} characters and no braces; give it a name with groups, or null to leave it out"
                )
        return found

    def _description(self, name: str, names: t.Mapping[str, str | None]) -> str:
        texts = [self.export.groups[key].description for key, own in names.items() if own == name]
        return next((text for text in texts if text and not TEMPLATE.search(text)), "")

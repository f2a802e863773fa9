# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""People and groups of a directory, as ``ldapsearch -LLL`` writes them (LDIF, RFC 2849)."""

from __future__ import annotations

import base64
import binascii
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.plugin_utils._people.people import Export, Group, Mistakes, Person

MEMBERS = ("member", "uniquemember", "memberuid")
GROUPS = {"group", "groupofnames", "groupofuniquenames", "posixgroup"}
PEOPLE = {"inetorgperson", "organizationalperson", "person", "posixaccount", "user"}
#: Where each field may be, the best first.
ATTRIBUTES = {
    "email": ("mail",),
    "name": ("displayname", "cn"),
    "given_name": ("givenname", "gn"),
    "family_name": ("sn", "surname"),
}


@dataclass
class Entry:
    """One entry; names of attributes are in small letters, without options such as ``;lang-de``."""

    line: int
    dn: str = ""
    values: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def texts(self, attribute: str) -> list[str]:
        """The values of an attribute."""
        return [text for _line, text in self.values.get(attribute, ())]

    def first(self, attributes: t.Iterable[str]) -> str:
        """The first value of the first attribute that has one."""
        return next((text.strip() for name in attributes for text in self.texts(name) if text.strip()), "")

    def classes(self) -> set[str]:
        """Its object classes, in small letters."""
        return {text.casefold() for text in self.texts("objectclass")}

    def is_group(self) -> bool:
        """Whether it has members, or may have."""
        return bool(self.classes() & GROUPS) or any(name in self.values for name in MEMBERS)

    def is_person(self) -> bool:
        """Whether it is somebody. Many searches ask for no class, but for addresses."""
        return not self.is_group() and (bool(self.classes() & PEOPLE) or "mail" in self.values)


def read_ldif(text: str, origin: str, columns: t.Mapping[str, str], strangers: bool) -> Export:
    """People with their groups, whether these list their members or are in ``memberOf``; also groups in groups.

    :param columns: attributes to take fields from, besides the usual ones
    :param strangers: take no offence at members that the export does not have
    :raises Mistakes: if it is no LDIF
    """
    entries = list(_entries(text, origin))
    export = Export()
    people: dict[str, Person] = {}
    groups = {norm(entry.dn): entry for entry in entries if entry.is_group()}
    for key, entry in groups.items():
        name = entry.first(("cn", "ou", "name")) or first_value(entry.dn)
        export.groups[key] = Group(f"{origin}:{entry.line}", name, entry.first(("description",)))
    own = {name: (attribute.casefold(),) for name, attribute in columns.items() if name != "groups"}
    for entry in entries:
        if not entry.is_person():
            continue
        values = {name: entry.first(attributes) for name, attributes in {**ATTRIBUTES, **own}.items()}
        person = Person(f"{origin}:{entry.line}", {name: text for name, text in values.items() if text})
        for _line, dn in entry.values.get(columns.get("groups", "memberOf").casefold(), ()):
            export.groups.setdefault(norm(dn), Group(person.place, first_value(dn)))
            person.groups.append(norm(dn))
        people[norm(entry.dn)] = person
        for uid in entry.texts("uid"):
            people.setdefault(f"uid {uid}", person)
        export.people.append(person)
    for key in groups:
        for line, member in _members(groups, key, set()):
            found = people.get(member)
            if found is not None and key not in found.groups:
                found.groups.append(key)
            elif found is None and not strangers:
                export.mistakes.append(
                    f"{origin}:{line}: the export has nobody of this name: {member.removeprefix('uid ')}; "
                    "export the person too, or say that unknown members are left out"
                )
    return export


def _members(groups: t.Mapping[str, Entry], key: str, above: set[str]) -> t.Iterator[tuple[int, str]]:
    """The members of a group, and of the groups in it."""
    if key in above:
        return
    above.add(key)
    for attribute in MEMBERS:
        for line, text in groups[key].values.get(attribute, ()):
            member = f"uid {text}" if attribute == "memberuid" else norm(text)
            if member in groups:
                yield from _members(groups, member, above)
            elif member:
                yield line, member


def norm(dn: str) -> str:
    """A DN in the form in which two are the same."""
    return ",".join("=".join(part.strip() for part in one.split("=", 1)) for one in parts(dn)).casefold()


def parts(dn: str) -> list[str]:
    """The parts of a DN; a comma in a value has a backslash before it."""
    return re.split(r"(?<!\\)[,;]", dn)


def first_value(dn: str) -> str:
    """The value of the first part, such as the name of a group."""
    value = parts(dn)[0].partition("=")[2].strip()

    def unescaped(found: re.Match[str]) -> str:
        return bytes.fromhex(found.group().replace("\\", "")).decode("utf-8", "replace")

    return re.sub(r"\\(.)", r"\1", re.sub(r"(\\[0-9a-fA-F]{2})+", unescaped, value))


def _entries(text: str, origin: str) -> t.Iterator[Entry]:
    entry: Entry | None = None
    for line, row in _unfolded(text):
        if not row:
            if entry is not None:
                yield entry
            entry = None
            continue
        name, value = _attribute(row, f"{origin}:{line}")
        if entry is None:
            # The last words of a search without -LLL are no entry.
            entry = Entry(line) if name in ("dn", "search", "ref", "version") else None
            if entry is None:
                raise Mistakes([f"{origin}:{line}: an entry begins with its dn, and here is {name!r}"])
        if name == "dn":
            entry.dn, entry.line = value, line
        elif name in ("changetype", "add", "delete", "replace"):
            raise Mistakes([f"{origin}:{line}: these are changes; export the entries themselves, with ldapsearch -LLL"])
        else:
            entry.values.setdefault(name, []).append((line, value))
    if entry is not None:
        yield entry


def _unfolded(text: str) -> t.Iterator[tuple[int, str]]:
    """Whole lines with the numbers of where they begin, without comments. A space continues the line before."""
    number, whole = 0, ""
    for current, row in enumerate(text.split("\n"), start=1):
        row = row.rstrip("\r")
        if row.startswith(" ") and whole:
            whole += row[1:]
            continue
        if number and not whole.startswith("#"):
            yield number, whole
        number, whole = current, row
    if number and not whole.startswith("#"):
        yield number, whole


def _attribute(row: str, place: str) -> tuple[str, str]:
    """Name and value of a line.

    :raises Mistakes: if it has none
    """
    name, colon, value = row.partition(":")
    if not colon or not name.strip():
        raise Mistakes([f"{place}: this is not valid LDIF: a line is a name, a colon and a value"])
    name, *options = name.strip().casefold().split(";")
    if any(one.startswith("range=") and not one.endswith("*") for one in options):
        raise Mistakes([f"{place}: these are some of the values of {name} only; export memberOf of the people instead"])
    if value.startswith("<"):
        raise Mistakes([f"{place}: {name} is in another file; export the values themselves"])
    if not value.startswith(":"):
        return name, value.strip()
    try:
        content = base64.b64decode(value[1:].strip(), validate=True)
    except binascii.Error:
        raise Mistakes([f"{place}: {name} is not valid base64"]) from None
    try:
        return name, content.decode("utf-8")
    except UnicodeDecodeError:
        # A picture, a certificate: nothing that people are known by.
        return name, ""

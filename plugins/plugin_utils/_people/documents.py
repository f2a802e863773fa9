# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""People and groups in JSON: answers of SCIM, and what Keycloak exports."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.clearml.enterprise.plugins.plugin_utils._people.people import Export, Group, Mistakes, Person

Node = dict[str, t.Any]


def parse(text: str, origin: str) -> t.Any:
    """The document.

    :raises Mistakes: if it is no JSON
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Mistakes([f"{origin}:{error.lineno}: this is not valid JSON: {error.msg}"]) from None


def is_directory(document: t.Any) -> bool:
    """Whether it has people in the way of SCIM or Keycloak; a list of plain rows has not."""
    if isinstance(document, list):
        return any(
            isinstance(one, dict) and {"username", "userName", "members", "Resources"} & one.keys() for one in document
        )
    return isinstance(document, dict)


def read_directory(document: t.Any, origin: str, strangers: bool) -> Export:
    """A SCIM list, several such answers, a realm of Keycloak, or lists of its users or of groups with members.

    People who are not active are left out.

    :param strangers: take no offence at members that the document does not have
    :raises Mistakes: if there is neither anybody nor a group in it
    """
    reader = _Reader(origin, strangers)
    reader.document(document, "")
    reader.join()
    if not reader.export.people and not reader.export.groups and not reader.inactive:
        raise Mistakes(reader.export.mistakes or [f"{origin}: there are no users and no groups in it"])
    return reader.export


class _Reader:
    def __init__(self, origin: str, strangers: bool) -> None:
        self.origin = origin
        self.strangers = strangers
        self.export = Export()
        self.people: dict[str, Person] = {}
        self.inactive: set[str] = set()
        self.members: list[tuple[str, str, str]] = []

    def document(self, node: t.Any, path: str) -> None:
        if isinstance(node, list):
            for number, one in enumerate(node, start=1):
                self.document(one, f"{path}[{number}]")
        elif isinstance(node, dict):
            found = False
            for key in ("Resources", "users", "groups"):
                if isinstance(node.get(key), list) and not self._is_user(node):
                    self.document(node[key], f"{path}.{key}".lstrip("."))
                    found = True
            if not found:
                self._resource(node, path)

    def _is_user(self, node: Node) -> bool:
        return bool({"username", "userName"} & node.keys())

    def _resource(self, node: Node, path: str) -> None:
        place = f"{self.origin}: {path.lstrip('.')}".rstrip(": ")
        if self._is_user(node):
            self._user(node, place)
        elif "members" in node or "subGroups" in node or {"name", "path"} <= node.keys() or "displayName" in node:
            self._group(node, place)
        else:
            self.export.mistakes.append(f"{place}: this is neither a user nor a group")

    def _user(self, node: Node, place: str) -> str:
        """Take a user in; the answer is by what groups would name it."""
        name = node["name"] if isinstance(node.get("name"), dict) else {}
        login = str(node.get("userName") or node.get("username") or "")
        key = str(node.get("id") or login)
        if node.get("active") is False or node.get("enabled") is False:
            self.inactive |= {key, login}
            return key
        if key in self.people:
            return key
        values = {
            "email": node.get("email") or _email(node.get("emails")) or (login if "@" in login else ""),
            "name": node.get("displayName") or name.get("formatted"),
            "given_name": name.get("givenName") or node.get("firstName"),
            "family_name": name.get("familyName") or node.get("lastName"),
        }
        person = Person(place, {key: " ".join(str(text).split()) for key, text in values.items() if text})
        for one in node.get("groups") or ():
            path = str(one.get("display") or one.get("value")) if isinstance(one, dict) else str(one)
            person.groups.append(self._known(path, place))
        self.export.people.append(person)
        self.people[key] = self.people[login] = person
        return key

    def _group(self, node: Node, place: str) -> None:
        name = str(node.get("path") or node.get("displayName") or node.get("name") or "")
        key = self._known(name, place)
        self.export.groups[key].description = str(node.get("description") or "")
        for number, one in enumerate(node.get("members") or (), start=1):
            where = f"{place}.members[{number}]"
            if isinstance(one, dict) and self._is_user(one):
                self.members.append((key, self._user(one, where), where))
            elif isinstance(one, dict) and str(one.get("type", "User")).casefold() == "user":
                self.members.append((key, str(one.get("value") or one.get("display") or ""), where))
            elif isinstance(one, str):
                self.members.append((key, one, where))
            else:
                self.export.mistakes.append(f"{where}: groups in groups are not known here; export who is in them")
        self.document(node.get("subGroups") or [], f"{place.partition(': ')[2]}.subGroups")

    def _known(self, path: str, place: str) -> str:
        """The key of a group; a path of Keycloak is called as its last part is."""
        self.export.groups.setdefault(path, Group(place, path.rstrip("/").rpartition("/")[2] or path))
        return path

    def join(self) -> None:
        """Put the members into their groups, when everybody is known."""
        for group, member, place in self.members:
            person = self.people.get(member)
            if person is None:
                if member not in self.inactive and not self.strangers:
                    self.export.mistakes.append(
                        f"{place}: the export has nobody of this ID or name: {member}; export the person too, "
                        "or say that unknown members are left out"
                    )
            elif group not in person.groups:
                person.groups.append(group)


def _email(addresses: t.Any) -> str:
    """The primary address, or the first."""
    known = [one for one in addresses or () if isinstance(one, dict) and one.get("value")]
    chosen = sorted(known, key=lambda one: one.get("primary") is not True)
    return str(chosen[0]["value"]) if chosen else ""

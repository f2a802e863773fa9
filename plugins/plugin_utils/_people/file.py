# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A tenant's file of people: what is in it, with what an export says."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

import yaml

from ansible_collections.clearml.enterprise.plugins.plugin_utils._people.people import FIELDS, Mistakes

Entry = dict[str, t.Any]

HEADER = """\
# People of the tenant, as an export of the directory has them: the playbook import_people writes this file.
# Entries and keys of your own stay. Comments below this head do not.
---
"""
LISTS = ("tenant_users", "tenant_groups")


@dataclass
class Merged:
    """The file as it should be.

    :ivar leavers: addresses in the file that the export does not have
    :ivar memberships: ``group: member`` likewise, of people who are still there
    :ivar groups: names in the file that the export does not have
    """

    text: str = ""
    leavers: list[str] = field(default_factory=list)
    memberships: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


def merge(before: str, people: t.Mapping[str, list[Entry]], remove: bool, name: str) -> Merged:
    """Put the people of an export into the text of a file.

    :param remove: declare absent who has left, and take members out of groups
    :param name: what messages call the file
    :raises Mistakes: if the file is not one that can be written anew without loss
    """
    head, contents = _read(before, name)
    merged = Merged()
    users = _users(contents.get(LISTS[0]) or [], people[LISTS[0]], remove, merged)
    spelled = {_key(user.get("email")): str(user.get("email")) for user in users}
    given = [{**group, "users": [spelled[_key(one)] for one in group["users"]]} for group in people[LISTS[1]]]
    gone = {_key(user.get("email")) for user in users if user.get("state") == "absent"}
    groups = _groups(contents.get(LISTS[1]) or [], given, remove, gone, merged)
    contents = {**contents, **dict(zip(LISTS, (users, groups), strict=True))}
    merged.text = head + yaml.dump(contents, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    return merged


def _read(text: str, name: str) -> tuple[str, dict[str, t.Any]]:
    """The head of comments, and the variables.

    :raises Mistakes: for what would not be the same if it were written anew
    """
    if text.startswith("$ANSIBLE_VAULT"):
        raise Mistakes([f"{name} is vaulted, and would be written in plain text; take people out of it first"])
    try:
        contents = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "it has characters that YAML does not allow"
        raise Mistakes(
            [f"{name}:{line}: this cannot be written anew: {problem}; correct it, or move it away"]
        ) from None
    if not isinstance(contents or {}, dict):
        raise Mistakes([f"{name}: the file is not a map of variables"])
    for key in LISTS:
        if not isinstance((contents or {}).get(key) or [], list) or not all(
            isinstance(entry, dict) for entry in (contents or {}).get(key) or []
        ):
            raise Mistakes([f"{name}: {key} is no list of entries, so nobody can be put into it; write it as one"])
    if not contents:
        return HEADER, {}
    rows = text.splitlines(keepends=True)
    length = next(number for number, row in enumerate(rows) if not row.startswith(("#", "---")) and row.strip())
    return "".join(rows[:length]), contents


def _key(text: t.Any) -> str:
    return str(text).casefold()


def _users(known: list[Entry], given: list[Entry], remove: bool, merged: Merged) -> list[Entry]:
    """Those of the file in their order, then new ones."""
    news = {_key(user.get("email")): user for user in given}
    users = []
    for user in known:
        new = news.pop(_key(user.get("email")), None)
        if new is not None:
            kept = {key: value for key, value in user.items() if key != "state"}
            user = _ordered({**new, **kept, **{key: value for key, value in new.items() if key != "email"}})
        elif user.get("state") != "absent":
            merged.leavers.append(str(user.get("email")))
            if remove:
                user = {"email": user.get("email"), **({"id": user["id"]} if "id" in user else {}), "state": "absent"}
        users.append(user)
    return users + list(news.values())


def _ordered(user: Entry) -> Entry:
    return {key: user[key] for key in (*FIELDS, *(key for key in user if key not in FIELDS)) if key in user}


def _groups(known: list[Entry], given: list[Entry], remove: bool, gone: set[str], merged: Merged) -> list[Entry]:
    news = {str(group["name"]): group for group in given}
    groups = []
    for group in known:
        new = news.pop(str(group.get("name")), None)
        group = dict(group)
        if new is None and group.get("state") != "absent":
            merged.groups.append(str(group.get("name")))
        elif new is not None:
            group = _group(group, new, remove, merged, gone | {_key(one) for one in merged.leavers})
        if "users" in group:
            group["users"] = [member for member in group["users"] or [] if _key(member) not in gone]
        groups.append(group)
    complete = {"exclusive": True} if remove else {}
    return groups + [{**group, **complete} for group in news.values()]


def _group(group: Entry, new: Entry, remove: bool, merged: Merged, left: set[str]) -> Entry:
    """A group of both. Who is in it by full name was put there by hand, and stays."""
    wanted = {_key(member): member for member in new["users"]}
    before = [str(member) for member in group.get("users") or []]
    others = [member for member in before if "@" in member and _key(member) not in wanted]
    merged.memberships += [f"{group['name']}: {member}" for member in others if _key(member) not in left]
    kept = [member for member in before if not (remove and member in others)]
    added = [member for key, member in wanted.items() if key not in {_key(one) for one in before}]
    texts = {key: value for key, value in new.items() if key not in ("name", "users")}
    whole = {key: value for key, value in {**group, **texts}.items() if key != "state"}
    return {**whole, "users": kept + added, **({"exclusive": True} if remove else {})}


class _Dumper(yaml.SafeDumper):
    """Lists are indented, as yamllint and people like them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Never without an indent."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: t.Any) -> bool:
        """Everything is written out."""
        return True

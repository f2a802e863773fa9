# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""metadata.managedFields: who set what, kept up to date by every write."""

from __future__ import annotations

from dataclasses import dataclass

from lab.kube.documents import Json, now
from lab.kube.model.schemas import Schema
from lab.kube.objects.field_sets import Fields, fields_of, from_fields_v1, to_fields_v1, value_at


@dataclass
class Owner:
    """One entry."""

    manager: str
    operation: str
    api_version: str
    subresource: str
    time: str
    fields: Fields

    def is_same(self, manager: str, operation: str, subresource: str) -> bool:
        """Whether a write of this kind goes to this entry."""
        return (self.manager, self.operation, self.subresource) == (manager, operation, subresource)


def owners_of(document: Json) -> list[Owner]:
    """The entries of an object."""
    return [
        Owner(
            manager=entry.get("manager", ""),
            operation=entry.get("operation", "Update"),
            api_version=entry.get("apiVersion", ""),
            subresource=entry.get("subresource", ""),
            time=entry.get("time", ""),
            fields=from_fields_v1(entry.get("fieldsV1") or {}),
        )
        for entry in document["metadata"].get("managedFields") or ()
    ]


def write_owners(document: Json, owners: list[Owner]) -> None:
    """Put entries into an object, leaving out those that own nothing."""
    entries = []
    for owner in sorted(owners, key=lambda one: (one.operation != "Apply", one.time, one.manager)):
        if not owner.fields:
            continue
        entry: Json = {"manager": owner.manager, "operation": owner.operation, "apiVersion": owner.api_version}
        entry |= {"time": owner.time, "fieldsType": "FieldsV1", "fieldsV1": to_fields_v1(owner.fields)}
        if owner.subresource:
            entry["subresource"] = owner.subresource
        entries.append(entry)
    if entries:
        document["metadata"]["managedFields"] = entries
    else:
        document["metadata"].pop("managedFields", None)


def note_update(before: Json | None, after: Json, schema: Schema, manager: str, subresource: str = "") -> None:
    """Give what a write changed to its manager, and take it from everybody else."""
    owners = owners_of(before) if before is not None else []
    new = fields_of(after, schema)
    old = fields_of(before, schema) if before is not None else set()
    changed = new - old
    for path in new & old:
        differs = before is not None and value_at(before, schema, path)[1] != value_at(after, schema, path)[1]
        if differs and _is_leaf(path, new):
            changed.add(path)
    gone = old - new
    if not changed and not gone:
        write_owners(after, owners)
        return
    for owner in owners:
        owner.fields -= changed | gone if not owner.is_same(manager, "Update", subresource) else gone
    mine = next((owner for owner in owners if owner.is_same(manager, "Update", subresource)), None)
    if mine is None:
        mine = Owner(manager, "Update", after["apiVersion"], subresource, "", set())
        owners.append(mine)
    mine.fields |= changed
    mine.time = now()
    write_owners(after, owners)


def _is_leaf(path: tuple[str, ...], fields: Fields) -> bool:
    length = len(path)
    return not any(len(other) > length and other[:length] == path for other in fields)


def manager_of(parameter: str | None, user_agent: str) -> str:
    """The manager's name: the parameter, or what comes before the first slash of the client's name."""
    return parameter or user_agent.partition("/")[0][:128] or "unknown"

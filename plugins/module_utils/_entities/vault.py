# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configuration vaults. Descriptions tell them apart, within a scope, an owner and a type."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.clearml.enterprise.plugins.module_utils._configuration import (
    masked,
    not_settable,
    parsed,
    understood,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._vault_rows import (
    OWNERS,
    find,
    owner_of,
    read,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    Action,
    Call,
    Create,
    Desired,
    Entity,
    Field,
    Row,
    Update,
    Values,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

SAVE = "users.add_or_update_vault"


def find_owner(world: World, desired: Desired) -> Desired:
    """The owner by name becomes a reference, the content becomes what it means.

    :raises InvalidInput: if scope and owner do not go together, or the content cannot be sent
    """
    values = dict(desired.values)
    scope = values["scope"]
    for option in OWNERS:
        given = values.pop(option, None)
        if given is not None and option != scope:
            raise InvalidInput(f"{option} is {given!r} and scope is {scope}; set scope to {option}, or leave it out")
        if option == scope:
            if given is None:
                raise InvalidInput(f"scope is {scope}, so the option {scope} has to say which")
            values[option] = find(world, option, given, desired.absent)
    if values.get("content") is not None and not desired.absent:
        values["content"] = _content(world, desired, values)
    return replace(desired, values=values)


def _content(world: World, desired: Desired, values: Values) -> t.Any:
    form = values.get("format")
    if form is None:
        known = [] if world.bare else read(world, replace(desired, values=values))
        form = next((row.get("format") for row in known if row.get("description") == values["description"]), None)
    try:
        content = parsed(str(values["content"]), form or "hocon")
    except ImportError:
        world.warnings.append(
            "pyhocon is not installed where this module runs, so the content is compared as a text and not checked: "
            "pip install pyhocon"
        )
        return understood(str(values["content"]), form or "hocon")
    forbidden = not_settable(content.tree)
    if forbidden:
        raise InvalidInput(
            f"content sets {', '.join(forbidden)}, which belongs to one machine or agent and cannot be set in a vault; "
            "take it out"
        )
    return content


def listed_by(desired: Desired) -> t.Hashable:
    """A list has the vaults of one type that one owner has."""
    return desired.values["scope"], owner_of(desired.values), desired.values["type"]


def guard(world: World, desired: Desired, row: Row | None) -> None:
    """A vault that nobody could tell from others; one without content; one that the server cannot decrypt."""
    description = desired.values.get("description")
    if description is not None and not description.strip():
        raise InvalidInput("description is empty; it is what tells one vault from another")
    if desired.absent:
        return
    if row is None:
        if "content" not in desired.values:
            raise InvalidInput(f"There is no vault {description!r} yet, and to create one the option content is needed")
        return
    asked = {option: value for option, value in desired.values.items() if option in row.values}
    differs = any(row.values[option] != value for option, value in asked.items())
    if row.raw.get("editable") is False and (differs or desired.steering.get("update_secret") == "always"):
        raise Refused(
            f"Vault {description!r} ({row.id}) is encrypted, and the server's encryption is off: it cannot be changed. "
            "Switch encryption on again, or remove the vault and make it anew"
        )
    form = desired.values.get("format") or row.values["format"]
    if form != row.values["format"] and "content" not in desired.values:
        raise InvalidInput(f"format changes from {row.values['format']} to {form}; give content in it too")


def build(chosen: str, values: Values) -> Values:
    """The whole vault."""
    scope, owner = values["scope"], owner_of(values)
    vault = {
        **({"id": chosen} if chosen else {}),
        "scope": "user" if scope == "service_account" else scope,
        "type": values["type"],
        "description": values["description"],
        "format": values.get("format") or "hocon",
        "data": values["content"].text if values.get("content") is not None else "",
        "enabled": values.get("enabled") is not False,
    }
    target = {"group": owner} if scope == "group" else {"user": owner} if owner is not None else {}
    return {"vault": vault, **target}


def save(row: Row, values: Values) -> tuple[Call, ...]:
    """The whole vault again: nobody says what the server makes of a field that is left out."""
    return (Call(SAVE, build(row.id, {**row.values, **values})),)


def remove(row: Row, desired: Desired) -> tuple[Action, ...]:
    """One call."""
    call = Call("users.delete_vaults", {"vaults": [row.id]})
    return (Action("delete", "vault", row.values["description"], (call,)),)


VAULT = Entity(
    kind="vault",
    key="description",
    read=read,
    alike=listed_by,
    resolve=find_owner,
    guard=guard,
    remove=remove,
    create=Create(SAVE, build=build, id_path="vault"),
    updates=(Update(SAVE, whole=True, calls=save),),
    fields=(
        Field("description", SAVE),
        Field("scope"),
        *(Field(option, readable=False) for option in OWNERS),
        Field("type"),
        Field("format", SAVE),
        Field("content", SAVE, readable=False, rewrite="update_secret", mask=masked),
        Field("enabled", SAVE),
    ),
)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity providers of a company: connections for single sign-on.

The list shows no settings; the template of a stored connection does, in a shape that no document tells, with its
secrets masked or left out. Nor does one tell whether saving merges or replaces, so every save is complete.
"""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_checks import (
    check_by_trial,
    check_complete,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_fields import (
    SETTINGS,
    Provider,
    complete,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_resolve import resolve
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_server import enrich, read
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    NEW_ID,
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
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import hidden
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

SAVE = "sso.save_provider_configuration"
ACTIVATE = "sso.set_provider_configurations_active"


def guard(world: World, desired: Desired, row: Row | None) -> None:
    """What the server's environment has; what is missing for a new one; settings that the server refuses."""
    name = desired.values.get("display_name")
    if row is not None and row.raw.get("readonly"):
        if desired.absent or any(row.values.get(option) != value for option, value in desired.values.items()):
            raise Refused(
                f"Identity provider {row.values['display_name']!r} is configured in the server's environment and can "
                "only be changed there"
            )
        return
    if name is not None and not name.strip():
        raise InvalidInput("display_name is empty; it is what the login button says")
    if desired.absent:
        return
    provider = desired.values.get("provider")
    if row is None and isinstance(provider, Provider):
        check_complete(provider, desired.values)
    if desired.steering.get("validate") and not world.unborn:
        check_by_trial(world, provider, {"display_name": name, **complete(row, desired.values)})


def hidden_values(value: t.Any) -> t.Any:
    """Names of secrets without the secrets."""
    return {key: hidden(one) for key, one in value.items()} if isinstance(value, dict) else value


def merged(value: t.Any, row: Row) -> dict[str, t.Any]:
    """The stored settings without an option, with those that were asked for on top: what is not asked for stays."""
    return {**(row.values.get("configuration") or {}), **(value or {})}


def build(chosen: str, values: Values) -> Values:
    """A new connection."""
    configuration = {"id": chosen, "display_name": values["display_name"], **complete(None, values)}
    return {"provider": values["provider"], "configuration": configuration}


def save(row: Row, values: Values) -> tuple[Call, ...]:
    """A stored connection, complete: a key that is left out may be lost.

    :raises Refused: if one of its secrets is not at hand
    """
    provider, configuration = row.values["provider"], complete(row, values)
    missing = [key for key in _secrets(provider, row, values) if key not in configuration]
    if missing:
        raise Refused(
            f"Changing identity provider {row.values['display_name']!r} saves it anew, and the server may lose its "
            f"secret then; give {', '.join(missing)} too (null if there is none)"
        )
    name = values.get("display_name") or row.values["display_name"]
    body = {"provider": provider, "configuration": {"id": row.id, "display_name": name, **configuration}}
    return (Call(SAVE, body),)


def _secrets(provider: str, row: Row, values: Values) -> list[str]:
    """The keys of the secrets that it may have; one that signs no requests has no private key."""
    if not isinstance(provider, Provider):
        return []
    signs = values.get("sign_client_requests", row.values.get("sign_client_requests"))
    unused = provider.keys.get("private_key") if signs is False else None
    return [key for key in provider.secret_keys if key != unused]


def activate(row: Row, values: Values) -> tuple[Call, ...]:
    """Switch the connection on or off."""
    return (Call(ACTIVATE, {"ids": [row.id or NEW_ID], "active": values["active"]}),)


def remove(row: Row, desired: Desired) -> tuple[Action, ...]:
    """One call."""
    call = Call("sso.delete_provider_configurations", {"ids": [row.id]})
    return (Action("delete", "idp", row.values["display_name"], (call,)),)


IDP = Entity(
    kind="idp",
    key="display_name",
    chosen_id=True,
    read=read,
    resolve=resolve,
    enrich=enrich,
    guard=guard,
    remove=remove,
    create=Create(SAVE, build=build, look_again=True),
    updates=(Update(SAVE, whole=True, calls=save), Update(ACTIVATE, calls=activate)),
    fields=(
        Field("display_name", SAVE),
        Field("provider"),
        *(
            Field(
                one.option,
                SAVE,
                source=f"settings.{one.option}",
                normal=one.normal,
                null=None,
                readable=False,
                rewrite="update_secret" if one.secret else "update_unreadable",
                mask=hidden if one.secret else None,
            )
            for one in SETTINGS
        ),
        Field("configuration", SAVE, adapt=merged, readable=False),
        Field("secrets", SAVE, readable=False, rewrite="update_secret", mask=hidden_values),
        Field("active", ACTIVATE, create=False),
    ),
)

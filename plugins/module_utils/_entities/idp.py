# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity providers of a company: connections for single sign-on.

The list shows no settings; the template of a stored connection does, in a shape that no document tells, with its
secrets masked or left out. Nor does one tell whether saving merges or replaces, so every save is complete.
"""

from __future__ import annotations

import difflib
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_template import read_template
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
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ApiError, InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import SECRET, masked
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

SAVE = "sso.save_provider_configuration"
ACTIVATE = "sso.set_provider_configurations_active"
TEMPLATE = "sso.get_provider_configuration_template"
DISCOVER = "sso.get_oidc_provider_data_from_well_known_url"
#: Keys that belong to the connection itself, wherever a template lists them.
OWN = ("id", "display_name")


def read(world: World, desired: Desired) -> list[Values]:
    """The company's connections; readonly ones come from the server's environment."""
    return t.cast("list[Values]", world.user.read("sso.get_provider_configurations", {}).get("configurations") or [])


def enrich(world: World, desired: Desired, raw: Values) -> Values:
    """The stored settings, if the template can be understood; secrets are never among them."""
    if desired.absent or raw.get("readonly"):
        return raw
    fields = read_template(world.user.read(TEMPLATE, {"id": raw["id"]}).get("config_template"))
    if fields is None:
        return {**raw, "understood": False}
    asked = set(desired.values.get("configuration") or {})
    settings = {
        name: value
        for name, value in fields.items()
        if name not in OWN and not SECRET.search(name) and (value is not None or name in asked)
    }
    return {**raw, "configuration": settings, "understood": True}


def guard(world: World, desired: Desired, row: Row | None) -> None:
    """What the server would not tell, or only at somebody's login: unknown providers and keys, missing secrets."""
    if row is not None and row.raw.get("readonly"):
        if desired.absent or any(row.values.get(option) != value for option, value in desired.values.items()):
            raise Refused(
                f"Identity provider {row.values['display_name']!r} is configured in the server's environment and can "
                "only be changed there"
            )
        return
    name = desired.values.get("display_name")
    if name is not None and not name.strip():
        raise InvalidInput("display_name is empty; it is what the login button says")
    if desired.absent or world.unborn:
        return
    provider = desired.values.get("provider") or (row.values["provider"] if row else None)
    if provider is None:
        raise InvalidInput(
            f"There is no identity provider {name!r} yet, and to create one the option provider is needed"
        )
    _check_provider(world, provider)
    _check_keys(world, provider, desired)
    if row is None and "configuration" not in desired.values:
        raise InvalidInput(f"There is no identity provider {name!r} yet, and to create one its settings are needed")
    if desired.steering.get("validate"):
        _try(world, provider, desired)


def _check_provider(world: World, provider: str) -> None:
    known = [one["id"] for one in world.user.read("sso.get_supported_providers", {}).get("providers") or []]
    if known and provider not in known:
        near = difflib.get_close_matches(provider, known, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise InvalidInput(f"provider is {provider!r}, and this server supports {', '.join(sorted(known))}{hint}")


def _check_keys(world: World, provider: str, desired: Desired) -> None:
    asked = {**(desired.values.get("configuration") or {}), **(desired.values.get("secrets") or {})}
    fields = read_template(world.user.read(TEMPLATE, {"provider": provider}).get("config_template"))
    if fields is None:
        world.warnings.append(
            f"The configuration template of provider {provider!r} cannot be read, so keys are not checked"
        )
        return
    for key in sorted(set(asked) - set(fields) - set(OWN)):
        near = difflib.get_close_matches(key, list(fields), 1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; it knows {', '.join(sorted(fields))}"
        raise InvalidInput(f"The provider {provider!r} has no setting {key!r}{hint}")


def _try(world: World, provider: str, desired: Desired) -> None:
    settings = {**(desired.values.get("configuration") or {}), **(desired.values.get("secrets") or {})}
    body = {"provider": provider, "configuration": {"display_name": desired.values["display_name"], **settings}}
    try:
        world.user.read("sso.test_provider_configuration", body)
    except ApiError as error:
        raise Refused(
            f"The server tried the settings of {desired.values['display_name']!r} and refused them: {error}"
        ) from None


def merged(value: t.Any, row: Row) -> dict[str, t.Any]:
    """The stored settings with those that were asked for on top: what is not asked for stays."""
    return {**(row.values.get("configuration") or {}), **(value or {})}


def build(chosen: str, values: Values) -> Values:
    """A new connection."""
    settings = {**(values.get("configuration") or {}), **(values.get("secrets") or {})}
    configuration = {"id": chosen, "display_name": values["display_name"], **settings}
    return {"provider": values.get("provider"), "configuration": configuration}


def save(row: Row, values: Values) -> tuple[Call, ...]:
    """A stored connection, complete: a key that is left out may be lost.

    :raises Refused: if its secret is not at hand
    """
    if not values.get("secrets"):
        raise Refused(
            f"Changing identity provider {row.values['display_name']!r} saves it anew, and the server may lose its "
            "secret then; give the secret (client_secret, or the private key in configuration) too"
        )
    settings = {**(row.values.get("configuration") or {}), **(values.get("configuration") or {}), **values["secrets"]}
    name = values.get("display_name") or row.values["display_name"]
    body = {"provider": row.values["provider"], "configuration": {"id": row.id, "display_name": name, **settings}}
    return (Call(SAVE, body),)


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
    enrich=enrich,
    guard=guard,
    remove=remove,
    create=Create(SAVE, build=build, look_again=True),
    updates=(Update(SAVE, whole=True, calls=save), Update(ACTIVATE, calls=activate)),
    fields=(
        Field("display_name", SAVE),
        Field("provider"),
        Field("configuration", SAVE, adapt=merged, readable=False),
        Field("secrets", SAVE, readable=False, rewrite="update_secret", mask=masked),
        Field("active", ACTIVATE, create=False),
    ),
)

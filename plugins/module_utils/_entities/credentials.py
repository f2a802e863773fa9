# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Key pairs of a user. The label is the key: an access key is not known before it is made."""

from __future__ import annotations

import typing as t

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
from ansible_collections.clearml.enterprise.plugins.module_utils._references import accounts
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

LABEL = "auth.edit_credentials"


def act_as_owner(world: World, params: Values) -> None:
    """Make the service account that owns the pair the acting user, if the owner is one.

    :raises InvalidInput: if a user and a service account are both given
    """
    user, account = params["user"], params["service_account"]
    if account is None:
        return
    if user is not None:
        raise InvalidInput(f"user is {user!r} and service_account is {account!r}; a pair has one owner")
    if world.unborn:
        return
    found = [one["id"] for one in accounts(world) if account in (one["id"], one["name"])]
    if len(found) > 1:
        raise Refused(f"{len(found)} service accounts are named {account!r}: {', '.join(found)}; give the ID")
    if not found:
        world.unborn = f"service account {account!r} in company {world.company_name or world.home!r}"
    world.acting_user = found[0] if found else ""


def read(world: World, desired: Desired) -> list[Values]:
    """The user's key pairs, without their secrets; those held in other companies are not among them."""
    return t.cast("list[Values]", world.user.read("auth.get_credentials", {}).get("credentials") or [])


def guard(world: World, desired: Desired, row: Row | None) -> None:
    """Limits of the user, before anything is made; the key that we are using, before it is revoked."""
    lifetime = desired.values.get("expires_in")
    if lifetime is not None and lifetime <= 0:
        raise InvalidInput(f"expires_in is {lifetime}; it must be a number of seconds above 0")
    label = desired.values.get("label")
    if label is not None and not label.strip():
        raise InvalidInput("label is empty; it is what tells one key pair of a user from another")
    if desired.absent:
        if row is not None and row.id == world.own.session.transport.connection.access_key:
            raise Refused(f"{row.id} is the key that this task itself uses; revoke it with another key")
        return
    renew_before = desired.steering.get("renew_before") or 0
    _check_renewal(renew_before, lifetime, "expires_in")
    if row is not None or world.unborn:
        return
    answer = world.user.read("auth.get_credentials", {})
    most, held = answer.get("max_credentials"), len(answer.get("credentials") or [])
    if excess(world) > desired.steering.get("leaving", 0):
        raise Refused(f"The user has {held} key pairs and may have {most}; revoke one before making {label!r}")
    longest = answer.get("max_expiration_sec")
    if longest and lifetime and lifetime > longest and not _is_admin(world):
        raise InvalidInput(f"expires_in is {lifetime} s, and this user's keys may live {longest} s at the most")
    if lifetime is None:
        _check_renewal(renew_before, answer.get("default_expiration_sec"), "the server's default lifetime")


def _check_renewal(renew_before: int, lifetime: int | None, what: str) -> None:
    """Refuse to replace a pair as soon as it is made.

    :raises InvalidInput: naming both times
    """
    if renew_before < 0 or (lifetime and renew_before >= lifetime):
        raise InvalidInput(
            f"renew_before is {renew_before} s"
            + (f", and {what} is {lifetime} s: every run would make a new pair" if lifetime else "; it counts from 0")
        )


def excess(world: World) -> int:
    """How many of the user's pairs have to go before one more can be made; 0 or less: none."""
    answer = world.user.read("auth.get_credentials", {})
    most, held = answer.get("max_credentials"), len(answer.get("credentials") or [])
    return 0 if most is None else held + 1 - most


def _is_admin(world: World) -> bool:
    if not world.acting_user:
        return world.own.caller.role in ("admin", "system", "root")
    return (world.user.read("users.get_current_user", {}).get("user") or {}).get("role") == "admin"


def remove(row: Row, desired: Desired) -> tuple[Action, ...]:
    """Revoking is final."""
    call = Call("auth.revoke_credentials", {"access_key": row.id})
    return (Action("delete", "credentials", str(row.values.get("label") or row.id), (call,)),)


CREDENTIALS = Entity(
    kind="credentials",
    key="label",
    id_path="access_key",
    id_option="access_key",
    read=read,
    guard=guard,
    remove=remove,
    secret_once=True,
    create=Create("auth.create_credentials", id_path="credentials.access_key"),
    updates=(Update(LABEL, "access_key"),),
    fields=(
        Field("label", LABEL),
        Field("expires_in", request="expiration_sec", source="expiration_sec", readable=False),
        Field("expire"),
    ),
)

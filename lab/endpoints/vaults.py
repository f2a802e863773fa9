# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""users: configuration vaults of the organization, of groups and of users."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pyhocon
import yaml
from pyparsing import ParseBaseException

from lab.endpoints.registry import Call, endpoint
from lab.endpoints.vault_log import changes, note
from lab.wire import errors
from lab.world.permissions import groups_of, row_id
from lab.world.records import Json, Vault, new_id, now

_FIELDS = {"data": "", "description": "", "enabled": True, "format": "hocon", "type": "config"}


@endpoint("users.add_or_update_vault", writes=True)
def add_or_update_vault(call: Call) -> Json:
    """A new vault without an id, a change with one; who is no admin has vaults of the own user only."""
    given, scope = call.body["vault"], call.body["vault"].get("scope") or "user"
    group, user = call.body.get("group"), call.body.get("user")
    if not call.is_privileged and (scope != "user" or user not in (None, call.identity.user)):
        raise errors.role_not_allowed(call.identity.role, ("admin", "system", "root"))
    if scope == "group" and call.world.groups.get(row_id(call.company_id, str(group))) is None:
        raise errors.unknown_group(group, call.company_id)
    owner = (user or call.identity.user) if scope == "user" else None
    if owner is not None and call.world.entries.get(owner, call.company_id) is None:
        raise errors.invalid_user_id(id=owner, company=call.company_id)
    vault = call.world.vaults.get(given["id"], call.company_id) if given.get("id") else None
    if given.get("id") and vault is None:
        raise errors.bad_value("unknown vault", vault=given["id"])
    before = None if vault is None else replace(vault)
    if vault is None:
        vault = call.world.vaults.add(Vault(id=new_id(), company=call.company_id, scope=scope))
    keeps = call.switches.text("vault_update") == "merge"
    for name, default in _FIELDS.items():
        if given.get(name) is not None or not (given.get("id") and keeps):
            setattr(vault, name, given[name] if given.get(name) is not None else default)
    vault.scope, vault.group, vault.user = scope, group if scope == "group" else None, owner
    vault.last_update = now()
    for operation in changes(before, vault):
        note(call, vault, operation)
    return {"vault": vault.id}


@endpoint("users.delete_vaults", writes=True)
def delete_vaults(call: Call) -> Json:
    """Remove some; unknown IDs are fine."""
    found = [call.world.vaults.get(vault, call.company_id) for vault in call.body.get("vaults") or ()]
    vaults = [vault for vault in found if vault is not None]
    if not call.is_privileged and any(vault.user != call.identity.user for vault in vaults):
        raise errors.role_not_allowed(call.identity.role, ("admin", "system", "root"))
    for vault in vaults:
        call.world.vaults.remove(vault.id)
        note(call, vault, "delete")
    return {"deleted": len(vaults)}


@endpoint("users.get_organization_vaults", writes=False)
def get_organization_vaults(call: Call) -> Json:
    """Those of the organization and of groups; of users by switch."""
    scopes = {"organization", "group"} | ({"user"} if call.switches.on("organization_vaults_have_users") else set())
    return {"vaults": _listed(call, [vault for vault in _all(call) if vault.scope in scopes])}


@endpoint("users.get_vaults", writes=False)
def get_vaults(call: Call) -> Json:
    """Those that apply to the caller."""
    entry = call.person(call.identity.user)
    own = {group.key for group in groups_of(call.world, entry)} if entry else set()
    mine = [
        vault
        for vault in _all(call)
        if vault.scope == "organization" or vault.group in own or vault.user == call.identity.user
    ]
    return {"vaults": _listed(call, mine)}


def _all(call: Call) -> list[Vault]:
    return call.world.vaults.of(call.company_id)


def _listed(call: Call, vaults: list[Vault]) -> list[Json]:
    types, enabled = call.body.get("types"), call.body.get("enabled")
    return [
        _shown(call, vault) for vault in vaults if (not types or vault.type in types) and (not enabled or vault.enabled)
    ]


def _shown(call: Call, vault: Vault) -> Json:
    group = call.world.groups.get(row_id(call.company_id, vault.group)) if vault.group else None
    readable = call.switches.on("vaults_readable")
    return {
        "id": vault.id,
        "scope": vault.scope,
        "type": vault.type,
        "description": vault.description,
        "format": vault.format,
        "enabled": vault.enabled,
        "editable": readable,
        "last_update": vault.last_update,
        **({"data": _data(call, vault)} if readable else {}),
        **({"group": vault.group, "group_name": group.name if group else None} if vault.group else {}),
        **({"user": vault.user} if vault.user else {}),
    }


def _data(call: Call, vault: Vault) -> str:
    """As given, anew, or with its texts masked; what cannot be parsed or stands for something else stays as it is."""
    masks = call.body.get("preview_data")
    if (
        "${" in vault.data
        or "include" in vault.data.lower()
        or not (masks or call.switches.text("vault_data") == "rendered")
    ):
        return vault.data
    with suppress(ValueError, yaml.YAMLError, ParseBaseException):
        if vault.format == "hocon":
            tree = pyhocon.ConfigFactory.parse_string(vault.data)
            if not masks:
                return str(pyhocon.HOCONConverter.to_hocon(tree))
            return json.dumps(_masked(tree.as_plain_ordered_dict()), default=str)
        tree = json.loads(vault.data) if vault.format == "json" else yaml.safe_load(vault.data)
        shown = _masked(tree) if masks else tree
        return json.dumps(shown, sort_keys=True) if vault.format == "json" else yaml.safe_dump(shown)
    return vault.data


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _masked(item) for key, item in value.items()}
    return [_masked(item) for item in value] if isinstance(value, list) else "***" if isinstance(value, str) else value

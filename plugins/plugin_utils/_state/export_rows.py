# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in a company, kind by kind, in the options that declare it: the way back of ``kinds``.

A kind needs nothing here as long as its list has all of its objects, and its rows have the options' values.
"""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities import login_rules, project
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._company_settings import whatever_shows
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_fields import Provider
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_server import enrich, form_of
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._storage_shape import PROVIDERS
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._targets import BY_ID, LITERAL
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._vault_rows import everybodys, in_words
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.access_rule import ACCESS_RULE
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.group import BUILT_IN, EVERYBODY
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.idp import IDP
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.user import USER
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired, Row, Values
from ansible_collections.clearml.enterprise.plugins.module_utils._references import accounts, as_ref, people
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import MASK
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, tenant_users
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.kinds import Kind, Options, Tenant
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.unmentioned import KEEPERS, keep_none

Read = t.Callable[[World], list[Values]]


def settings(world: World) -> list[Values]:
    """The company itself, with all settings that this server shows."""
    return [{**whatever_shows(world, world.company), "id": world.company, "name": world.company_name}]


def sign_in(world: World) -> list[Values]:
    """Login rules with the roles of those who have not signed in yet."""
    asked = Desired({"whitelist": []})
    login_rules.gather(world, [asked], written=False)
    return login_rules.read(world, asked)


def personal_vaults(world: World) -> list[Values]:
    """The vaults of people and accounts; each has to be asked for its own."""
    owners = [("user", row) for row in people(world)] + [("service_account", row) for row in accounts(world)]
    found: list[Values] = []
    for scope, row in owners:
        own = world.own.as_user(str(row["id"])).read("users.get_vaults", {}).get("vaults") or []
        mine = [one for one in own if one.get("scope") == "user" and one.get("user", row["id"]) == row["id"]]
        found += [in_words(one, scope, as_ref(row)) for one in mine]
    return found


def all_projects(world: World) -> list[Values]:
    """Every project of the company."""
    found = project.matching(world, {})
    project.remember(world, found, {str(row["name"]) for row in found})
    return found


def named_projects(world: World) -> list[Values]:
    """The projects that access rules are about."""
    rules = [
        rule for rule in map(ACCESS_RULE.row, ACCESS_RULE.read(world, Desired({}))) if not rule.raw.get("autocreated")
    ]
    targets = [rule.values["entity"] for rule in rules if rule.values["entity_type"] == "project"]
    names = sorted({target.label for target in targets if target is not None})
    project.gather(world, names)
    return [row for name in names for row in project.read(world, Desired({"name": name}))]


#: Which projects an export may have, and how they are read.
PROJECTS: dict[str, Read] = {"none": lambda world: [], "named": named_projects, "all": all_projects}
#: How the objects of a kind are read, where that is not its entity's list.
READ: dict[str, Read] = {
    "company": settings,
    "login_rules": sign_in,
    "vault": lambda world: everybodys(world, Desired({})),
}


def rows(kind: Kind, world: World, tenant: Tenant, read: Read | None = None) -> list[Row]:
    """The objects of a kind that a file would declare."""
    source = read or READ.get(kind.name) or (lambda world: kind.entity.read(world, Desired({})))
    keep = {**KEEPERS, **LEFT}.get(kind.name, keep_none)
    found = [row for row in map(kind.entity.row, source(world)) if not keep(row, world, tenant)]
    return sorted(found, key=lambda row: str(row.values.get(kind.entity.key) or "")) if kind.entity.key else found


def admin(world: World) -> list[Row]:
    """The user as whom the company was looked at."""
    return [row for row in map(USER.row, USER.read(world, Desired({}))) if row.id == world.acting_user]


def says_nothing(row: Row, world: World, tenant: Tenant) -> bool:
    """A built-in group with nobody in it but those whom the server puts there."""
    name = row.values["name"]
    everybody = tenant_users(world.own, world.home)
    admins = {str(user["id"]) for user in everybody if user.get("role") == "admin"}
    members = {str(one) for option in ("users", "service_accounts") for one in row.values[option]}
    return name == EVERYBODY or (name in BUILT_IN and (not members or (name == "Admins" and members == admins)))


def made_by_others(row: Row, world: World, tenant: Tenant) -> bool:
    """Queues that a policy made, or that the server and its agents have marked as theirs."""
    return bool(row.values.get("system_tags") or row.raw.get("profile_connection"))


#: What is left out, where that is not what nobody would call unmentioned.
LEFT: dict[str, t.Callable[[Row, World, Tenant], bool]] = {
    "group": says_nothing,
    "queue": made_by_others,
    "vault": keep_none,
}


def group(world: World, row: Row) -> Options:
    """Of a built-in group only its members can be declared."""
    own = ("name", "users", "service_accounts")
    return {name: value for name, value in row.values.items() if name in own or row.values["name"] not in BUILT_IN}


def access_rule(world: World, row: Row) -> Options:
    """What has no list to find its name in, or is a text anyway, goes by its ID."""
    entity = row.values["entity"]
    by_id = row.values["entity_type"] in (*BY_ID, *LITERAL) and entity is not None
    return {**row.values, "entity": str(entity) if by_id else entity}


def queue(world: World, row: Row) -> Options:
    """Metadata without a type as plain texts."""
    items = row.values["metadata"]
    plain = {key: item if item["type"] else item["value"] for key, item in items.items()}
    return {**row.values, "metadata": plain}


def vault(world: World, row: Row) -> Options:
    """With its content as a text; the mask if the server cannot show it."""
    content = row.values.get("content")
    enabled = {} if row.values["enabled"] else {"enabled": False}
    values = {name: value for name, value in row.values.items() if name != "enabled"}
    return {**values, "content": MASK if content is None else content.text, **enabled}


def storage(world: World, row: Row) -> Options:
    """Without what is as it is unless somebody says otherwise."""
    found: Options = {}
    for name, provider in PROVIDERS.items():
        value = row.values.get(name)
        if value:
            usual, usual_entry = provider.own.normal({}), provider.entry.normal({})
            own = {key: item for key, item in value.items() if key in usual and item != usual[key]}
            entries = [
                {key: item for key, item in entry.items() if item != usual_entry[key]}
                for entry in value[provider.entries]
            ]
            found[name] = {**own, provider.entries: entries}
    return found


def idp(world: World, row: Row) -> Options:
    """With the stored settings that are not those of a new connection, and with every secret that it may have."""
    name = row.values["provider"]
    kind = Provider(name, row.raw.get("category"), form_of(world, provider=name))
    stored = IDP.row(enrich(world, Desired({"provider": kind}), row.raw))
    provider: Provider = stored.raw["provider"]
    fresh = {key: one.value for key, one in (kind.form or {}).items()}
    shown = stored.raw.get("settings") or {}
    usual = {option for option in shown if shown[option] == fresh.get(provider.keys[option])}
    found = {option: value for option, value in stored.values.items() if option not in usual}
    others = {key: value for key, value in (found.get("configuration") or {}).items() if value != fresh.get(key)}
    unused = provider.keys.get("private_key") if shown.get("sign_client_requests") is False else None
    names = {key: option for option, key in provider.keys.items()}
    secrets = [key for key in provider.secret_keys if key != unused]
    return {
        **found,
        "configuration": others,
        **{names[key]: MASK for key in secrets if key in names},
        "secrets": {key: MASK for key in secrets if key not in names},
    }


#: What the options of an object are, where they are not the values of its row.
OPTIONS: dict[str, t.Callable[[World, Row], Options]] = {
    "group": group,
    "queue": queue,
    "access_rule": access_rule,
    "vault": vault,
    "storage_settings": storage,
    "idp": idp,
}


def options(kind: Kind, world: World, row: Row) -> Options:
    """An object in the words of its kind's options; a secret that the server does not show is the mask."""
    back = OPTIONS.get(kind.name)
    return back(world, row) if back is not None else dict(row.values)

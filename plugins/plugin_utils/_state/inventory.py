# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tenants of an inventory with their variables, one host at a time.

One expression over all hostvars would cost seconds for hundreds of tenants, and a gigabyte for a thousand.
"""

from __future__ import annotations

import json
import os
import typing as t

from ansible.errors import AnsibleError
from ansible.parsing.ajson import AnsibleJSONEncoder

from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.kinds import Tenant
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.schema import PREFIX
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.templates import HostTemplates
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.variables import Omitted, Unresolved


def plain(value: t.Any) -> t.Any:
    """A value as a module process would get it: through JSON, without Ansible's tags, vaulted texts in clear."""
    return json.loads(json.dumps(value, cls=t.cast("type[json.JSONEncoder]", AnsibleJSONEncoder), vault_to_text=True))


def hosts(inventory: t.Any, group: str, variables: t.Mapping[str, t.Any]) -> list[str]:
    """The tenants that a task is about: those that --limit leaves of the group, and serial of them."""
    names = (
        [str(host.name) for host in inventory.get_hosts(group, ignore_restrictions=True)]
        if group in variables["groups"]
        else []
    )
    batch = variables.get("ansible_play_batch") or ()
    return [name for name in names if variables.get("inventory_hostname") not in names or name in batch]


def read(
    names: t.Iterable[str], variables: t.Mapping[str, t.Any], templar: t.Any
) -> tuple[list[Tenant], dict[str, str]]:
    """The tenants, and why the variables of some cannot be had."""
    tenants: list[Tenant] = []
    broken: dict[str, str] = {}
    for name in names:
        try:
            tenants.append(_tenant(name, variables, templar))
        except AnsibleError as error:
            broken[name] = f"The variables of host {name!r} cannot be read ({type(error).__name__})"
        except Unresolved as error:
            broken[name] = f"A variable of host {name!r} cannot be resolved: {error}"
        except KeyError:
            broken[name] = f"Host {name!r} declares no tenant_company.name"
    return tenants, broken


def _tenant(name: str, variables: t.Mapping[str, t.Any], templar: t.Any) -> Tenant:
    own = variables["hostvars"].raw_get(name)
    omit = variables.get("omit")
    available = {**own, "groups": variables["groups"], **({} if omit is None else {"omit": omit})}
    templates = HostTemplates(templar.copy_with_new_env(available_variables=available), omit)
    found = {}
    for key, value in own.items():
        if str(key).startswith(PREFIX):
            try:
                found[str(key)] = _without(plain(templates.template(value)), omit)
            except Omitted:
                continue
    if not str(found["tenant_company"]["name"]):
        raise KeyError(name)
    return Tenant(name, found, str(own.get("inventory_dir") or os.getcwd()))


def _without(value: t.Any, omit: t.Any) -> t.Any:
    """A value without what its templates omit; newer ansible-cores leave that out by themselves."""
    if omit is None:
        return value
    if isinstance(value, dict):
        return {key: _without(item, omit) for key, item in value.items() if item != omit}
    return [_without(item, omit) for item in value if item != omit] if isinstance(value, list) else value

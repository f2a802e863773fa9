#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Read service accounts."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_service_account_info
short_description: Read the service accounts of a ClearML company
version_added: 0.1.0
description:
  - Lists all service accounts of a company, or the one with a given name, and the limits on them.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
options:
  name:
    description: Exact name of an account. Without it all accounts are returned.
    type: str
seealso:
  - module: clearml.enterprise.clearml_service_account
"""

EXAMPLES = r"""
- name: All service accounts of acme
  clearml.enterprise.clearml_service_account_info:
    company: acme
  register: acme

- name: Those without a key pair
  ansible.builtin.debug:
    msg: "{{ acme.service_accounts | selectattr('credentials', 'equalto', 0) | map(attribute='name') }}"
"""

RETURN = r"""
service_accounts:
  description: The accounts, by name. Empty if O(name) does not exist.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the account.
      type: str
    name:
      description: Name of the account.
      type: str
    role:
      description: Role in the company.
      type: str
    allow_running_as_owner:
      description: Whether it may run a task as the task's owner.
      type: bool
    groups:
      description: Names of its groups, without the one that everybody is in.
      type: list
      elements: str
    credentials:
      description: Number of its key pairs.
      type: int
    last_active:
      description: When one of them was last used; null if never.
      type: str
limits:
  description: What holds for the accounts of the company.
  returned: when the company exists
  type: dict
  contains:
    allowed_service_users:
      description: Largest number of service accounts; null for any number.
      type: int
    allow_admins:
      description: Whether they may be admins.
      type: bool
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.service_account import (
    SERVICE_ACCOUNT,
    limits,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired, Row
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_info,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

ARGUMENT_SPEC: ArgumentSpec = {"name": {"type": "str"}}


def listed(row: Row) -> dict[str, t.Any]:
    """An account with its keys' number and last use."""
    return {
        "id": row.id,
        **row.values,
        "groups": sorted(group.label for group in row.values["groups"]),
        "credentials": row.raw.get("credentials"),
        "last_active": row.raw.get("last_active_time"),
    }


def read(world: World, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The accounts that were asked for."""
    found = [listed(SERVICE_ACCOUNT.row(raw)) for raw in SERVICE_ACCOUNT.read(world, Desired({}))]
    wanted = [account for account in found if params["name"] in (None, account["name"])]
    return {"service_accounts": sorted(wanted, key=lambda one: str(one["name"])), "limits": limits(world)}


def main(make: Factory = ClearMLModule) -> None:
    run_info(read, ARGUMENT_SPEC, make, returns="service_accounts")


if __name__ == "__main__":
    main()

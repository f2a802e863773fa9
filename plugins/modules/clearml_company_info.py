#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Read companies."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_company_info
short_description: Read the companies (tenants) of a ClearML server
version_added: 0.1.0
description:
  - Lists all companies, or the one with a given name or ID. Removed ones are left out.
  - Needs a key with role V(system) or V(root).
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
  - clearml.enterprise.connection
options:
  name:
    description: Exact name or ID of a company. Without it all companies are returned.
    type: str
seealso:
  - module: clearml.enterprise.clearml_company
"""

EXAMPLES = r"""
- name: All tenants
  clearml.enterprise.clearml_company_info:
  register: tenants

- name: Their names
  ansible.builtin.debug:
    msg: "{{ tenants.companies | map(attribute='name') }}"

- name: One of them, with its users and what runs in it
  clearml.enterprise.clearml_company_info:
    name: acme
"""

RETURN = r"""
companies:
  description: The companies, by name. Empty if O(name) does not exist.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the company.
      type: str
    name:
      description: Name of the company.
      type: str
    allowed_users:
      description: Largest number of users; null if there is no limit.
      returned: with O(name)
      type: int
    users:
      description: Users who have a login record.
      returned: with O(name)
      type: list
      elements: dict
      contains:
        id:
          description: ID of the user.
          type: str
        email:
          description: E-mail address.
          type: str
        name:
          description: Full name.
          type: str
        role:
          description: Role in the company.
          type: str
    running:
      description: Counts of what is running, by kind.
      returned: with O(name)
      type: dict
    settings:
      description:
        - Settings that this server shows, named as the options of M(clearml.enterprise.clearml_company). Every server
          shows O(clearml.enterprise.clearml_company#module:allowed_users), and current ones
          O(clearml.enterprise.clearml_company#module:app_instance_access) and
          O(clearml.enterprise.clearml_company#module:custom_events).
      returned: with O(name)
      type: dict
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.company import settings_of
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_info,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, all_companies, require_platform

ARGUMENT_SPEC: ArgumentSpec = {"name": {"type": "str"}}
USER = ("id", "email", "name", "role")


def read(world: World, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The companies that were asked for."""
    client = world.own
    require_platform(client, "Reading companies")
    wanted = [row for row in all_companies(client) if params["name"] in (None, row["name"], row["id"])]
    companies = []
    for row in sorted(wanted, key=lambda one: (one["name"], one["id"])):
        company: dict[str, t.Any] = {"id": row["id"], "name": row["name"]}
        if params["name"] is not None:
            users = client.read("tenants.get_tenant_info", {"tenant": row["id"]}).get("users") or {}
            company["allowed_users"] = users.get("max_allowed")
            company["users"] = [{key: user.get(key) for key in USER} for user in users.get("active") or []]
            company["settings"] = settings_of(world, row["id"])
            company["running"] = client.read("tenants.get_tenant_resources", {"tenant": row["id"]}).get("running") or {}
        companies.append(company)
    return {"companies": companies}


def main(make: Factory = ClearMLModule) -> None:
    run_info(read, ARGUMENT_SPEC, make, in_company=False)


if __name__ == "__main__":
    main()

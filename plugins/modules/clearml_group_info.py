#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Read user groups."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_group_info
short_description: Read the user groups of a ClearML company
version_added: 0.1.0
description:
  - Lists all user groups of a company with their members, those that come with the server too, or the one with a
    given name.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
options:
  name:
    description: Exact name of a group. Without it all groups are returned.
    type: str
seealso:
  - module: clearml.enterprise.clearml_group
"""

EXAMPLES = r"""
- name: All groups of acme
  clearml.enterprise.clearml_group_info:
    company: acme
  register: acme

- name: Who may change queues
  clearml.enterprise.clearml_group_info:
    company: acme
    name: Queue admins
"""

RETURN = r"""
groups:
  description: The groups, by name. Empty if O(name) does not exist.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the group.
      type: str
    name:
      description: Name of the group.
      type: str
    description:
      description: What the group is for.
      type: str
    users:
      description: The people in it, by e-mail address.
      type: list
      elements: dict
      contains:
        id:
          description: ID of the user.
          type: str
        email:
          description: E-mail address; null if the user has none.
          type: str
        name:
          description: Full name.
          type: str
    service_accounts:
      description: The service accounts in it, by name.
      type: list
      elements: dict
      contains:
        id:
          description: ID of the account.
          type: str
        name:
          description: Name of the account.
          type: str
    built_in:
      description: Whether the group comes with the server.
      type: bool
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.group import GROUP, listed
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_info,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

ARGUMENT_SPEC: ArgumentSpec = {"name": {"type": "str"}}


def read(world: World, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The groups that were asked for."""
    groups = [listed(GROUP.row(raw)) for raw in GROUP.read(world, Desired({}))]
    wanted = [group for group in groups if params["name"] in (None, group["name"])]
    return {"groups": sorted(wanted, key=lambda group: str(group["name"]))}


def main(make: Factory = ClearMLModule) -> None:
    run_info(read, ARGUMENT_SPEC, make, returns="groups")


if __name__ == "__main__":
    main()

#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Read users."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_user_info
short_description: Read the users of a ClearML company
version_added: 0.1.0
description:
  - Lists all users of a company, or the one with a given address. Service accounts are not among them.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
  - clearml.enterprise.connection
  - clearml.enterprise.company
options:
  email:
    description: Exact e-mail address of a user. Without it all users are returned.
    type: str
seealso:
  - module: clearml.enterprise.clearml_user
"""

EXAMPLES = r"""
- name: Everybody in acme
  clearml.enterprise.clearml_user_info:
    company: acme
  register: acme

- name: The admins among them
  ansible.builtin.debug:
    msg: "{{ acme.users | selectattr('role', 'equalto', 'admin') | map(attribute='email') }}"
"""

RETURN = r"""
users:
  description: The users, by address. Empty if O(email) does not exist.
  returned: success
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
    given_name:
      description: Given name; null if there is none.
      type: str
    family_name:
      description: Family name; null if there is none.
      type: str
    avatar:
      description: URL of a picture; null if there is none.
      type: str
    role:
      description: Role in the company.
      type: str
    created:
      description: When the login record was made, as the server writes it.
      type: str
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.user import USER
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_info,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

ARGUMENT_SPEC: ArgumentSpec = {"email": {"type": "str"}}


def read(world: World, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The users that were asked for."""
    rows = [USER.row(raw) for raw in USER.read(world, Desired({})) if raw.get("email")]
    wanted = [row for row in rows if params["email"] in (None, row.values["email"])]
    wanted.sort(key=lambda row: str(row.values["email"]))
    return {"users": [{"id": row.id, **row.values, "created": row.raw.get("created")} for row in wanted]}


def main(make: Factory = ClearMLModule) -> None:
    run_info(read, ARGUMENT_SPEC, make, returns="users", needs_admin=False)


if __name__ == "__main__":
    main()

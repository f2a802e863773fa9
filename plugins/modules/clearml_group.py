#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage a user group."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_group
short_description: Manage user groups of a ClearML company
version_added: 0.1.0
description:
  - Creates, changes and removes user groups, and says who is in them.
  - A group is found by its exact name. A new one gets an ID that follows from company and name, so that a run that
    was cut off makes no second one.
  - An option that is not given is left as it is.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
options:
  name:
    description:
      - Name of the group. Capital letters count.
      - With O(id), the name that the group should have.
    type: str
    required: true
  id:
    description: ID of an existing group, to rename it, or to tell it from another.
    type: str
  state:
    description: Whether the group should exist. Removing one that access rules name warns and lists them.
    type: str
    choices: [present, absent]
    default: present
  description:
    description: What the group is for. Null removes it.
    type: str
  users:
    description:
      - People in the group, by e-mail address, full name or ID; order does not count.
      - Whether others stay in it says O(exclusive). Null is an empty list.
    type: list
    elements: str
  service_accounts:
    description: Service accounts in the group, by name or ID. Otherwise as O(users).
    type: list
    elements: str
  exclusive:
    description:
      - V(false) adds O(users) and O(service_accounts) to those who are in the group already.
      - V(true) makes each of the two lists that is given the whole list of its kind.
    type: bool
    default: false
seealso:
  - module: clearml.enterprise.clearml_group_info
  - module: clearml.enterprise.clearml_access_rule
notes:
  - Users, Admins and Queue admins come with the server. Of Admins and Queue admins the members can be set, everything
    else is refused. Users has everybody in it, service accounts too, and cannot be changed.
  - In check mode members who do not exist yet are taken as made by an earlier task; RV(assumes) names them.
"""

EXAMPLES = r"""
- name: The people who look after models, whoever else is in the group
  clearml.enterprise.clearml_group:
    company: acme
    name: Modellers
    description: They look after the models
    users: [ann@acme.example]

- name: Nobody but these
  clearml.enterprise.clearml_group:
    company: acme
    name: Modellers
    users: [ann@acme.example]
    service_accounts: []
    exclusive: true

- name: One more admin of queues
  clearml.enterprise.clearml_group:
    company: acme
    name: Queue admins
    users: [ann@acme.example]

- name: Remove the group
  clearml.enterprise.clearml_group:
    company: acme
    name: Modellers
    state: absent
"""

RETURN = r"""
group:
  description: The group as it is now; empty once it is gone. In check mode as it would be.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the group. Not known in check mode before the group exists.
      type: str
    name:
      description: Name of the group.
      type: str
    description:
      description: What the group is for.
      type: str
    users:
      description: E-mail addresses of the people in it, sorted; the name of a person who has no address.
      type: list
      elements: str
    service_accounts:
      description: Names of the service accounts in it, sorted.
      type: list
      elements: str
actions:
  description:
    - What was done, or in check mode would be done, in order. Empty if everything stood as asked.
    - The list of a check run equals that of the real run.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(create), V(update) or V(delete).
      type: str
    kind:
      description: Kind of the object.
      type: str
    name:
      description: Name of the object.
      type: str
    company:
      description: Company of the object, for what lives in one.
      type: str
    fields:
      description: Options that were set or changed.
      type: list
      elements: str
    calls:
      description: Endpoints that were called.
      type: list
      elements: str
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.group import GROUP
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    STATE,
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_entity,
)

ARGUMENT_SPEC: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "id": {"type": "str"},
    "state": STATE,
    "description": {"type": "str"},
    "users": {"type": "list", "elements": "str"},
    "service_accounts": {"type": "list", "elements": "str"},
    "exclusive": {"type": "bool", "default": False},
}


def main(make: Factory = ClearMLModule) -> None:
    run_entity(GROUP, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage a service account."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_service_account
short_description: Manage service accounts of a ClearML company
version_added: 0.1.0
description:
  - Creates, changes and removes service accounts, which agents and other machines use. They have keys and no login.
  - An account is found by its exact name.
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
      - Name of the account. Capital letters count.
      - With O(id), the name that the account should have.
    type: str
    required: true
  id:
    description: ID of an existing account, to rename it, or to tell it from another.
    type: str
  state:
    description:
      - Whether the account should exist.
      - Its key pairs go with it, and agents that have one of them fail from then on; a warning says so.
      - Tasks that it ran stay.
    type: str
    choices: [present, absent]
    default: present
  allow_running_as_owner:
    description:
      - Whether it may run a task as the task's owner, with that person's vaults and rights. Agents that work with the
        owner's token need it.
    type: bool
  role:
    description: Role in the company. V(admin) needs the company's setting C(allow_service_user_admins).
    type: str
    choices: [admin, user]
  groups:
    description:
      - Names or IDs of all groups that it is in, besides the one that everybody is in.
      - Null or an empty list takes it out of all.
      - The members of a group can be said with M(clearml.enterprise.clearml_group) too; say it in one place.
    type: list
    elements: str
seealso:
  - module: clearml.enterprise.clearml_service_account_info
  - module: clearml.enterprise.clearml_credentials
  - module: clearml.enterprise.clearml_group
notes:
  - The server makes a first key pair together with an account. It is revoked at once; make pairs with
    M(clearml.enterprise.clearml_credentials), which keeps them by label. A run that is killed between the two leaves
    a pair without a label, whose secret nobody knows.
  - No endpoint for the removal of an account is documented. It is removed as a user is, and read afterwards to see that
    it is gone.
"""

EXAMPLES = r"""
- name: An account for the agents of acme
  clearml.enterprise.clearml_service_account:
    company: acme
    name: agents
    allow_running_as_owner: true
    role: user

- name: A key pair for it
  clearml.enterprise.clearml_credentials:
    company: acme
    service_account: agents
    label: gpu cluster
    expires_in: 15552000
  register: agents

- name: Remove it with its keys
  clearml.enterprise.clearml_service_account:
    company: acme
    name: agents
    state: absent
"""

RETURN = r"""
service_account:
  description: The account as it is now; empty once it is gone. In check mode as it would be.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the account. Not known in check mode before the account exists.
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

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.service_account import SERVICE_ACCOUNT
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
    "allow_running_as_owner": {"type": "bool"},
    "role": {"type": "str", "choices": ["admin", "user"]},
    "groups": {"type": "list", "elements": "str"},
}


def main(make: Factory = ClearMLModule) -> None:
    run_entity(SERVICE_ACCOUNT, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

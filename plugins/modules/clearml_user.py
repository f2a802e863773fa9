#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage a user."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_user
short_description: Manage users of a ClearML company
version_added: 0.1.0
description:
  - Creates, changes and removes people's and automation's users. A user is found by its e-mail address.
  - An address belongs to one user on the whole server. One that another company has is refused before anything
    is written.
  - The first admin of a company is made with this module and a key of role V(system) or V(root).
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
options:
  email:
    description: E-mail address. Capital letters count, and an address that differs only in them is refused.
    type: str
    required: true
  id:
    description: ID of an existing user, in place of looking for O(email), which has to be that user's.
    type: str
  state:
    description:
      - Whether the user should exist.
      - Removal deletes the login record, and with a platform key the profile too. Keys and tokens go with the
        login record.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Full name. Needed to create a user.
    type: str
  given_name:
    description: Given name.
    type: str
  family_name:
    description: Family name.
    type: str
  avatar:
    description: URL of a picture.
    type: str
  role:
    description:
      - Role in the company. Without it a new user gets the server's default.
      - Roles V(superuser) and V(annotator) are for old installations; the web UI hands out the other three only.
    type: str
    choices: [admin, user, consumer, superuser, annotator]
  internal:
    description:
      - Make the user an internal one, as automation users should be. Counts at creation only, since no
        endpoint shows it, and needs a key of role V(system) or V(root).
    type: bool
seealso:
  - module: clearml.enterprise.clearml_credentials
  - module: clearml.enterprise.clearml_user_info
"""

EXAMPLES = r"""
- name: The admin through which automation works in acme
  clearml.enterprise.clearml_user:
    company: acme
    email: admin@acme.invalid
    name: Acme automation
    role: admin
    internal: true

- name: A person
  clearml.enterprise.clearml_user:
    company: acme
    email: ann@acme.example
    name: Ann Lee
    given_name: Ann
    family_name: Lee
    role: user

- name: Ann has left
  clearml.enterprise.clearml_user:
    company: acme
    email: ann@acme.example
    state: absent
"""

RETURN = r"""
user:
  description: The user as it is now; empty once it is gone. In check mode as it would be.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the user. Not known in check mode before the user exists.
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

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.user import ROLES, USER
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    STATE,
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_entity,
)

ARGUMENT_SPEC: ArgumentSpec = {
    "email": {"type": "str", "required": True},
    "id": {"type": "str"},
    "state": STATE,
    "name": {"type": "str"},
    "given_name": {"type": "str"},
    "family_name": {"type": "str"},
    "avatar": {"type": "str"},
    "role": {"type": "str", "choices": list(ROLES)},
    "internal": {"type": "bool"},
}


def main(make: Factory = ClearMLModule) -> None:
    run_entity(USER, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

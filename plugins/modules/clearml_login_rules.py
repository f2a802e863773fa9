#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage the login rules of a company."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_login_rules
short_description: Manage who may sign in to a ClearML company
version_added: 0.1.0
description:
  - Sets the domains whose people may sign in, and the addresses that may sign in beforehand.
  - Each list is the whole list; one that is not given is left as it is, an empty one clears it.
  - A domain or an address that another company has is refused before anything is written, if the key can see
    other companies (role V(system) or V(root)); it would send people to either company.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
options:
  domains:
    description: All e-mail domains that sign in to this company.
    type: list
    elements: str
  whitelist:
    description:
      - All addresses that may sign in although no domain lets them in.
      - Somebody who has signed in already is left alone, listed here or not, and shows in RV(login_rules.accepted).
    type: list
    elements: dict
    suboptions:
      email:
        description: E-mail address.
        type: str
        required: true
      role:
        description:
          - Role that the person gets at the first sign-in. Without it V(user) for a new entry, and no change
            of an old one.
          - A key that cannot see the role of a pending entry (it needs role V(system) or V(root)) leaves it as it is.
        type: str
        choices: [admin, user, consumer]
"""

EXAMPLES = r"""
- name: Everybody of acme.example, and two more
  clearml.enterprise.clearml_login_rules:
    company: acme
    domains: [acme.example]
    whitelist:
      - email: auditor@audit.example
      - email: chief@holding.example
        role: admin

- name: Nobody by invitation any more; the domains stay
  clearml.enterprise.clearml_login_rules:
    company: acme
    whitelist: []
"""

RETURN = r"""
login_rules:
  description: The rules as they are now. In check mode as they would be.
  returned: success
  type: dict
  contains:
    domains:
      description: E-mail domains, sorted.
      type: list
      elements: str
    whitelist:
      description: Entries that nobody has used yet.
      type: list
      elements: dict
      contains:
        email:
          description: E-mail address.
          type: str
        role:
          description: Role at the first sign-in; null where the key cannot see it.
          type: str
    accepted:
      description: Addresses whose owners have signed in. No call removes them from the list; remove the user instead.
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

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.login_rules import LOGIN_RULES
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_entity,
)

ARGUMENT_SPEC: ArgumentSpec = {
    "domains": {"type": "list", "elements": "str"},
    "whitelist": {
        "type": "list",
        "elements": "dict",
        "options": {
            "email": {"type": "str", "required": True},
            "role": {"type": "str", "choices": ["admin", "user", "consumer"]},
        },
    },
}


def main(make: Factory = ClearMLModule) -> None:
    run_entity(LOGIN_RULES, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

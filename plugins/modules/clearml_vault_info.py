#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Read configuration vaults."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_vault_info
short_description: Read the configuration vaults of a ClearML company
version_added: 0.1.0
description:
  - Lists the vaults of the organization and of groups, or those of one user or service account. Their content is never
    returned, only how many settings there are.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
options:
  user:
    description: E-mail address, full name or ID of a user, whose own vaults are returned in place of the others.
    type: str
  service_account:
    description: Name or ID of a service account, in the same way.
    type: str
seealso:
  - module: clearml.enterprise.clearml_vault
"""

EXAMPLES = r"""
- name: All vaults of acme and its groups
  clearml.enterprise.clearml_vault_info:
    company: acme
  register: acme

- name: Those that do not apply
  ansible.builtin.debug:
    msg: "{{ acme.vaults | rejectattr('enabled') | map(attribute='description') }}"

- name: Ann's own
  clearml.enterprise.clearml_vault_info:
    company: acme
    user: ann@acme.example
"""

RETURN = r"""
vaults:
  description: The vaults, by scope, owner and description.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the vault.
      type: str
    description:
      description: What it is called.
      type: str
    scope:
      description: Whose tasks get it, V(organization), V(group), V(user) or V(service_account).
      type: str
    owner:
      description: Name of the group or account, or the user's e-mail address; null for the organization's.
      type: str
    type:
      description: Kind of vault.
      type: str
    format:
      description: Syntax of its content.
      type: str
    enabled:
      description: Whether it applies.
      type: bool
    editable:
      description: Whether it can be changed. An encrypted one cannot, while the server's encryption is off.
      type: bool
    settings:
      description: How many values it sets; null if that is not known.
      type: int
    last_update:
      description: When it was last changed.
      type: str
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._vault_rows import all_vaults
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_info,
)

ARGUMENT_SPEC: ArgumentSpec = {"user": {"type": "str"}, "service_account": {"type": "str"}}


def main(make: Factory = ClearMLModule) -> None:
    run_info(all_vaults, ARGUMENT_SPEC, make, returns="vaults")


if __name__ == "__main__":
    main()

#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage a configuration vault."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_vault
short_description: Manage configuration vaults of a ClearML company
version_added: 0.1.0
description:
  - Creates, changes and removes vaults. Tasks get their content as if it stood in their own configuration file.
  - A vault is found by its description among those of the same scope, owner and type.
  - Content is secret. It is compared by what it says, so that order, comments and spaces do not count, and shown with
    its values masked.
  - An option that is not given is left as it is.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
options:
  description:
    description:
      - What the vault is called.
      - With O(id), the description that the vault should have.
    type: str
    required: true
  id:
    description: ID of an existing vault, to give it another description, or to tell it from another.
    type: str
  state:
    description: Whether the vault should exist.
    type: str
    choices: [present, absent]
    default: present
  scope:
    description: Whose tasks get it. V(organization) is everybody.
    type: str
    choices: [organization, group, user, service_account]
    default: organization
  group:
    description: Name or ID of the group, with O(scope=group).
    type: str
  user:
    description: E-mail address, full name or ID of the user, with O(scope=user).
    type: str
  service_account:
    description: Name or ID of the service account, with O(scope=service_account).
    type: str
  type:
    description: Kind of vault. V(config) is configuration; the server has others of its own.
    type: str
    default: config
  format:
    description: Syntax of O(content). Without it that of the vault as it stands, V(hocon) for a new one.
    type: str
    choices: [hocon, json, yaml]
  content:
    description:
      - The configuration, as a text or as a map. A map is sent as JSON, which is YAML and HOCON too.
      - A text is parsed before anything is sent. HOCON needs the Python library pyhocon where the module runs; without
        it a warning says that the content is compared as a text, and not checked. HOCON that refers to other settings
        or includes files is compared as a text in any case.
    type: json
  enabled:
    description: Whether it applies. A new vault does.
    type: bool
  update_secret:
    description:
      - When to send content that the server does not show.
      - V(on_create) sends it with a new vault only; V(always) in every run, and every run reports a change.
    type: str
    choices: [on_create, always]
    default: on_create
requirements:
  - pyhocon (for content in HOCON)
seealso:
  - module: clearml.enterprise.clearml_vault_info
  - module: clearml.enterprise.clearml_group
  - module: clearml.enterprise.clearml_service_account
notes:
  - A vault cannot set C(agent.cuda_version), C(agent.cudnn_version), C(agent.default_python), C(agent.worker_id),
    C(agent.worker_name) and C(agent.debug); they are refused by name.
  - The vault that people edit in their own settings pages has no name there. A vault without a description is taken for
    it and never touched.
  - A vault that was encrypted, on a server whose encryption is off, cannot be changed and is refused.
"""

EXAMPLES = r"""
- name: A group
  clearml.enterprise.clearml_group:
    company: acme
    name: researchers

- name: Access to the bucket, for their tasks
  clearml.enterprise.clearml_vault:
    company: acme
    scope: group
    group: researchers
    description: Bucket of models
    format: yaml
    content:
      sdk:
        aws:
          s3:
            key: acme
            secret: "{{ vault_acme_s3_secret }}"

- name: A robot's account for Git, for everybody
  clearml.enterprise.clearml_vault:
    company: acme
    description: Git
    content: |
      agent {
        git_user: robot
        git_pass: {{ vault_acme_s3_secret | to_json }}
      }

- name: Not at the moment
  clearml.enterprise.clearml_vault:
    company: acme
    scope: group
    group: researchers
    description: Bucket of models
    enabled: false

- name: Remove it
  clearml.enterprise.clearml_vault:
    company: acme
    scope: group
    group: researchers
    description: Bucket of models
    state: absent
"""

RETURN = r"""
vault:
  description: The vault as it is now; empty once it is gone. In check mode as it would be.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the vault. Not known in check mode before the vault exists.
      type: str
    description:
      description: What it is called.
      type: str
    scope:
      description: Whose tasks get it.
      type: str
    group:
      description: Name of the group, for O(scope=group).
      type: str
    user:
      description: E-mail address of the user, for O(scope=user).
      type: str
    service_account:
      description: Name of the service account, for O(scope=service_account).
      type: str
    type:
      description: Kind of vault.
      type: str
    format:
      description: Syntax of the content.
      type: str
    content:
      description:
        - Its settings with masked values, or a mask where their names are not known.
        - Not there if the server does not show it.
      type: raw
    enabled:
      description: Whether it applies.
      type: bool
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

from ansible_collections.clearml.enterprise.plugins.module_utils._configuration import READERS
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._vault_rows import SCOPES
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.vault import VAULT
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    STATE,
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_entity,
)

ARGUMENT_SPEC: ArgumentSpec = {
    "description": {"type": "str", "required": True},
    "id": {"type": "str"},
    "state": STATE,
    "scope": {"type": "str", "choices": SCOPES, "default": "organization"},
    "group": {"type": "str"},
    "user": {"type": "str"},
    "service_account": {"type": "str"},
    "type": {"type": "str", "default": "config"},
    "format": {"type": "str", "choices": list(READERS)},
    "content": {"type": "json", "no_log": True},
    "enabled": {"type": "bool"},
    "update_secret": {"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False},
}


def main(make: Factory = ClearMLModule) -> None:
    run_entity(VAULT, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

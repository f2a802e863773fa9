#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage a company."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_company
short_description: Manage companies (tenants) of a ClearML server
version_added: 0.1.0
description:
  - Creates, renames, changes and removes companies.
  - Needs a key with role V(system) or V(root).
  - A company that was removed stays in the server's list as inactive. It counts as absent, and its name can be
    used again.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
options:
  name:
    description:
      - Name of the company, at least 3 characters.
      - With O(id), the name that the company should have.
    type: str
    required: true
  id:
    description: ID of an existing company, to rename it, or to tell it from another of the same name.
    type: str
  state:
    description:
      - Whether the company should exist.
      - Removal takes the company's users away first, so that their addresses can be used again.
        The server's own company and the key's own are never removed.
    type: str
    choices: [present, absent]
    default: present
  acting_user:
    description:
      - E-mail address or ID of an admin of the company, for what only an admin of the company can do (rename it, read
        the limits of service accounts).
      - By default its automation admin (whose address ends in C(.invalid)) or its oldest admin. Name the automation
        admin where the server's lists leave out internal users.
    type: str
  allowed_users:
    description: Largest number of users.
    type: int
  allowed_service_users:
    description: Largest number of service accounts.
    type: int
  allow_service_user_admins:
    description: Whether service accounts may be admins.
    type: bool
  max_running_apps:
    description: Largest number of application instances that run at once.
    type: int
  feature_set:
    description: Named set of features.
    type: str
    choices: [basic, advanced]
  features:
    description: All features that the company has.
    type: list
    elements: str
    choices: &features
      - user_management
      - user_management_advanced
      - permissions
      - applications
      - experiments
      - queues
      - queue_management
      - data_management
      - config_vault
      - app_management
      - pipelines
      - reports
      - show_dashboard
      - show_model_view
      - show_projects
      - resource_dashboard
      - sso_management
      - service_users
      - resource_policy
      - show_datasets
      - show_orchestration
      - model_serving
      - show_app_gateways
      - project_workloads
      - tenant_usages
  exclude_features:
    description: All features that the company is denied.
    type: list
    elements: str
    choices: *features
  update_unreadable:
    description:
      - No endpoint shows O(feature_set), O(features), O(exclude_features) and O(max_running_apps) on every server, and
        O(allowed_service_users) and O(allow_service_user_admins) only while the company has an admin.
      - V(on_create) sends what cannot be read when the company is created, and whenever another setting has to
        be changed.
      - V(always) sends it in every run, and every run reports a change.
      - What the server does show is compared either way. Give O(allowed_users) too, which it does show, and a run that
        broke off between creating a company and setting it up is noticed and completed by the next.
    type: str
    choices: [on_create, always]
    default: on_create
  confirm_name:
    description: Has to equal the company's name exactly, or it is not removed.
    type: str
  force:
    description: Remove the company although tasks, workers or routes are running in it.
    type: bool
    default: false
seealso:
  - module: clearml.enterprise.clearml_company_info
  - module: clearml.enterprise.clearml_user
"""

EXAMPLES = r"""
- name: A tenant with limits
  clearml.enterprise.clearml_company:
    name: acme
    allowed_users: 50
    allowed_service_users: 5
    features: [applications, queues, pipelines, reports]
  register: acme

- name: An admin for it, without whom most servers refuse to rename it
  clearml.enterprise.clearml_user:
    company: acme
    email: admin@acme.invalid
    name: Acme automation
    role: admin
    internal: true

- name: Another name for it
  clearml.enterprise.clearml_company:
    id: "{{ acme.company.id }}"
    name: Acme Inc

- name: Take it away with its users
  clearml.enterprise.clearml_company:
    name: Acme Inc
    state: absent
    confirm_name: Acme Inc
    force: true
"""

RETURN = r"""
company:
  description:
    - The company as it is now; empty once it is gone. In check mode as it would be.
    - Settings are only in it if they were asked for and can be read.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the company. Not known in check mode before the company exists.
      type: str
    name:
      description: Name of the company.
      type: str
    allowed_users:
      description: Largest number of users.
      type: int
    allowed_service_users:
      description: Largest number of service accounts.
      type: int
    allow_service_user_admins:
      description: Whether service accounts may be admins.
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
"""

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.company import COMPANY, FEATURES
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
    "acting_user": {"type": "str"},
    "allowed_users": {"type": "int"},
    "allowed_service_users": {"type": "int"},
    "allow_service_user_admins": {"type": "bool"},
    "max_running_apps": {"type": "int"},
    "feature_set": {"type": "str", "choices": ["basic", "advanced"]},
    "features": {"type": "list", "elements": "str", "choices": FEATURES},
    "exclude_features": {"type": "list", "elements": "str", "choices": FEATURES},
    "update_unreadable": {"type": "str", "choices": ["on_create", "always"], "default": "on_create"},
    "confirm_name": {"type": "str"},
    "force": {"type": "bool", "default": False},
}


def main(make: Factory = ClearMLModule) -> None:
    run_entity(COMPANY, ARGUMENT_SPEC, make, steering=("acting_user", "update_unreadable", "confirm_name", "force"))


if __name__ == "__main__":
    main()

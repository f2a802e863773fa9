#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage an access rule."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_access_rule
short_description: Manage access rules of a ClearML company
version_added: 0.1.0
description:
  - Creates, changes and removes access rules. A rule lets users, groups and service accounts read, or read and change,
    one project, queue, task or the like.
  - A rule is found by its exact name. A new one gets an ID that follows from company and name, so that a run that was
    cut off makes no second one.
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
      - Name of the rule. Capital letters count.
      - With O(id), the name that the rule should have.
    type: str
    required: true
  id:
    description: ID of an existing rule, to rename it, or to tell it from another.
    type: str
  state:
    description: Whether the rule should exist.
    type: str
    choices: [present, absent]
    default: present
  description:
    description: What the rule is for. Null removes it.
    type: str
  entity_type:
    description:
      - Kind of what the rule is about. A new rule needs it.
      - A rule about a project is about everything in it.
    type: str
    choices: [task, model, project, queue, dataset, dataview, route, app, app_category]
  entity:
    description:
      - What the rule is about. A new rule needs it, and so does another O(entity_type), unless that is V(project).
      - A queue, project or route by name or ID. A task, model, dataset or dataview by ID (32 hex digits), since the API
        lists none of them.
      - An application by the ID in its template, a category of applications by its exact text, or V(*) for all.
      - Null is the top level, which is all projects, and goes with V(project) only. A new rule about projects has it
        unless O(entity) is given.
    type: str
  access_permission:
    description:
      - What the rule allows. A new rule needs it.
      - Categories of applications are always V(read_write), which is what a rule about them has without this option.
    type: str
    choices: [read, read_write]
  users:
    description: All people that the rule is for, by e-mail address, full name or ID. Null or an empty list removes all.
    type: list
    elements: str
  groups:
    description: All groups that the rule is for, by name or ID. Null or an empty list removes all.
    type: list
    elements: str
  service_accounts:
    description: All service accounts that the rule is for, by name or ID. Null or an empty list removes all.
    type: list
    elements: str
seealso:
  - module: clearml.enterprise.clearml_access_rule_info
  - module: clearml.enterprise.clearml_default_access_rules
  - module: clearml.enterprise.clearml_group
notes:
  - Rules that the server made are left alone; changing or removing one is refused.
  - In check mode names that do not exist yet are taken as made by an earlier task; RV(assumes) says which.
"""

EXAMPLES = r"""
- name: Ann may use the queue for half a GPU
  clearml.enterprise.clearml_access_rule:
    company: acme
    name: Half a GPU for Ann
    entity_type: queue
    entity: default
    access_permission: read_write
    users: [ann@acme.example]

- name: Admins instead of Ann
  clearml.enterprise.clearml_access_rule:
    company: acme
    name: Half a GPU for Ann
    users: []
    groups: [Admins]

- name: Everybody may read all projects
  clearml.enterprise.clearml_access_rule:
    company: acme
    name: Reading for everybody
    entity_type: project
    entity: null
    access_permission: read
    groups: [Users]

- name: Remove a rule
  clearml.enterprise.clearml_access_rule:
    company: acme
    name: Reading for everybody
    state: absent
"""

RETURN = r"""
access_rule:
  description: The rule as it is now; empty once it is gone. In check mode as it would be.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the rule. Not known in check mode before the rule exists.
      type: str
    name:
      description: Name of the rule.
      type: str
    description:
      description: What the rule is for.
      type: str
    entity_type:
      description: Kind of what the rule is about.
      type: str
    entity:
      description:
        - Name of what the rule is about, where the server tells it, else its ID.
        - It is V(*) for all categories of applications, and null for all projects.
      type: str
    access_permission:
      description: V(read) or V(read_write).
      type: str
    users:
      description: E-mail addresses of the people it is for, sorted; the name of a person who has no address.
      type: list
      elements: str
    groups:
      description: Names of the groups it is for, sorted; the ID of a group that is gone.
      type: list
      elements: str
    service_accounts:
      description: Names of the service accounts it is for, sorted.
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

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.access_rule import (
    ACCESS_RULE,
    ENTITY_TYPES,
    LEVELS,
)
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
    "entity_type": {"type": "str", "choices": ENTITY_TYPES},
    "entity": {"type": "str"},
    "access_permission": {"type": "str", "choices": LEVELS},
    "users": {"type": "list", "elements": "str"},
    "groups": {"type": "list", "elements": "str"},
    "service_accounts": {"type": "list", "elements": "str"},
}


def main(make: Factory = ClearMLModule) -> None:
    run_entity(ACCESS_RULE, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage a project."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_project
short_description: Manage projects of a ClearML company
version_added: 0.1.0
description:
  - Creates, changes and removes projects, as targets of access rules and homes of tasks.
  - A project is found by its exact name, hidden ones too.
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
      - Name of the project, at least 3 characters, unique within the company. Capital letters count.
      - Slashes put projects into each other. What is missing above a new project, the server makes along with it.
      - With O(id), the name that the project should have. It can only change after the last slash; the names of the
        projects in it follow.
    type: str
    required: true
  id:
    description: ID of an existing project, to rename it.
    type: str
  state:
    description: Whether the project should exist. A removal takes the projects in it along.
    type: str
    choices: [present, absent]
    default: present
  description:
    description: What the project is about. Null or an empty text removes it.
    type: str
  tags:
    description: All tags that the project should have; order does not count. Null or an empty list removes all.
    type: list
    elements: str
  system_tags:
    description:
      - All system tags that the project should have. The server uses them, C(hidden) hides a project; null removes all.
    type: list
    elements: str
  default_output_destination:
    description: URL at which new tasks of the project keep their outputs. Null or an empty text removes it.
    type: str
  force:
    description:
      - Remove the project although there are projects, tasks, models or other things in it.
      - The projects in it go too; all else then belongs to no project, unless O(delete_contents) is set.
    type: bool
    default: false
  delete_contents:
    description: With O(force), remove the tasks and models in the project too.
    type: bool
    default: false
seealso:
  - module: clearml.enterprise.clearml_project_info
  - module: clearml.enterprise.clearml_task
notes:
  - A project is never moved into another one.
"""

EXAMPLES = r"""
- name: Project for the vision team of acme
  clearml.enterprise.clearml_project:
    company: acme
    name: research/vision
    description: All that sees
    tags: [vision]
    default_output_destination: s3://acme-models/vision

- name: Remove the description, keep everything else
  clearml.enterprise.clearml_project:
    company: acme
    name: research/vision
    description: null

- name: Remove everything about research, with all tasks
  clearml.enterprise.clearml_project:
    company: acme
    name: research
    state: absent
    force: true
    delete_contents: true
"""

RETURN = r"""
project:
  description: The project as it is now; empty once it is gone. In check mode as it would be.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the project. Not known in check mode before the project exists.
      type: str
    name:
      description: Name of the project, with those above it.
      type: str
    description:
      description: What the project is about; null if nothing is said.
      type: str
    tags:
      description: Tags, sorted.
      type: list
      elements: str
    system_tags:
      description: System tags, sorted.
      type: list
      elements: str
    default_output_destination:
      description: URL for outputs of new tasks; null if there is none.
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

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.project import PROJECT
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
    "tags": {"type": "list", "elements": "str"},
    "system_tags": {"type": "list", "elements": "str"},
    "default_output_destination": {"type": "str"},
    "force": {"type": "bool", "default": False},
    "delete_contents": {"type": "bool", "default": False},
}


def main(make: Factory = ClearMLModule) -> None:
    run_entity(PROJECT, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Read projects."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_project_info
short_description: Read the projects of a ClearML company
version_added: 0.1.0
description:
  - Lists all projects of a company, hidden ones too, or the one with a given name. Public projects are left out.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
options:
  name:
    description: Exact name of a project. Without it all projects are returned.
    type: str
seealso:
  - module: clearml.enterprise.clearml_project
"""

EXAMPLES = r"""
- name: All projects of acme
  clearml.enterprise.clearml_project_info:
    company: acme
  register: acme

- name: Those of the research department
  ansible.builtin.debug:
    msg: "{{ acme.projects | map(attribute='name') | select('match', 'research/') }}"
"""

RETURN = r"""
projects:
  description: The projects, by name. Empty if O(name) does not exist.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the project.
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
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.project import PROJECT
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_info,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

ARGUMENT_SPEC: ArgumentSpec = {"name": {"type": "str"}}


def read(world: World, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The projects that were asked for."""
    name = params["name"]
    rows = [PROJECT.row(raw) for raw in PROJECT.read(world, Desired({} if name is None else {"name": name}))]
    wanted = [row for row in rows if name in (None, row.values["name"])]
    return {"projects": [{"id": row.id, **row.values} for row in sorted(wanted, key=lambda one: one.values["name"])]}


def main(make: Factory = ClearMLModule) -> None:
    run_info(read, ARGUMENT_SPEC, make, returns="projects")


if __name__ == "__main__":
    main()

#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Read access rules."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_access_rule_info
short_description: Read the access rules of a ClearML company
version_added: 0.1.0
description:
  - Lists all access rules of a company, those that the server made too, or those with a given name.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
options:
  name:
    description: Exact name of a rule. Without it all rules are returned.
    type: str
seealso:
  - module: clearml.enterprise.clearml_access_rule
  - module: clearml.enterprise.clearml_default_access_rules
"""

EXAMPLES = r"""
- name: All access rules of acme
  clearml.enterprise.clearml_access_rule_info:
    company: acme
  register: acme

- name: Those that people made
  ansible.builtin.debug:
    msg: "{{ acme.access_rules | rejectattr('built_in') | map(attribute='name') }}"
"""

RETURN = r"""
access_rules:
  description: The rules, by name. Empty if O(name) does not exist.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the rule.
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
    entity_id:
      description: ID of what the rule is about; null for all projects.
      type: str
    built_in:
      description: Whether the server made the rule.
      type: bool
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.access_rule import ACCESS_RULE, beside
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_info,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._plan import shown
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

ARGUMENT_SPEC: ArgumentSpec = {"name": {"type": "str"}}


def read(world: World, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The rules that were asked for."""
    rows = [ACCESS_RULE.row(raw) for raw in ACCESS_RULE.read(world, Desired({}))]
    rules = [{"id": row.id, **shown(ACCESS_RULE, row.values), **beside(row)} for row in rows]
    wanted = [rule for rule in rules if params["name"] in (None, rule["name"])]
    return {"access_rules": sorted(wanted, key=lambda rule: (str(rule["name"]), rule["id"]))}


def main(make: Factory = ClearMLModule) -> None:
    run_info(read, ARGUMENT_SPEC, make, returns="access_rules")


if __name__ == "__main__":
    main()

#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Say what roles would have in the cluster for each tenant."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_desired_info
short_description: Say what roles would have in the cluster for each tenant
version_added: 0.1.0
description:
  - Resolves, for each host of a group, what roles of this collection would hand to the cluster. The roles do not run.
    Their templates and the variables of the play and of the host say it.
  - What a role would find out while it runs has to be given in O(facts), or is left out of the comparison by the role.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
options:
  roles:
    description: The roles to ask.
    type: list
    elements: str
    required: true
    choices: [tenant, agent, app_gateway, task_traffic_router]
  group:
    description: The inventory group whose hosts are the tenants.
    type: str
    default: clearml_tenants
  facts:
    description: Variables that all hosts have besides their own.
    type: dict
    default: {}
notes:
  - Runs on the controller only.
seealso:
  - module: clearml.enterprise.clearml_release_info
"""

EXAMPLES = r"""
- name: What all tenants should have in their clusters
  clearml.enterprise.clearml_desired_info:
    roles: [tenant, agent, app_gateway]
  register: desired
  no_log: true

- name: What they have
  clearml.enterprise.clearml_release_info:
    kubeconfig: "{{ item.kubeconfig | default(omit, true) }}"
    context: "{{ item.context | default(omit, true) }}"
    desired: "{{ item.releases }}"
    objects: "{{ item.objects }}"
  loop: "{{ desired.clusters }}"
  no_log: true
"""

RETURN = r"""
clusters:
  description: What there should be, cluster by cluster.
  returned: success
  type: list
  elements: dict
  contains:
    kubeconfig:
      description: The kubeconfig file; empty for the usual one.
      type: str
    context:
      description: The context in it; empty for the current one.
      type: str
    releases:
      description: The releases, as clearml_release_info takes them. Values may hold what the user gave.
      type: list
      elements: dict
    objects:
      description: Other objects, as definitions.
      type: list
      elements: dict
namespaces:
  description: The host that each namespace is of.
  returned: success
  type: dict
broken:
  description: Hosts of which a variable cannot be resolved, and why.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule

ARGUMENT_SPEC = {
    "roles": {
        "type": "list",
        "elements": "str",
        "required": True,
        "choices": ["tenant", "agent", "app_gateway", "task_traffic_router"],
    },
    "group": {"type": "str", "default": "clearml_tenants"},
    "facts": {"type": "dict", "default": {}},
}


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="clearml_desired_info runs on the controller; its action plugin has not been found")


if __name__ == "__main__":
    main()

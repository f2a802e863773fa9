#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Bring all tenants into the state that they declare."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_state
short_description: Bring all tenants of the inventory into the state that they declare
version_added: 0.1.0
description:
  - Compares the companies of any number of tenants with what their variables (C(tenant_*)) declare, in one task, and
    does what differs. The objects are compared as the modules that keep one of them each would compare them.
  - Each list is read once per company, companies side by side. What happens to one tenant does not keep the others,
    and never fails the task; look at RV(failed_tenants).
  - Tenants are the hosts of an inventory group, under C(--limit) and C(serial) those that are meant. Their variables
    are taken one host at a time.
  - The API side of a tenant is looked at; all that is in Kubernetes is left to the roles.
  - Key pairs are compared and not made, because a new one's secret goes where a role keeps it. They have the status
    V(left), and their tenants are in RV(left_to_roles).
  - A tenant that is declared absent is reported while its company exists. It is removed by the playbook
    C(clearml.enterprise.remove_tenant), which asks for its name.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
options:
  group:
    description: The inventory group whose hosts are the tenants.
    type: str
    default: clearml_tenants
  scope:
    description: The kinds of objects to look at. Without it, all.
    type: list
    elements: str
    choices:
      - company
      - user
      - service_account
      - group
      - queue
      - project
      - access_rule
      - vault
      - storage_settings
      - login_rules
      - idp
      - credentials
  in_cluster:
    description:
      - Whether the tenants have a place in a cluster, as those of a site with C(clearml_platform) have. Then the key
        pairs of their agents and gateways are compared too.
    type: bool
    default: false
  prune:
    description:
      - What to do about objects of a kind that a tenant declares (if only as an empty list), and that its file does not
        mention. V(report) names them, V(delete) removes them, V(no) does not look.
      - Never counted are what the server made itself, what nobody can change, users with addresses of machines, queues
        that agents make, vaults of people, and projects. A company is never removed.
      - V(delete) is refused under C(--limit), with C(serial), and if the variables of any tenant cannot be had.
    type: str
    choices: ["no", report, delete]
    default: report
  prune_limit:
    description: With V(delete), how many objects may be removed at the most. If there are more, none is.
    type: int
    default: 20
  ignore:
    description: Objects that no file mentions and that are right all the same.
    type: list
    elements: dict
    default: []
    suboptions:
      tenant:
        description: Name of the tenant; a pattern such as C(lab-*). Without it, all.
        type: str
      kind:
        description: Kind of the object. Without it, all.
        type: str
      name:
        description: Name of the object; a pattern. Without it, all.
        type: str
  max_parallel:
    description: How many companies are worked on at the same time.
    type: int
    default: 8
notes:
  - Needs a key of role system or root.
  - Runs on the controller only.
seealso:
  - module: clearml.enterprise.clearml_company
  - module: clearml.enterprise.clearml_tenants_validate
"""

EXAMPLES = r"""
- name: What drifted in hundreds of tenants
  clearml.enterprise.clearml_state:
  check_mode: true
  register: clearml_drift

- name: Bring users, groups and queues into the state of the files, and remove what no file mentions
  clearml.enterprise.clearml_state:
    scope: [user, group, queue]
    prune: delete
    prune_limit: 5
    ignore:
      - kind: queue
        name: "scratch-*"
  run_once: true
  register: clearml_repaired

# In a play for the tenants: each of them fails for itself.
- name: The tenant is as its file says
  ansible.builtin.assert:
    that: inventory_hostname not in clearml_repaired.failed_tenants
    fail_msg: "{{ (clearml_repaired.tenants[inventory_hostname] | default({})).errors | default([]) | join('; ') }}"
"""

RETURN = r"""
tenants:
  description: What was done to each tenant, or in check mode would be done, by host name.
  returned: success
  type: dict
  contains:
    company:
      description: Name of the company.
      type: str
    changed:
      description: Whether anything was changed.
      type: bool
    failed:
      description: Whether something could not be brought into its state.
      type: bool
    errors:
      description: Why, one text for each object.
      type: list
      elements: str
    objects:
      description: The objects that were not as declared; empty if everything stood as asked.
      type: list
      elements: dict
      contains:
        kind:
          description: Kind of the object.
          type: str
        name:
          description: Name of the object.
          type: str
        action:
          description: V(create), V(update) or V(delete).
          type: str
        status:
          description:
            - V(planned) in check mode, else V(done) or V(failed); V(left) for what is left to a playbook or a role.
          type: str
        fields:
          description: What differs, each with C(field), C(before) and C(after). Secrets are masked.
          type: list
          elements: dict
        calls:
          description: The endpoints that do it.
          type: list
          elements: str
        error:
          description: Why it failed; else empty.
          type: str
    unmentioned:
      description: Objects that no file mentions, each with C(kind), C(name), C(id) and C(removed).
      type: list
      elements: dict
    counts:
      description: How many objects were declared, and how many of which action, failure and finding there are.
      type: dict
left_to_roles:
  description: Names of the tenants with key pairs that lack, or that are to be replaced or revoked.
  returned: success
  type: list
  elements: str
failed_tenants:
  description: Names of the tenants of which something failed.
  returned: success
  type: list
  elements: str
counts:
  description: The counts of all tenants, and how many tenants there are.
  returned: success
  type: dict
requests:
  description: How many requests were sent, as C(reads) and C(writes).
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.clearml.enterprise.plugins.module_utils._connection import connection_argument_spec

KINDS = [
    *("company", "user", "service_account", "group", "queue", "project", "access_rule", "vault", "storage_settings"),
    *("login_rules", "idp", "credentials"),
]
ARGUMENT_SPEC = {
    **connection_argument_spec(),
    "group": {"type": "str", "default": "clearml_tenants"},
    "scope": {"type": "list", "elements": "str", "choices": KINDS},
    "in_cluster": {"type": "bool", "default": False},
    "prune": {"type": "str", "choices": ["no", "report", "delete"], "default": "report"},
    "prune_limit": {"type": "int", "default": 20},
    "ignore": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {"tenant": {"type": "str"}, "kind": {"type": "str"}, "name": {"type": "str"}},
    },
    "max_parallel": {"type": "int", "default": 8},
}


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="clearml_state runs on the controller; its action plugin has not been found")


if __name__ == "__main__":
    main()

#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Write the companies of a server as the files of tenants."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_export
short_description: Write the companies of a server as the files of tenants
version_added: 0.1.0
description:
  - Looks at companies as they are today, and writes an inventory that declares them, with one file for each tenant.
    Applying the files to the same server changes nothing.
  - Only files on the controller are written, and nothing on the server. A file that is there with another text is kept,
    unless O(force) says otherwise; with C(--diff) the difference is shown.
  - No secret is written. In the place of each is a template such as C({{ vault_acme_storage_aws_secret }}), and
    RV(tenants) and the head of the file list them. A secret that the server shows is compared by later runs, so fill in
    the one that stands; any text will do for one that it does not show.
  - Each file is tried before it is written. What could not be applied, or would change something, is left out and
    listed, such as a group with a name that another group has too.
  - What the server made itself, what nobody can change, users with addresses of machines and queues of agents are not
    declared, as M(clearml.enterprise.clearml_state) does not count them.
  - A company is called as the inventory plugin C(clearml.enterprise.tenants) calls it. One that a file in O(dest)
    declares already keeps that file's name.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
options:
  dest:
    description: Folder of the inventory. It is made if it is not there. A relative path starts where Ansible did.
    type: path
    required: true
  companies:
    description: Names or IDs of the companies. Without it, all but the server's own.
    type: list
    elements: str
    default: []
  exclude:
    description: Names or IDs of companies to leave out.
    type: list
    elements: str
    default: []
  projects:
    description:
      - Which projects to declare. They are people's work, so V(none) by default. V(named) takes those that access rules
        name, V(all) takes all.
    type: str
    choices: [none, named, all]
    default: none
  personal_vaults:
    description: Whether to declare the vaults of people and service accounts too, which takes a request for each owner.
    type: bool
    default: false
  releases:
    description:
      - The releases of the platform's cluster, as M(clearml.enterprise.clearml_release_info) returns them. With them,
        C(group_vars/all/site.yml) says which components the platform has, in which versions, and where they are not
        where the roles have them. Agents and gateways are named in its comments.
    type: list
    elements: dict
  layout:
    description:
      - Whether a new tenant is a V(file) C(host_vars/<tenant>.yml), or a V(folder) C(host_vars/<tenant>) with
        C(tenant.yml) in it, beside which other files of the tenant can be.
    type: str
    choices: [file, folder]
    default: file
  group:
    description: The inventory group that a new C(hosts.yml) puts the tenants into.
    type: str
    default: clearml_tenants
  schema:
    description: What the first line of each file calls the schema, for editors. Without it, the path to this one's.
    type: str
  force:
    description: Whether to write over files that differ.
    type: bool
    default: false
  max_parallel:
    description: How many companies are looked at at the same time.
    type: int
    default: 8
notes:
  - Needs a key of role system or root.
  - Runs on the controller only.
  - C(hosts.yml), and the connection in C(group_vars/all), are only written where they are missing.
seealso:
  - module: clearml.enterprise.clearml_state
  - module: clearml.enterprise.clearml_tenants_validate
  - module: clearml.enterprise.clearml_release_info
"""

EXAMPLES = r"""
- name: What a server has, as files
  clearml.enterprise.clearml_export:
    dest: "{{ playbook_dir }}/inventory"
    exclude: [Sandbox]
  register: clearml_exported

- name: What has to be filled in
  ansible.builtin.debug:
    msg: "{{ clearml_exported.tenants[item].to_fill_in | map(attribute='variable') }}"
  loop: "{{ clearml_exported.tenants | list }}"

- name: One company anew, with all of its projects
  clearml.enterprise.clearml_export:
    dest: "{{ playbook_dir }}/inventory"
    companies: [acme]
    projects: all
    force: true
"""

RETURN = r"""
tenants:
  description: The companies, by the names of their tenants.
  returned: when companies were looked at
  type: dict
  contains:
    company:
      description: Name of the company.
      type: str
    id:
      description: Its ID.
      type: str
    file:
      description: Its file.
      type: str
    status:
      description: V(written), V(unchanged), V(kept) for a file that differs and was left alone, or V(failed).
      type: str
    error:
      description: Why the company could not be read; else empty.
      type: str
    to_fill_in:
      description:
        - The secrets, each with C(variable), C(path) and C(compared). If C(compared), the server shows it, and another
          one would be a change.
      type: list
      elements: dict
    left_out:
      description: What stands and is not in the file, each with C(kind), C(name), C(fields) and C(why).
      type: list
      elements: dict
failed_tenants:
  description: Names of the tenants whose companies could not be read.
  returned: when companies were looked at
  type: list
  elements: str
files:
  description: What became of each file.
  returned: when companies were looked at
  type: dict
kept:
  description: Files that differ and were left alone.
  returned: when companies were looked at
  type: list
  elements: str
requests:
  description: How many requests were sent.
  returned: when companies were looked at
  type: int
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.clearml.enterprise.plugins.module_utils._connection import connection_argument_spec

ARGUMENT_SPEC = {
    **connection_argument_spec(),
    "dest": {"type": "path", "required": True},
    "companies": {"type": "list", "elements": "str", "default": []},
    "exclude": {"type": "list", "elements": "str", "default": []},
    "projects": {"type": "str", "choices": ["none", "named", "all"], "default": "none"},
    "personal_vaults": {"type": "bool", "default": False},
    "releases": {"type": "list", "elements": "dict"},
    "layout": {"type": "str", "choices": ["file", "folder"], "default": "file"},
    "group": {"type": "str", "default": "clearml_tenants"},
    "schema": {"type": "str"},
    "force": {"type": "bool", "default": False},
    "max_parallel": {"type": "int", "default": 8},
}


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="clearml_export runs on the controller; its action plugin has not been found")


if __name__ == "__main__":
    main()

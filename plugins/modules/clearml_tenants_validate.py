#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Validate the tenants of an inventory; the action plugin of this name does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_tenants_validate
short_description: Validate what an inventory declares about its tenants
version_added: 0.1.0
description:
  - Looks at the variables of all hosts of an inventory group, whatever C(--limit) says, and reports every mistake
    at once, with file, line, path and advice. Talks to no server and changes nothing.
  - A tenant is a host. What it should be stands in variables with the prefix C(tenant_), in C(host_vars) and
    C(group_vars). The schema C(schemas/tenant.schema.json) of this collection says which there are.
  - Templates are resolved before they are judged. Secrets are neither decrypted nor looked up; they only have to
    be encrypted with ansible-vault or to be a reference, which is a template.
  - A value is shown only where it can be no secret. Of a file that is not valid YAML, no text is shown.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
options:
  group:
    description: The inventory group whose hosts are the tenants.
    type: str
    default: clearml_tenants
requirements:
  - jsonschema >= 4.20 on the controller
notes:
  - Runs on the controller only. Its own play should be for C(localhost), since Ansible itself ends a play
    for a host whose files are not valid YAML. The playbook C(clearml.enterprise.validate) does it like that.
seealso:
  - module: clearml.enterprise.clearml_company
"""

EXAMPLES = r"""
- name: Look for mistakes before anything is touched
  clearml.enterprise.clearml_tenants_validate:
  run_once: true
"""

RETURN = r"""
tenants:
  description: Names of the tenants that were looked at.
  returned: always
  type: list
  elements: str
mistakes:
  description: What is wrong, by file and line. The task fails if there is anything.
  returned: always
  type: list
  elements: dict
  contains:
    tenant:
      description: The tenant. Of a file that several tenants share, the first of them.
      type: str
    file:
      description: File, seen from where Ansible was started, or else from the inventory's parent.
      type: str
    line:
      description: Line in the file; null where it is not known.
      type: int
    path:
      description: Path of the value, such as C(tenant_queues[2].name); empty if the file as a whole is meant.
      type: str
    value:
      description: The value, or the template that it comes from; empty if it may be a secret.
      type: str
    problem:
      description: What is wrong with it.
      type: str
    advice:
      description: What to do about it.
      type: str
    text:
      description: All of this as one line.
      type: str
msg:
  description: All mistakes as one text, one a line.
  returned: always
  type: str
"""

from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        argument_spec={"group": {"type": "str", "default": "clearml_tenants"}}, supports_check_mode=True
    )
    module.fail_json(msg="clearml_tenants_validate runs on the controller, where the inventory is, and not as a module")


if __name__ == "__main__":
    main()

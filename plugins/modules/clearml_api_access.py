#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Take a key pair from the cluster for one run; the action plugin of this name does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_api_access
short_description: Take the API key pair of a site from its cluster for the length of a run
version_added: 0.1.0
description:
  - Reads a key pair from a Kubernetes Secret and writes it into a C(clearml.conf) that only the own user can read, in
    a folder that belongs to this run of Ansible. The other modules take its path as C(config_file).
    No variable, fact or argument ever holds the pair.
  - A chart of today makes up the keys of the server and keeps them in the Secret C(clearml-conf).
  - Folders of runs that are over are removed by the next call, also those of runs that were killed.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.kubernetes
options:
  api_host:
    description: Address of the API server that goes into the file.
    type: str
    required: true
  name:
    description: Name of the Secret.
    type: str
    default: clearml-conf
  namespace:
    description: Namespace of the Secret.
    type: str
    default: clearml
  access_key_name:
    description: Key under which the Secret has the access key.
    type: str
    default: apiserver_key
  secret_key_name:
    description: Key under which the Secret has the secret key.
    type: str
    default: apiserver_secret
  folder:
    description: Where the folders of runs are.
    type: path
    default: ~/.cache/clearml.enterprise/runs
  state:
    description: V(absent) removes the file of this run.
    type: str
    choices: [present, absent]
    default: present
notes:
  - Runs on the controller only, and in check mode too; the file is no part of what is managed, so RV(ignore:changed) is
    always false.
seealso:
  - module: clearml.enterprise.clearml_secret
"""

EXAMPLES = r"""
- name: Take the key pair of the server
  clearml.enterprise.clearml_api_access:
    api_host: https://api.clearml.example.com
  register: access

- name: Use it
  clearml.enterprise.clearml_company:
    config_file: "{{ access.config_file }}"
    name: Acme Inc

- name: Forget it
  clearml.enterprise.clearml_api_access:
    api_host: https://api.clearml.example.com
    state: absent
"""

RETURN = r"""
config_file:
  description: Path of the file; empty if there is none.
  returned: success
  type: str
unborn:
  description:
    - Whether the Secret does not exist and this is a check run, so that an earlier task may be about to install the
      server. Otherwise a missing Secret is an error.
  returned: success
  type: bool
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.clearml.enterprise.plugins.module_utils._api_access import ARGUMENT_SPEC


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="clearml_api_access runs on the controller, as part of a run, and not as a module")


if __name__ == "__main__":
    main()

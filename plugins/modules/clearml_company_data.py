#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Delete what a removed company has left on its server."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_company_data
short_description: Delete what a removed company has left on a ClearML server
version_added: 0.1.0
description:
  - A company that M(clearml.enterprise.clearml_company) has removed stays in the server's list as inactive, and keeps
    its documents in the databases and its files on the file server. This deletes them for good, with the server's own
    jobs in the pod of its API server and C(rm) in that of its file server. Make a backup first.
  - The files go first and the entry in the list last. A run that was interrupted is finished by the next one, which
    finds the company, and its ID, in the list.
  - Without such a company nothing is done. One that is not removed is refused; check mode takes it as about to be.
  - What is in object storage, such as S3, is not touched.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
  - clearml.enterprise.kubernetes
requirements:
  - websocket-client >= 1.4
attributes:
  check_mode:
    description: Predicts the commands, and runs none in a pod.
    support: full
  diff_mode:
    description: There is nothing to show, neither before nor after.
    support: none
options:
  name:
    description: Exact name that the company had.
    type: str
    required: true
  confirm_name:
    description: The same once more, to confirm that this is meant. Needed as soon as there is something to delete.
    type: str
  id:
    description:
      - ID of the company, 32 hexadecimal digits. It has to be that of O(name).
      - Needed where several companies of that name were removed.
    type: str
  unlisted:
    description:
      - Run the commands for O(id) even if the server's list does not have it, as on servers that leave out companies
        that were removed. Such a run always changes something.
    type: bool
    default: false
  namespace:
    description: Namespace of the server.
    type: str
    default: clearml
  silence_timeout:
    description: Seconds that a command may go without writing anything before the run fails.
    type: int
    default: 3600
notes:
  - The user of the kubeconfig needs the rights to C(list) pods and deployments, and to C(get) and C(create)
    C(pods/exec), in the server's namespace.
seealso:
  - module: clearml.enterprise.clearml_company
"""

EXAMPLES = r"""
- name: Remove a company
  clearml.enterprise.clearml_company:
    name: Acme Inc
    state: absent
    confirm_name: Acme Inc

- name: Delete what it has left
  clearml.enterprise.clearml_company_data:
    name: Acme Inc
    confirm_name: Acme Inc
"""

RETURN = r"""
company:
  description: The company whose data was deleted. Empty if there is none.
  returned: success
  type: dict
  contains:
    id:
      description: Its ID.
      type: str
    name:
      description: Its name.
      type: str
actions:
  description: The commands in order, also in check mode.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: Always V(delete).
      type: str
    kind:
      description: What goes; V(company files), V(company data) or V(company entry).
      type: str
    name:
      description: Name of the company.
      type: str
    calls:
      description: The command.
      type: list
      elements: str
assumes:
  description: What check mode takes as done by an earlier task.
  returned: if there is any
  type: list
  elements: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._company_data import Leftovers, removed_company
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, kube_argument_spec
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    refuse_empty,
    run,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._world import require_platform

ARGUMENT_SPEC: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "confirm_name": {"type": "str"},
    "id": {"type": "str"},
    "unlisted": {"type": "bool", "default": False},
    "namespace": {"type": "str", "default": "clearml"},
    "silence_timeout": {"type": "int", "default": 3600},
    **kube_argument_spec(),
}


def body(module: ClearMLModule, client: Client) -> dict[str, t.Any]:
    params = module.params
    refuse_empty(params, ("name", "namespace", "kubeconfig", "context"))
    if params["silence_timeout"] < 1:
        raise InvalidInput(f"silence_timeout is {params['silence_timeout']}; it is a number of seconds from 1 up")
    require_platform(client, "Deleting the data of companies")
    company = removed_company(client, params["name"], params["id"], params["unlisted"])
    if company is None:
        return {"changed": False, "actions": [], "company": {}}
    if params["confirm_name"] != company.name:
        raise Refused(
            f"Deleting the data of company {company.name!r} ({company.id}) has no way back. To confirm, set "
            f"confirm_name to exactly {company.name!r}; it is {params['confirm_name']!r}"
        )
    leftovers = Leftovers(
        Kube.connect(params, module.check_mode), params["namespace"], company, params["silence_timeout"]
    )
    if not module.check_mode:
        leftovers.delete(client)
    if leftovers.without_files:
        module.warn(
            f"Namespace {params['namespace']} has no file server. Files of company {company.name!r} ({company.id}) "
            "that are somewhere else have to be removed by hand"
        )
    result: dict[str, t.Any] = {
        "changed": True,
        "actions": [action.describe(None) for action in leftovers.actions],
        "company": {"id": company.id, "name": company.name},
    }
    if company.active:
        result["assumes"] = [f"the removal of company {company.name!r}"]
    return result


def main(make: Factory = ClearMLModule) -> None:
    run(body, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

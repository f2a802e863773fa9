#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Hold a Lease of Kubernetes while something is done that only one may do."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_lease
short_description: Hold a Lease of Kubernetes while something is done that only one may do
version_added: 0.1.0
description:
  - Takes a C(Lease) if nobody has it, if it has ended, or if it is the holder's own, which renews it. Says whose it is
    otherwise, and does not fail.
  - Of two who ask at the same time, the cluster serves one.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.kubernetes
attributes:
  diff_mode:
    support: none
    description: There is nothing in a Lease that a diff would show.
  idempotent:
    support: none
    description: Each run renews it.
options:
  name:
    description: Name of the Lease.
    type: str
    required: true
  namespace:
    description: Namespace of the Lease.
    type: str
    required: true
  holder:
    description: Who wants it. Two runs have to have two names.
    type: str
    required: true
  duration:
    description: Seconds after which somebody else may take it, if it was not renewed, as after a run that was killed.
    type: int
    default: 3600
  state:
    description: Whether to hold it, or to give it back.
    type: str
    choices: [held, released]
    default: held
seealso:
  - module: clearml.enterprise.clearml_state
"""

EXAMPLES = r"""
- name: Only one at a time
  clearml.enterprise.clearml_lease:
    name: clearml-drift
    namespace: clearml
    holder: "night-of-{{ inventory_hostname }}"
  register: lease

- name: Another night is at work
  ansible.builtin.meta: end_play
  when: not lease.held
"""

RETURN = r"""
held:
  description: Whether the holder has it now. In check mode, whether it would.
  returned: success
  type: bool
holder:
  description: Who has it; empty if nobody does.
  returned: success
  type: str
ends:
  description: When it ends if it is not renewed, in UTC.
  returned: success
  type: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube
from ansible_collections.clearml.enterprise.plugins.module_utils._lease import Lease
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    refuse_empty,
    run_on_cluster,
)

ARGUMENT_SPEC: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "namespace": {"type": "str", "required": True},
    "holder": {"type": "str", "required": True},
    "duration": {"type": "int", "default": 3600},
    "state": {"type": "str", "choices": ["held", "released"], "default": "held"},
}


def body(module: ClearMLModule, kube: Kube) -> dict[str, t.Any]:
    """Take the Lease, or give it back."""
    params = module.params
    refuse_empty(params, ("holder",))
    if params["duration"] < 1:
        raise InvalidInput(f"duration is {params['duration']}; it is a number of seconds from 1 up")
    lease = Lease(kube, params["name"], params["namespace"], params["holder"], params["duration"])
    return (lease.hold() if params["state"] == "held" else lease.release()).describe()


def main(make: Factory = ClearMLModule) -> None:
    run_on_cluster(body, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

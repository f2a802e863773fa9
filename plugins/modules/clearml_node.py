#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Close a node, empty it, wait for its reboot, and open it again."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_node
short_description: Close a node, empty it, wait for its reboot, and open it again
version_added: 0.1.0
description:
  - Sees to it that a node takes new pods, takes none, or has none, as around a reboot.
  - Pods are evicted, which honours their PodDisruptionBudgets. Pods of DaemonSets and of the node itself stay, and so
    do completed ones.
  - A node that this module closes bears the annotation C(clearml.enterprise/cordoned). It opens no other node - a
    person who closed one has a reason.
  - Check mode only reads, and waits for nothing.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.kubernetes
options:
  name:
    description: Name of the node.
    type: str
    required: true
  state:
    description:
      - V(schedulable) opens a node that this module closed, V(cordoned) lets no new pod come, V(drained) also evicts
        those that are there.
    type: str
    choices:
      - schedulable
      - cordoned
      - drained
    required: true
  booted_since:
    description:
      - Boot ID of the node as it was before. Given that, the module first waits until the node is ready after another
        boot.
      - In check mode the node is taken as one that an earlier task would have closed.
    type: str
  wait_timeout:
    description: Longest wait for a boot, and for evicted pods to be gone, in seconds each.
    type: int
    default: 300
  evict_unmanaged:
    description: Evict also pods that nobody starts again, such as the tasks of an agent. By default they are refused.
    type: bool
    default: false
  delete_local_data:
    description: Evict also pods with an emptyDir, which is lost with them. By default they are refused.
    type: bool
    default: false
notes:
  - The user of the kubeconfig needs the rights to C(get) and C(patch) nodes, to C(list) pods, and to C(create)
    C(pods/eviction).
seealso:
  - module: clearml.enterprise.clearml_mig
"""

EXAMPLES = r"""
- name: Nothing runs on the node
  clearml.enterprise.clearml_node:
    name: gpu-node-1
    state: drained
    wait_timeout: 600
  register: drained

- name: Reboot it
  ansible.builtin.command:
    argv: [ssh, "{{ drained.node.address }}", sudo, systemctl, reboot]
  when: reboot_is_due | default(false)

- name: Wait until it is back
  clearml.enterprise.clearml_node:
    name: gpu-node-1
    state: cordoned
    booted_since: "{{ drained.node.boot_id }}"
  when: reboot_is_due | default(false)

- name: Pods may come again
  clearml.enterprise.clearml_node:
    name: gpu-node-1
    state: schedulable
"""

RETURN = r"""
node:
  description: The node as it is now, or in check mode was found.
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      type: str
    address:
      description: Its address within the cluster's network; null if it has none.
      type: str
    boot_id:
      description: What every boot makes anew.
      type: str
    ready:
      description: Whether pods can run on it.
      type: bool
    schedulable:
      description: Whether new pods may come.
      type: bool
actions:
  description: What was done, or in check mode would be done, in order. Empty if everything stood as asked.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(update) or V(evict).
      type: str
    kind:
      description: V(Node) or V(Pod).
      type: str
    name:
      description: Name of the node, or namespace and name of the pod.
      type: str
    fields:
      description: What an update changes.
      type: list
      elements: str
    calls:
      description: Requests that were made.
      type: list
      elements: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, Object
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    refuse_empty,
    run_on_cluster,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._nodes import Keeper, Rules, boot_id, is_ready

ARGUMENT_SPEC: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["schedulable", "cordoned", "drained"], "required": True},
    "booted_since": {"type": "str"},
    "wait_timeout": {"type": "int", "default": 300},
    "evict_unmanaged": {"type": "bool", "default": False},
    "delete_local_data": {"type": "bool", "default": False},
}


def body(module: ClearMLModule, kube: Kube) -> dict[str, t.Any]:
    params = module.params
    refuse_empty(params, ("booted_since",))
    keeper = Keeper(kube, params["name"])
    if params["booted_since"]:
        if module.check_mode:
            keeper.assume_closed()
        else:
            keeper.wait(params["booted_since"], params["wait_timeout"])
    before = keeper.closed
    if params["state"] == "schedulable":
        keeper.open()
    elif params["state"] == "cordoned":
        keeper.close()
    else:
        keeper.empty(Rules(params["evict_unmanaged"], params["delete_local_data"], params["wait_timeout"]))
    result: dict[str, t.Any] = {
        "changed": bool(keeper.actions),
        "actions": [action.describe(None) for action in keeper.actions],
        "node": described(keeper),
    }
    if module._diff:
        gone = [action.name for action in keeper.actions if action.kind == "Pod"]
        after = before if not any(one.kind == "Node" for one in keeper.actions) else params["state"] != "schedulable"
        result["diff"] = {
            "before": {"schedulable": not before, "pods": gone},
            "after": {"schedulable": not after, "pods": []},
        }
    return result


def described(keeper: Keeper) -> Object:
    """The node as the module returns it."""
    node = keeper.node
    addresses = {one["type"]: one["address"] for one in node["status"].get("addresses") or []}
    return {
        "name": node["metadata"]["name"],
        "address": addresses.get("InternalIP"),
        "boot_id": boot_id(node),
        "ready": is_ready(node),
        "schedulable": not keeper.closed,
    }


def main(make: Factory = ClearMLModule) -> None:
    run_on_cluster(body, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

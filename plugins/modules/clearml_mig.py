#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Let the GPUs of a node be divided, or not."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_mig
short_description: Let the GPUs of a node be divided, or not
version_added: 0.1.0
description:
  - Keeps the MIG mode of a node's GPUs as declared, with C(nvidia-smi) in the pod of the GPU operator's device plugin
    there, and the labels of the node that tell of it.
  - GPUs that are in use, by processes or by pods that asked for them, are left alone - the task fails before anything
    is changed. So are GPUs that cannot be divided.
  - Where a mode is not in force before the node reboots, RV(reboot_required) says so. Nothing is rebooted here.
  - To make whole GPUs again, all instances of a GPU are destroyed first.
  - Check mode only reads. Whether a change takes a reboot shows when it is made; check mode foresees none.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.kubernetes
requirements:
  - websocket-client >= 1.4
options:
  name:
    description: Name of the node.
    type: str
    required: true
  mode:
    description: The mode that its GPUs should have.
    type: str
    choices:
      - enabled
      - disabled
    default: enabled
  gpus:
    description: Indices of the GPUs that it is about, as C(nvidia-smi) counts them. By default all of the node's.
    type: list
    elements: int
    default: []
  labels:
    description:
      - Labels of the node. One with a value is set once the mode is in force on all those GPUs; one that is null is
        removed before a GPU is touched.
    type: dict
    default: {}
  namespace:
    description: Namespace of the GPU operator.
    type: str
    default: gpu-operator
  selector:
    description:
      - Label of the device plugin's pods.
      - If there are none in the whole namespace, check mode takes them as installed by an earlier task, and the GPUs as
        new; RV(assumes) says so.
    type: str
    default: app=nvidia-device-plugin-daemonset
  wait_timeout:
    description: Longest wait for the device plugin's pod to be ready, in seconds, such as after a reboot.
    type: int
    default: 0
  assume_reboot:
    description: Take what is pending as in force, in check mode, as behind a reboot that an earlier task would do.
    type: bool
    default: false
notes:
  - The user of the kubeconfig needs the rights to C(get) and C(patch) nodes, to C(list) pods, and to C(get) and
    C(create) C(pods/exec), the latter in check mode too.
seealso:
  - module: clearml.enterprise.clearml_node
"""

EXAMPLES = r"""
- name: GPUs that the dynamic MIG operator may divide
  clearml.enterprise.clearml_mig:
    name: gpu-node-1
    labels:
      cdmo.clear.ml/gpu-partitioning: mig
  register: divided

- name: Say what is left to do
  ansible.builtin.debug:
    msg: Reboot gpu-node-1, and run this again
  when: divided.reboot_required

- name: One divided GPU in a node whose others stay whole
  clearml.enterprise.clearml_mig:
    name: gpu-node-2
    gpus: [0]

- name: Whole GPUs again
  clearml.enterprise.clearml_mig:
    name: gpu-node-1
    mode: disabled
    labels:
      cdmo.clear.ml/gpu-partitioning: null
"""

RETURN = r"""
gpus:
  description: The GPUs that it is about. Empty if check mode cannot look at them.
  returned: success
  type: list
  elements: dict
  contains:
    index:
      description: Its number, as C(nvidia-smi) counts.
      type: int
    model:
      description: Its name.
      type: str
    before:
      description: Its mode as it was found.
      type: dict
      contains:
        current:
          description: The mode in force, V(Enabled), V(Disabled), or V([N/A]) if it has none.
          type: str
        pending:
          description: The mode after the next reset or reboot.
          type: str
    after:
      description: The same as it is now, or in check mode would be.
      type: dict
      contains:
        current:
          description: The mode in force.
          type: str
        pending:
          description: The mode after the next reset or reboot.
          type: str
active:
  description: Whether the mode is in force on all of them.
  returned: success
  type: bool
reboot_required:
  description: Whether the node has to reboot until it is.
  returned: success
  type: bool
actions:
  description: What was done, or in check mode would be done, in order. Empty if everything stood as asked.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(update).
      type: str
    kind:
      description: V(GPU) or V(Node).
      type: str
    name:
      description: Name of the node, for a GPU with its index.
      type: str
    fields:
      description: What is changed.
      type: list
      elements: str
    calls:
      description: Commands that were executed, or requests that were made.
      type: list
      elements: str
assumes:
  description: What is taken as installed by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube
from ansible_collections.clearml.enterprise.plugins.module_utils._mig import MODES, Divided, Gpu, Wanted
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    refuse_empty,
    run_on_cluster,
)

ARGUMENT_SPEC: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "mode": {"type": "str", "choices": ["enabled", "disabled"], "default": "enabled"},
    "gpus": {"type": "list", "elements": "int", "default": []},
    "labels": {"type": "dict", "default": {}},
    "namespace": {"type": "str", "default": "gpu-operator"},
    "selector": {"type": "str", "default": "app=nvidia-device-plugin-daemonset"},
    "wait_timeout": {"type": "int", "default": 0},
    "assume_reboot": {"type": "bool", "default": False},
}


def body(module: ClearMLModule, kube: Kube) -> dict[str, t.Any]:
    params = module.params
    refuse_empty(params, ("selector",))
    wrong = sorted(key for key, value in params["labels"].items() if not isinstance(value, str | None))
    if wrong:
        raise InvalidInput(f"labels.{wrong[0]} is no text; put its value in quotes, or null to remove it")
    wanted = Wanted(MODES[params["mode"]], tuple(params["gpus"]), params["labels"], params["assume_reboot"])
    divided = Divided(kube, params["name"], params["namespace"], params["selector"], params["wait_timeout"])
    labels = divided.node["metadata"].get("labels") or {}
    divided.carry_out(wanted)
    active = divided.active(wanted)
    chosen = divided.chosen(wanted) if divided.after else []
    before = {gpu.index: gpu for gpu in divided.before}
    result: dict[str, t.Any] = {
        "changed": bool(divided.actions),
        "actions": [action.describe(None) for action in divided.actions],
        "gpus": [
            {"index": gpu.index, "model": gpu.model, "before": before[gpu.index].shown(), "after": gpu.shown()}
            for gpu in chosen
        ],
        "active": active,
        "reboot_required": not active,
    }
    if divided.assumed:
        result["assumes"] = divided.assumed
    if module._diff:
        changed = [field.removeprefix("metadata.labels.") for one in divided.actions for field in one.fields]
        told = {key: value for key, value in wanted.labels.items() if key in changed}
        result["diff"] = {
            "before": shown([before[gpu.index] for gpu in chosen], {key: labels.get(key) for key in told}),
            "after": shown(chosen, told),
        }
    return result


def shown(gpus: list[Gpu], labels: t.Mapping[str, str | None]) -> dict[str, t.Any]:
    """Modes and labels in a diff."""
    return {
        "gpus": {str(gpu.index): gpu.shown() for gpu in gpus},
        "labels": {key: value for key, value in labels.items() if value is not None},
    }


def main(make: Factory = ClearMLModule) -> None:
    run_on_cluster(body, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

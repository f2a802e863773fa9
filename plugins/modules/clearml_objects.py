#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Keep plain objects of Kubernetes as declared."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_objects
short_description: Keep plain objects of Kubernetes as declared
version_added: 0.1.0
description:
  - Sees to namespaces, policies, quotas and the like, many of them in one task, and writes only what differs.
  - Whether an object differs is asked of the cluster by a dry run, so that its defaults and its way of writing amounts
    count for nothing. What it would refuse is refused before anything is written, but for objects in a namespace that
    the same task makes.
  - What is declared under C(spec) is all of it. Labels, annotations and everything else are added to what there is;
    null removes a label or another key.
  - A field that the kind does not have is an error.
  - The user of the kubeconfig needs the rights to read and to write in check mode too, because a dry run asks for them.
  - Secrets are refused; M(clearml.enterprise.clearml_secret) keeps them.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.kubernetes
options:
  definitions:
    description:
      - Objects that should be there. Namespaces are made first, everything else in the given order.
      - The cluster has to know their kinds; a CustomResourceDefinition takes a task of its own.
    type: list
    elements: dict
    default: []
  absent:
    description:
      - Objects that should not be there. Only C(apiVersion), C(kind), C(metadata.name) and C(metadata.namespace) count.
      - One of a kind that the cluster does not know is not there.
    type: list
    elements: dict
    default: []
  namespace:
    description:
      - Namespace of the objects that live in one and name none.
      - One that does not exist is an error, unless O(definitions) has it. In check mode it is taken as one that an
        earlier task would make; RV(assumes) says so.
    type: str
  wait:
    description: Wait until what O(absent) names is gone, also if it was being deleted before.
    type: bool
    default: false
  wait_timeout:
    description: Longest wait, in seconds.
    type: int
    default: 300
seealso:
  - module: clearml.enterprise.clearml_objects_info
  - module: clearml.enterprise.clearml_secret
  - module: clearml.enterprise.clearml_release
"""

EXAMPLES = r"""
- name: A namespace whose pods nobody else reaches
  clearml.enterprise.clearml_objects:
    namespace: acme
    definitions:
      - apiVersion: v1
        kind: Namespace
        metadata:
          name: acme
      - apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata:
          name: default-deny-ingress
        spec:
          podSelector: {}
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: {}
    absent:
      - apiVersion: v1
        kind: ResourceQuota
        metadata:
          name: tenant-quota
"""

RETURN = r"""
actions:
  description:
    - What was done, or in check mode would be done, in order. Empty if everything stood as asked.
    - The list of a check run equals that of the real run.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(create), V(update) or V(delete).
      type: str
    kind:
      description: Kind of the object.
      type: str
    name:
      description: Namespace and name of the object.
      type: str
    fields:
      description: What an update changes, such as C(spec.hard).
      type: list
      elements: str
    calls:
      description: Requests that were made.
      type: list
      elements: str
assumes:
  description: Namespaces that do not exist yet and are taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

import time
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, KubeError, Object
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_on_cluster,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._objects import Plan, is_gone, name_of

ARGUMENT_SPEC: ArgumentSpec = {
    "definitions": {"type": "list", "elements": "dict", "default": []},
    "absent": {"type": "list", "elements": "dict", "default": []},
    "namespace": {"type": "str"},
    "wait": {"type": "bool", "default": False},
    "wait_timeout": {"type": "int", "default": 300},
}
#: Seconds between two looks.
PAUSE = 0.5


def body(module: ClearMLModule, kube: Kube) -> dict[str, t.Any]:
    params = module.params
    plan = Plan(kube, params["definitions"], params["absent"], params["namespace"] or "")
    if not module.check_mode:
        plan.carry_out()
        if params["wait"]:
            wait_until_gone(kube, plan.leaving, params["wait_timeout"])
    result: dict[str, t.Any] = {
        "changed": bool(plan.actions),
        "actions": [action.describe(None) for action in plan.actions],
    }
    if plan.assumed:
        result["assumes"] = plan.assumed
    if module._diff:
        result["diff"] = {"before": plan.before, "after": plan.after}
    return result


def wait_until_gone(kube: Kube, objects: list[Object], seconds: int) -> None:
    """Look again and again.

    :raises KubeError: naming what is still there
    """
    end = time.monotonic() + seconds
    while objects := [one for one in objects if not is_gone(kube, one)]:
        if time.monotonic() > end:
            names = ", ".join(name_of(one) for one in objects)
            raise KubeError(
                f"Still being deleted after {seconds} s: {names}. What keeps it is in its metadata.finalizers"
            )
        time.sleep(PAUSE)


def main(make: Factory = ClearMLModule) -> None:
    run_on_cluster(body, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

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
    count for nothing.
  - What is declared under C(spec) is all of it. Labels, annotations and everything else are added to what there is.
  - Secrets are refused; M(clearml.enterprise.clearml_secret) keeps them.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.kubernetes
options:
  definitions:
    description: Objects that should be there, in the order in which they are made.
    type: list
    elements: dict
    default: []
  absent:
    description: Objects that should not be there. C(apiVersion), C(kind) and C(metadata.name) are looked at.
    type: list
    elements: dict
    default: []
  namespace:
    description:
      - Namespace of the objects that name none.
      - One that does not exist is an error, unless O(definitions) has it. In check mode it is taken as one that an
        earlier task would make; RV(assumes) says so.
    type: str
  wait:
    description: Wait until what was deleted is gone.
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
    calls:
      description: Always empty; no call of the ClearML API is made.
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

from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, KubeError
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_on_cluster,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._objects import bring_about, find, name_of

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
    changes = bring_about(kube, params["definitions"], params["absent"], params["namespace"] or "")
    if params["wait"] and not module.check_mode:
        wait_until_gone(kube, changes.deleted, params["wait_timeout"])
    result: dict[str, t.Any] = {
        "changed": bool(changes.actions),
        "actions": [action.describe(None) for action in changes.actions],
    }
    if changes.assumed:
        result["assumes"] = changes.assumed
    if module._diff:
        result["diff"] = {"before": changes.before, "after": changes.after}
    return result


def wait_until_gone(kube: Kube, objects: list[dict[str, t.Any]], seconds: int) -> None:
    """Look again and again.

    :raises KubeError: naming what is still there
    """
    end = time.monotonic() + seconds
    while left := [one for one in objects if find(kube, one) is not None]:
        if time.monotonic() > end:
            names = ", ".join(name_of(one) for one in left)
            raise KubeError(f"After {seconds} s this is still being deleted: {names}. Look at its metadata.finalizers")
        time.sleep(PAUSE)


def main(make: Factory = ClearMLModule) -> None:
    run_on_cluster(body, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Read plain objects of Kubernetes."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_objects_info
short_description: Read plain objects of Kubernetes
version_added: 0.1.0
description:
  - Lists the objects of one kind. Secrets are refused, since their values would be shown.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
  - clearml.enterprise.kubernetes
options:
  api_version:
    description: Group and version of the kind, such as V(v1) or V(networking.k8s.io/v1).
    type: str
    default: v1
  kind:
    description: The kind.
    type: str
    required: true
  namespace:
    description: Only those of this namespace.
    type: str
  name:
    description: Only the one of this name. If its kind lives in namespaces, O(namespace) has to say in which.
    type: str
  selector:
    description: Only those with these labels, as C(kubectl) has it. Not together with O(name).
    type: str
seealso:
  - module: clearml.enterprise.clearml_objects
"""

EXAMPLES = r"""
- name: The Ingresses of the server
  clearml.enterprise.clearml_objects_info:
    api_version: networking.k8s.io/v1
    kind: Ingress
    namespace: clearml
  register: ingresses

- name: The namespaces that this collection keeps
  clearml.enterprise.clearml_objects_info:
    kind: Namespace
    selector: app.kubernetes.io/managed-by=clearml.enterprise
"""

RETURN = r"""
resources:
  description: The objects as the cluster has them, without C(metadata.managedFields).
  returned: success
  type: list
  elements: dict
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    refuse_empty,
    run_on_cluster,
)

ARGUMENT_SPEC: ArgumentSpec = {
    "api_version": {"type": "str", "default": "v1"},
    "kind": {"type": "str", "required": True},
    "namespace": {"type": "str"},
    "name": {"type": "str"},
    "selector": {"type": "str"},
}


def body(module: ClearMLModule, kube: Kube) -> dict[str, t.Any]:
    params = module.params
    refuse_empty(params, ("selector",))
    api_version, kind, name = params["api_version"], params["kind"], params["name"]
    namespace, selector = params["namespace"] or "", params["selector"] or ""
    if kind == "Secret":
        raise InvalidInput("Secrets are not read here, where they would be shown")
    if name and selector:
        raise InvalidInput("name and selector do not go together; leave one out")
    if kube.namespaced(api_version, kind) and name and not namespace:
        raise InvalidInput(f"{kind} {name} lives in a namespace; name it in namespace")
    if name:
        one = kube.find(api_version, kind, name, namespace)
        found = [] if one is None else [one]
    else:
        found = kube.every(api_version, kind, namespace, selector)
    for one in found:
        one["metadata"].pop("managedFields", None)
    # In a list the server leaves out what all objects have in common.
    return {"changed": False, "resources": [{"apiVersion": api_version, "kind": kind, **one} for one in found]}


def main(make: Factory = ClearMLModule) -> None:
    run_on_cluster(body, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

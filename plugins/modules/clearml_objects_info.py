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
    description: Only the one of this name; O(namespace) has to say where, for a kind that lives in namespaces.
    type: str
  selector:
    description: Only those with these labels, as C(kubectl) has it.
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
    if params["kind"] == "Secret":
        raise InvalidInput("Secrets are not read here, where they would be shown")
    place = (params["api_version"], params["kind"])
    namespace = params["namespace"] or ""
    if params["name"]:
        one = kube.find(*place, params["name"], namespace)
        found = [] if one is None else [one]
    else:
        found = kube.every(*place, namespace, params["selector"] or "")
    for one in found:
        one["metadata"].pop("managedFields", None)
    return {"changed": False, "resources": found}


def main(make: Factory = ClearMLModule) -> None:
    run_on_cluster(body, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Look whether a cluster has what an installation needs."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_preflight
short_description: Look whether a cluster has what an installation needs
version_added: 0.1.0
description:
  - Looks at version, nodes and their GPUs, classes, namespaces, the user's rights and names in the DNS, and reports
    everything that would stop an installation at once, before anything is touched. Writes nothing.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
  - clearml.enterprise.kubernetes
options:
  namespaces:
    description: Namespaces that are going to be used, whether they exist or not.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the namespace.
        type: str
        required: true
      holds:
        description:
          - What is going to be in it, which says what rights are needed there. A namespace may be named more than once.
          - V(component) is one more chart beside the server, V(policies) are network policies, and V(gpus) are pods
            in which GPUs are divided, with the labels of nodes.
        type: str
        choices:
          - server
          - component
          - policies
          - gpus
          - tenant
        required: true
  rights:
    description:
      - Rights that the user should have, instead of those that the roles of this collection need in O(namespaces).
    type: list
    elements: dict
    suboptions:
      verbs:
        description: Verbs such as V(get) and V(create).
        type: list
        elements: str
        required: true
      resource:
        description: Resource with its group and its subresource, such as V(secrets), V(deployments.apps), V(pods/log).
        type: str
        required: true
      namespace:
        description: The namespace; without it all of them, or a resource that is in none.
        type: str
  storage_class:
    description: Name of the StorageClass that is going to be used. Without it there has to be a default one.
    type: str
  ingress_class:
    description: Name of the IngressClass that is going to be used. Without it there has to be a default one.
    type: str
  needs:
    description:
      - What is going to be made. What is not in the list needs no default class.
      - V(default_ingress) is an Ingress that can name no class, so that there has to be a default one beside
        O(ingress_class) too.
    type: list
    elements: str
    choices:
      - storage
      - ingress
      - default_ingress
    default:
      - storage
      - ingress
  resources:
    description: Resources such as V(nvidia.com/gpu) that at least one node has to offer to pods.
    type: list
    elements: str
    default: []
  hosts:
    description: Names that need an address where the module runs.
    type: list
    elements: str
    default: []
  minimum_version:
    description: Oldest version of Kubernetes that will do, in quotes, such as V('1.30').
    type: str
  maximum_version:
    description: Newest version of Kubernetes that will do, with all its patches.
    type: str
  libraries:
    description: Python libraries that should be there where modules run, with the oldest version of each.
    type: dict
    default: {}
  secrets:
    description:
      - Secrets of one's own choice by the names of their variables; a value may be a tree of them.
      - Those that public charts and guides print as examples are refused.
    type: dict
    default: {}
  releases:
    description: Releases of Helm whose state should be among RV(facts).
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the release.
        type: str
        required: true
      namespace:
        description: Namespace of the release.
        type: str
        required: true
  fail:
    description: Whether the task fails if there is a problem.
    type: bool
    default: true
notes:
  - A right that several namespaces need is asked for all namespaces first, and for each of them if that is refused.
seealso:
  - module: clearml.enterprise.clearml_server_info
"""

EXAMPLES = r"""
- name: Look at the cluster before anything is touched
  clearml.enterprise.clearml_preflight:
    namespaces:
      - name: clearml
        holds: server
      - name: acme
        holds: tenant
    ingress_class: nginx

- name: Look whether pods may be started on nodes of one's own choice
  clearml.enterprise.clearml_preflight:
    needs: []
    rights:
      - verbs: [create]
        resource: pods
        namespace: gpu-operator
      - verbs: [get, patch]
        resource: nodes
    fail: false
"""

RETURN = r"""
problems:
  description: Everything that would stop an installation.
  returned: always
  type: list
  elements: dict
  contains:
    what:
      description: What is wrong.
      type: str
    where:
      description: The option that it comes from, or the name in O(secrets).
      type: str
    advice:
      description: What to do about it.
      type: str
facts:
  description: What the cluster is like. If it gives no answer, RV(facts.addresses) only.
  returned: always
  type: dict
  contains:
    version:
      description: Version of Kubernetes.
      type: str
    user:
      description: As whom the cluster knows the user; null if it does not say so.
      type: str
    nodes:
      description: Names of the nodes; null if the user may not see them.
      type: list
      elements: str
    ready_nodes:
      description: Names of the nodes that can run new pods.
      type: list
      elements: str
    gpus:
      description: Nodes with devices, or with labels about GPUs; null if the user may not see nodes.
      type: list
      elements: dict
      contains:
        node:
          description: Name of the node.
          type: str
        resources:
          description: How many devices pods may have, by the resource's name.
          type: dict
        labels:
          description: Its labels about GPUs.
          type: dict
    addresses:
      description: Addresses of each of O(hosts).
      type: dict
    storage_classes:
      description: Names of the StorageClasses; null if the user may not see them.
      type: list
      elements: str
    default_storage_class:
      description: Name of the default one; null if there is none.
      type: str
    ingress_classes:
      description: Names of the IngressClasses; null if the user may not see them.
      type: list
      elements: str
    default_ingress_class:
      description: Name of the default one; null if there is none.
      type: str
    releases:
      description: What is known of the releases that were asked for, in their order.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the release.
          type: str
        namespace:
          description: Namespace of the release.
          type: str
        chart_version:
          description: Version of its chart; null if it is not installed or its record cannot be read.
          type: str
        status:
          description: Its status in Helm's words, such as V(deployed); null if it is not installed.
          type: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, kube_argument_spec
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ClearMLModule,
    Factory,
    finish,
    refuse_empty,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._preflight import examine

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "namespaces": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "name": {"type": "str", "required": True},
            "holds": {
                "type": "str",
                "choices": ["server", "component", "policies", "gpus", "tenant"],
                "required": True,
            },
        },
    },
    "rights": {
        "type": "list",
        "elements": "dict",
        "options": {
            "verbs": {"type": "list", "elements": "str", "required": True},
            "resource": {"type": "str", "required": True},
            "namespace": {"type": "str"},
        },
    },
    "storage_class": {"type": "str"},
    "ingress_class": {"type": "str"},
    "needs": {
        "type": "list",
        "elements": "str",
        "choices": ["storage", "ingress", "default_ingress"],
        "default": ["storage", "ingress"],
    },
    "resources": {"type": "list", "elements": "str", "default": []},
    "hosts": {"type": "list", "elements": "str", "default": []},
    "minimum_version": {"type": "str"},
    "maximum_version": {"type": "str"},
    "libraries": {"type": "dict", "default": {}},
    "secrets": {"type": "dict", "default": {}, "no_log": True},
    "releases": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {"name": {"type": "str", "required": True}, "namespace": {"type": "str", "required": True}},
    },
    "fail": {"type": "bool", "default": True},
}


def main(make: Factory = ClearMLModule) -> None:
    module = make(argument_spec={**kube_argument_spec(), **ARGUMENT_SPEC})

    def body() -> dict[str, t.Any]:
        refuse_empty(module.params, ("kubeconfig", "context"))
        problems, facts = examine(module.params, lambda: Kube.connect(module.params, read_only=True))
        result: dict[str, t.Any] = {"problems": problems, "facts": facts}
        if problems and module.params["fail"]:
            lines = [f"{one['where']}: {one['what']}. {one['advice']}" for one in problems]
            module.fail_json(msg="\n".join(lines), **result)
        return result

    finish(module, body, lambda: False)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Look at all Helm releases of a cluster in one pass."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_release_info
short_description: Look at all Helm releases of a cluster in one pass
version_added: 0.1.0
description:
  - Reads the records of all releases by the list, and compares them with what is desired as
    M(clearml.enterprise.clearml_release) would compare each of them.
  - Other objects can be compared in the same pass, by the fields that their definitions set. Of Secrets, only the
    presence of keys is looked at.
  - Everything is read in lists over all namespaces where the user may, and else namespace by namespace. No request is
    made for a single release or object.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
  - clearml.enterprise.kubernetes
options:
  desired:
    description: The releases that should be there.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the release.
        type: str
        required: true
      namespace:
        description: Its namespace.
        type: str
        required: true
      chart:
        description: Name of its chart.
        type: str
      version:
        description: Version of its chart. Without it, any will do.
        type: str
      values:
        description: Its values.
        type: dict
        default: {}
      values_from:
        description: Values out of Secrets, as M(clearml.enterprise.clearml_release) takes them.
        type: list
        elements: dict
        default: []
        suboptions:
          name:
            description: Name of the Secret.
            type: str
            required: true
          namespace:
            description: Its namespace, if it is another one than the release's.
            type: str
          key:
            description: The key whose text it is.
            type: str
          path:
            description: Where the text belongs among the values.
            type: str
            required: true
          optional:
            description: Whether the Secret or the key may be missing.
            type: bool
            default: false
          checksum:
            description: Put the SHA-256 over all that is in the Secret there, instead of one key's text.
            type: bool
            default: false
      ignore:
        description: Paths of differences that do not count.
        type: list
        elements: str
        default: []
  objects:
    description:
      - Definitions of other objects that should be there.
      - Of a Secret, only the keys under C(data) are looked at, and not what is in them.
    type: list
    elements: dict
    default: []
  namespaces:
    description: Look at these only. Without it, all of the cluster.
    type: list
    elements: str
  compare_live:
    description: Whether to compare the live objects of a release with its manifest too.
    type: bool
    default: true
  pending_timeout:
    description: Seconds after which a release whose record says that helm is at work counts as stuck.
    type: int
    default: 960
  unmanaged:
    description: Whether to tell releases that O(desired) does not have.
    type: bool
    default: true
  ignore:
    description: Releases that nobody has to declare, as patterns of C(namespace/name).
    type: list
    elements: str
    default: []
seealso:
  - module: clearml.enterprise.clearml_release
  - module: clearml.enterprise.clearml_desired_info
"""

EXAMPLES = r"""
- name: Every release of the cluster, with its state
  clearml.enterprise.clearml_release_info:
  register: found

- name: What two tenants have, and should have
  clearml.enterprise.clearml_release_info:
    namespaces: [acme, globex]
    desired:
      - name: clearml-enterprise-agent
        namespace: acme
        chart: clearml-enterprise-agent
        version: 6.14.6
        values: {agentk8sglue: {queues: {default: {}}}}
    objects:
      - apiVersion: v1
        kind: Secret
        metadata: {name: clearml-agent-credentials, namespace: acme}
        data: {agentk8sglue_key: "", agentk8sglue_secret: ""}
    ignore: ["*/lab-*"]
"""

RETURN = r"""
releases:
  description: The releases that are, or should be.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the release.
      type: str
    namespace:
      description: Its namespace.
      type: str
    chart:
      description: Name of its chart.
      type: str
    version:
      description: Version of its chart.
      type: str
    app_version:
      description: Version of what the chart installs.
      type: str
    revision:
      description: How often helm has written it.
      type: int
    status:
      description: Its status, as helm has it.
      type: str
    updated:
      description: When helm wrote it last.
      type: str
    age:
      description: Seconds since then.
      type: int
    values:
      description: The values that its user gave; secrets are masked.
      type: dict
    state:
      description: V(in_sync), V(absent), V(drifted), V(failed), V(stuck) or V(unmanaged).
      type: str
    reasons:
      description: Why, in plain words.
      type: list
      elements: str
    differences:
      description: What differs, each with C(what), C(path), C(before) and C(after). Secrets are masked.
      type: list
      elements: dict
objects:
  description: Of O(objects), each with C(kind), C(name), C(namespace), C(state) and C(differences).
  returned: success
  type: list
  elements: dict
counts:
  description: How many releases and objects are in which state.
  returned: success
  type: dict
requests:
  description: How many requests were sent.
  returned: success
  type: int
errors:
  description: What could not be looked at, and why.
  returned: success
  type: list
  elements: str
"""

import collections
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube
from ansible_collections.clearml.enterprise.plugins.module_utils._kube_lists import ListedKube
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_on_cluster,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._release_survey import Survey
from ansible_collections.clearml.enterprise.plugins.module_utils._values import masked_values

SOURCE: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "namespace": {"type": "str"},
    "key": {"type": "str", "no_log": False},
    "path": {"type": "str", "required": True},
    "optional": {"type": "bool", "default": False},
    "checksum": {"type": "bool", "default": False},
}
DESIRED: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "namespace": {"type": "str", "required": True},
    "chart": {"type": "str"},
    "version": {"type": "str"},
    "values": {"type": "dict", "default": {}},
    "values_from": {"type": "list", "elements": "dict", "default": [], "options": SOURCE},
    "ignore": {"type": "list", "elements": "str", "default": []},
}
ARGUMENT_SPEC: ArgumentSpec = {
    "desired": {"type": "list", "elements": "dict", "default": [], "options": DESIRED},
    "objects": {"type": "list", "elements": "dict", "default": []},
    "namespaces": {"type": "list", "elements": "str"},
    "compare_live": {"type": "bool", "default": True},
    "pending_timeout": {"type": "int", "default": 960},
    "unmanaged": {"type": "bool", "default": True},
    "ignore": {"type": "list", "elements": "str", "default": []},
}


def body(module: ClearMLModule, kube: Kube) -> dict[str, t.Any]:
    """Survey the cluster."""
    params = module.params
    desired, objects = params["desired"], params["objects"]
    # -vvv shows the arguments.
    params["desired"] = [{**one, "values": masked_values(one["values"])} for one in desired]
    known = {str(one["namespace"]) for one in desired}
    known |= {str((one.get("metadata") or {}).get("namespace") or "") for one in objects} - {""}
    limited = params["namespaces"] is not None
    listed = ListedKube(kube, params["namespaces"] if limited else known, limited)
    survey = Survey(
        listed, desired, params["compare_live"], params["pending_timeout"], params["unmanaged"], params["ignore"]
    )
    releases = survey.releases()
    others = survey.objects(objects)
    if listed.refused:
        module.warn(
            f"The user may not list {', '.join(sorted(listed.refused))} of all namespaces; only these were looked at: "
            f"{', '.join(sorted(known)) or 'none'}"
        )
    return {
        "changed": False,
        "releases": releases,
        "objects": others,
        "counts": dict(collections.Counter(one["state"] for one in releases + others)),
        "requests": listed.sent,
        "errors": survey.errors,
    }


def main(make: Factory = ClearMLModule) -> None:
    run_on_cluster(body, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

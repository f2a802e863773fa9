#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage a release of helm."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_release
short_description: Manage a release of helm
version_added: 0.1.0
description:
  - Installs, upgrades, heals and removes a release of a chart.
  - The release's own record is read first, and helm runs only if something differs. A night without a difference needs
    neither helm nor the chart.
  - A release whose last operation failed is not as wanted, and neither is one that a killed helm left behind. Both are
    healed.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.kubernetes
options:
  name:
    description: Name of the release.
    type: str
    required: true
  namespace:
    description: Namespace of the release.
    type: str
    required: true
  state:
    description:
      - Whether the release should exist.
      - A removal leaves the claims of StatefulSets, and what the chart marks to be kept.
    type: str
    choices: [present, absent]
    default: present
  chart:
    description:
      - The chart, as an archive or a folder, or as anything else that helm takes.
      - Needed only if something differs.
    type: str
  chart_name:
    description:
      - Name of the chart in its C(Chart.yaml), to refuse a release of another chart with the same name.
      - By default read from the archive or folder that O(chart) names, else the last part of O(chart).
    type: str
  version:
    description:
      - Exact version of the chart. A chart in a file or folder has its own by default.
      - Without a version, the installed one stays. The first install needs one.
    type: str
  values:
    description:
      - All values that differ from the chart's defaults. What is not in them goes back to the default.
      - Null removes a default.
    type: dict
    default: {}
  values_from:
    description:
      - Values that are read from Secrets in the cluster, after all others are set. They are never shown.
      - In check mode, a Secret that does not exist is taken as made by an earlier task.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the Secret.
        type: str
        required: true
      namespace:
        description: Namespace of the Secret. By default that of the release.
        type: str
      key:
        description: Key in the Secret's data.
        type: str
        required: true
      path:
        description:
          - Where in the values the text belongs, such as V(clearml.apiserverSecret).
          - An entry of a list is chosen by its place, as in V(hosts[0].name), or by its name, as in
            V(apiserver.extraEnvs[PASSWORD].value), which adds an entry of that name if there is none.
          - A dot that is part of a key has a backslash before it.
        type: str
        required: true
      optional:
        description: Leave the value out if there is no such Secret or key.
        type: bool
        default: false
  wait:
    description: Whether to wait until all objects of the release are ready.
    type: bool
    default: true
  timeout:
    description: Seconds to wait for each step of helm.
    type: int
    default: 900
  pending_timeout:
    description:
      - Seconds after which an operation that another helm began and did not end counts as left behind by a killed one.
        Until then, the module waits for it to end.
      - By default the O(timeout) and a minute.
    type: int
  compare_live:
    description:
      - Also compare each object of the release with what its manifest sets, to find what was edited or deleted by hand.
      - This is one more request for each object.
    type: bool
    default: false
  create_namespace:
    description: Create the namespace if it does not exist.
    type: bool
    default: false
  keep_history:
    description: Largest number of revisions that helm keeps.
    type: int
    default: 10
  helm_binary:
    description: The helm program, 3.18 or newer. By default the first on E(PATH).
    type: path
seealso:
  - module: clearml.enterprise.clearml_chart
  - plugin: clearml.enterprise.helm_values
    plugin_type: filter
notes:
  - No value is shown that came by O(values_from), or whose key or variable sounds like a secret.
  - Before another attempt with other values, an upgrade that failed is rolled back to the last revision that came up,
    without hooks. helm would leave in the objects what only the failed one had set.
  - With a release that was made by helm 3, an object of a custom kind that was edited by hand is found by
    O(compare_live), and not healed by helm; the module fails and names it.
"""

EXAMPLES = r"""
- name: ClearML from a chart archive, its password from a Secret
  clearml.enterprise.clearml_release:
    name: clearml
    namespace: clearml
    chart: /srv/charts/clearml-enterprise-8.2.1.tgz
    values:
      apiserver:
        replicaCount: 2
    values_from:
      - name: clearml-registry
        key: password
        path: imageCredentials.password

- name: What differs, and nothing more
  clearml.enterprise.clearml_release:
    name: clearml
    namespace: clearml
    chart_name: clearml-enterprise
    version: 8.2.1
    compare_live: true
  check_mode: true
  register: plan

- name: Remove the release, keep its data
  clearml.enterprise.clearml_release:
    name: clearml
    namespace: clearml
    state: absent
"""

RETURN = r"""
release:
  description: The release as it is now, in check mode too; empty if there is none.
  returned: success
  type: dict
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
      description: Its status, such as V(deployed).
      type: str
    updated:
      description: When helm wrote it last.
      type: str
differences:
  description:
    - What was not as wanted, and in check mode is not. Empty if everything was.
    - The list of a check run equals that of the real run.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: V(absent), V(present), V(status), V(version), V(values) or V(live).
      type: str
    path:
      description: What differs.
      type: str
    before:
      description: What it was, masked if it may be a secret.
      type: raw
    after:
      description: What is wanted, masked likewise.
      type: raw
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

import os
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._archive import described
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._helm import Helm
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    STATE,
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_on_cluster,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._releases import Release
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import SHORTEST_VALUE
from ansible_collections.clearml.enterprise.plugins.module_utils._upgrade import (
    Outcome,
    Wanted,
    bring_about,
    take_away,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._values import masked_values, secret_texts
from ansible_collections.clearml.enterprise.plugins.module_utils._values_from import Filled, filled

ARGUMENT_SPEC: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "namespace": {"type": "str", "required": True},
    "state": STATE,
    "chart": {"type": "str"},
    "chart_name": {"type": "str"},
    "version": {"type": "str"},
    "values": {"type": "dict", "default": {}},
    "values_from": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "name": {"type": "str", "required": True},
            "namespace": {"type": "str"},
            "key": {"type": "str", "required": True, "no_log": False},
            "path": {"type": "str", "required": True},
            "optional": {"type": "bool", "default": False},
        },
    },
    "wait": {"type": "bool", "default": True},
    "timeout": {"type": "int", "default": 900},
    "pending_timeout": {"type": "int"},
    "compare_live": {"type": "bool", "default": False},
    "create_namespace": {"type": "bool", "default": False},
    "keep_history": {"type": "int", "default": 10},
    "helm_binary": {"type": "path"},
}


def body(module: ClearMLModule, kube: Kube) -> dict[str, t.Any]:
    params = module.params
    values = params["values"]
    # -vvv shows the arguments.
    params["values"] = masked_values(values)
    present = params["state"] == "present"
    filling = filled(kube, values, params["values_from"] if present else [], params["namespace"])
    # They may also stand in the plain values.
    module.no_log_values.update(text for text in filling.texts if len(text) >= SHORTEST_VALUE)
    wanted = _wanted(params, filling)

    def helm() -> Helm:
        return Helm(params["helm_binary"], params["kubeconfig"], params["context"])

    outcome = (bring_about if present else take_away)(kube, wanted, helm)
    result: dict[str, t.Any] = {
        "changed": bool(outcome.differences),
        "release": outcome.after.describe() if outcome.after else {},
        "differences": [one._asdict() for one in outcome.differences],
    }
    if filling.assumed:
        result["assumes"] = filling.assumed
    if module._diff:
        result["diff"] = _diff(wanted, outcome, present)
    return result


def _wanted(params: dict[str, t.Any], filling: Filled) -> Wanted:
    chart, name, version = params["chart"] or "", params["chart_name"] or "", params["version"] or ""
    if params["state"] == "present" and not (chart or name):
        raise InvalidInput("chart or chart_name has to say which chart the release is of")
    if os.path.exists(chart):
        own = described(chart)
        if name not in ("", own.name) or version not in ("", own.version):
            raise InvalidInput(f"{chart} is chart {own.name} {own.version}, not {name or own.name} {version}")
        name, version = own
    pending = params["pending_timeout"]
    return Wanted(
        chart=chart,
        chart_name=name or os.path.basename(chart),
        version=version,
        pending_timeout=params["timeout"] + 60 if pending is None else pending,
        values=filling.values,
        hidden=filling.hidden,
        secrets=frozenset({*filling.texts, *secret_texts(filling.values)}),
        **{key: params[key] for key in ("name", "namespace", "wait", "timeout", "compare_live")},
        **{key: params[key] for key in ("create_namespace", "keep_history")},
    )


def _diff(wanted: Wanted, outcome: Outcome, present: bool) -> dict[str, t.Any]:
    """What differs, as two maps."""
    live = [one for one in outcome.differences if one.kind == "live"]

    def shown(release: Release | None, values: t.Any, status: str) -> dict[str, t.Any]:
        version = wanted.version or (release.version if release else "")
        return {"status": status, "version": version, "values": masked_values(values, wanted.hidden)}

    before, after = outcome.before, {}
    first = {} if before is None else {**shown(before, before.values, before.status), "version": before.version}
    if present:
        after = shown(before, wanted.values, "deployed")
    else:
        # Which of them came from Secrets, a task that removes does not say.
        first.pop("values", None)
    if live:
        first["live"] = {one.path: one.before for one in live}
        after["live"] = {one.path: one.after for one in live}
    return {"before": first, "after": after}


def main(make: Factory = ClearMLModule) -> None:
    run_on_cluster(body, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

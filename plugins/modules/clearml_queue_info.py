#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Read queues."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_queue_info
short_description: Read the queues of a ClearML company
version_added: 0.1.0
description:
  - Lists all queues of a company, hidden ones (those of Kubernetes agents) too, or the one with a given name.
  - Says what is wrong with them, such as that nobody works on one or that nobody may use it.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
options:
  name:
    description: Exact name of a queue. Without it all queues are returned.
    type: str
  silent_after:
    description: After how many minutes without a report a worker no longer counts as listening.
    type: float
    default: 5
  waiting_longer_than:
    description: After how many minutes a waiting task is a finding.
    type: float
    default: 60
seealso:
  - module: clearml.enterprise.clearml_queue
  - module: clearml.enterprise.clearml_worker_info
notes:
  - Ages are counted from the server's clock (the C(Date) header of its answer), not from the controller's.
  - Whom the access rules let use a queue is looked at only if the acting user may read the rules.
"""

EXAMPLES = r"""
- name: All queues of acme
  clearml.enterprise.clearml_queue_info:
    company: acme
  register: acme

- name: Those in which something waits
  ansible.builtin.debug:
    msg: "{{ acme.queues | selectattr('waiting_tasks') | map(attribute='name') }}"

- name: What is wrong with them
  ansible.builtin.debug:
    msg: "{{ acme.findings | map(attribute='text') }}"
"""

RETURN = r"""
queues:
  description: The queues, by name. Empty if O(name) does not exist.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the queue.
      type: str
    name:
      description: Name of the queue.
      type: str
    display_name:
      description: Name that the web UI shows; null if there is none.
      type: str
    tags:
      description: Tags, sorted.
      type: list
      elements: str
    system_tags:
      description: System tags, sorted.
      type: list
      elements: str
    metadata:
      description: Metadata by key, each with C(type) and C(value).
      type: dict
    waiting_tasks:
      description: Number of tasks that wait in the queue.
      type: int
    policy:
      description: Name or ID of the resource policy that made the queue; null for an ordinary queue.
      type: str
findings:
  description: What is wrong, in plain words. Empty if nothing is.
  returned: when the company exists
  type: list
  elements: dict
  contains:
    code:
      description: V(queue_without_workers), V(task_waiting) or V(queue_out_of_reach).
      type: str
    subject:
      description: Name of the queue that it is about.
      type: str
    text:
      description: A sentence.
      type: str
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.queue import QUEUE
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import EndpointMissing, Forbidden
from ansible_collections.clearml.enterprise.plugins.module_utils._findings import Finding, about_queues, out_of_reach
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_info,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._workers import connected
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

ARGUMENT_SPEC: ArgumentSpec = {
    "name": {"type": "str"},
    "silent_after": {"type": "float", "default": 5.0},
    "waiting_longer_than": {"type": "float", "default": 60.0},
}


def read(world: World, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The queues that were asked for."""
    rows = [QUEUE.row(raw) for raw in QUEUE.read(world, Desired({}))]
    wanted = [row for row in rows if params["name"] in (None, row.values["name"])]
    queues = []
    for row in sorted(wanted, key=lambda one: str(one.values["name"])):
        policy = row.raw.get("profile_connection") or {}
        queues.append(
            {
                "id": row.id,
                **row.values,
                "waiting_tasks": len(row.raw.get("entries") or []),
                "policy": policy.get("policy_name") or policy.get("policy"),
            }
        )
    return {"queues": queues, "findings": findings(world, params, [row.raw for row in wanted])}


def findings(world: World, params: t.Mapping[str, t.Any], queues: list[t.Mapping[str, t.Any]]) -> list[Finding]:
    """What is wrong with these queues, as far as the caller may know."""
    if not queues:
        return []
    workers, now = connected(world)
    found = about_queues(queues, workers, now, params["silent_after"], params["waiting_longer_than"])
    try:
        rules = world.user.read("permissions.get_access_rules", {}).get("rules") or []
        groups = world.user.read("permissions.get_user_groups", {}).get("groups") or []
    except (EndpointMissing, Forbidden):
        return found
    return found + out_of_reach(queues, rules, groups)


def main(make: Factory = ClearMLModule) -> None:
    run_info(read, ARGUMENT_SPEC, make, returns="queues")


if __name__ == "__main__":
    main()

#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Read workers."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_worker_info
short_description: Read the workers of a ClearML company
version_added: 0.1.0
description:
  - Lists the workers that the server knows in a company, with what they listen to and what they do, and names those
    that have gone silent.
  - The server forgets a worker that does not report for ten minutes, or for as long as the worker itself asked.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
options:
  name:
    description: Exact name of a worker. Without it all workers are returned.
    type: str
  silent_after:
    description: After how many minutes without a report a worker is a finding.
    type: float
    default: 5
seealso:
  - module: clearml.enterprise.clearml_queue_info
  - module: clearml.enterprise.clearml_task
notes:
  - Ages are counted from the server's clock (the C(Date) header of its answer), not from the controller's.
"""

EXAMPLES = r"""
- name: All workers of acme
  clearml.enterprise.clearml_worker_info:
    company: acme
    silent_after: 3
  register: acme

- name: What is wrong with them
  ansible.builtin.debug:
    msg: "{{ acme.findings | map(attribute='text') }}"
"""

RETURN = r"""
workers:
  description: The workers, by name. Empty if O(name) is not known to the server.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the worker, which is also its name.
      type: str
    user:
      description: Name of the user or service account whose key it uses.
      type: str
    queues:
      description: Names of the queues that it listens to, in the order in which it serves them.
      type: list
      elements: str
    task:
      description: The task that it runs, with its C(id) and C(name); null if it is idle.
      type: dict
    tags:
      description: Tags, sorted.
      type: list
      elements: str
    system_tags:
      description: System tags, sorted.
      type: list
      elements: str
    last_report:
      description: When it last reported, as the server says it.
      type: str
    silent_for:
      description: Minutes since then.
      type: float
findings:
  description: What is wrong, in plain words. Empty if nothing is.
  returned: when the company exists
  type: list
  elements: dict
  contains:
    code:
      description: V(worker_silent).
      type: str
    subject:
      description: Name of the worker that it is about.
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

from ansible_collections.clearml.enterprise.plugins.module_utils._findings import about_workers, minutes_since
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_info,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._workers import connected
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

ARGUMENT_SPEC: ArgumentSpec = {"name": {"type": "str"}, "silent_after": {"type": "float", "default": 5.0}}


def read(world: World, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The workers that were asked for, and what is wrong with them."""
    rows, now = connected(world)
    wanted = [row for row in rows if params["name"] in (None, row["id"])]
    workers = [
        {
            "id": row["id"],
            "user": (row.get("user") or {}).get("name"),
            "queues": [queue.get("name") for queue in row.get("queues") or []],
            "task": row.get("task") or None,
            "tags": sorted(row.get("tags") or []),
            "system_tags": sorted(row.get("system_tags") or []),
            "last_report": row.get("last_report_time"),
            "silent_for": round(minutes_since(row.get("last_report_time"), now), 2),
        }
        for row in wanted
    ]
    return {"workers": workers, "findings": about_workers(wanted, now, params["silent_after"])}


def main(make: Factory = ClearMLModule) -> None:
    run_info(read, ARGUMENT_SPEC, make, returns="workers")


if __name__ == "__main__":
    main()

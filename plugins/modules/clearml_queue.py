#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage a queue."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_queue
short_description: Manage queues of a ClearML company
version_added: 0.1.0
description:
  - Creates, changes and removes queues.
  - A queue is found by its exact name, hidden ones (those of Kubernetes agents) too.
  - An option that is not given is left as it is.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
options:
  name:
    description:
      - Name of the queue, at least 3 characters, unique within the company. Capital letters count.
      - With O(id), the name that the queue should have.
    type: str
    required: true
  id:
    description: ID of an existing queue, to rename it, or to tell it from another.
    type: str
  state:
    description: Whether the queue should exist.
    type: str
    choices: [present, absent]
    default: present
  display_name:
    description: Name that the web UI shows. It cannot be cleared.
    type: str
  tags:
    description: All tags that the queue should have; order does not count. Null or an empty list removes all.
    type: list
    elements: str
  system_tags:
    description: All system tags that the queue should have. The server and the agents use them; null removes all.
    type: list
    elements: str
  metadata:
    description:
      - All metadata that the queue should have, by key. Null or an empty map removes all.
      - A value is a text, or a map with C(type) and C(value). The server holds text only.
    type: dict
  force:
    description: Remove the queue although tasks wait in it.
    type: bool
    default: false
seealso:
  - module: clearml.enterprise.clearml_queue_info
notes:
  - A queue that a resource policy made changes only with the policy and is refused here.
"""

EXAMPLES = r"""
- name: Queue for half a GPU in the company acme
  clearml.enterprise.clearml_queue:
    company: acme
    name: gpu-fraction-0_50
    display_name: Half a GPU
    tags: [gpu, shared]
    metadata:
      cost_center: "4711"
      limit:
        type: int
        value: "10"

- name: Remove the metadata, keep everything else
  clearml.enterprise.clearml_queue:
    company: acme
    name: gpu-fraction-0_50
    metadata: null

- name: Remove a queue, waiting tasks or not
  clearml.enterprise.clearml_queue:
    company: acme
    name: gpu-fraction-0_50
    state: absent
    force: true
"""

RETURN = r"""
queue:
  description: The queue as it is now; empty once it is gone. In check mode as it would be.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the queue. Not known in check mode before the queue exists.
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
      description: Name of the object.
      type: str
    company:
      description: Company of the object, for what lives in one.
      type: str
    fields:
      description: Options that were set or changed.
      type: list
      elements: str
    calls:
      description: Endpoints that were called.
      type: list
      elements: str
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.queue import QUEUE
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    STATE,
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_entity,
)

ARGUMENT_SPEC: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "id": {"type": "str"},
    "state": STATE,
    "display_name": {"type": "str"},
    "tags": {"type": "list", "elements": "str"},
    "system_tags": {"type": "list", "elements": "str"},
    "metadata": {"type": "dict"},
    "force": {"type": "bool", "default": False},
}


def main(make: Factory = ClearMLModule) -> None:
    run_entity(QUEUE, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

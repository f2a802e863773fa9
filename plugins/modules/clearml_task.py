#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Run one small task."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_task
short_description: Run a small task in a queue of a ClearML company, and wait for its end
version_added: 0.1.0
description:
  - Makes a task with a short Python script, puts it into a queue, waits for its end and removes it. It shows that work
    gets done there, from the queue over the agent to the log.
  - Fails with the end of the log if the task fails, and with what it is waiting for if it does not end in time.
  - The task is removed in every way out, unless O(keep) says otherwise. One that a killed run left behind carries the
    tag C(clearml-enterprise-smoke-test); the next run with the same O(name) and O(project) removes it first.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
attributes:
  check_mode:
    description: Finds the queue and the project, runs nothing, and reports a change.
    support: full
  diff_mode:
    description: Nothing is there before, and nothing afterwards.
    support: none
  idempotent:
    description: Every run runs a task.
    support: none
options:
  queue:
    description: Name or ID of the queue.
    type: str
    required: true
  name:
    description:
      - Name of the task, at least 3 characters.
      - Two runs at the same time need different names, or the later one takes the task of the other for a leftover.
    type: str
    default: smoke test
  project:
    description: Name or ID of the project that the task belongs to, which has to exist. Without it, it belongs to none.
    type: str
  task_type:
    description: Type of the task.
    type: str
    choices:
      - training
      - testing
      - inference
      - data_processing
      - application
      - monitor
      - controller
      - optimizer
      - service
      - qc
      - custom
    default: testing
  script:
    description: The Python script. It gets no packages besides those of its container, or of the agent's environment.
    type: str
    default: print("hello from clearml.enterprise")
  container:
    description: The container to run in. Without it the agent takes its default.
    type: dict
    suboptions:
      image:
        description: Image of the container.
        type: str
        required: true
      arguments:
        description: Arguments for the container runtime, as one text.
        type: str
      setup_shell_script:
        description: Shell script to run in the container first.
        type: str
  wait_timeout:
    description:
      - How long to wait for the end of the task, in seconds. Where agents start pods or machines for a task, that takes
        its time too.
    type: int
    default: 600
  keep:
    description:
      - When the task stays on the server after its end, to be looked at in the web UI.
      - The next run with the same O(name) and O(project) removes it.
    type: str
    choices: [never, failed, always]
    default: never
seealso:
  - module: clearml.enterprise.clearml_queue_info
  - module: clearml.enterprise.clearml_worker_info
"""

EXAMPLES = r"""
- name: See whether acme gets its work done
  clearml.enterprise.clearml_task:
    company: acme
    queue: default
    wait_timeout: 300

- name: See whether it gets a GPU, and keep the task if not
  clearml.enterprise.clearml_task:
    company: acme
    queue: default
    name: gpu test
    script: |
      import subprocess
      print(subprocess.check_output(["nvidia-smi", "-L"], text=True))
    container:
      image: nvidia/cuda:12.4.1-base-ubuntu22.04
    keep: failed
  register: gpu

- name: What it found
  ansible.builtin.debug:
    var: gpu.task.log
"""

RETURN = r"""
task:
  description: The task as it ended. In check mode only what is known beforehand. Also there if the module fails.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the task.
      type: str
    name:
      description: Name of the task.
      type: str
    queue:
      description: Name of the queue.
      type: str
    project:
      description: Name of the project; null if there is none.
      type: str
    status:
      description: The status in which it was seen last, such as V(completed), V(failed), V(queued) or V(in_progress).
      type: str
    status_reason:
      description: What the server says about the status.
      type: str
    worker:
      description: The worker that ran it; null if none did.
      type: str
    waited:
      description: Seconds between its making and its start, by the server's clock; null if it never started.
      type: float
    ran:
      description: Seconds between its start and its end, by the server's clock; null if it did not get there.
      type: float
    log:
      description: The last 20 lines of its log.
      type: list
      elements: str
    kept:
      description: Whether the task is still on the server.
      type: bool
actions:
  description:
    - What was done, or in check mode would be done if all goes well, in order. It begins with the removal of what
      earlier runs left.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(run) or V(delete).
      type: str
    kind:
      description: Kind of the object.
      type: str
    name:
      description: Name of the object.
      type: str
    company:
      description: Company of the object, where one was named.
      type: str
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

from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._smoke_task import run_smoke_task

TYPES = [
    *("training", "testing", "inference", "data_processing", "application", "monitor", "controller", "optimizer"),
    *("service", "qc", "custom"),
]
CONTAINER: ArgumentSpec = {
    "image": {"type": "str", "required": True},
    "arguments": {"type": "str"},
    "setup_shell_script": {"type": "str"},
}
ARGUMENT_SPEC: ArgumentSpec = {
    "company": {"type": "str"},
    "acting_user": {"type": "str"},
    "queue": {"type": "str", "required": True},
    "name": {"type": "str", "default": "smoke test"},
    "project": {"type": "str"},
    "task_type": {"type": "str", "choices": TYPES, "default": "testing"},
    "script": {"type": "str", "default": 'print("hello from clearml.enterprise")'},
    "container": {"type": "dict", "options": CONTAINER},
    "wait_timeout": {"type": "int", "default": 600},
    "keep": {"type": "str", "choices": ["never", "failed", "always"], "default": "never"},
}


def main(make: Factory = ClearMLModule) -> None:
    run(run_smoke_task, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

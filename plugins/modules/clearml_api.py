#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Call any endpoint."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_api
short_description: Call any endpoint of the ClearML API
version_added: 0.1.0
description:
  - Sends one request to the API server and returns the answer. For what no other module of this collection does.
  - Reading endpoints never report a change. Every other endpoint is called each time and reports one;
    idempotence is up to whoever calls it, and check mode leaves it out.
  - Values of the answer that are secrets (C(secret_key), C(token) and the like) are masked unless
    O(return_secrets) is set.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
attributes:
  check_mode:
    description: Reading endpoints are called, others are not, and a change is reported for them.
    support: partial
    details: There is no prediction of what an endpoint would change.
  diff_mode:
    description: The module does not know what an endpoint changes.
    support: none
  idempotent:
    description: As idempotent as the endpoint.
    support: partial
    details: Every call of an endpoint that writes reports a change.
options:
  endpoint:
    description: Endpoint, as C(service.action).
    type: str
    required: true
  data:
    description: The request's fields.
    type: dict
    default: {}
  identity:
    description:
      - As whom to make the call, where O(company) or O(acting_user) is given.
      - V(user) takes identity and role of the acting user (header C(X-Clearml-Impersonate-As)).
      - V(acting) takes the identity and company of the acting user, with the key's own role (header
        C(X-Clearml-Act-As)).
      - V(own) is the owner of the key.
    type: str
    choices: [user, acting, own]
    default: user
  changes:
    description:
      - Whether the endpoint changes anything. V(auto) goes by its name; what is not known to read counts as a
        change.
    type: str
    choices: [auto, always, never]
    default: auto
  return_secrets:
    description:
      - Return secrets of the answer in clear. The result is then kept out of all output, as with C(no_log=true).
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Number of tasks that wait in a queue
  clearml.enterprise.clearml_queue_info:
    company: acme
    name: default
  register: found

- name: Its next task
  clearml.enterprise.clearml_api:
    company: acme
    endpoint: queues.peek_task
    data:
      queue: "{{ item.id }}"
  loop: "{{ found.queues }}"
  loop_control:
    label: "{{ item.name }}"

- name: Somebody's preferences
  clearml.enterprise.clearml_api:
    company: acme
    acting_user: admin@acme.invalid
    endpoint: users.set_preferences
    data:
      preferences:
        version: 1
"""

RETURN = r"""
data:
  description: The answer's C(data). Empty where check mode did not make the call.
  returned: success
  type: dict
meta:
  description: The answer's C(meta), with the call's ID for the server's logs.
  returned: when the call was made
  type: dict
actions:
  description: The call, if it changes something.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: Always V(call).
      type: str
    calls:
      description: The endpoint.
      type: list
      elements: str
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

import re
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client, is_read
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Identity
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import masked
from ansible_collections.clearml.enterprise.plugins.module_utils._world import enter, require

ENDPOINT = re.compile(r"[a-z_]\w+\.[a-z_]\w+")

ARGUMENT_SPEC: ArgumentSpec = {
    "company": {"type": "str"},
    "acting_user": {"type": "str"},
    "endpoint": {"type": "str", "required": True},
    "data": {"type": "dict", "default": {}},
    "identity": {"type": "str", "choices": ["user", "acting", "own"], "default": "user"},
    "changes": {"type": "str", "choices": ["auto", "always", "never"], "default": "auto"},
    "return_secrets": {"type": "bool", "default": False, "no_log": False},
}


def call(module: ClearMLModule, client: Client) -> dict[str, t.Any]:
    """Make the call, unless it is a change in check mode."""
    params = module.params
    endpoint = params["endpoint"]
    if not ENDPOINT.fullmatch(endpoint):
        raise InvalidInput(f"endpoint is {endpoint!r}; it must be service.action, such as queues.get_all")
    changes = params["changes"] == "always" or (params["changes"] == "auto" and not is_read(endpoint))
    if params["changes"] == "never" and not is_read(endpoint) and module.check_mode:
        raise InvalidInput(
            f"{endpoint} is not known to read only, so check mode does not call it; leave changes at auto"
        )
    world = enter(client, params["company"], params["acting_user"])
    for warning in world.warnings:
        module.warn(warning)
    actions = [{"action": "call", "calls": [endpoint]}] if changes else []
    if module.check_mode and (changes or world.unborn):
        assumes = {"assumes": [world.unborn]} if world.unborn else {}
        return {"changed": changes, "data": {}, "actions": actions, **assumes}
    require(world)
    reply = world.client(Identity(params["identity"])).call(endpoint, params["data"])
    data = reply.data if params["return_secrets"] else masked(reply.data)
    return {"changed": changes, "data": data, "meta": reply.meta, "actions": actions}


def main(make: Factory = ClearMLModule) -> None:
    run(call, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

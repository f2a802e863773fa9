#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage a key pair."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_credentials
short_description: Manage API key pairs of a ClearML user
version_added: 0.1.0
description:
  - Creates and revokes key pairs (access key and secret). A pair is known by its label within its user.
  - The server shows a secret once, when the pair is made. RV(credentials.secret_key) has it in that run only.
    A pair that already exists is left alone, and no secret is returned.
  - A result that holds a secret is never printed, as if the task had C(no_log=true); a registered variable has
    it in full.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
  - clearml.enterprise.company
options:
  user:
    description:
      - E-mail address or ID of the owner of the pair.
      - Without it the owner is the company's automation admin (its address ends in C(.invalid)) or else its
        oldest admin,
        with a warning that names the person. Without O(company) too, it is the owner of the key that the task uses.
    type: str
  label:
    description: What the pair is called. Two pairs of one user with the same label are an error that lists them.
    type: str
    required: true
  access_key:
    description: Access key of an existing pair, to say which one where a label fits several.
    type: str
  state:
    description: Whether the pair should exist. V(absent) revokes it, which cannot be undone.
    type: str
    choices: [present, absent]
    default: present
  expires_in:
    description:
      - Lifetime of a new pair, in seconds. Counts at creation only.
      - Without it the server's default applies.
    type: int
seealso:
  - module: clearml.enterprise.clearml_user
"""

EXAMPLES = r"""
- name: A key pair for acme's automation, for 90 days
  clearml.enterprise.clearml_credentials:
    company: acme
    user: admin@acme.invalid
    label: nightly
    expires_in: 7776000
  register: nightly

- name: Use it at once, the secret is not shown again
  clearml.enterprise.clearml_server_info:
    api_access_key: "{{ nightly.credentials.access_key }}"
    api_secret_key: "{{ nightly.credentials.secret_key }}"
  when: nightly.credentials.secret_key is defined

- name: Revoke it
  clearml.enterprise.clearml_credentials:
    company: acme
    user: admin@acme.invalid
    label: nightly
    state: absent
"""

RETURN = r"""
credentials:
  description: The pair as it is now; empty once it is revoked. In check mode as it would be.
  returned: success
  type: dict
  contains:
    access_key:
      description: The access key. Not known in check mode before the pair exists.
      type: str
    secret_key:
      description: The secret, in the run that made the pair and never again.
      returned: when the pair was made in this run
      type: str
    label:
      description: What the pair is called.
      type: str
    expire:
      description: End of its life, UTC.
      type: str
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

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._converge import Outcome
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.credentials import CREDENTIALS
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    STATE,
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_entity,
)

ARGUMENT_SPEC: ArgumentSpec = {
    "label": {"type": "str", "required": True},
    "access_key": {"type": "str", "no_log": False},
    "state": STATE,
    "expires_in": {"type": "int"},
}


def add_secret(outcome: Outcome, result: dict[str, t.Any]) -> None:
    """The pair in the API's words; the secret if this run made it."""
    pair = result["credentials"]
    if "id" in pair:
        pair["access_key"] = pair.pop("id")
    if outcome.answer:
        pair["secret_key"] = outcome.answer["credentials"]["secret_key"]


def main(make: Factory = ClearMLModule) -> None:
    run_entity(CREDENTIALS, ARGUMENT_SPEC, make, actor="user", finish=add_secret)


if __name__ == "__main__":
    main()

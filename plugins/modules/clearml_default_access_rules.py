#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Put the server's own access rules back."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_default_access_rules
short_description: Restore the default access rules of a ClearML company
version_added: 0.1.0
description:
  - Has the server put back those of its own access rules that are missing. Without them the people of a company reach
    nothing that no other rule gives to them.
  - Look here after an upgrade of the server, since newer versions let nobody in without a rule.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
attributes:
  check_mode:
    support: partial
    details:
      - Only the server knows which rules are its own. A check run expects a change if none of them names the group
        Users, or none the group Admins; that a group has lost some of its rules, it does not see.
  diff_mode:
    support: partial
    details:
      - In check mode the rules that would come back are not known, only the groups that lack them.
notes:
  - A real run asks the server every time, which changes nothing where nothing is missing, and compares its own rules
    before and after, whatever their IDs.
seealso:
  - module: clearml.enterprise.clearml_access_rule
  - module: clearml.enterprise.clearml_access_rule_info
"""

EXAMPLES = r"""
- name: Nobody of acme is locked out
  clearml.enterprise.clearml_default_access_rules:
    company: acme
"""

RETURN = r"""
default_access_rules:
  description: The server's own rules as they are now. In check mode as they are, and what would come back.
  returned: success
  type: dict
  contains:
    rules:
      description: What each of them grants, in words, sorted.
      type: list
      elements: str
actions:
  description:
    - What was done, or in check mode would be done, in order. Empty if everything stood as asked.
    - The list of a check run equals that of the real run if a group has lost all its rules.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(update).
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

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._converge import Outcome
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.default_access_rules import (
    DEFAULT_ACCESS_RULES,
    restore,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    result_of,
    run,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._world import enter, require

ARGUMENT_SPEC: ArgumentSpec = {"company": {"type": "str"}, "acting_user": {"type": "str"}}


def restored(module: ClearMLModule, client: Client) -> dict[str, t.Any]:
    """What came back, or in check mode would."""
    world = enter(client, module.params["company"], module.params["acting_user"])
    if not module.check_mode:
        require(world)
    actions, before, after = restore(world)
    for warning in world.warnings:
        module.warn(warning)
    outcome = Outcome(actions, {"rules": before}, {"rules": after}, {"rules": after})
    return result_of(DEFAULT_ACCESS_RULES, world, outcome, module._diff)


def main(make: Factory = ClearMLModule) -> None:
    run(restored, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

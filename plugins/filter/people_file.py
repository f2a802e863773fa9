# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A tenant's file of people, written anew with those of an export."""

from __future__ import annotations

DOCUMENTATION = r"""
name: people_file
short_description: Put the people of an export into a tenant's file
version_added: 0.1.0
author:
  - The clearml.enterprise authors (@clearml-enterprise)
description:
  - Takes the text of a file of variables, and returns it with the users and groups of an export in it.
  - Users are known by their addresses and groups by their names. What the export says of them replaces what the file
    says; keys that it does not know of, such as C(internal), and other variables stay. Who is back is present again.
  - Comments stay at the head of the file only. A file that is vaulted, or has vaulted values in it, is refused.
positional: _input
options:
  _input:
    description: Text of the file; empty for a new one.
    type: str
    required: true
  people:
    description: What P(clearml.enterprise.tenant_people#filter) returned.
    type: dict
    required: true
  leavers:
    description:
      - What becomes of people who are in the file and not in the export. V(keep) leaves them as they are.
      - With V(absent) they are declared absent, and taken out of groups. The groups of the export get
        C(exclusive), so that whoever is not a member in the export is taken out of them.
      - Groups that the export does not have stay in both cases.
    type: str
    choices: [keep, absent]
    default: keep
  origin:
    description: What messages call the file.
    type: str
    default: the file
seealso:
  - plugin: clearml.enterprise.tenant_people
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the file as it should be
  ansible.builtin.debug:
    msg: "{{ (before | clearml.enterprise.people_file(people=found, leavers='absent')).text }}"
  vars:
    before: "{{ lookup('ansible.builtin.file', 'host_vars/acme/people.yml') }}"
    found: "{{ lookup('ansible.builtin.file', 'acme.csv') | clearml.enterprise.tenant_people }}"
"""

RETURN = r"""
_value:
  description: The text, and what in it the export does not have.
  type: dict
  contains:
    text:
      description: Text of the file.
      type: str
    leavers:
      description: Addresses of people who were not absent before.
      type: list
      elements: str
    memberships:
      description: Members of groups who are still there otherwise, each as C(group) and address with a colon.
      type: list
      elements: str
    groups:
      description: Names of groups.
      type: list
      elements: str
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.clearml.enterprise.plugins.plugin_utils._people.file import LISTS, merge
from ansible_collections.clearml.enterprise.plugins.plugin_utils._people.people import Mistakes


def people_file(before: t.Any, people: t.Any, leavers: str = "keep", origin: str = "the file") -> t.Any:
    """Merge an export into the text of a file.

    :raises AnsibleFilterError: in one sentence
    """
    if leavers not in ("keep", "absent"):
        raise AnsibleFilterError(f"people_file: leavers is {leavers!r}; it must be keep or absent")
    if not isinstance(before, str) or not isinstance(people, dict) or not set(LISTS) <= people.keys():
        raise AnsibleFilterError("people_file takes the text of a file, and in people what tenant_people returned")
    try:
        # Templates of a user's own are written back as they are.
        return wrap_var(vars(merge(plain(before), plain(people), leavers == "absent", origin)))
    except Mistakes as mistakes:
        raise AnsibleFilterError(f"people_file: {mistakes}") from None


def plain(value: t.Any) -> t.Any:
    """The value in types that YAML knows; Ansible has its own for text, and for lists that come from templates."""
    if isinstance(value, t.Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return str.__str__(value) if isinstance(value, str) else value


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """For Ansible."""
        return {"people_file": people_file}

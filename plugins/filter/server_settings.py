# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Settings of the ClearML server, as the environment variables that it reads them from."""

from __future__ import annotations

DOCUMENTATION = r"""
name: server_settings
short_description: Turn a tree of ClearML server settings into environment variables
version_added: 0.1.0
author:
  - The clearml.enterprise authors (@clearml-enterprise)
description:
  - The ClearML server reads its settings from variables named C(CLEARML__<file>__<path>), and parses each value as
    HOCON. A text that HOCON reads differently is changed without a word (C(#) ends it, C(0123) becomes a number), or
    keeps the server from starting (an unquoted C(@)). Here every value is JSON, which is HOCON that cannot be misread.
positional: _input
options:
  _input:
    description:
      - "A map whose first level names the server's files (V(apiserver), V(hosts), V(secure), V(services)), and whose
        further levels are the paths in them. Lists and texts are values; every map is a level."
    type: dict
    required: true
seealso:
  - plugin: clearml.enterprise.secret_environment
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the variables of a server with unique company names
  ansible.builtin.debug:
    msg: "{{ settings | clearml.enterprise.server_settings }}"
  vars:
    settings:
      apiserver:
        company:
          unique_names: true
  # CLEARML__apiserver__company__unique_names: "true"

- name: As a list of variables for a chart
  ansible.builtin.debug:
    msg: "{{ settings | clearml.enterprise.server_settings | dict2items(key_name='name', value_name='value') }}"
  vars:
    settings:
      services:
        auth:
          default_groups:
            users:
              features: [applications, queues]
"""

RETURN = r"""
_value:
  description: The values by the names of their variables, sorted by name. Every value is a text.
  type: dict
"""

import json
import typing as t

from ansible.errors import AnsibleFilterError

PREFIX = "CLEARML"
SEPARATOR = "__"


def server_settings(tree: t.Any) -> dict[str, str]:
    """Map variable names to values.

    :raises AnsibleFilterError: naming a path that cannot become a variable, or two that would become the same
    """
    if not isinstance(tree, dict):
        raise AnsibleFilterError(f"server_settings takes a map of settings, not a {type(tree).__name__}")
    found: dict[str, str] = {}
    for path, value in _leaves(tree, ()):
        found[SEPARATOR.join((PREFIX, *path))] = json.dumps(value, ensure_ascii=False)
    # The server lowers the case of names, and the later of two wins without a word.
    known: dict[str, str] = {}
    for name in found:
        other = known.setdefault(name.lower(), name)
        if other != name:
            raise AnsibleFilterError(f"{other} and {name} are the same setting for the server; give it once")
    return dict(sorted(found.items()))


def _leaves(tree: dict[t.Any, t.Any], path: tuple[str, ...]) -> t.Iterator[tuple[tuple[str, ...], t.Any]]:
    for key, value in tree.items():
        here = (*path, str(key))
        if not key or SEPARATOR in str(key) or "=" in str(key):
            raise AnsibleFilterError(f"{'.'.join(here)} cannot be set: {key!r} is no part of a variable's name")
        if isinstance(value, dict):
            yield from _leaves(value, here)
        elif value is None:
            raise AnsibleFilterError(f"{'.'.join(here)} has no value; leave it out to keep the server's default")
        elif not path:
            raise AnsibleFilterError(f"{key} is a value; the first level names a file of the server, such as services")
        else:
            yield here, value


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """For Ansible."""
        return {"server_settings": server_settings}

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Values of a chart, put together from several maps."""

from __future__ import annotations

DOCUMENTATION = r"""
name: helm_values
short_description: Merge the values that several contributors have for a chart
version_added: 0.1.0
author:
  - The clearml.enterprise authors (@clearml-enterprise)
description:
  - Maps are merged, however deep; what a later map says wins.
  - "Lists whose entries all have a C(name), such as environment variables, are merged by it: an entry replaces the one
    of the same name, at its place, and a new one comes last. An empty list adds nothing; null removes them all."
  - Any other list, such as hosts or arguments, replaces the earlier one. Nobody could leave one of its entries out
    otherwise.
  - Null replaces what was there. In the values of a chart it removes the chart's default.
positional: _input
options:
  _input:
    description: The maps, the most important one last. Null among them counts as an empty map.
    type: list
    elements: dict
    required: true
seealso:
  - module: clearml.enterprise.clearml_release
"""

EXAMPLES = r"""
- name: Show merged values
  ansible.builtin.debug:
    msg: "{{ [common, own] | clearml.enterprise.helm_values }}"
  vars:
    common:
      apiserver:
        replicaCount: 1
        extraEnvs:
          - name: A
            value: "1"
          - name: B
            value: "2"
    own:
      apiserver:
        extraEnvs:
          - name: A
            value: "3"
  # apiserver:
  #   replicaCount: 1
  #   extraEnvs: [{name: A, value: "3"}, {name: B, value: "2"}]
"""

RETURN = r"""
_value:
  description: The merged values.
  type: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.clearml.enterprise.plugins.module_utils._values import merged


def helm_values(contributors: t.Any) -> dict[str, t.Any]:
    """Merge maps.

    :raises AnsibleFilterError: naming the first that is none
    """
    if not isinstance(contributors, list):
        raise AnsibleFilterError(f"helm_values takes a list of maps, not a {type(contributors).__name__}")
    for number, one in enumerate(contributors, start=1):
        if one is not None and not isinstance(one, dict):
            raise AnsibleFilterError(f"helm_values takes maps; number {number} is a {type(one).__name__}")
    return merged(one for one in contributors if one)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """For Ansible."""
        return {"helm_values": helm_values}

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Environment variables that take their values from a Secret."""

from __future__ import annotations

DOCUMENTATION = r"""
name: secret_environment
short_description: Environment variables that take their values from a Kubernetes Secret
version_added: 0.1.0
author:
  - The clearml.enterprise authors (@clearml-enterprise)
description:
  - A value in a Secret appears neither in a chart's values nor in the release's record.
positional: _input, secret
options:
  _input:
    description: Names of variables that are keys of the Secret, or a map from variables to keys.
    type: raw
    required: true
  secret:
    description: Name of the Secret, in the namespace of the pod.
    type: str
    required: true
seealso:
  - plugin: clearml.enterprise.server_settings
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Two variables of the server, for its chart's extraEnvs
  ansible.builtin.debug:
    msg: "{{ names | clearml.enterprise.secret_environment('clearml-server-settings') }}"
  vars:
    names:
      - CLEARML__secure__credentials__supervisor__user_key
      - CLEARML__secure__credentials__supervisor__user_secret

- name: A variable whose key has another name
  ansible.builtin.debug:
    msg: "{{ {'CLEARML_AGENT_REDIS_PASSWORD': 'password'} | clearml.enterprise.secret_environment('shared-redis') }}"
"""

RETURN = r"""
_value:
  description: Entries as a container's C(env) has them.
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError


def secret_environment(names: t.Any, secret: t.Any) -> list[dict[str, t.Any]]:
    """Entries with valueFrom, in the order of the names.

    :raises AnsibleFilterError: if there is no Secret's name, or the names are something else
    """
    if not isinstance(secret, str) or not secret:
        raise AnsibleFilterError("secret_environment needs the name of a Secret")
    if not isinstance(names, dict | list):
        raise AnsibleFilterError(f"secret_environment takes a list or a map of names, not a {type(names).__name__}")
    keys = names if isinstance(names, dict) else {name: name for name in names}
    return [
        {"name": str(name), "valueFrom": {"secretKeyRef": {"name": str(secret), "key": str(key)}}}
        for name, key in keys.items()
    ]


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """For Ansible."""
        return {"secret_environment": secret_environment}

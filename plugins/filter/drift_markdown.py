# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A drift report as a message."""

from __future__ import annotations

DOCUMENTATION = r"""
name: drift_markdown
short_description: Say what drifted in a message for a chat
version_added: 0.1.0
author:
  - The clearml.enterprise authors (@clearml-enterprise)
description:
  - Makes a text of at most 40 lines in Markdown; one line if everything was as declared (C(quiet) of the report).
  - It has the tenants that failed or drifted, each with its first errors or differences, and how many more there are.
  - Names and values have no meaning in it. They neither mark up the text nor mention anybody.
positional: _input
options:
  _input:
    description: What P(clearml.enterprise.drift_report#filter) returned, or what was read from a file that has it.
    type: dict
    required: true
seealso:
  - plugin: clearml.enterprise.drift_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Say what drifted
  ansible.builtin.uri:
    url: "{{ chat_webhook }}"
    method: POST
    body_format: json
    body:
      text: "{{ clearml_drift_report | clearml.enterprise.drift_markdown }}"
  when: not clearml_drift_report.quiet
"""

RETURN = r"""
_value:
  description: The message.
  type: str
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.document import read_report
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.findings import Malformed
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.message import make_message


def drift_markdown(report: t.Any) -> t.Any:
    """Make the message.

    :raises AnsibleFilterError: if the input is no report
    """
    try:
        return wrap_var(make_message(read_report(report)))
    except Malformed as problem:
        raise AnsibleFilterError(f"drift_markdown: {problem}") from None


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """For Ansible."""
        return {"drift_markdown": drift_markdown}

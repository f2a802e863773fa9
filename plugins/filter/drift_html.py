# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A drift report as a page."""

from __future__ import annotations

DOCUMENTATION = r"""
name: drift_html
short_description: Show what drifted as a page
version_added: 0.1.0
author:
  - The clearml.enterprise authors (@clearml-enterprise)
description:
  - Makes one HTML file that needs no other. It can be sent by mail, put on any web server, and printed.
  - A few lines of script find tenants and fold them. The page can be read without them, and its policy lets no other
    script run.
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
- name: Write the page of last night
  ansible.builtin.copy:
    content: "{{ lookup('ansible.builtin.file', 'last.json') | from_json | clearml.enterprise.drift_html }}"
    dest: /var/www/drift/index.html
    mode: "0640"
"""

RETURN = r"""
_value:
  description: The page.
  type: str
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.document import read_report
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.findings import Malformed
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.page import make_page


def drift_html(report: t.Any) -> t.Any:
    """Make the page.

    :raises AnsibleFilterError: if the input is no report
    """
    try:
        return wrap_var(make_page(read_report(report)))
    except Malformed as problem:
        raise AnsibleFilterError(f"drift_html: {problem}") from None


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """For Ansible."""
        return {"drift_html": drift_html}

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a night found, as a document."""

from __future__ import annotations

DOCUMENTATION = r"""
name: drift_report
short_description: Put together what drifted, and what became of it
version_added: 0.1.0
author:
  - The clearml.enterprise authors (@clearml-enterprise)
description:
  - Makes a document of what M(clearml.enterprise.clearml_state) and M(clearml.enterprise.clearml_release_info)
    returned, once in check mode, and once more after a repair if there was one.
  - A tenant has failed if there are errors, is repaired if it drifted and nothing is left to do, and has drifted
    otherwise. The same goes for the platform, which is everything that belongs to no tenant.
  - The document depends on nothing but the input. It is made for keeping, next to those of other nights.
positional: _input, namespaces
options:
  _input:
    description:
      - The results, each of which may be missing, null, or of a task that failed or was skipped.
      - C(state) is what M(clearml.enterprise.clearml_state) returned in check mode; C(after) is what it returned as it
        repaired, or in check mode after that. C(releases) and C(releases_after) are what
        M(clearml.enterprise.clearml_release_info) returned before and after.
    type: dict
    required: true
  namespaces:
    description: The tenants, by the names of the namespaces that are theirs. All other namespaces are the platform's.
    type: dict
    default: {}
  site:
    description: Name of the site.
    type: str
    required: true
  server:
    description: Address of its API server.
    type: str
    default: ""
  mode:
    description: Whether drift was only looked for, or repaired.
    type: str
    choices: [report, repair]
    default: report
  started:
    description: When the first look began, in ISO 8601 with a zone.
    type: str
    required: true
  finished:
    description: When all was done, likewise.
    type: str
    required: true
  previous:
    description:
      - Documents of earlier nights or the texts of their files, in any order. What is none, such as half a file, or is
        of another site, is left out with a note.
      - They say for how long something has been so. A document knows the numbers of the 30 nights before it.
    type: list
    elements: raw
    default: []
seealso:
  - plugin: clearml.enterprise.drift_html
    plugin_type: filter
  - plugin: clearml.enterprise.drift_markdown
    plugin_type: filter
  - module: clearml.enterprise.clearml_release_info
  - module: clearml.enterprise.clearml_state
"""

EXAMPLES = r"""
- name: Keep what drifted this night
  ansible.builtin.copy:
    content: >-
      {{ {'state': clearml_drift} | clearml.enterprise.drift_report(
           site='prod', started=begun, finished=now(utc=true).strftime('%Y-%m-%dT%H:%M:%SZ')) | to_nice_json }}
    dest: /var/lib/clearml-drift/last.json
    mode: "0640"
"""

RETURN = r"""
_value:
  description: The document.
  type: dict
  contains:
    format:
      description: V(1).
      type: int
    site:
      description: Name of the site.
      type: str
    server:
      description: Address of its API server.
      type: str
    started:
      description: When the first look began.
      type: str
    finished:
      description: When all was done.
      type: str
    mode:
      description: V(report) or V(repair).
      type: str
    quiet:
      description: Whether everything was as declared.
      type: bool
    platform:
      description: C(state), C(errors), C(unmentioned) and C(items) of what belongs to no tenant.
      type: dict
    tenants:
      description:
        - The tenants by name, each with C(tenant), C(company), C(state) (V(in sync), V(drifted), V(repaired) or
          V(failed)), C(errors), C(unmentioned) and C(items).
        - An item has C(kind), C(name), C(namespace), C(action), C(fields) (with C(field), C(before) and C(after)),
          C(error), C(repaired), and in C(since) the time of the first report in an unbroken row that have it.
      type: list
      elements: dict
    counts:
      description: Numbers of C(tenants), of those in each state, of C(items) and of C(unmentioned) objects.
      type: dict
    previous:
      description: Numbers of up to 30 earlier nights, the oldest first.
      type: list
      elements: dict
    notes:
      description: What was left out of the input, and why.
      type: list
      elements: str
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.document import plain
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.findings import Malformed
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.report import Results, make_report

MODES = ("report", "repair")


def drift_report(
    results: t.Any,
    namespaces: t.Any = None,
    site: str = "",
    server: str = "",
    mode: str = "report",
    started: str = "",
    finished: str = "",
    previous: t.Any = None,
) -> t.Any:
    """Make the document.

    :raises AnsibleFilterError: naming what is wrong
    """
    names = Results.__dataclass_fields__
    if not isinstance(results, t.Mapping) or not results.keys() <= names.keys():
        raise AnsibleFilterError(f"drift_report takes a map of results with the keys {', '.join(names)}")
    if not isinstance(namespaces or {}, t.Mapping):
        raise AnsibleFilterError("drift_report: namespaces must be a map of namespaces to the tenants that own them")
    if mode not in MODES:
        raise AnsibleFilterError(f"drift_report: mode is {mode!r}; it must be one of {', '.join(MODES)}")
    if not site:
        raise AnsibleFilterError("drift_report needs site, the name that tells reports of several sites apart")
    night = {"site": site, "server": server, "mode": mode, "started": started, "finished": finished}
    try:
        report = make_report(Results(**plain(results)), plain(namespaces or {}), plain(night), plain(previous or []))
    except Malformed as problem:
        raise AnsibleFilterError(f"drift_report: {problem}") from None
    except ValueError:
        raise AnsibleFilterError(
            f"drift_report: started is {started!r} and finished is {finished!r}; both must be times in ISO 8601 with a "
            "zone, such as 2026-11-23T01:00:00Z"
        ) from None
    # Names of objects are anybody's: nothing in them is a template.
    return wrap_var(report)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """For Ansible."""
        return {"drift_report": drift_report}

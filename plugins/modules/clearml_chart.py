#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Have a chart in a local folder."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_chart
short_description: Fetch a chart once
version_added: 0.1.0
description:
  - Fetches the archive of a chart into a folder, unless it is there.
  - A chart is fetched once, even if many hosts ask for it at the same time.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.attributes.info
options:
  chart:
    description: Name of the chart.
    type: str
    required: true
  version:
    description: Exact version of the chart.
    type: str
    required: true
  source:
    description:
      - Where it comes from. V(oci://host/path) is a registry that has the chart at C(path/chart), an address with
        V(https://) a classic repository.
    type: str
    required: true
  username:
    description: User for the source.
    type: str
  password:
    description: Password or token of the user. Helm finds it in a private file, which is gone afterwards.
    type: str
  ca_path:
    description: Certificates that the source's certificate is checked against.
    type: path
  plain_http:
    description: Speak to a registry without TLS.
    type: bool
    default: false
  folder:
    description: The folder, readable by its owner only if the module makes it.
    type: path
    default: ~/.cache/clearml.enterprise/charts
  helm_binary:
    description: The helm program, 3.18 or newer. By default the first on E(PATH).
    type: path
seealso:
  - module: clearml.enterprise.clearml_release
notes:
  - An archive in a folder is no change of the managed system, so RV(ignore:changed) is always false.
"""

EXAMPLES = r"""
- name: The chart of ClearML Enterprise
  clearml.enterprise.clearml_chart:
    chart: clearml-enterprise
    version: 8.2.1
    source: https://charts.example.com/enterprise
    username: acme
    password: "{{ chart_token }}"
  register: fetched

- name: What is in it
  ansible.builtin.command: tar -tzf {{ fetched.archive }}
  changed_when: false
"""

RETURN = r"""
archive:
  description: Path of the archive; in check mode where it would be.
  returned: success
  type: str
fetched:
  description: Whether it was fetched now.
  returned: success
  type: bool
digest:
  description: SHA-256 of the archive; null if it is not there, in check mode.
  returned: success
  type: str
"""

import os
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._charts import Source, have
from ansible_collections.clearml.enterprise.plugins.module_utils._helm import Helm
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    finish,
)

ARGUMENT_SPEC: ArgumentSpec = {
    "chart": {"type": "str", "required": True},
    "version": {"type": "str", "required": True},
    "source": {"type": "str", "required": True},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "ca_path": {"type": "path"},
    "plain_http": {"type": "bool", "default": False},
    "folder": {"type": "path", "default": "~/.cache/clearml.enterprise/charts"},
    "helm_binary": {"type": "path"},
}


def main(make: Factory = ClearMLModule) -> None:
    module = make(argument_spec=ARGUMENT_SPEC)
    params = module.params

    def helm(environment: t.Mapping[str, str]) -> Helm:
        return Helm(params["helm_binary"], additions=environment)

    def body() -> dict[str, t.Any]:
        source = Source(
            url=params["source"],
            username=params["username"] or "",
            password=params["password"] or "",
            ca_path=params["ca_path"] or "",
            plain_http=params["plain_http"],
        )
        folder = os.path.abspath(params["folder"])
        fetched = have(source, params["chart"], params["version"], folder, helm, look_only=module.check_mode)
        return {"changed": False, "archive": fetched.path, "fetched": fetched.new, "digest": fetched.digest or None}

    finish(module, body, lambda: False)


if __name__ == "__main__":
    main()

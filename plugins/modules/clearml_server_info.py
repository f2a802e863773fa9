#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Read what server answers, and who is asking."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_server_info
short_description: Read version and state of a ClearML API server
version_added: 0.1.0
description:
  - Tells which server answers and whose key is used. A first task to find out whether the connection works.
  - It can wait for a server that is only starting.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
  - clearml.enterprise.connection
"""

EXAMPLES = r"""
- name: Which server is this?
  clearml.enterprise.clearml_server_info:
  register: clearml

- name: Wait until it is up
  clearml.enterprise.clearml_server_info:
  register: clearml
  until: clearml is success
  retries: 30
  delay: 10

- name: Its version
  ansible.builtin.debug:
    msg: "{{ clearml.server.version }}, as {{ clearml.caller.role }}"
"""

RETURN = r"""
server:
  description: The server.
  returned: success
  type: dict
  contains:
    version:
      description: Version of the server.
      type: str
    api_version:
      description: Highest version of the API.
      type: str
    build:
      description: Build number.
      type: str
    commit:
      description: Commit that it was built from.
      type: str
caller:
  description: Owner of the key.
  returned: success
  type: dict
  contains:
    user:
      description: ID of the user.
      type: str
    company:
      description: ID of the user's company.
      type: str
    company_name:
      description: Name of the user's company.
      type: str
    role:
      description: Role of the user.
      type: str
"""

import typing as t
from dataclasses import asdict

from ansible_collections.clearml.enterprise.plugins.module_utils._module import ClearMLModule, Factory, run_info
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

SERVER = ("version", "api_version", "build", "commit")


def read(world: World, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The server and the caller."""
    info = world.own.read("server.info", {})
    return {"server": {key: info.get(key) for key in SERVER}, "caller": asdict(world.own.caller)}


def main(make: Factory = ClearMLModule) -> None:
    run_info(read, {}, make, in_company=False)


if __name__ == "__main__":
    main()

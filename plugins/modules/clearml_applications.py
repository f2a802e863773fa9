#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage GUI applications."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_applications
short_description: Manage the GUI applications of a ClearML server
version_added: 0.1.0
description:
  - Uploads the applications that a server lacks, from the archive that ClearML hands over, enables them, and removes
    applications.
  - What the archive has is read from it, what the server has from the server. The archive's own script uploads, and is
    run only for what lacks.
  - Needs a key of an admin, or with role V(system) or V(root). The server needs C(clearmlApplications) to be enabled,
    which is not looked at.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
options:
  archive:
    description:
      - Path of the archive, a zip file with C(upload_apps.py) and the packages of the applications.
      - It is not needed if O(applications) names versions that the server has.
        In check mode it may be missing in any case; RV(assumes) then names what only it could tell.
    type: path
  applications:
    description:
      - The applications that are meant. By default all that the archive has.
      - Removal needs their names.
    type: list
    elements: dict
    suboptions:
      id:
        description: ID of the application.
        type: str
        required: true
      version:
        description:
          - The version that should be there and enabled.
          - Without it, the archive's version or a higher one will do; with O(state=absent) all versions go.
        type: str
  state:
    description: Whether the applications should be there. Other applications stay as they are.
    type: str
    choices: [present, absent]
    default: present
  make_latest:
    description: Whether to disable higher versions of the same applications.
    type: bool
    default: true
  registry:
    description:
      - Where the applications should take their images from, such as V(registry.example.com/clearml_apps).
        By default they take them from where ClearML has them.
      - The archive's C(convert_image_registry.py) rewrites the packages that are uploaded; the archive itself stays as
        it is. RV(images) says what the registry has to have.
    type: str
  stop_instances:
    description:
      - Stop what runs of an application that is removed or replaced.
        Otherwise the server refuses while something runs, and nothing happens.
    type: bool
    default: false
  script_timeout:
    description: How many seconds the upload may take.
    type: int
    default: 1800
notes:
  - The script runs with the module's own Python. It gets the key pair through a pipe, not as arguments.
  - The script cannot be told to leave certificates unchecked; give O(ca_path) rather than O(validate_certs=false).
  - The server cannot tell from where an application takes its images, so O(registry) changes nothing in applications
    that are already there.
"""

EXAMPLES = r"""
- name: All applications of the archive
  clearml.enterprise.clearml_applications:
    archive: "{{ apps_archive }}"
  register: applications

- name: Only this version of one
  clearml.enterprise.clearml_applications:
    archive: "{{ apps_archive }}"
    applications:
      - id: hpo
        version: 1.10.0

- name: No JupyterLab
  clearml.enterprise.clearml_applications:
    applications:
      - id: jupyter
    state: absent
"""

RETURN = r"""
applications:
  description: The applications that the server has, by ID. In check mode those that it has now.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the application.
      type: str
    versions:
      description: Its versions, from the lowest to the highest.
      type: list
      elements: dict
      contains:
        version:
          description: The version.
          type: str
        enabled:
          description: Whether it is enabled.
          type: bool
images:
  description:
    - The images that the registry has to have for what is uploaded, if O(registry) is given.
    - In check mode this needs the archive.
  returned: success
  type: list
  elements: str
actions:
  description: What was done, or would be in check mode.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(upload), V(enable) or V(delete).
      type: str
    kind:
      description: Kind of the object.
      type: str
    name:
      description: ID and version of the application.
      type: str
    calls:
      description: Endpoints that were called.
      type: list
      elements: str
assumes:
  description: What only the archive could tell, which an earlier task is taken to fetch. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

from ansible_collections.clearml.enterprise.plugins.module_utils._applications import manage
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    STATE,
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run,
)

ARGUMENT_SPEC: ArgumentSpec = {
    "archive": {"type": "path"},
    "applications": {
        "type": "list",
        "elements": "dict",
        "options": {"id": {"type": "str", "required": True}, "version": {"type": "str"}},
    },
    "state": STATE,
    "make_latest": {"type": "bool", "default": True},
    "registry": {"type": "str"},
    "stop_instances": {"type": "bool", "default": False},
    "script_timeout": {"type": "int", "default": 1800},
}


def main(make: Factory = ClearMLModule) -> None:
    run(manage, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

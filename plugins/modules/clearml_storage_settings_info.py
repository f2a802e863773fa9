#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Read the storage settings of a company."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_storage_settings_info
short_description: Read the storage settings of a ClearML company
version_added: 0.1.0
description:
  - Shows which object stores a company has credentials for. Secrets are masked.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
seealso:
  - module: clearml.enterprise.clearml_storage_settings
"""

EXAMPLES = r"""
- name: What can acme reach?
  clearml.enterprise.clearml_storage_settings_info:
    company: acme
  register: storage

- name: Its buckets
  ansible.builtin.debug:
    msg: "{{ (storage.storage_settings.aws or {}).buckets | default([]) | map(attribute='bucket') }}"
"""

RETURN = r"""
storage_settings:
  description: The settings, by provider.
  returned: success
  type: dict
  contains:
    aws:
      description: Amazon S3 and stores that speak its protocol; null if nothing is set.
      type: dict
      contains:
        key:
          description: Access key; null if there is none.
          type: str
        secret:
          description: Masked secret; null if there is none.
          type: str
        token:
          description: Masked session token; null if there is none.
          type: str
        region:
          description: Region; null if there is none.
          type: str
        use_credentials_chain:
          description: Whether the server's own credentials are used.
          type: bool
        buckets:
          description: Buckets with settings of their own, each with all keys that the option has.
          type: list
          elements: dict
    google:
      description: Google Cloud Storage; null if nothing is set.
      type: dict
      contains:
        project:
          description: Project; null if there is none.
          type: str
        credentials_json:
          description: Masked key file; null if there is none.
          type: str
        buckets:
          description: Buckets with settings of their own.
          type: list
          elements: dict
    azure:
      description: Azure Blob Storage; null if nothing is set.
      type: dict
      contains:
        containers:
          description: Containers.
          type: list
          elements: dict
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.storage_settings import (
    NOTHING,
    shown_settings,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._module import ClearMLModule, Factory, run_info
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World


def read(world: World, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The settings without their secrets."""
    return {"storage_settings": shown_settings(world)}


def main(make: Factory = ClearMLModule) -> None:
    run_info(read, {}, make, returns="storage_settings", nothing=NOTHING)


if __name__ == "__main__":
    main()

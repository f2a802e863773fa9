#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage the storage settings of a company."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_storage_settings
short_description: Manage the storage settings of a ClearML company
version_added: 0.1.0
description:
  - Sets the credentials with which the web application and the services of a company reach object stores.
  - A provider that is not given is left alone. A provider that is null is reset.
  - Within a provider that is given, what is left out or null stays as it is, and an empty text clears it.
  - Nobody says what the server makes of settings that a request leaves out, so every change sends all that is there.
    Where the server does not show secrets, a change is refused unless the secrets of everything that stays are given;
    give all providers in one task then.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
options:
  aws:
    description: Amazon S3 and stores that speak its protocol. Null resets it.
    type: dict
    suboptions:
      key: &key
        description: Access key.
        type: str
      secret: &secret
        description: Secret that belongs to the key.
        type: str
      token: &token
        description: Session token, for temporary credentials.
        type: str
      region: &region
        description: Region.
        type: str
      use_credentials_chain: &chain
        description: Use the credentials that the server itself has. A new entry has V(false).
        type: bool
      buckets:
        description:
          - Buckets with settings of their own, each known by O(aws.buckets[].bucket), O(aws.buckets[].subdir) and
            O(aws.buckets[].host).
        type: list
        elements: dict
        suboptions:
          bucket:
            description: Name of the bucket.
            type: str
            required: true
          subdir: &subdir
            description: Path within the bucket to which the entry applies.
            type: str
          host:
            description: Host and port of a store that is not Amazon's, such as MinIO.
            type: str
          key: *key
          secret: *secret
          token: *token
          region: *region
          acl:
            description: Access control list that uploaded objects get.
            type: str
          multipart:
            description: Upload in parts. A new entry has V(true).
            type: bool
          secure:
            description: Use TLS. A new entry has V(true).
            type: bool
          verify:
            description: Check the certificate of the store. A new entry has V(true).
            type: bool
          use_credentials_chain: *chain
  google:
    description: Google Cloud Storage. Null resets it.
    type: dict
    suboptions:
      project: &project
        description: Project.
        type: str
      credentials_json: &json
        description: Content of the key file of a service account, as a text or as a map.
        type: json
      buckets:
        description:
          - Buckets with settings of their own, each known by O(google.buckets[].bucket) and
            O(google.buckets[].subdir).
        type: list
        elements: dict
        suboptions:
          bucket:
            description: Name of the bucket.
            type: str
            required: true
          subdir: *subdir
          project: *project
          credentials_json: *json
  azure:
    description: Azure Blob Storage. Null resets it.
    type: dict
    suboptions:
      containers:
        description:
          - Containers, each known by O(azure.containers[].account_name) and O(azure.containers[].container_name).
        type: list
        elements: dict
        suboptions:
          account_name:
            description: Storage account.
            type: str
            required: true
          account_key:
            description: Key of the account.
            type: str
          container_name:
            description: Container; without it the entry applies to all of the account.
            type: str
  exclusive:
    description: Whether the lists of buckets and containers that are given are complete, so that others are removed.
    type: bool
    default: false
  update_secret:
    description:
      - When to send secrets that the server does not show. Those that it shows are compared.
      - V(on_create) sends them with a new entry, and with every change of another setting.
      - V(always) sends them in every run, and every run reports a change.
    type: str
    choices: [on_create, always]
    default: on_create
seealso:
  - module: clearml.enterprise.clearml_storage_settings_info
"""

EXAMPLES = r"""
- name: Amazon for everything, and a MinIO for the models
  clearml.enterprise.clearml_storage_settings:
    company: acme
    aws:
      key: "{{ vault_acme_aws_key }}"
      secret: "{{ vault_acme_aws_secret }}"
      region: eu-central-1
      buckets:
        - bucket: models
          host: minio.acme.example:9000
          key: "{{ vault_acme_minio_key }}"
          secret: "{{ vault_acme_minio_secret }}"
          secure: false

- name: No more Amazon
  clearml.enterprise.clearml_storage_settings:
    company: acme
    aws: null
"""

RETURN = r"""
storage_settings:
  description: The settings as they are now. In check mode as they would be. Secrets are masked.
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
    secrets:
      description: Stands for secrets that were sent although they cannot be compared. Check mode only.
      type: str
actions:
  description:
    - What was done, or in check mode would be done, in order. Empty if everything stood as asked.
    - The list of a check run equals that of the real run.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: Always V(update).
      type: str
    kind:
      description: Kind of the object.
      type: str
    name:
      description: Name of the object.
      type: str
    company:
      description: Company of the object, for what lives in one.
      type: str
    fields:
      description: Options that were changed; V(secrets) for secrets that were sent and cannot be compared.
      type: list
      elements: str
    calls:
      description: Endpoints that were called.
      type: list
      elements: str
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._storage_shape import (
    PROVIDERS,
    Form,
    Provider,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.storage_settings import STORAGE_SETTINGS
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_entity,
)

#: Without no_log, which would mask each text of the map, the project's name too. What is secret in it is known by its
#: key, as all secrets are, and masked.
KEY_FILE = {"type": "json", "no_log": False}


def options(form: Form, required: str = "") -> dict[str, t.Any]:
    """The options of a provider, or of one of its buckets."""
    texts = {name: {"type": "str", "no_log": name in form.secrets} for name in form.texts + form.secrets}
    found: dict[str, t.Any] = {name: KEY_FILE if name == "credentials_json" else spec for name, spec in texts.items()}
    found.update({name: {"type": "bool"} for name in form.switches})
    return {**found, **({required: {"type": "str", "required": True}} if required else {})}


def provider(one: Provider) -> dict[str, t.Any]:
    """The option of a provider."""
    entries = {"type": "list", "elements": "dict", "options": options(one.entry, one.address[0])}
    return {"type": "dict", "options": {**options(one.own), one.entries: entries}}


ARGUMENT_SPEC: ArgumentSpec = {
    **{name: provider(one) for name, one in PROVIDERS.items()},
    "exclusive": {"type": "bool", "default": False},
    "update_secret": {"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False},
}


def main(make: Factory = ClearMLModule) -> None:
    run_entity(STORAGE_SETTINGS, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

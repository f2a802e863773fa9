#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Keep secrets in Kubernetes."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_secret
short_description: Keep the secrets of a site in Kubernetes
version_added: 0.1.0
description:
  - Keeps a Kubernetes Secret whose values are given, made once and found again, or copied from other Secrets.
  - No result, diff or message ever has a value.
  - Example secrets that are printed in public charts and installation guides are refused, wherever they come from.
  - A Secret without the label C(app.kubernetes.io/managed-by=clearml.enterprise) belongs to somebody else and is
    refused.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.kubernetes
options:
  name:
    description: Name of the Secret.
    type: str
    required: true
  namespace:
    description:
      - Its namespace, which has to exist. In check mode one that does not is taken as one that an earlier task would
        create; RV(assumes) says so.
    type: str
    required: true
  state:
    description: Whether the Secret should exist.
    type: str
    choices: [present, absent]
    default: present
  labels:
    description: Labels that it should have besides C(app.kubernetes.io/managed-by). Others stay.
    type: dict
  type:
    description:
      - Type of a new Secret; one of another type is refused, because a type cannot be changed.
      - By default V(Opaque), with O(registry) V(kubernetes.io/dockerconfigjson), and what an existing Secret has.
    type: str
  data:
    description: Values that are given, by key. All of them are text.
    type: dict
  generate:
    description:
      - Values that are made once, by key. What the Secret has is kept; it is never made anew while it is there.
      - Each takes a map with C(length) (by default 40 characters) and C(alphabet) (by default letters and digits), or
        nothing. A value begins with a letter if its alphabet has one, so that no parser takes it for a number.
    type: dict
  copy:
    description:
      - Values of other Secrets of the same cluster. They follow their sources.
      - In check mode a source that does not exist is taken as one that an earlier task would create; RV(assumes)
        says so.
    type: list
    elements: dict
    suboptions:
      from_name:
        description: Name of the other Secret.
        type: str
        required: true
      from_namespace:
        description: Its namespace, by default O(namespace).
        type: str
      key:
        description: The key in the other Secret.
        type: str
        required: true
      to_key:
        description: The key in this one, by default the same.
        type: str
  quoted:
    description:
      - Keys of O(data) and O(copy) whose values are stored as JSON, between double quotes.
      - For environment variables of the ClearML server, which parses each one as HOCON. It would read C(0123) as a
        number, and end a value at a C(#). Values made by O(generate) from letters and digits need no quotes.
    type: list
    elements: str
  fixed_users:
    description:
      - People who sign in to the ClearML server with a password that its own settings hold. Only they may sign in then,
        and they belong to the server's first company.
      - Their list is kept in the key C(CLEARML__apiserver__auth__fixed_users__users), as the server takes it with
        C(pass_hashed). A hash that fits its password stays; it is never made anew.
      - Needs the Python library C(bcrypt), unless everybody has a O(fixed_users[].password_hash).
    type: list
    elements: dict
    suboptions:
      username:
        description: The name to sign in with.
        type: str
        required: true
      password:
        description: The password, of 72 bytes at most.
        type: str
      password_hash:
        description: In its place a hash of bcrypt, as it is or in base64.
        type: str
      name:
        description: Name to show, by default the O(fixed_users[].username).
        type: str
      admin:
        description: Whether the user is an admin of the company.
        type: bool
        default: false
  registry:
    description: A login to a registry of images. It makes the Secret one that pods can name in C(imagePullSecrets).
    type: dict
    suboptions:
      server:
        description: The registry, such as V(https://index.docker.io/v1/).
        type: str
        required: true
      username:
        description: The name to sign in with.
        type: str
        required: true
      password:
        description: The password or token.
        type: str
        required: true
  remove_others:
    description: Remove keys that are not declared here. By default they are left alone.
    type: bool
    default: false
seealso:
  - module: clearml.enterprise.clearml_credentials
  - plugin: clearml.enterprise.secret_environment
    plugin_type: filter
"""

EXAMPLES = r"""
- name: A key pair that is made once
  clearml.enterprise.clearml_secret:
    name: clearml-supervisor
    namespace: clearml
    generate:
      access_key: {length: 30}
      secret_key: {length: 60}

- name: Settings of the server that are secret
  clearml.enterprise.clearml_secret:
    name: clearml-server-settings
    namespace: clearml
    data:
      CLEARML__secure__login__sso__oauth_client__keycloak__client_secret: "{{ vault_acme_keycloak_secret }}"
    quoted:
      - CLEARML__secure__login__sso__oauth_client__keycloak__client_secret
    copy:
      - from_name: clearml-supervisor
        key: access_key
        to_key: CLEARML__secure__credentials__supervisor__user_key
  register: settings

- name: The checksum goes into an annotation of the pods, so that they start again when a value changes
  ansible.builtin.debug:
    var: settings.secret.checksum

- name: What the pods pull their images with
  clearml.enterprise.clearml_secret:
    name: clearml-registry
    namespace: clearml
    registry:
      server: https://index.docker.io/v1/
      username: acme
      password: "{{ vault_acme_keycloak_secret }}"
"""

RETURN = r"""
secret:
  description: The Secret, without its values; empty once it is removed.
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      type: str
    namespace:
      description: Its namespace.
      type: str
    key_names:
      description: The keys that are declared here.
      type: list
      elements: str
    checksum:
      description:
        - SHA-256 over the declared values and a random text that the Secret has under the key C(.salt). Without
          reading the Secret nobody can find out a value by trying.
        - In check mode null if a value would change.
      type: str
actions:
  description:
    - What was done, or in check mode would be done. Empty if everything stood as asked.
    - The list of a check run equals that of the real run.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(create), V(update) or V(delete).
      type: str
    kind:
      description: Kind of the object.
      type: str
    name:
      description: Namespace and name of the Secret.
      type: str
    fields:
      description: Keys whose values were set or changed, and C(metadata.labels).
      type: list
      elements: str
    calls:
      description: Requests that were made.
      type: list
      elements: str
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Action
from ansible_collections.clearml.enterprise.plugins.module_utils._kept_secret import LABELS, KeptSecret, checksum, lost
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, KubeError
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    STATE,
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_on_cluster,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._secret_contents import PULL_TYPE, Contents

ARGUMENT_SPEC: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "namespace": {"type": "str", "required": True},
    "state": STATE,
    "labels": {"type": "dict"},
    "type": {"type": "str"},
    "data": {"type": "dict", "no_log": True},
    "generate": {"type": "dict"},
    "copy": {
        "type": "list",
        "elements": "dict",
        "options": {
            "from_name": {"type": "str", "required": True},
            "from_namespace": {"type": "str"},
            "key": {"type": "str", "required": True, "no_log": False},
            "to_key": {"type": "str", "no_log": False},
        },
    },
    "quoted": {"type": "list", "elements": "str"},
    "fixed_users": {
        "type": "list",
        "elements": "dict",
        "options": {
            "username": {"type": "str", "required": True},
            "password": {"type": "str", "no_log": True},
            "password_hash": {"type": "str", "no_log": True},
            "name": {"type": "str"},
            "admin": {"type": "bool", "default": False},
        },
    },
    "registry": {
        "type": "dict",
        "options": {
            "server": {"type": "str", "required": True},
            "username": {"type": "str", "required": True},
            "password": {"type": "str", "required": True, "no_log": True},
        },
    },
    "remove_others": {"type": "bool", "default": False},
}
#: How often the Secret is looked at again after a write whose end nobody knows, or that somebody else was faster with.
ROUNDS = 3


def remove(module: ClearMLModule, kube: Kube) -> dict[str, t.Any]:
    """Remove the Secret."""
    secret = KeptSecret(kube, module.params["name"], module.params["namespace"])
    actions = secret.removal()
    before, _rest = secret.diff(dict(secret.texts))
    secret.remove()
    return told(module, actions, ({"secret": before}, {"secret": {}}), {})


def keep(module: ClearMLModule, kube: Kube) -> dict[str, t.Any]:
    """See to it that the Secret has what it should."""
    params = module.params
    contents = Contents.from_options(params)
    kind = params["type"] or (PULL_TYPE if params["registry"] else "")
    actions: tuple[Action, ...] = ()
    differing: tuple[t.Any, t.Any] | None = None
    for number in range(1, ROUNDS + 1):
        secret = KeptSecret(kube, params["name"], params["namespace"], params["labels"], kind)
        wanted = contents.texts(secret, kube)
        module.no_log_values.update(text for text in wanted.values() if text)
        writing = secret.writing(wanted)
        if writing or differing is None:
            differing = secret.diff(wanted)
        if not writing:
            break
        actions = writing
        try:
            secret.write(wanted)
            break
        except KubeError as error:
            if number == ROUNDS or not (lost(error) or error.reason in ("AlreadyExists", "Conflict")):
                raise
            if not lost(error):
                actions, differing = (), None
    changed_texts = any(name != LABELS for action in actions for name in action.fields)
    result = {
        "name": params["name"],
        "namespace": params["namespace"],
        "key_names": sorted(contents.options),
        "checksum": None if changed_texts and kube.read_only else checksum(wanted),
    }
    assumes = [*([secret.unborn] if secret.unborn else []), *contents.unborn]
    return told(module, actions, differing or ({}, {}), result, assumes)


def told(
    module: ClearMLModule,
    actions: tuple[Action, ...],
    differing: tuple[t.Any, t.Any],
    secret: dict[str, t.Any],
    assumes: list[str] | None = None,
) -> dict[str, t.Any]:
    """The module's result."""
    result: dict[str, t.Any] = {
        "changed": bool(actions),
        "actions": [action.describe(None) for action in actions],
        "secret": secret,
    }
    if assumes:
        result["assumes"] = assumes
    if module._diff:
        result["diff"] = dict(zip(("before", "after"), differing, strict=True))
    return result


def body(module: ClearMLModule, kube: Kube) -> dict[str, t.Any]:
    return remove(module, kube) if module.params["state"] == "absent" else keep(module, kube)


def main(make: Factory = ClearMLModule) -> None:
    run_on_cluster(body, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

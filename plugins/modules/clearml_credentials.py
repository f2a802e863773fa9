#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage a key pair."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_credentials
short_description: Manage API key pairs of a ClearML user
version_added: 0.1.0
description:
  - Creates and revokes key pairs (access key and secret). A pair is known by its label within its user.
  - The server shows a secret once, when the pair is made. RV(credentials.secret_key) has it in that run only.
    A pair that already exists is left alone, and no secret is returned.
  - A result that holds a secret is never printed, as if the task had C(no_log=true); a registered variable has
    it in full.
  - With O(store) the pair goes into a Secret of Kubernetes instead, and no result has it.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
  - clearml.enterprise.company
options:
  user:
    description:
      - E-mail address or ID of the owner of the pair.
      - Without it the owner is the company's automation admin (its address ends in C(.invalid)) or else its
        oldest admin,
        with a warning that names the person. Without O(company) too, it is the owner of the key that the task uses.
    type: str
  service_account:
    description: Name or ID of the service account that owns the pair, in place of O(user).
    type: str
  label:
    description: What the pair is called. Two pairs of one user with the same label are an error that lists them.
    type: str
    required: true
  access_key:
    description:
      - Access key of an existing pair, to say which one where a label fits several, or to give it another O(label).
      - Not with O(store), where the Secret says which.
    type: str
  state:
    description: Whether the pair should exist. V(absent) revokes it, which cannot be undone.
    type: str
    choices: [present, absent]
    default: present
  expires_in:
    description:
      - Lifetime of a new pair, in seconds. Counts at creation only.
      - Without it the server's default applies.
    type: int
  store:
    description:
      - The Kubernetes Secret in which the pair lives. The Secret decides, not the label alone. A pair is made and
        written into it if there is no Secret, if the user has no such pair (it was revoked), or if the pair ends
        (O(renew_before)).
      - A pair with this label that is not in the Secret is what a replaced pair or an interrupted run left behind.
        Nobody knows its secret, and it is revoked.
      - The cluster is asked first, by a dry run, whether it takes the Secret. A new pair that cannot be written after
        all is revoked again.
      - With O(state=absent) all pairs of the label are revoked and the Secret is removed.
      - A Secret that cannot be read, holds no pair, or lacks the label
        C(app.kubernetes.io/managed-by=clearml.enterprise) is an error, and nothing is changed.
      - The pair of another user is never touched. If O(user) changes, revoke the former user's pair first.
    type: dict
    suboptions:
      name:
        description: Name of the Secret.
        type: str
        required: true
      namespace:
        description:
          - Its namespace, which has to exist. In check mode one that does not is taken as one that an earlier task
            would create; RV(assumes) says so.
        type: str
        required: true
      access_key_name:
        description: The key in the Secret that has the access key.
        type: str
        default: agentk8sglue_key
      secret_key_name:
        description: The key in the Secret that has the secret.
        type: str
        default: agentk8sglue_secret
      labels:
        description: Labels that the Secret should have besides C(app.kubernetes.io/managed-by).
        type: dict
      kubeconfig:
        description:
          - The kubeconfig of the cluster.
          - Falls back to E(K8S_AUTH_KUBECONFIG), then to E(KUBECONFIG), to C(~/.kube/config), and inside a pod to its
            service account.
        type: path
      context:
        description:
          - The context in the kubeconfig; without it the current one.
          - Falls back to E(K8S_AUTH_CONTEXT).
        type: str
  renew_before:
    description:
      - With O(store), replace a pair that ends within so many seconds. By default one that has ended is replaced.
      - It has to be less than the lifetime of a new pair.
    type: int
  keep_replaced:
    description:
      - With O(store), do not revoke the pairs of this label that the Secret does not hold. RV(replaced) lists them, to
        be revoked when whoever uses the Secret has taken up the new pair. A run without this option does so as well.
      - If the user may not have one more pair, those that the Secret does not hold are revoked all the same, as many
        as needed, before a new one is made.
    type: bool
    default: false
requirements:
  - kubernetes >= 24, for O(store)
seealso:
  - module: clearml.enterprise.clearml_secret
  - module: clearml.enterprise.clearml_user
"""

EXAMPLES = r"""
- name: A key pair for acme's automation, for 90 days
  clearml.enterprise.clearml_credentials:
    company: acme
    user: admin@acme.invalid
    label: nightly
    expires_in: 7776000
  register: nightly

- name: Use it at once, the secret is not shown again
  clearml.enterprise.clearml_server_info:
    api_access_key: "{{ nightly.credentials.access_key }}"
    api_secret_key: "{{ nightly.credentials.secret_key }}"
  when: nightly.credentials.secret_key is defined

- name: A pair for acme's agent, kept in the cluster and renewed a month before it ends
  clearml.enterprise.clearml_credentials:
    company: acme
    user: admin@acme.invalid
    label: agent
    expires_in: 15552000
    renew_before: 2592000
    keep_replaced: true
    store:
      name: clearml-agent-pair
      namespace: acme
  register: agent_pair

# Here the agent is restarted if agent_pair.store.checksum is another one than before.

- name: The agent uses its new pair, nobody needs the old one
  clearml.enterprise.clearml_credentials:
    company: acme
    user: admin@acme.invalid
    label: agent
    access_key: "{{ item }}"
    state: absent
  loop: "{{ agent_pair.replaced }}"

- name: Revoke it
  clearml.enterprise.clearml_credentials:
    company: acme
    user: admin@acme.invalid
    label: nightly
    state: absent
"""

RETURN = r"""
credentials:
  description: The pair as it is now; empty once it is revoked. In check mode as it would be.
  returned: success
  type: dict
  contains:
    access_key:
      description: The access key. Not known in check mode before the pair exists.
      type: str
    secret_key:
      description: The secret, in the run that made the pair and never again. Never with O(store).
      returned: when the pair was made in this run
      type: str
    label:
      description: What the pair is called.
      type: str
    expire:
      description: End of its life, UTC.
      type: str
store:
  description: The Secret that holds the pair.
  returned: with O(store) and O(state=present)
  type: dict
  contains:
    name:
      description: Its name.
      type: str
    namespace:
      description: Its namespace.
      type: str
    checksum:
      description:
        - SHA-256 over the pair, for the annotation that restarts pods. The secret is random, so it gives nothing away.
        - In check mode null if a new pair would be made.
      type: str
replaced:
  description: Access keys of the pairs with this label that are not in the Secret and were kept (O(keep_replaced)).
  returned: with O(store) and O(state=present)
  type: list
  elements: str
actions:
  description:
    - What was done, or in check mode would be done, in order. Empty if everything stood as asked.
    - The list of a check run equals that of the real run.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(create), V(update) or V(delete).
      type: str
    kind:
      description: Kind of the object, V(credentials) or V(secret).
      type: str
    name:
      description: Name of the object; of a Secret with its namespace.
      type: str
    company:
      description: Company of the object, for what lives in one.
      type: str
    fields:
      description: Options that were set or changed; keys of a Secret.
      type: list
      elements: str
    calls:
      description: Endpoints that were called; of a cluster with their method.
      type: list
      elements: str
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._converge import Outcome, converge
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.credentials import (
    CREDENTIALS,
    act_as_owner,
    excess,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired, Entity
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._kept_secret import KeptSecret
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, kube_argument_spec
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    STATE,
    ArgumentSpec,
    ClearMLModule,
    Factory,
    refuse_empty,
    run_entity,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._secret_store import PairStore, StoredOutcome
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

ARGUMENT_SPEC: ArgumentSpec = {
    "service_account": {"type": "str"},
    "label": {"type": "str", "required": True},
    "access_key": {"type": "str", "no_log": False},
    "state": STATE,
    "expires_in": {"type": "int"},
    "store": {
        "type": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "namespace": {"type": "str", "required": True},
            "access_key_name": {"type": "str", "default": "agentk8sglue_key", "no_log": False},
            "secret_key_name": {"type": "str", "default": "agentk8sglue_secret", "no_log": False},
            "labels": {"type": "dict"},
            **kube_argument_spec(),
        },
    },
    "renew_before": {"type": "int"},
    "keep_replaced": {"type": "bool", "default": False},
}


def carry_out(module: ClearMLModule, entity: Entity, world: World, desired: Desired) -> Outcome:
    """Without a store the pair is an object like any other."""
    store = module.params["store"]
    if store is None:
        pointless = [name for name in ("renew_before", "keep_replaced") if module.params[name]]
        if pointless:
            raise InvalidInput(f"{pointless[0]} needs store: without it nobody has the pair that is to be replaced")
        return converge(entity, world, desired)
    if desired.id is not None:
        raise InvalidInput("access_key and store exclude each other: the Secret says which pair it is")
    refuse_empty({f"store.{name}": value for name, value in store.items()}, [f"store.{name}" for name in store])
    kube = Kube.connect(store, module.check_mode)
    secret = KeptSecret(kube, store["name"], store["namespace"], store["labels"])
    keys = (store["access_key_name"], store["secret_key_name"])
    pairs = PairStore(entity, world, desired, secret, keys, excess, module.no_log_values.add)
    return pairs.absent() if desired.absent else pairs.present()


def complete(outcome: Outcome, result: dict[str, t.Any]) -> None:
    """The pair in the API's words, and where it is: in the Secret, or in this one result."""
    pair = result["credentials"]
    if "id" in pair:
        pair["access_key"] = pair.pop("id")
    if isinstance(outcome, StoredOutcome):
        if outcome.store:
            result.update(store=outcome.store, replaced=outcome.replaced)
        if outcome.unborn:
            result["assumes"] = [*result.get("assumes", []), outcome.unborn]
    elif outcome.answer:
        pair["secret_key"] = outcome.answer["credentials"]["secret_key"]


def main(make: Factory = ClearMLModule) -> None:
    run_entity(
        CREDENTIALS,
        ARGUMENT_SPEC,
        make,
        actor="user",
        behalf=act_as_owner,
        carry_out=carry_out,
        finish=complete,
    )


if __name__ == "__main__":
    main()

#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage an identity provider."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_idp
short_description: Manage identity providers of a ClearML company
version_added: 0.1.0
description:
  - Creates, changes, switches and removes the connections through which people of a company sign in.
  - A connection is found by its display name. A new one gets an ID that follows from company and display name.
  - Settings are checked against the server's own template of the provider. Where the template cannot be understood, a
    warning says so, and what cannot be read is sent as O(update_unreadable) says.
  - A connection that the server has from its environment is read-only, and left alone.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
options:
  display_name:
    description:
      - What the login button says; unique within the company.
      - With O(id), the display name that the connection should have.
    type: str
    required: true
  id:
    description: ID of an existing connection, to rename it, or to tell it from another.
    type: str
  state:
    description: Whether the connection should exist.
    type: str
    choices: [present, absent]
    default: present
  provider:
    description:
      - Kind of provider, as the server calls it, such as V(keycloak). M(clearml.enterprise.clearml_idp_info) lists what
        it supports. Needed unless the connection is to be removed; it cannot be changed later.
    type: str
  active:
    description: Whether people can sign in with it. Without it a new connection is as the server makes it.
    type: bool
  well_known_url:
    description:
      - Address of the provider's OpenID Connect discovery document. The server reads it, and what it tells about
        endpoints is used where no option names one.
    type: str
  client_id:
    description: ID of the ClearML application at the provider.
    type: str
  client_secret:
    description: Secret of that application. No server shows it again, so O(update_secret) says when it is sent.
    type: str
  authorization_endpoint:
    description: Where a login starts.
    type: str
  token_endpoint:
    description: Where access tokens come from.
    type: str
  revocation_endpoint:
    description: Where access tokens end.
    type: str
  end_session_endpoint:
    description: Where the provider's session ends.
    type: str
  userinfo_endpoint:
    description: Where more about a user is read.
    type: str
  jwks_uri:
    description: Where the keys for token signatures are.
    type: str
  logout_from_provider:
    description: Whether leaving ClearML also ends the provider's session.
    type: bool
  claim_name:
    description: Claim with the full name.
    type: str
  claim_tenant:
    description: Claim with the external tenant, where each tenant has its own login page.
    type: str
  claim_groups:
    description: Claim with the list of groups.
    type: str
  group_enabled:
    description: Whether group memberships follow the provider at every login.
    type: bool
  group_prohibit_user_login_if_not_in_group:
    description: Whether to refuse people none of whose groups exists in ClearML.
    type: bool
  private_key:
    description: Private key of a SAML connection, handled as O(client_secret) is.
    type: str
  configuration:
    description: Any other setting, by the key that the server's template has for it. Settings that are not given stay.
    type: dict
    default: {}
  secrets:
    description: Any other secret setting, by the key that the server's template has for it.
    type: dict
    default: {}
  update_secret:
    description:
      - When to send secrets of a connection that exists.
      - V(on_create) sends them with a new connection, and with every change of another setting, since a save is
        complete.
      - V(always) sends them in every run, and every run reports a change.
    type: str
    choices: [on_create, always]
    default: on_create
  update_unreadable:
    description: The same for settings that the server's template does not show.
    type: str
    choices: [on_create, always]
    default: on_create
  validate:
    description: Let the server try the settings before they are saved, in check mode too.
    type: bool
    default: false
seealso:
  - module: clearml.enterprise.clearml_idp_info
  - module: clearml.enterprise.clearml_login_rules
"""

EXAMPLES = r"""
- name: Sign in with acme's Keycloak
  clearml.enterprise.clearml_idp:
    company: acme
    provider: keycloak
    display_name: Acme Keycloak
    client_id: clearml
    client_secret: "{{ vault_acme_keycloak_secret }}"
    authorization_endpoint: https://sso.acme.example/realms/acme/protocol/openid-connect/auth
    token_endpoint: https://sso.acme.example/realms/acme/protocol/openid-connect/token
    claim_groups: groups
    group_enabled: true
    active: true

- name: Take it away
  clearml.enterprise.clearml_idp:
    company: acme
    display_name: Acme Keycloak
    state: absent
"""

RETURN = r"""
idp:
  description:
    - The connection as it is now; empty once it is gone. In check mode as it would be. Secrets are masked.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the connection. Not known in check mode before the connection exists.
      type: str
    display_name:
      description: What the login button says.
      type: str
    provider:
      description: Kind of provider.
      type: str
    active:
      description: Whether people can sign in with it.
      type: bool
    configuration:
      description: Settings, as far as the server's template shows them, without secrets.
      type: dict
    secrets:
      description: Names of the secrets that would be set, with masked values. Check mode only.
      type: dict
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
      description: Kind of the object.
      type: str
    name:
      description: Name of the object.
      type: str
    company:
      description: Company of the object, for what lives in one.
      type: str
    fields:
      description: Options that were set or changed.
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

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.idp import DISCOVER, IDP
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    STATE,
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_entity,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import SECRET
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "revocation_endpoint",
    "end_session_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
)
TEXTS = ("client_id", *ENDPOINTS, "claim_name", "claim_tenant", "claim_groups")
FLAGS = ("logout_from_provider", "group_enabled", "group_prohibit_user_login_if_not_in_group")
REWRITE = {"type": "str", "choices": ["on_create", "always"], "default": "on_create"}

ARGUMENT_SPEC: ArgumentSpec = {
    "display_name": {"type": "str", "required": True},
    "id": {"type": "str"},
    "state": STATE,
    "provider": {"type": "str"},
    "active": {"type": "bool"},
    "well_known_url": {"type": "str"},
    "client_secret": {"type": "str", "no_log": True},
    "private_key": {"type": "str", "no_log": True},
    "secrets": {"type": "dict", "default": {}, "no_log": True},
    **{name: {"type": "str", "no_log": False} for name in TEXTS},
    **{name: {"type": "bool"} for name in FLAGS},
    "configuration": {"type": "dict", "default": {}},
    "update_secret": {**REWRITE, "no_log": False},
    "update_unreadable": REWRITE,
    "validate": {"type": "bool", "default": False},
}


def settings(world: World, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The configuration that the options come to, secrets apart from the rest."""
    if params["state"] == "absent":
        return {"configuration": {}}
    misplaced = sorted(name for name in params["configuration"] if SECRET.search(name))
    if misplaced:
        raise InvalidInput(
            f"configuration has {', '.join(misplaced)}; give secrets as secrets, so that they are not shown"
        )
    given = {name: params[name] for name in (*TEXTS, *FLAGS) if params[name] is not None}
    given.update(params["configuration"])
    if params["well_known_url"] and not world.unborn:
        found = world.user.read(DISCOVER, {"url": params["well_known_url"]})
        given = {**{name: found[name] for name in ENDPOINTS if found.get(name)}, **given}
    secrets = {name: params[name] for name in ("client_secret", "private_key") if params[name] is not None}
    secrets.update(params["secrets"])
    return {"configuration": given, **({"secrets": secrets} if secrets else {})}


def main(make: Factory = ClearMLModule) -> None:
    run_entity(IDP, ARGUMENT_SPEC, make, steering=("update_secret", "update_unreadable", "validate"), prepare=settings)


if __name__ == "__main__":
    main()

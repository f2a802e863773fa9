#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Read identity providers."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_idp_info
short_description: Read the identity providers of a ClearML company
version_added: 0.1.0
description:
  - Lists the connections of a company, the kinds of provider that the server supports, and the template of the kind
    that is asked for. No secrets.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes.info
  - clearml.enterprise.connection
  - clearml.enterprise.company
  - clearml.enterprise.company.acting
options:
  display_name:
    description: Exact display name of a connection. Without it all are returned.
    type: str
  provider:
    description: Kind of provider whose settings to return in RV(template).
    type: str
  sp_metadata:
    description: Whether to return for SAML connections what the provider is to be told about ClearML.
    type: bool
    default: false
seealso:
  - module: clearml.enterprise.clearml_idp
"""

EXAMPLES = r"""
- name: How people of acme sign in
  clearml.enterprise.clearml_idp_info:
    company: acme

- name: What can be set for Keycloak
  clearml.enterprise.clearml_idp_info:
    company: acme
    provider: keycloak
  register: keycloak

- name: Its settings
  ansible.builtin.debug:
    msg: "{{ keycloak.template }}"

- name: What the SAML provider of acme has to know
  clearml.enterprise.clearml_idp_info:
    company: acme
    display_name: Acme AD
    sp_metadata: true
  register: acme_ad

- name: Show it
  ansible.builtin.debug:
    msg: "{{ acme_ad.idps[0].sp_metadata }}"
"""

RETURN = r"""
idps:
  description: The connections, by display name.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the connection.
      type: str
    display_name:
      description: What the login button says.
      type: str
    provider:
      description: Kind of provider.
      type: str
    category:
      description: Either C(oidc) or C(saml); null where the server does not tell.
      type: str
    active:
      description: Whether people can sign in with it.
      type: bool
    readonly:
      description: Whether it comes from the server's environment, and can only be changed there.
      type: bool
    last_update:
      description: When it was last changed, as the server tells it; null where it does not.
      type: str
    callback_url:
      description: Address to which the provider sends people back; null where the server's template does not show it.
      type: str
    settings:
      description:
        - Settings that have an option in M(clearml.enterprise.clearml_idp), by the names of the options. No secrets.
        - Null where the server's template does not show them.
      type: dict
    configuration:
      description: The other settings, by their keys on the server; null likewise.
      type: dict
    sp_metadata:
      description: What the provider is to be told about ClearML, as XML. With O(sp_metadata); null unless it is SAML.
      type: str
supported:
  description: Kinds of provider that the server supports.
  returned: unless the company is assumed
  type: list
  elements: dict
  contains:
    id:
      description: Name of the kind, as O(provider) takes it.
      type: str
    display_name:
      description: What people call it.
      type: str
    category:
      description: Either C(oidc) or C(saml).
      type: str
template:
  description: The settings of O(provider) in the order of the template; null where it cannot be understood.
  returned: with O(provider)
  type: list
  elements: dict
  contains:
    key:
      description: Key on the server.
      type: str
    option:
      description: Option of M(clearml.enterprise.clearml_idp) that sets it; null if no option of its own does.
      type: str
    label:
      description: What the settings page calls it; empty where the template does not tell.
      type: str
    section:
      description: Under which heading of the settings page it is.
      type: str
    type:
      description: What it takes, in the server's words.
      type: str
    choices:
      description: The values that it can have, if these are few.
      type: list
      elements: str
    default:
      description: What a new connection has. Never a secret.
      type: raw
    required:
      description: Whether a connection needs it.
      type: bool
    secret:
      description: Whether it is a secret.
      type: bool
    readonly:
      description: Whether it is shown to be copied to the provider, and cannot be set.
      type: bool
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_server import overview
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_info,
)

ARGUMENT_SPEC: ArgumentSpec = {
    "display_name": {"type": "str"},
    "provider": {"type": "str"},
    "sp_metadata": {"type": "bool", "default": False},
}


def main(make: Factory = ClearMLModule) -> None:
    run_info(overview, ARGUMENT_SPEC, make, returns="idps")


if __name__ == "__main__":
    main()

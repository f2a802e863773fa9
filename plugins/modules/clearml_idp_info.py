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
  - Lists the connections of a company, the kinds of provider that the server supports, and the settings of the kind
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
    description: Kind of provider whose settings to return in RV(settings).
    type: str
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
    msg: "{{ keycloak.settings }}"
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
    configuration:
      description: Settings without secrets; null where the server's template does not show them.
      type: dict
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
settings:
  description: Names of the settings of O(provider), sorted; null where the server's template cannot be understood.
  returned: with O(provider)
  type: list
  elements: str
assumes:
  description: What does not exist yet and is taken as made by an earlier task. Check mode only.
  returned: when something is assumed
  type: list
  elements: str
"""

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_template import read_template
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.idp import IDP, TEMPLATE, enrich
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_info,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

ARGUMENT_SPEC: ArgumentSpec = {"display_name": {"type": "str"}, "provider": {"type": "str"}}
LISTED = ("id", "display_name", "provider", "category", "active")
KIND = ("id", "display_name", "category")


def read(world: World, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The connections that were asked for, and what the server supports."""
    rows = [row for row in IDP.read(world, Desired({})) if params["display_name"] in (None, row.get("display_name"))]
    idps = []
    for row in sorted(rows, key=lambda one: str(one.get("display_name"))):
        settings = enrich(world, Desired({}), row).get("configuration")
        listed = {key: row.get(key) for key in LISTED}
        idps.append({**listed, "readonly": bool(row.get("readonly")), "configuration": settings})
    supported = world.user.read("sso.get_supported_providers", {}).get("providers") or []
    result: dict[str, t.Any] = {"idps": idps, "supported": [{key: one.get(key) for key in KIND} for one in supported]}
    if params["provider"] is not None:
        fields = read_template(world.user.read(TEMPLATE, {"provider": params["provider"]}).get("config_template"))
        result["settings"] = sorted(fields) if fields is not None else None
    return result


def main(make: Factory = ClearMLModule) -> None:
    run_info(read, ARGUMENT_SPEC, make, returns="idps")


if __name__ == "__main__":
    main()

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
  - Settings are checked against the server's own template of the provider, which tells the key of each option too. An
    option that the provider lacks is refused by name, such as O(entity_id) for one of OpenID Connect.
  - Where the template cannot be understood, a warning says so, and what cannot be read is sent as
    O(update_unreadable) says. Options whose keys only the template could tell are refused then.
  - Null sets a setting back to what the template has for a new connection.
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
        it supports. Needed for a new connection; it cannot be changed later.
      - LDAP is none of them. It is configured in the environment of the server.
    type: str
  active:
    description: Whether people can sign in with it. Without it a new connection is as the server makes it.
    type: bool
  webapp_url:
    description: Address of the ClearML web application as people reach it. The callback URL is built from it.
    type: str
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
    description: Where more about a user is read. Needed if O(userinfo_from_token) is off.
    type: str
  jwks_uri:
    description: Where the keys for token signatures are. Needed if O(verify_token_signature) is on.
    type: str
  userinfo_from_token:
    description: Whether to take what is known of a user from the identity token.
    type: bool
  verify_token_signature:
    description: Whether to check the signatures of the provider's tokens.
    type: bool
  code_challenge_method:
    description: PKCE method, as it is set at the provider.
    type: str
    choices: ["None", Plain, S256]
  userinfo_scopes:
    description: Scopes that open what is known of a user.
    type: list
    elements: str
  additional_scopes:
    description: Further scopes that the provider wants.
    type: list
    elements: str
  logout_from_provider:
    description: Whether leaving ClearML also ends the provider's session.
    type: bool
  email_verification:
    description: Whether to let in people with a verified address only. The provider's tokens then need
      C(email_verified).
    type: bool
  create_users_on_first_login:
    description: Whether to make a user of anybody whom the provider lets in, and not only of those who are invited.
    type: bool
  entity_id:
    description: Entity ID of the ClearML application at a SAML provider.
    type: str
  idp_metadata:
    description: Metadata of a SAML provider, as XML. Not with O(idp_metadata_file).
    type: str
  idp_metadata_file:
    description: File with that metadata, where the module runs. It is read in check mode too.
    type: path
  require_signed_assertions:
    description: Whether a SAML provider's assertions or answers have to be signed.
    type: bool
  sign_client_requests:
    description: Whether to sign requests to a SAML provider. Needs O(public_key) and O(private_key).
    type: bool
  public_key:
    description: Certificate of the pair that signs, in PEM form. The provider needs the same one.
    type: str
  private_key:
    description: Private key of the pair that signs, in PEM form, handled as O(client_secret) is.
    type: str
  claim_user_id:
    description: Claim or attribute with the user's unique ID.
    type: str
  claim_email:
    description: Claim with the e-mail address.
    type: str
  claim_name:
    description: Claim with the full name.
    type: str
  claim_given_name:
    description: Claim with the first name. Needed without O(claim_name).
    type: str
  claim_family_name:
    description: Claim with the surname. Needed without O(claim_name).
    type: str
  claim_picture:
    description: Claim with the address of a picture.
    type: str
  claim_tenant:
    description: Claim with the external tenant, where each tenant has its own login page.
    type: str
  claim_groups:
    description: Claim with the list of groups.
    type: str
  group_enabled:
    description:
      - Whether group memberships follow the provider at every login. Groups are matched by name with those that the
        company has; none is made.
    type: bool
  group_prohibit_user_login_if_not_in_group:
    description: Whether to refuse people none of whose groups exists in ClearML.
    type: bool
  configuration:
    description:
      - Any other setting, by the key that the server's template has for it. Settings that are not given stay.
      - RV(clearml.enterprise.clearml_idp_info#module:template) tells these keys.
    type: dict
  secrets:
    description: Any other secret setting, by the key that the server's template has for it.
    type: dict
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
notes:
  - Servers are known to have V(auth0), V(cognito), V(google), V(keycloak), V(ad_oauth) (Microsoft AD), V(azure_ad),
    V(okta), V(ping) and a custom one for OpenID Connect; V(duo), V(google_saml), V(jumpcloudsaml), V(microsoft_ad) and
    a custom one for SAML. The server's own list counts.
  - "Discovery documents usually lie below C(/.well-known/openid-configuration) of: the tenant's domain (Auth0),
    C(https://cognito-idp.<region>.amazonaws.com/<user pool ID>) (AWS Cognito), C(https://accounts.google.com) (Google),
    C(<Keycloak address>/realms/<realm>) (Keycloak), C(https://<AD FS host>/adfs) (Microsoft AD),
    C(https://login.microsoftonline.com/<directory ID>/v2.0) (Microsoft Azure),
    C(https://<Okta domain>/oauth2/<authorization server ID>) (Okta),
    C(https://auth.pingone.<region>/<environment ID>/as) (Ping). Only the one of Okta is documented for ClearML."
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

- name: Sign in with acme's Okta, whose discovery document tells the endpoints
  clearml.enterprise.clearml_idp:
    company: acme
    provider: okta
    display_name: Acme Okta
    well_known_url: "{{ acme_okta_issuer }}/.well-known/openid-configuration"
    client_id: clearml
    client_secret: "{{ vault_acme_okta_secret }}"
    claim_user_id: sub

- name: Sign in by SAML
  clearml.enterprise.clearml_idp:
    company: acme
    provider: microsoft_ad
    display_name: Acme AD
    entity_id: clearml
    idp_metadata: "{{ acme_ad_metadata }}"
    claim_email: emailAddress
    require_signed_assertions: true

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
    - A setting is in it if the provider has it and the server's template shows it.
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
    webapp_url:
      description: As O(webapp_url); null if it is not set.
      type: str
    client_id:
      description: As O(client_id); null if it is not set.
      type: str
    authorization_endpoint:
      description: As O(authorization_endpoint); null if it is not set.
      type: str
    token_endpoint:
      description: As O(token_endpoint); null if it is not set.
      type: str
    revocation_endpoint:
      description: As O(revocation_endpoint); null if it is not set.
      type: str
    end_session_endpoint:
      description: As O(end_session_endpoint); null if it is not set.
      type: str
    userinfo_endpoint:
      description: As O(userinfo_endpoint); null if it is not set.
      type: str
    jwks_uri:
      description: As O(jwks_uri); null if it is not set.
      type: str
    userinfo_from_token:
      description: As O(userinfo_from_token); null if it is not set.
      type: bool
    verify_token_signature:
      description: As O(verify_token_signature); null if it is not set.
      type: bool
    code_challenge_method:
      description: As O(code_challenge_method); null if it is not set.
      type: str
    userinfo_scopes:
      description: As O(userinfo_scopes); null if it is not set.
      type: list
      elements: str
    additional_scopes:
      description: As O(additional_scopes); null if it is not set.
      type: list
      elements: str
    logout_from_provider:
      description: As O(logout_from_provider); null if it is not set.
      type: bool
    email_verification:
      description: As O(email_verification); null if it is not set.
      type: bool
    create_users_on_first_login:
      description: As O(create_users_on_first_login); null if it is not set.
      type: bool
    entity_id:
      description: As O(entity_id); null if it is not set.
      type: str
    idp_metadata:
      description: As O(idp_metadata); null if it is not set.
      type: str
    require_signed_assertions:
      description: As O(require_signed_assertions); null if it is not set.
      type: bool
    sign_client_requests:
      description: As O(sign_client_requests); null if it is not set.
      type: bool
    public_key:
      description: As O(public_key); null if it is not set.
      type: str
    claim_user_id:
      description: As O(claim_user_id); null if it is not set.
      type: str
    claim_email:
      description: As O(claim_email); null if it is not set.
      type: str
    claim_name:
      description: As O(claim_name); null if it is not set.
      type: str
    claim_given_name:
      description: As O(claim_given_name); null if it is not set.
      type: str
    claim_family_name:
      description: As O(claim_family_name); null if it is not set.
      type: str
    claim_picture:
      description: As O(claim_picture); null if it is not set.
      type: str
    claim_tenant:
      description: As O(claim_tenant); null if it is not set.
      type: str
    claim_groups:
      description: As O(claim_groups); null if it is not set.
      type: str
    group_enabled:
      description: As O(group_enabled); null if it is not set.
      type: bool
    group_prohibit_user_login_if_not_in_group:
      description: As O(group_prohibit_user_login_if_not_in_group); null if it is not set.
      type: bool
    configuration:
      description: The other settings, by their keys on the server, without secrets.
      type: dict
    client_secret:
      description: Masked. Check mode only.
      type: str
    private_key:
      description: Masked. Check mode only.
      type: str
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

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_fields import SETTINGS
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.idp import IDP
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    STATE,
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_entity,
)

REWRITE = {"type": "str", "choices": ["on_create", "always"], "default": "on_create"}
ARGUMENT_SPEC: ArgumentSpec = {
    "display_name": {"type": "str", "required": True},
    "id": {"type": "str"},
    "state": STATE,
    "provider": {"type": "str"},
    "active": {"type": "bool"},
    **{one.option: one.spec for one in SETTINGS},
    "well_known_url": {"type": "str"},
    "idp_metadata_file": {"type": "path"},
    "configuration": {"type": "dict"},
    "secrets": {"type": "dict", "no_log": True},
    "update_secret": {**REWRITE, "no_log": False},
    "update_unreadable": REWRITE,
    "validate": {"type": "bool", "default": False},
}


def main(make: Factory = ClearMLModule) -> None:
    run_entity(IDP, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

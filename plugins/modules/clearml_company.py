#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manage a company."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clearml_company
short_description: Manage companies (tenants) of a ClearML server
version_added: 0.1.0
description:
  - Creates, renames, changes and removes companies.
  - Needs a key with role V(system) or V(root).
  - A company that was removed stays in the server's list as inactive. It counts as absent, and its name can be
    used again.
author:
  - The clearml.enterprise authors (@clearml-enterprise)
extends_documentation_fragment:
  - clearml.enterprise.attributes
  - clearml.enterprise.connection
options:
  name:
    description:
      - Name of the company, at least 3 characters.
      - With O(id), the name that the company should have.
    type: str
    required: true
  id:
    description: ID of an existing company, to rename it, or to tell it from another of the same name.
    type: str
  state:
    description:
      - Whether the company should exist.
      - Removal takes the company's users away first, so that their addresses can be used again.
        The server's own company and the key's own are never removed.
    type: str
    choices: [present, absent]
    default: present
  acting_user:
    description:
      - E-mail address or ID of an admin of the company, for what only an admin of the company can do (rename it, set
        its logo, read the limits of service accounts).
      - By default its automation admin (whose address ends in C(.invalid)) or its oldest admin. Name the automation
        admin where the server's lists leave out internal users.
    type: str
  allowed_users:
    description: Largest number of users.
    type: int
  allowed_service_users:
    description: Largest number of service accounts.
    type: int
  allow_service_user_admins:
    description: Whether service accounts may be admins.
    type: bool
  max_running_apps:
    description: Largest number of application instances that run at once.
    type: int
  feature_set:
    description: Named set of features.
    type: str
    choices: [basic, advanced]
  features:
    description: All features that the company has.
    type: list
    elements: str
    choices: &features
      - user_management
      - user_management_advanced
      - permissions
      - applications
      - experiments
      - queues
      - queue_management
      - data_management
      - config_vault
      - app_management
      - pipelines
      - reports
      - show_dashboard
      - show_model_view
      - show_projects
      - resource_dashboard
      - sso_management
      - service_users
      - resource_policy
      - show_datasets
      - show_orchestration
      - model_serving
      - show_app_gateways
      - project_workloads
      - tenant_usages
  exclude_features:
    description: All features that the company is denied.
    type: list
    elements: str
    choices: *features
  supported_application_ids:
    description: IDs of all applications that the company has.
    type: list
    elements: str
  supported_application_categories:
    description: All categories of applications that the company has.
    type: list
    elements: str
  excluded_application_categories:
    description: All categories of applications that the company is denied.
    type: list
    elements: str
  app_access_by_owners:
    description: IDs of all applications that only the user who started them may open.
    type: list
    elements: str
  admin_access_all_apps:
    description: Whether admins of the company may open the running application of any user.
    type: bool
  cookie_domain:
    description: Domain of the session cookie, where it is not the server's own. Null goes back to that.
    type: str
  app_instance_access:
    description: Who may open running applications. What is left out stays as it is.
    type: dict
    suboptions:
      allowed:
        description: Who may, unless a rule below says otherwise; the groups are those of the access rules.
        type: str
        choices: [all, owner, groups]
      admin_access_all:
        description: Whether the rules do not bind admins.
        type: bool
      applications:
        description: Rules for single applications, by ID. Each is V(all), V(owner) or V(groups); null removes it.
        type: dict
      categories:
        description: The same for categories of applications.
        type: dict
  custom_events:
    description: The whole configuration of custom events, as the server takes it. Null clears it.
    type: dict
  sso:
    description:
      - Settings for single sign-on where each company has its own login page. Null clears them. The connections
        themselves are managed by M(clearml.enterprise.clearml_idp).
      - What is left out stays as it is where the server shows these settings. Where it does not, they are sent as
        given, so give all of them.
    type: dict
    suboptions:
      external_tenant:
        description: ID that the identity provider has for the company. A tenant there belongs to one company here.
        type: str
      group_mapping:
        description:
          - What a group at the identity provider is called in ClearML, by its name there. A name, or a list of names.
        type: dict
      admin_groups:
        description: All groups at the identity provider whose members become admins.
        type: list
        elements: str
      other:
        description: Any other key that the server takes, as it is. Null removes it.
        type: dict
  logo:
    description:
      - Address of an image, or path of a PNG, JPEG or SVG file of up to 75000 bytes. The file is read where the module
        runs, which is the controller unless the task is delegated to another host.
      - No server shows it, so it is sent if O(update_unreadable=always). Only an admin of the company can set it, which
        rules it out while the company is made. It cannot be cleared.
    type: str
  update_unreadable:
    description:
      - No endpoint shows O(logo), and only some servers show O(sso), O(cookie_domain), O(max_running_apps), and what is
        about features and applications, except O(app_instance_access), which they all do. O(allowed_service_users) and
        O(allow_service_user_admins) show only while the company has an admin.
      - V(on_create) sends what cannot be read when the company is created, and whenever another setting has to
        be changed.
      - V(always) sends it in every run, and every run reports a change.
      - What the server does show is compared either way. Give O(allowed_users) too, which it does show, and a run that
        broke off between creating a company and setting it up is noticed and completed by the next.
    type: str
    choices: [on_create, always]
    default: on_create
  confirm_name:
    description: Has to equal the company's name exactly, or it is not removed.
    type: str
  force:
    description: Remove the company although tasks, workers or routes are running in it.
    type: bool
    default: false
seealso:
  - module: clearml.enterprise.clearml_company_info
  - module: clearml.enterprise.clearml_user
"""

EXAMPLES = r"""
- name: A tenant with limits
  clearml.enterprise.clearml_company:
    name: acme
    allowed_users: 50
    allowed_service_users: 5
    features: [applications, queues, pipelines, reports]
    sso:
      external_tenant: acme
      group_mapping:
        research: Modellers
      admin_groups: [it]
  register: acme

- name: An admin for it, without whom most servers refuse to rename it
  clearml.enterprise.clearml_user:
    company: acme
    email: admin@acme.invalid
    name: Acme automation
    role: admin
    internal: true

- name: Another name for it
  clearml.enterprise.clearml_company:
    id: "{{ acme.company.id }}"
    name: Acme Inc

- name: Applications for groups, the registry for everybody
  clearml.enterprise.clearml_company:
    name: Acme Inc
    app_instance_access:
      allowed: groups
      admin_access_all: true
      applications:
        registry: all

- name: A logo, sent when somebody says that it is new (-e new_logo=true)
  clearml.enterprise.clearml_company:
    name: Acme Inc
    logo: https://acme.example/logo.png
    update_unreadable: "{{ 'always' if new_logo | default(false) | bool else 'on_create' }}"

- name: Take it away with its users
  clearml.enterprise.clearml_company:
    name: Acme Inc
    state: absent
    confirm_name: Acme Inc
    force: true
"""

RETURN = r"""
company:
  description:
    - The company as it is now; empty once it is gone. In check mode as it would be.
    - Settings are only in it if they were asked for and can be read.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the company. Not known in check mode before the company exists.
      type: str
    name:
      description: Name of the company.
      type: str
    allowed_users:
      description: Largest number of users.
      type: int
    allowed_service_users:
      description: Largest number of service accounts.
      type: int
    allow_service_user_admins:
      description: Whether service accounts may be admins.
      type: bool
    max_running_apps:
      description: Largest number of application instances that run at once; null if there is no limit.
      type: int
    feature_set:
      description: Named set of features; null if there is none.
      type: str
    features:
      description: Features that the company has, sorted.
      type: list
      elements: str
    exclude_features:
      description: Features that the company is denied, sorted.
      type: list
      elements: str
    supported_application_ids:
      description: IDs of applications that the company has, sorted.
      type: list
      elements: str
    supported_application_categories:
      description: Categories of applications that the company has, sorted.
      type: list
      elements: str
    excluded_application_categories:
      description: Categories of applications that the company is denied, sorted.
      type: list
      elements: str
    app_access_by_owners:
      description: IDs of applications that only the user who started them may open, sorted.
      type: list
      elements: str
    admin_access_all_apps:
      description: Whether admins may open the running application of any user; null if nothing is said.
      type: bool
    cookie_domain:
      description: Domain of the session cookie; null for the server's own.
      type: str
    app_instance_access:
      description: Who may open running applications.
      type: dict
      contains:
        allowed:
          description: Who may; null if nothing is said.
          type: str
        admin_access_all:
          description: Whether the rules do not bind admins; null if nothing is said.
          type: bool
        applications:
          description: Rules by ID of the application.
          type: dict
        categories:
          description: Rules by category.
          type: dict
    custom_events:
      description: Configuration of custom events; empty if there is none.
      type: dict
    sso:
      description: Settings for single sign-on.
      type: dict
      contains:
        external_tenant:
          description: ID that the identity provider has for the company; null if there is none.
          type: str
        group_mapping:
          description: Lists of names of groups in ClearML by name of the group at the identity provider.
          type: dict
        admin_groups:
          description: Groups whose members become admins, sorted.
          type: list
          elements: str
        other:
          description: Other keys.
          type: dict
    logo:
      description: Path or address that the logo comes from. Check mode only.
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
"""

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._company_access import AUDIENCES
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._company_settings import FEATURES
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.company import COMPANY
from ansible_collections.clearml.enterprise.plugins.module_utils._module import (
    STATE,
    ArgumentSpec,
    ClearMLModule,
    Factory,
    run_entity,
)

NAMES = {"type": "list", "elements": "str"}
APP_ACCESS = {
    "allowed": {"type": "str", "choices": list(AUDIENCES)},
    "admin_access_all": {"type": "bool"},
    "applications": {"type": "dict"},
    "categories": {"type": "dict"},
}
SSO = {
    "external_tenant": {"type": "str"},
    "group_mapping": {"type": "dict"},
    "admin_groups": NAMES,
    "other": {"type": "dict"},
}
ARGUMENT_SPEC: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "id": {"type": "str"},
    "state": STATE,
    "acting_user": {"type": "str"},
    "allowed_users": {"type": "int"},
    "allowed_service_users": {"type": "int"},
    "allow_service_user_admins": {"type": "bool"},
    "max_running_apps": {"type": "int"},
    "feature_set": {"type": "str", "choices": ["basic", "advanced"]},
    "features": {**NAMES, "choices": FEATURES},
    "exclude_features": {**NAMES, "choices": FEATURES},
    "supported_application_ids": NAMES,
    "supported_application_categories": NAMES,
    "excluded_application_categories": NAMES,
    "app_access_by_owners": NAMES,
    "admin_access_all_apps": {"type": "bool"},
    "cookie_domain": {"type": "str"},
    "app_instance_access": {"type": "dict", "options": APP_ACCESS},
    "custom_events": {"type": "dict"},
    "sso": {"type": "dict", "options": SSO},
    "logo": {"type": "str"},
    "update_unreadable": {"type": "str", "choices": ["on_create", "always"], "default": "on_create"},
    "confirm_name": {"type": "str"},
    "force": {"type": "bool", "default": False},
}


def main(make: Factory = ClearMLModule) -> None:
    run_entity(COMPANY, ARGUMENT_SPEC, make)


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a tenant's variables declare, kind by kind, in the words of the modules that keep one object each."""

from __future__ import annotations

import functools
import importlib
import os
import typing as t
from dataclasses import dataclass, field

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.access_rule import ACCESS_RULE
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.company import COMPANY
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.group import GROUP
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.idp import IDP
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.login_rules import LOGIN_RULES
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.project import PROJECT
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.queue import QUEUE
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.service_account import SERVICE_ACCOUNT
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.storage_settings import STORAGE_SETTINGS
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.user import USER
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.vault import VAULT
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired, Entity
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._module import as_texts, desired_from
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import secrets_in, texts_in
from ansible_collections.clearml.enterprise.plugins.module_utils._values import scrubbed

MODULES = "ansible_collections.clearml.enterprise.plugins.modules."
Options = dict[str, t.Any]


@dataclass(frozen=True)
class Tenant:
    """A host of the inventory, and what its variables say.

    :ivar variables: those with the prefix tenant_, resolved, as plain data
    :ivar folder: where paths of files begin
    """

    name: str
    variables: t.Mapping[str, t.Any] = field(repr=False)
    folder: str = "."

    @property
    def company(self) -> str:
        """The company's name, or its ID while it may be renamed."""
        given = self.variables["tenant_company"]
        return str(given.get("id") or given["name"])

    @property
    def admin(self) -> str:
        """Address of the user as whom everything is done in the company."""
        return str((self.variables.get("tenant_admin") or {}).get("email") or f"admin@{self.name}.invalid")

    @property
    def absent(self) -> bool:
        """Whether the tenant should not exist."""
        return self.variables.get("tenant_state") == "absent"

    def path(self, given: str) -> str:
        """A path of a tenant's file; an address is none."""
        return given if given.startswith(("http://", "https://")) else os.path.join(self.folder, given)


@dataclass(frozen=True)
class Kind:
    """One kind of object, and where a tenant's variables have it.

    :ivar variable: the variable that has all objects of the kind, or the one there is
    :ivar single: whether it has one
    :ivar options: what the variable's value comes to, in the options of the kind's module
    """

    entity: Entity
    variable: str
    single: bool = False
    options: t.Callable[[Tenant], list[Options]] | None = None

    @property
    def name(self) -> str:
        """What results call it."""
        return self.entity.kind

    @functools.cached_property
    def spec(self) -> t.Mapping[str, t.Any]:
        """The options of its module."""
        module = importlib.import_module(f"{MODULES}clearml_{self.name}")
        return t.cast("t.Mapping[str, t.Any]", module.ARGUMENT_SPEC)

    @functools.cached_property
    def _validator(self) -> ArgumentSpecValidator:
        return ArgumentSpecValidator(dict(self.spec))

    def declared(self, tenant: Tenant) -> list[Options]:
        """The objects that a tenant declares, each as its module's options."""
        if self.options is not None:
            return self.options(tenant)
        value = tenant.variables.get(self.variable) or []
        if self.single:
            return [dict(value)] if value else []
        return list(value)

    def desired(self, options: Options) -> Desired:
        """An object as its module would understand the options.

        :raises InvalidInput: if the module would refuse them
        """
        given = as_texts(self.spec, options)
        result = self._validator.validate(given)
        if result.error_messages:
            secrets = secrets_in(given).union(
                *(texts_in(given.get(name)) for name, one in self.spec.items() if one.get("no_log"))
            )
            raise InvalidInput(f"{self.variable}: {scrubbed('; '.join(result.error_messages), secrets)}")
        return desired_from(self.entity, result.validated_parameters, frozenset(given))


def company(tenant: Tenant) -> list[Options]:
    """The company with its settings."""
    settings = dict(tenant.variables.get("tenant_settings") or {})
    if settings.get("logo"):
        settings["logo"] = tenant.path(settings["logo"])
    named = {key: value for key, value in tenant.variables["tenant_company"].items() if value is not None}
    return [{**settings, **named, "acting_user": tenant.admin}]


def users(tenant: Tenant) -> list[Options]:
    """The admin for automation, and people."""
    given = dict(tenant.variables.get("tenant_admin") or {})
    name = given.pop("name", f"{tenant.variables['tenant_company']['name']} automation")
    admin = {**given, "email": tenant.admin, "name": name, "role": "admin", "internal": True}
    return [admin, *(tenant.variables.get("tenant_users") or [])]


def idps(tenant: Tenant) -> list[Options]:
    """Identity providers, with the paths of their files."""
    found = []
    for one in tenant.variables.get("tenant_idp") or []:
        path = one.get("idp_metadata_file")
        found.append({**one, **({"idp_metadata_file": tenant.path(path)} if path else {})})
    return found


#: In the order in which they need each other.
KINDS = (
    Kind(COMPANY, "tenant_company", options=company),
    Kind(USER, "tenant_users", options=users),
    Kind(SERVICE_ACCOUNT, "tenant_service_accounts"),
    Kind(GROUP, "tenant_groups"),
    Kind(QUEUE, "tenant_queues"),
    Kind(PROJECT, "tenant_projects"),
    Kind(ACCESS_RULE, "tenant_access_rules"),
    Kind(VAULT, "tenant_vaults"),
    Kind(STORAGE_SETTINGS, "tenant_storage", single=True),
    Kind(LOGIN_RULES, "tenant_login_rules", single=True),
    Kind(IDP, "tenant_idp", options=idps),
)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tenants as hosts: those of files, and those of a server."""

from __future__ import annotations

DOCUMENTATION = r"""
name: tenants
author:
  - The clearml.enterprise authors (@clearml-enterprise)
version_added: 0.1.0
short_description: Tenants of files and of a ClearML server
description:
  - Makes a host of each tenant that has a file, and of each company that a ClearML server has and no file declares.
  - A tenant's file is found in a folder that is laid out as C(host_vars) is. It declares the company with
    C(tenant_company.id), or else with the exact name in C(tenant_company.name).
  - Hosts of files are in O(group), on which the playbooks act. With O(source=both) those that the server does not have
    are in the group C(only_in_files) as well.
  - Companies that no file declares are in the group C(only_on_server) and not in O(group), so that no playbook changes
    them by accident. Each host has C(tenant_company) with C(name) and C(id), and nothing else of the server.
  - Removed companies are left out, and so is the company that the server itself makes.
options:
  plugin:
    description: Says that the file is for this plugin. Its name has to end in C(clearml_tenants.yml).
    type: str
    required: true
    choices: [clearml.enterprise.tenants]
  source:
    description:
      - Where tenants come from. V(files) asks no server.
      - With V(server) no files are looked at, and all companies are in O(group).
    type: str
    choices: [files, server, both]
    default: both
  files:
    description:
      - Folder of the tenants' files, C(<tenant>.yml) or C(<tenant>/*.yml). A relative path starts at the inventory
        file. A file that sets no variable C(tenant_*) names no tenant.
      - Variables in C(host_vars) beside the inventory file are read by Ansible itself, and only the names are taken
        from there. Those in any other folder are set on the hosts by this plugin.
      - Hosts that earlier sources have put into O(group) count as tenants of files too.
    type: str
    default: host_vars
  group:
    description: Group of the tenants.
    type: str
    default: clearml_tenants
  slug:
    description:
      - What a company is called as a host that no file declares.
      - V(name) makes a DNS label of its name. If it is in use, or several companies would have it, C(-) and the first 8
        digits of the company's ID follow.
      - V(id) takes the company's ID, which stays when the company is renamed.
    type: str
    choices: [name, id]
    default: name
  exclude:
    description: Names or IDs of companies that are not listed, unless a file declares them.
    type: list
    elements: str
    default: []
  api_host:
    description: Address of the ClearML API server, without a path. It may be a template.
    type: str
    env:
      - name: CLEARML_API_HOST
  api_access_key:
    description: Access key of a key pair of role C(system) or C(root). It may be a template.
    type: str
    env:
      - name: CLEARML_API_ACCESS_KEY
  api_secret_key:
    description: Secret of the key pair. It may be vaulted, or a template.
    type: str
    env:
      - name: CLEARML_API_SECRET_KEY
  config_file:
    description: A C(clearml.conf) to take from what nothing else gives. Reading it needs the Python library C(pyhocon).
    type: path
    env:
      - name: CLEARML_CONFIG_FILE
  validate_certs:
    description: Whether to check the server's TLS certificate.
    type: bool
    default: true
  ca_path:
    description: File or directory with the certificates of a private certificate authority, in PEM form.
    type: path
  proxy:
    description: URL of a proxy for the requests to the API server. It may be vaulted, or a template.
    type: str
  connect_timeout:
    description: Longest wait for a connection, in seconds.
    type: float
    default: 10.0
  timeout:
    description: Longest wait for an answer, in seconds.
    type: float
    default: 60.0
extends_documentation_fragment:
  - constructed
  - inventory_cache
notes:
  - The cache keeps the IDs and names of companies, and no key.
  - Expressions of O(compose), O(groups) and O(keyed_groups) see the variables of C(host_vars) and C(group_vars) too.
  - Ansible goes on with a warning if a source cannot be read. E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) makes it an
    error.
requirements:
  - requests >= 2.28
"""

EXAMPLES = r"""
# clearml_tenants.yml, with the tenants' files in host_vars beside it
plugin: clearml.enterprise.tenants
api_host: https://api.clearml.example.com
api_access_key: "{{ lookup('ansible.builtin.env', 'SITE_ACCESS_KEY') }}"
api_secret_key: "{{ lookup('ansible.builtin.env', 'SITE_SECRET_KEY') }}"

---
# Files only, in a folder of their own, and a group for each set of features
plugin: clearml.enterprise.tenants
source: files
files: ../tenants
keyed_groups:
  - prefix: features
    key: tenant_settings.feature_set | default('')

---
# Companies that no file declares, asked for once an hour
plugin: clearml.enterprise.tenants
exclude: [Sandbox, Playground]
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/clearml_tenants
cache_timeout: 3600
"""

import hashlib
import os
import typing as t

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.group import Group
from ansible.inventory.helpers import get_group_vars
from ansible.inventory.host import Host
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var
from ansible.utils.vars import combine_vars
from ansible.vars.plugins import get_vars_from_inventory_sources

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError, InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._module import unexpected
from ansible_collections.clearml.enterprise.plugins.module_utils._world import (
    DEFAULT_COMPANY,
    all_companies,
    require_platform,
)
from ansible_collections.clearml.enterprise.plugins.plugin_utils._inventory.companies import Company, host_names, match
from ansible_collections.clearml.enterprise.plugins.plugin_utils._inventory.files import TenantFiles, Variables

try:
    from ansible.template import trust_as_template
except ImportError:
    # Before 2.19 every text is a template, unless it is marked as unsafe.
    trust_as_template = str  # type: ignore[assignment]


ONLY_IN_FILES = "only_in_files"
ONLY_ON_SERVER = "only_on_server"
TEMPLATES = ("api_host", "api_access_key", "api_secret_key", "proxy")
#: The modules only speak HTTP. Set on groups, where the weakest variable of a user's own counts more.
LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
#: Names that mean something else to Ansible.
RESERVED = ("all", "localhost", "ungrouped")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Hosts of files and of a server."""

    NAME = "clearml.enterprise.tenants"

    inventory: t.Any
    loader: t.Any
    path = ""

    def verify_file(self, path: str) -> bool:
        """Whether the name says that it is for this plugin."""
        named = path.endswith(("clearml_tenants.yml", "clearml_tenants.yaml"))
        return named and bool(super().verify_file(path))  # type: ignore[no-untyped-call]

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Fill the inventory; nothing is added if anything is wrong, which becomes one sentence."""
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)  # type: ignore[no-untyped-call]
        self.path = path
        try:
            self._fill(cache)
            return
        except ClearMLError as error:
            problem = str(error)
        except AnsibleError:
            raise
        except Exception as error:
            # Its text may hold anything, a request's secret too.
            problem = unexpected(error)
        raise AnsibleParserError(f"clearml.enterprise.tenants: {problem}")

    def _fill(self, cache: bool) -> None:
        source = self._option("source")
        files = self._files() if source != "server" else None
        names = self._names(files) if source != "server" else []
        own = {name: files.variables(name) for name in names} if files and not self._read_by_ansible(files) else {}
        companies = self._companies(cache) if source != "files" else []
        existing: dict[str, Company] = {}
        if source == "both":
            existing = match({name: self._declared(name, own.get(name)) for name in names}, companies)
        unmentioned = self._host_names(companies, existing.values(), names)

        group = self._group(self._option("group"))
        for name in names:
            self.inventory.add_host(name, group=group)
            for key, value in own.get(name, {}).items():
                self.inventory.set_variable(name, key, value)
        other = group
        if source == "both":
            absent, other = self._group(ONLY_IN_FILES), self._group(ONLY_ON_SERVER)
            for name in names:
                if name not in existing:
                    self.inventory.add_host(name, group=absent)
        for name, company in unmentioned.items():
            self.inventory.add_host(name, group=other)
            # Whoever names a company could write a template into its name.
            self.inventory.set_variable(name, "tenant_company", wrap_var({"name": company.name, "id": company.id}))
        if any(self._option(name) for name in ("compose", "groups", "keyed_groups")):
            for name in (*names, *unmentioned):
                self._construct(name)

    def _option(self, name: str) -> t.Any:
        return self.get_option(name)  # type: ignore[no-untyped-call]

    def _group(self, name: str) -> str:
        group: str = self.inventory.add_group(name)
        for key, value in LOCAL.items():
            if key not in self.inventory.groups[group].vars:
                self.inventory.set_variable(group, key, trust_as_template(value))
        return group

    def _files(self) -> TenantFiles | None:
        """The tenants' files; None if there are none, which is right for the default folder only."""
        folder = os.path.join(os.path.dirname(self.path), os.path.expanduser(self._option("files")))
        if os.path.isdir(folder):
            return TenantFiles(os.path.normpath(folder), self.loader)
        if self._option("files") != "host_vars":
            raise InvalidInput(f"files is {self._option('files')!r}, and there is no folder {os.path.normpath(folder)}")
        return None

    def _read_by_ansible(self, files: TenantFiles) -> bool:
        """Whether Ansible itself reads the folder for the variables of hosts."""
        beside = os.path.join(os.path.dirname(self.path), "host_vars")
        return os.path.realpath(files.folder) == os.path.realpath(beside)

    def _names(self, files: TenantFiles | None) -> list[str]:
        """The tenants that are declared: those with files, and those that earlier sources name."""
        known = self.inventory.groups.get(self._option("group"))
        named = (host.name for host in known.get_hosts()) if known else ()
        return sorted({*named, *(files.tenants() if files else ())})

    def _variables(self, name: str, own: Variables | None = None) -> Variables:
        """The variables of a host as Ansible will have them.

        :param own: what will be set on a host that is yet to be added
        """
        host, groups = self.inventory.hosts.get(name), {}
        if host is None:
            host = Host(name)
            group = self._option("group")
            groups[group] = self.inventory.groups.get(group) or Group(group)
        groups.update((one.name, one) for one in host.get_groups())
        groups.pop("all", None)
        ordered = sorted(groups.values(), key=lambda one: (one.depth, one.priority, one.name))
        ordered.insert(0, self.inventory.groups["all"])
        sources = [*self.inventory.processed_sources, self.path]
        found: Variables = get_group_vars(ordered)
        for stronger in (
            get_vars_from_inventory_sources(self.loader, sources, ordered, "all"),
            host.get_vars(),
            own or {},
            get_vars_from_inventory_sources(self.loader, sources, [host], "all"),
        ):
            found = combine_vars(found, stronger)
        return found

    def _declared(self, tenant: str, own: Variables | None) -> Variables:
        """``tenant_company`` with its templates resolved; empty if there is none.

        :raises InvalidInput: for a template that cannot be resolved here
        """
        variables = self._variables(tenant, own)
        self.templar.available_variables = variables
        try:
            company = self.templar.template(variables.get("tenant_company") or {})
        except AnsibleError as error:
            raise InvalidInput(
                f"tenant_company of {tenant} is a template that cannot be resolved in an inventory "
                f"({type(error).__name__}); give a plain id or name, or take source: files"
            ) from None
        return company if isinstance(company, dict) else {}

    def _companies(self, cache: bool) -> list[Company]:
        """The companies of the server, or of the cache."""
        options = self._connection_options()
        server = hashlib.sha256(repr((options["api_host"], options["api_access_key"])).encode()).hexdigest()[:12]
        key = f"{self.get_cache_key(self.path)}_{server}"
        caching = self._option("cache")
        rows = self._cache.get(key) if caching and cache else None
        if rows is None:
            client = Client.connect(Connection.from_options(options), read_only=True)
            require_platform(client, "Listing companies")
            rows = [{"id": str(row["id"]), "name": str(row.get("name") or "")} for row in all_companies(client)]
            if caching:
                self._cache[key] = rows
        return [Company(**row) for row in rows if row["id"] != DEFAULT_COMPANY]

    def _connection_options(self) -> dict[str, t.Any]:
        """The options with their templates resolved.

        :raises InvalidInput: naming the option whose template cannot be
        """
        options: dict[str, t.Any] = dict(self.get_options())  # type: ignore[no-untyped-call]
        self.templar.available_variables = self._vars or {}
        for name in TEMPLATES:
            if not self.templar.is_template(options[name]):
                continue
            try:
                options[name] = self.templar.template(options[name])
            except AnsibleError as error:
                raise InvalidInput(f"{name} is a template that cannot be resolved: {error}") from None
        return options

    def _host_names(
        self, companies: t.Sequence[Company], declared: t.Collection[Company], tenants: t.Collection[str]
    ) -> dict[str, Company]:
        """The companies that are to be hosts although no file declares them."""
        exclude = set(self._option("exclude"))
        rest = [one for one in companies if one not in declared and not {one.id, one.name} & exclude]
        groups = (self._option("group"), ONLY_IN_FILES, ONLY_ON_SERVER)
        taken = {*RESERVED, *groups, *tenants, *self.inventory.hosts, *self.inventory.groups}
        return host_names(rest, taken, self._option("slug"))

    def _construct(self, name: str) -> None:
        """What compose, groups and keyed_groups add to a host."""
        strict = self._option("strict")
        self._set_composite_vars(  # type: ignore[no-untyped-call]
            self._option("compose"), self._variables(name), name, strict=strict
        )
        variables = self._variables(name)
        self._add_host_to_composed_groups(  # type: ignore[no-untyped-call]
            self._option("groups"), variables, name, strict=strict, fetch_hostvars=False
        )
        self._add_host_to_keyed_groups(  # type: ignore[no-untyped-call]
            self._option("keyed_groups"), variables, name, strict=strict, fetch_hostvars=False
        )

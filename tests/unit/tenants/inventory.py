# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventories of a test, validated by the real action plugin with Ansible's own variables and templates."""

from __future__ import annotations

import textwrap
import typing as t
from pathlib import Path
from unittest import mock

from ansible.constants import DEFAULT_VAULT_ID_MATCH
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecret
from ansible.playbook.task import Task
from ansible.template import Templar
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager

from ansible_collections.clearml.enterprise.plugins.action.clearml_tenants_validate import ActionModule

Result = dict[str, t.Any]

HOSTS = """
clearml_tenants:
  hosts:
    acme:
    globex:
"""
GLOBEX = """
tenant_company:
  name: Globex
"""


class Inventory:
    """A folder ``site`` with an inventory: two tenants, of which globex has no mistake."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "site"
        self.folder.mkdir()
        self.vault_password = b""
        self.write("hosts.yml", HOSTS)
        self.write("host_vars/globex.yml", GLOBEX)

    def write(self, name: str, text: str) -> None:
        """Write a file of the inventory."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")

    def validate(self, **options: t.Any) -> Result:
        """The result of the module."""
        loader = DataLoader()
        loader.set_basedir(str(self.folder.parent))
        if self.vault_password:
            loader.set_vault_secrets([(DEFAULT_VAULT_ID_MATCH, VaultSecret(self.vault_password))])
        inventory = InventoryManager(loader=loader, sources=[str(self.folder)])
        manager = VariableManager(loader=loader, inventory=inventory)
        hostvars = HostVars(inventory, manager, loader)
        variables = manager.get_vars(include_hostvars=False)
        variables.update(
            hostvars=hostvars,
            groups=inventory.get_groups_dict(),
            ansible_inventory_sources=[str(self.folder)],
        )
        task = Task.load({"action": "clearml.enterprise.clearml_tenants_validate"}, loader=loader)
        task.args = dict(options)
        with mock.patch.object(Task, "get_variable_manager", return_value=manager):
            action = ActionModule(task, mock.Mock(), mock.Mock(), loader, Templar(loader), mock.Mock())
            return action.run(None, variables)

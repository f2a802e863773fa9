# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of clearml_state with an empty engine: it takes the tenants from the inventory, and that is all."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.clearml.enterprise.plugins.plugin_utils._state import inventory


class ActionModule(ActionBase):
    """Runs on the controller, where the inventory is."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Resolve the variables of all tenants."""
        variables = task_vars or {}
        names = inventory.hosts(self._task.get_variable_manager()._inventory, "clearml_tenants", variables)
        tenants, broken = inventory.read(names, variables, self._templar)
        return {"changed": False, "tenants": len(tenants), "broken": broken}

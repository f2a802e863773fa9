# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says what roles would have in the cluster for each tenant; the module of this name documents it."""

from __future__ import annotations

import importlib
import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.clearml.enterprise.plugins.action.clearml_api import MODULES
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state import inventory
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.progress import Progress
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.roles import PARTS, Hosts, Role
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.variables import Unresolved


class ActionModule(ActionBase):
    """Runs on the controller, where the inventory and the roles are."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Go through the hosts."""
        variables = task_vars or {}
        result: dict[str, t.Any] = super().run(tmp, variables)
        spec = importlib.import_module(f"{MODULES}clearml_desired_info").ARGUMENT_SPEC
        _checked, options = self.validate_argument_spec(argument_spec=spec)  # type: ignore[no-untyped-call]
        names = inventory.hosts(self._task.get_variable_manager()._inventory, options["group"], variables)
        roles = [Role(name, self._loader) for name in options["roles"]]
        hosts = Hosts(self._task, options["facts"])
        progress = Progress("tenants asked what they want in the cluster", len(names), Display().display)
        clusters: dict[str, dict[str, t.Any]] = {}
        owners: dict[str, str] = {}
        broken: dict[str, str] = {}
        for done, name in enumerate(names, start=1):
            try:
                own = hosts.variables(name)
                parts = [role.desired(own, self._templar) for role in roles]
            except (AnsibleError, Unresolved) as error:
                reason = error if isinstance(error, Unresolved) else type(error).__name__
                broken[name] = f"A variable of host {name!r} cannot be resolved: {reason}"
                continue
            where: dict[str, t.Any] = next((desired["cluster"] for desired in parts if desired["cluster"]), {})
            found = clusters.setdefault(str(sorted(where.items())), {**where, **{part: [] for part in PARTS}})
            for part in PARTS:
                found[part] += [one for desired in parts for one in desired[part]]
            owners |= {space: name for desired in parts for space in desired["namespaces"]}
            progress(done)
        return {
            **result,
            "changed": False,
            "clusters": list(clusters.values()),
            "namespaces": owners,
            "broken": broken,
        }

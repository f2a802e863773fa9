# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What roles would have in the cluster for a host, from their own variables and templates, without running them.

A role that can be asked has the variable ``_<role>_desired`` among its vars: lists of releases and objects, as
clearml_release_info takes them; the cluster (kubeconfig, context); the host's own namespaces. For hundreds of hosts
this is one task, and not one for each role and host.
"""

from __future__ import annotations

import inspect
import typing as t
from pathlib import Path

from ansible.errors import AnsibleError

from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.inventory import plain
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.templates import HostTemplates

ROLES = Path(__file__).resolve().parents[3] / "roles"
PARTS = ("releases", "objects")
Desired = dict[str, t.Any]


class Role:
    """A role of this collection, and its variables as they are written."""

    def __init__(self, name: str, loader: t.Any) -> None:
        self.name = name
        self.path = str(ROLES / name)
        self.defaults = _load(loader, "defaults", ROLES / name)
        self.vars = _load(loader, "vars", ROLES / name)

    def desired(self, variables: t.Mapping[str, t.Any], templar: t.Any) -> Desired:
        """What it would have in the cluster for a host with these variables.

        :raises Unresolved: naming what cannot be resolved
        """
        available = {**self.defaults, **variables, **self.vars}
        available |= {"role_path": self.path, "ansible_search_path": [self.path]}
        own = templar.copy_with_new_env(available_variables=available, searchpath=[self.path])
        found = plain(HostTemplates(own, variables.get("omit")).template(available[f"_{self.name}_desired"])) or {}
        parts = {part: found.get(part) or [] for part in PARTS}
        return {**parts, "cluster": found.get("cluster") or {}, "namespaces": found.get("namespaces") or []}


def _load(loader: t.Any, kind: str, home: Path) -> dict[str, t.Any]:
    path = home / kind / "main.yml"
    if not path.is_file():
        return {}
    # Newer ansible-cores only resolve templates that somebody answers for.
    trust = {"trusted_as_template": True} if "trusted_as_template" in _parameters(loader.load_from_file) else {}
    return dict(loader.load_from_file(str(path), **trust) or {})


def _parameters(function: t.Callable[..., t.Any]) -> t.Collection[str]:
    return inspect.signature(function).parameters


class Hosts:
    """The variables of hosts as a play has them, its vars_files too."""

    def __init__(self, task: t.Any, facts: t.Mapping[str, t.Any]) -> None:
        self._manager = task.get_variable_manager()
        self._play = task._parent._play
        self._facts = dict(facts)

    def variables(self, name: str) -> dict[str, t.Any]:
        """All of a host's variables, not resolved.

        :raises AnsibleError: if Ansible cannot read them
        """
        host = self._manager._inventory.get_host(name)
        if host is None:
            raise AnsibleError(f"There is no host {name}")
        return {**self._manager.get_vars(play=self._play, host=host), **self._facts}

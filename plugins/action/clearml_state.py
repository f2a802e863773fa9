# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings all tenants of the inventory into the state that they declare; the module of this name documents it."""

from __future__ import annotations

import importlib
import typing as t

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.clearml.enterprise.plugins.action.clearml_api import MODULES, surroundings
from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client, UnbornClient
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError
from ansible_collections.clearml.enterprise.plugins.module_utils._module import unexpected
from ansible_collections.clearml.enterprise.plugins.plugin_utils._preload import preload
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state import inventory
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.platform import NAMES, Platform, Wishes
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.progress import Progress

preload()


class ActionModule(ActionBase):
    """Runs on the controller, where the inventory is."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Look at the tenants, and do what differs."""
        variables = task_vars or {}
        result: dict[str, t.Any] = super().run(tmp, variables)
        spec = importlib.import_module(f"{MODULES}clearml_state").ARGUMENT_SPEC
        _checked, options = self.validate_argument_spec(argument_spec=spec)  # type: ignore[no-untyped-call]
        environment: dict[str, str] = {}
        self._compute_environment_string(environment)  # type: ignore[no-untyped-call]
        try:
            with surroundings(environment, self._loader.get_basedir()):
                return {**result, **self._state(options, variables)}
        except ClearMLError as error:
            return {**result, "failed": True, "msg": str(error)}
        except Exception as error:
            # Its text may hold anything, a tenant's secret too.
            return {**result, "failed": True, "msg": unexpected(error)}

    def _state(self, options: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        problem = self._objection(options, variables)
        if problem:
            return {"failed": True, "msg": problem}
        names = inventory.hosts(self._task.get_variable_manager()._inventory, options["group"], variables)
        tenants, broken = inventory.read(names, variables, self._templar)
        wishes = Wishes(
            scope=options["scope"] or NAMES,
            in_cluster=options["in_cluster"],
            prune=options["prune"],
            prune_limit=options["prune_limit"],
            ignore=options["ignore"],
            max_parallel=options["max_parallel"],
        )
        progress = Progress("tenants looked at", len(tenants), Display().display)
        platform = Platform(self._client(options), wishes, progress)
        platform.converge(tenants, broken)
        result = platform.describe(broken)
        if self._task.diff:
            result["diff"] = [diff_of(name, one) for name, one in result["tenants"].items() if one["objects"]]
        warnings = [] if names else [f"No host of the inventory group {options['group']} is meant"]
        warnings += [f"{name}: {text}" for name, state in platform.states.items() for text in state.warnings]
        return {**result, **({"warnings": warnings} if warnings else {}), **_ending(platform.refusal)}

    def _client(self, options: dict[str, t.Any]) -> Client:
        check = bool(self._task.check_mode)
        if check and options["unborn_server"]:
            return UnbornClient()
        return Client.connect(Connection.from_options(options), read_only=check)

    def _objection(self, options: dict[str, t.Any], variables: dict[str, t.Any]) -> str:
        """Why nothing may be pruned in this run."""
        if options["max_parallel"] < 1:
            return f"max_parallel is {options['max_parallel']}; it counts from 1"
        if options["prune"] != "delete":
            return ""
        if variables.get("ansible_limit"):
            return (
                f"prune is delete under --limit {variables['ansible_limit']}: what the other tenants declare is not "
                "looked at. Run without --limit, or set prune to report"
            )
        if len(variables.get("ansible_play_batch") or ()) < len(variables.get("ansible_play_hosts_all") or ()):
            return "prune is delete in a play with serial, or with hosts that failed; set prune to report"
        return ""


def diff_of(name: str, tenant: dict[str, t.Any]) -> dict[str, t.Any]:
    """A tenant's differences as Ansible shows them with --diff: only what differs, object by object."""
    sides: dict[str, dict[str, t.Any]] = {"before": {}, "after": {}}
    for item in tenant["objects"]:
        label = f"{item['kind']} {item['name']}"
        if item["status"] == "failed":
            continue
        if item["action"] != "create":
            sides["before"][label] = {one["field"]: one["before"] for one in item["fields"]} or "present"
        if item["action"] != "delete":
            sides["after"][label] = {one["field"]: one["after"] for one in item["fields"]} or "present"
    return {"before_header": name, "after_header": name, **sides}


def _ending(refusal: str) -> dict[str, t.Any]:
    return {"failed": True, "msg": refusal} if refusal else {}

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the companies of a server as the files of tenants; the module of this name documents it."""

from __future__ import annotations

import importlib
import os
import typing as t

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.clearml.enterprise.plugins.action.clearml_api import MODULES, surroundings
from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError, InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._module import unexpected
from ansible_collections.clearml.enterprise.plugins.plugin_utils._preload import preload
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.export import Choice, Export
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.export_files import UNCHANGED, Folder
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.progress import Progress

preload()


class ActionModule(ActionBase):
    """Runs on the controller, where the inventory is."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Look at the companies, and write their files."""
        result: dict[str, t.Any] = super().run(tmp, task_vars or {})
        spec = importlib.import_module(f"{MODULES}clearml_export").ARGUMENT_SPEC
        _checked, options = self.validate_argument_spec(argument_spec=spec)  # type: ignore[no-untyped-call]
        # As the command line means it, which a playbook of a collection could not know.
        folder = os.path.abspath(options["dest"])
        environment: dict[str, str] = {}
        self._compute_environment_string(environment)  # type: ignore[no-untyped-call]
        try:
            with surroundings(environment, self._loader.get_basedir()):
                return {**result, **self._export(options, folder)}
        except ClearMLError as error:
            return {**result, "failed": True, "msg": str(error)}
        except Exception as error:
            # Its text may hold anything, a secret of a company too.
            return {**result, "failed": True, "msg": unexpected(error)}

    def _export(self, options: dict[str, t.Any], path: str) -> dict[str, t.Any]:
        if options["max_parallel"] < 1:
            raise InvalidInput(f"max_parallel is {options['max_parallel']}; it counts from 1")
        if not options["dest"].strip():
            raise InvalidInput("dest is empty; name the folder of the inventory")
        chosen = ("companies", "exclude", "projects", "personal_vaults", "releases", "layout", "group", "max_parallel")
        folder = Folder(path, options["force"], bool(self._task.check_mode))
        client = Client.connect(Connection.from_options(options), read_only=True)
        choice = Choice(**{name: options[name] for name in chosen})
        export = Export(client, choice, folder, self._loader, options["schema"] or "", _progress)
        export.run()
        result = export.describe()
        if self._task.diff:
            result["diff"] = [one.diff for one in folder.files if one.status != UNCHANGED]
        if export.warnings:
            result["warnings"] = export.warnings
        failed = result["failed_tenants"]
        if failed:
            errors = "; ".join(f"{name}: {result['tenants'][name]['error']}" for name in failed)
            result |= {"failed": True, "msg": f"{len(failed)} companies could not be read: {errors}"}
        return result


def _progress(total: int) -> Progress:
    return Progress("companies looked at", total, Display().display)

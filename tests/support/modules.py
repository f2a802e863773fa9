# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a module in the test's own process, the way the action plugin does it. Costs milliseconds."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import typing as t
from unittest import mock

from ansible_collections.clearml.enterprise.plugins.action import clearml_api as action
from lab.testing import RunningLab

Result = dict[str, t.Any]


def run_module(
    name: str,
    arguments: t.Mapping[str, t.Any],
    *,
    check: bool = False,
    diff: bool = True,
    environment: t.Mapping[str, str] | None = None,
) -> Result:
    """The result of one run of a module, with a session of its own."""
    action.SESSIONS.clear()
    module = importlib.import_module(f"{action.MODULES}{name}")
    given = {**arguments, "_ansible_check_mode": check, "_ansible_diff": diff, "_ansible_module_name": name}
    action.InProcessModule.arguments = json.loads(json.dumps(given))
    action.InProcessModule.result = {}
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CLEARML_")}
    with mock.patch.dict(os.environ, {**clean, **(environment or {})}, clear=True), contextlib.suppress(SystemExit):
        module.main(action.InProcessModule)
    return action.InProcessModule.result


class Modules:
    """The modules, connected to a lab. ``modules.queue(name="x")`` runs clearml_queue and expects success."""

    def __init__(self, lab: RunningLab, access_key: str = "", secret_key: str = "", check: bool = False) -> None:
        self.lab = lab
        self.check = check
        self.connection = {
            "api_host": lab.url,
            "api_access_key": access_key or lab.system_key,
            "api_secret_key": secret_key or lab.system_secret,
        }
        if lab.ca_file:
            self.connection["ca_path"] = lab.ca_file

    def run(self, module: str, **options: t.Any) -> Result:
        """The result, whatever it is."""
        return run_module(f"clearml_{module}", {**self.connection, **options}, check=self.check)

    def __getattr__(self, module: str) -> t.Callable[..., Result]:
        def succeed(**options: t.Any) -> Result:
            result = self.run(module, **options)
            assert not result.get("failed"), result["msg"]
            return result

        return succeed

    def refuse(self, module: str, **options: t.Any) -> str:
        """The message of a run that has to fail before it writes anything."""
        before = self.lab.control.writes()
        result = self.run(module, **options)
        assert result.get("failed"), result
        assert self.lab.control.writes() == before, "it wrote something"
        assert "Traceback" not in result["msg"] and "exception" not in result
        return str(result["msg"])

    def checking(self) -> Modules:
        """The same, in check mode."""
        return Modules(self.lab, self.connection["api_access_key"], self.connection["api_secret_key"], check=True)

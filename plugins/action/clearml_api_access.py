# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes a key pair from the cluster for one run; the module of this name documents it."""

from __future__ import annotations

import os
import shutil
import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.clearml.enterprise.plugins.module_utils._api_access import (
    ARGUMENT_SPEC,
    RUN,
    key_pair,
    write,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError, InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._processes import sweep


class ActionModule(ActionBase):
    """Runs in a process that Ansible forked for the task, so that the parent is the run."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Write the file of this run, or remove it."""
        result: dict[str, t.Any] = super().run(tmp, task_vars or {})
        _checked, options = self.validate_argument_spec(argument_spec=ARGUMENT_SPEC)  # type: ignore[no-untyped-call]
        result.update(changed=False, config_file="", unborn=False)
        runs = os.path.expanduser(options["folder"])
        home = os.path.join(runs, f"{RUN}{os.getppid()}")
        try:
            sweep(runs, RUN)
            if options["state"] == "absent":
                shutil.rmtree(home, ignore_errors=True)
                return result
            pair = key_pair(options)
            if pair is None and not self._task.check_mode:
                raise InvalidInput(
                    f"There is no Secret {options['name']} in namespace {options['namespace']}, from which this run "
                    "would take the key pair of the API. Install the server first (playbook clearml.enterprise.cluster)"
                    ", or give a pair in clearml_api_access_key and clearml_api_secret_key"
                )
            result["unborn"] = pair is None
            if pair is not None:
                result["config_file"] = write(home, options["api_host"], *pair)
        except (ClearMLError, OSError) as error:
            return {**result, "failed": True, "msg": str(error)}
        return result

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs any module of this collection in the controller's own process where that is the same thing.

A module process costs about half a second before its first request; here a task costs milliseconds, and the items of a
loop share one login and one reading of each list. meta/runtime.yml routes all our modules to this file.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import sys
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible.parsing.ajson import AnsibleJSONEncoder
from ansible.plugins.action import ActionBase

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client, Session
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from ansible_collections.clearml.enterprise.plugins.module_utils._module import ClearMLModule, unexpected
from ansible_collections.clearml.enterprise.plugins.module_utils._transport import HAS_REQUESTS, Transport

MODULES = "ansible_collections.clearml.enterprise.plugins.modules."
#: Sessions of this worker process; one worker runs all items of a loop.
SESSIONS: dict[Connection, Session] = {}


class InProcessModule(ClearMLModule):
    """A module that gets its arguments from the action and gives its result to it; all else is AnsibleModule's own."""

    arguments: t.ClassVar[dict[str, t.Any]] = {}
    result: t.ClassVar[dict[str, t.Any]] = {}

    def __init__(self, **kwargs: t.Any) -> None:
        self._said: list[str] = []
        super().__init__(**kwargs)

    def receive(self) -> None:
        """The action hands the arguments over; there is no standard input to read."""
        self.params = dict(self.arguments)

    def connect(self, connection: Connection) -> Client:
        """A client on the session that this worker already has for the connection."""
        session = SESSIONS.get(connection)
        if session is None:
            session = SESSIONS[connection] = Session(Transport(connection))
        return Client(session, read_only=self.check_mode)

    def warn(self, warning: str, **kwargs: t.Any) -> None:
        """Keep a warning for the result: printing it is the callback's work."""
        self._said.append(warning)

    def _return_formatted(self, kwargs: dict[str, t.Any]) -> None:
        if self._said:
            kwargs["_said"] = self._said
        if hasattr(AnsibleModule, "_record_module_result"):
            super()._return_formatted(kwargs)  # type: ignore[no-untyped-call]
            return
        # ansible-core before 2.19 has no seam here but standard output.
        with contextlib.redirect_stdout(io.StringIO()) as out:
            super()._return_formatted(kwargs)  # type: ignore[no-untyped-call]
        self._record_module_result(json.loads(out.getvalue()))

    def _record_module_result(self, o: dict[str, t.Any]) -> None:
        result = json.loads(json.dumps(o, default=str))
        if "_said" in result:
            result["warnings"] = result.pop("_said")
        type(self).result = result

    def _check_locale(self) -> None:
        """The controller's locale is the controller's affair."""

    def _set_cwd(self) -> None:
        """Likewise its working directory."""

    def _log_invocation(self) -> None:
        """Nothing runs on a managed host, so nothing goes to its system log."""


class ActionModule(ActionBase):
    """The one action plugin of this collection."""

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task's module here if nothing speaks against it, else as a process."""
        variables = task_vars or {}
        result: dict[str, t.Any] = super().run(tmp, variables)
        del tmp
        if self._task.async_val and not self._task.no_log and self._asks_for_secret():
            return {
                **result,
                "failed": True,
                "msg": "The result of this task holds a secret, and Ansible prints the results of async tasks without "
                "asking. Set no_log: true on the task, or run it without async",
            }
        if self._can_run_here(variables):
            result.update(self._run_here(variables))
        else:
            wrap_async = self._task.async_val and not self._connection.has_native_async
            result.update(self._execute_module(task_vars=variables, wrap_async=wrap_async))
            if not wrap_async:
                self._remove_tmp_path(self._connection._shell.tmpdir)  # type: ignore[no-untyped-call]
        if _holds_secret(result):
            # Registered variables keep it; no callback shows it, at no verbosity.
            result["_ansible_no_log"] = True
        return result

    def _asks_for_secret(self) -> bool:
        arguments = self._task.args
        makes_a_pair = self._task.action.endswith("clearml_credentials") and arguments.get("state") != "absent"
        return (makes_a_pair and not arguments.get("store")) or bool(arguments.get("return_secrets"))

    def _can_run_here(self, variables: dict[str, t.Any]) -> bool:
        interpreter = self._host_variables(variables).get("ansible_python_interpreter")
        return (
            HAS_REQUESTS
            and self._connection.transport == "local"
            and not self._play_context.become
            and not self._task.async_val
            and interpreter is not None
            and _same_python(str(self._templar.template(interpreter)), sys.executable)
        )

    def _host_variables(self, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        if self._task.delegate_to is None:
            return variables
        delegated: dict[str, t.Any] = variables.get("ansible_delegated_vars", {}).get(self._task.delegate_to, {})
        return delegated

    def _run_here(self, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        # Not resolved_action: before ansible-core 2.19 that is the name of this action plugin.
        name = self._task.action.rpartition(".")[2]
        module = importlib.import_module(MODULES + name)
        arguments = dict(self._task.args)
        self._update_module_args(self._task.action, arguments, variables)
        # What arrives in a module process has been through JSON: plain strings without tags, vaulted values in clear.
        InProcessModule.arguments = json.loads(
            json.dumps(arguments, cls=t.cast("type[json.JSONEncoder]", AnsibleJSONEncoder), vault_to_text=True)
        )
        InProcessModule.result = {}
        if getattr(self._task, "until", None):
            SESSIONS.clear()
        environment: dict[str, str] = {}
        self._compute_environment_string(environment)  # type: ignore[no-untyped-call]
        with surroundings(environment, self._loader.get_basedir()):
            try:
                module.main(InProcessModule)
            except SystemExit:
                pass
            except Exception as error:
                return {"failed": True, "msg": unexpected(error)}
        return InProcessModule.result


def _same_python(one: str, other: str) -> bool:
    """Whether two paths are one Python with one set of libraries: python and python3 of the same environment are."""
    same_folder = os.path.dirname(one) == os.path.dirname(other)
    return same_folder and os.path.realpath(one) == os.path.realpath(other)


@contextlib.contextmanager
def surroundings(additions: dict[str, str], folder: str) -> t.Iterator[None]:
    """The task's environment, and the folder in which a module process would start.

    A worker process runs one task at a time, so it may have its own.
    """
    saved, home = dict(os.environ), os.getcwd()
    os.environ.update({name: str(value) for name, value in additions.items()})
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(home)
        os.environ.clear()
        os.environ.update(saved)


def _holds_secret(result: dict[str, t.Any]) -> bool:
    credentials = result.get("credentials")
    asked = result.get("invocation", {}).get("module_args", {}).get("return_secrets")
    return bool(asked) or (isinstance(credentials, dict) and bool(credentials.get("secret_key")))

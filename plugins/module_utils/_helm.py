# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running the helm program: no secret in its arguments or environment, no plugins, nobody's settings."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError, InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._values import scrubbed

#: Variables that helm has no use for: its own would steer it elsewhere, the others may hold secrets.
KEPT_BACK = ("HELM_", "ANSIBLE_", "CLEARML_", "K8S_AUTH_")
#: Seconds beyond helm's own timeout, which counts for each of its steps, and for it to record why it was stopped.
GRACE = 120
LAST_GRACE = 30
_MAJORS: dict[str, int] = {}
#: Lines of its log, before the line that says what is wrong.
_NOISE = re.compile(r"^(level=\w+ |time=\S+ |WARNING: |Warning: |[IWE]\d{4} \d\d:|coalesce\.go)")


class HelmFailed(ClearMLError):
    """helm ended with an error; the text is what it said, without secrets.

    :ivar printed: what it wrote to standard output
    """

    def __init__(self, text: str, printed: str = "") -> None:
        self.printed = printed
        super().__init__(text)

    @property
    def other_at_work(self) -> bool:
        """Whether another helm is at work on the release."""
        return "another operation" in str(self)


class Helm:
    """The helm program, for one cluster or for registries only.

    :param binary: its path; else it is looked for on PATH
    :param additions: variables of its environment
    :raises InvalidInput: if there is none
    """

    def __init__(
        self,
        binary: str | None = None,
        kubeconfig: str | None = None,
        context: str | None = None,
        additions: t.Mapping[str, str] | None = None,
    ) -> None:
        found = shutil.which(binary or "helm")
        if found is None:
            where = f"helm_binary {binary} is no program" if binary else "There is no helm on PATH"
            raise InvalidInput(f"{where}; install helm 3.18 or newer, or say where it is with helm_binary")
        self.path = found
        self._cluster = [
            *(("--kubeconfig", kubeconfig) if kubeconfig else ()),
            *(("--kube-context", context) if context else ()),
        ]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(KEPT_BACK)}
        self._environment = {**kept, "HELM_PLUGINS": os.path.join(os.devnull, "none"), **(additions or {})}

    @property
    def major(self) -> int:
        """Its major version; asked for once per process.

        :raises InvalidInput: if it does not say
        """
        if self.path not in _MAJORS:
            found = re.match(r"v?(\d+)\.", self.run("version", "--template", "{{.Version}}", limit=GRACE))
            if found is None:
                raise InvalidInput(f"{self.path} does not say which version of helm it is")
            _MAJORS[self.path] = int(found[1])
        return _MAJORS[self.path]

    def on_cluster(self, *arguments: str, timeout: int, text: str | None = None, secrets: t.Iterable[str] = ()) -> None:
        """Run it on the cluster; what it prints is not looked at, since it may quote values.

        :raises HelmFailed: if it fails
        """
        self.run(
            *arguments, "--timeout", f"{timeout}s", *self._cluster, limit=timeout + GRACE, text=text, secrets=secrets
        )

    def run(self, *arguments: str, limit: int, text: str | None = None, secrets: t.Iterable[str] = ()) -> str:
        """Run it; answers its standard output.

        :param text: what it reads from standard input
        :param secrets: texts to mask in what it says
        :param limit: seconds until it is stopped
        :raises HelmFailed: if it fails
        """
        with subprocess.Popen(
            [self.path, *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL if text is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process:
            try:
                out, complaint = process.communicate(text, timeout=limit)
            except subprocess.TimeoutExpired:
                # On this signal helm writes into the record that the operation failed.
                process.terminate()
                try:
                    out, complaint = process.communicate(timeout=LAST_GRACE)
                except subprocess.TimeoutExpired:
                    process.kill()
                    out, complaint = process.communicate()
                complaint += f"\nError: stopped after {limit} seconds"
            except BaseException:
                process.terminate()
                raise
        if process.returncode:
            said = scrubbed(essential(complaint), secrets) or f"it ended with {process.returncode}"
            raise HelmFailed(said, scrubbed(out, secrets))
        return out


def essential(complaint: str) -> str:
    """What is wrong, of all that helm writes."""
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    starts = [number for number, line in enumerate(lines) if line.startswith("Error: ")]
    lines = lines[starts[-1] :] if starts else [line for line in lines if not _NOISE.match(line)]
    return "; ".join(line.removeprefix("Error: ") for line in lines)

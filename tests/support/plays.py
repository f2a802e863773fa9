# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a play of a test's own with the real ansible-playbook, on an inventory of tenants."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

import yaml

from lab.testing import RunningLab

#: Takes the result of the last task as a file, so that no test has to read what a callback prints.
KEEP = """
- name: Keep the result
  ansible.builtin.copy:
    content: "{{ result | to_json }}"
    dest: "{{ result_file }}"
    mode: "0600"
  check_mode: false
  diff: false
"""


@dataclass
class Play:
    """What a run of ansible-playbook said.

    :ivar result: the variable ``result`` at its end, None if the play did not get that far
    """

    code: int
    output: str
    result: dict[str, t.Any] | None


@dataclass
class Site:
    """An inventory with tenants in a folder of its own, beside a lab."""

    lab: RunningLab
    folder: Path

    def declare(self, tenants: t.Mapping[str, t.Mapping[str, t.Any]]) -> None:
        """Write the files of these tenants, and the inventory that has them."""
        (self.folder / "host_vars").mkdir(exist_ok=True)
        hosts = {
            "all": {
                "vars": {
                    "ansible_connection": "local",
                    "ansible_python_interpreter": sys.executable,
                },
                "hosts": {"localhost": {}},
                "children": {"clearml_tenants": {"hosts": {name: {} for name in tenants}}},
            }
        }
        (self.folder / "hosts.yml").write_text(yaml.safe_dump(hosts))
        for name, variables in tenants.items():
            (self.folder / "host_vars" / f"{name}.yml").write_text(yaml.safe_dump(dict(variables), allow_unicode=True))

    def play(self, task: str, *options: str, hosts: str = "localhost", header: str = "") -> Play:
        """Run one task, which has to register ``result``.

        :param task: YAML of the task
        :param header: YAML of further keys of the play
        """
        return self.run(self._written(task, hosts, header), *options)

    def begin(self, task: str) -> subprocess.Popen[str]:
        """Start a play with one task, which nobody waits for."""
        return subprocess.Popen(
            self._command(self._written(task, "localhost", "")),
            env=self._environment(),
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, playbook: str, *options: str) -> Play:
        """Run a playbook of a file, or of a collection by its name."""
        kept = self._kept
        kept.unlink(missing_ok=True)
        command = self._command(playbook, *options)
        done = subprocess.run(
            command, env=self._environment(), cwd=self.folder, check=False, capture_output=True, text=True
        )
        result = json.loads(kept.read_text()) if kept.exists() else None
        return Play(done.returncode, done.stdout + done.stderr, result)

    @property
    def _kept(self) -> Path:
        return self.folder / "result.json"

    def _written(self, task: str, hosts: str, header: str) -> str:
        """The file of a play with one task."""
        tasks = yaml.safe_load(task) + yaml.safe_load(KEEP)
        play = {"hosts": hosts, "gather_facts": False, **(yaml.safe_load(header) or {}), "tasks": tasks}
        (self.folder / "play.yml").write_text(yaml.safe_dump([play], sort_keys=False))
        return str(self.folder / "play.yml")

    def _command(self, playbook: str, *options: str) -> list[str]:
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        inventory = str(self.folder / "hosts.yml")
        return [program, "-i", inventory, playbook, "-e", f"result_file={self._kept}", *options]

    def _environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("CLEARML_", "KUBE"))}
        return {
            **clean,
            "CLEARML_API_HOST": self.lab.url,
            "CLEARML_API_ACCESS_KEY": self.lab.system_key,
            "CLEARML_API_SECRET_KEY": self.lab.system_secret,
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_NOCOLOR": "true",
        }

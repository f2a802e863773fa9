# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real runs of ansible-playbook against a lab: tasks in, registered results and printed output out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

import yaml

#: The collection's own folder, and the one in which Ansible looks for collections.
COLLECTION = Path(__file__).resolve().parents[3]
COLLECTIONS = COLLECTION.parents[2]
#: The controller's own Python: tasks of this collection run inside the controller's process.
HERE = "{{ ansible_playbook_python }}"
GROUP = "group/clearml.enterprise.clearml"
PREFIX = "clearml.enterprise."
TASK = re.compile(r"^TASK \[(.*)\] \*+$", re.MULTILINE)

Task = dict[str, t.Any]


class Vaulted(str):
    """Text that a playbook holds as ``!vault``."""

    __slots__ = ()


class Dumper(yaml.SafeDumper):
    """Writes a playbook."""

    def ignore_aliases(self, data: t.Any) -> bool:
        """Every value is written out."""
        return True


Dumper.add_representer(Vaulted, lambda dumper, text: dumper.represent_scalar("!vault", str(text), style="|"))


@dataclass
class Run:
    """What came of a run.

    :ivar results: the registered results, by the names of the tasks
    :ivar output: all that was printed
    """

    code: int
    output: str
    results: dict[str, t.Any] = field(default_factory=dict)

    def sections(self) -> dict[str, str]:
        """What was printed while a task ran, by the name of the task."""
        parts = TASK.split(self.output)
        return dict(zip(parts[1::2], parts[2::2], strict=True))

    def processes(self) -> dict[str, bool]:
        """Whether one of this collection's modules was sent to a process, by the name of the task; needs ``-vvv``."""
        return {name: "AnsiballZ_clearml_" in text for name, text in self.sections().items()}


def own_module(task: Task) -> str:
    """The name of the module of this collection that a task runs; empty if it is another one."""
    return next((key.removeprefix(PREFIX) for key in task if key.startswith(PREFIX)), "")


def wrapped_python(folder: Path) -> str:
    """The same Python under another path: for Ansible it is not the controller's, so modules become processes."""
    wrapper = folder / "python"
    wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    wrapper.chmod(0o755)
    return str(wrapper)


def clean_environment(folder: Path, additions: t.Mapping[str, str]) -> dict[str, str]:
    """The process's environment without what a shell or a Makefile has told Ansible, ClearML and Python."""
    ours = ("ANSIBLE_", "CLEARML_", "PYTHON")
    settings = {
        "ANSIBLE_ASYNC_DIR": str(folder / "async"),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_REMOTE_TEMP": str(folder / "remote"),
        "LC_ALL": "C.UTF-8",
        # Sets in ansible-core's messages have an order then.
        "PYTHONHASHSEED": "0",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(ours) and not name.lower().endswith("_proxy")
    }
    return {**kept, **settings, **additions}


def run_playbook(
    folder: Path,
    plays: list[dict[str, t.Any]],
    *options: str,
    variables: t.Mapping[str, t.Any] | None = None,
    interpreter: str = HERE,
    environment: t.Mapping[str, str] | None = None,
) -> Run:
    """Run plays on the host ``tenant``, which is a tenant, and keep the result of every task; all of them have names.

    The variables are the inventory's: core 2.19 quotes lines of a playbook in its error messages, and some variables
    are secrets. The working directory is not the playbook's, so that relative paths show where they lead.
    """
    folder.mkdir(exist_ok=True)
    shared = {"ansible_connection": "local", "ansible_python_interpreter": interpreter, **(variables or {})}
    tenants = {"clearml_tenants": {"hosts": {"tenant": None}}}
    hosts = {"all": {"vars": shared, "hosts": {"localhost": None}, "children": tenants}}
    (folder / "hosts.yml").write_text(yaml.dump(hosts, Dumper=Dumper))
    (folder / "ansible.cfg").touch()
    registers: dict[str, str] = {}
    for play in plays:
        for task in play["tasks"]:
            task.setdefault("register", f"result_{len(registers)}")
            registers[task["name"]] = task["register"]
    pairs = ", ".join(f"{json.dumps(name)}: {register} | default(none)" for name, register in registers.items())
    dump = {
        "name": "Keep the results",
        "ansible.builtin.copy": {
            "dest": str(folder / "results.json"),
            "content": "{{ {" + pairs + "} | to_json }}\n",
            "mode": "0600",
        },
        "diff": False,
        "no_log": True,
        "check_mode": False,
    }
    whole = [{"hosts": "tenant", "gather_facts": False, **play} for play in plays]
    whole.append({"hosts": "tenant", "gather_facts": False, "tasks": [dump]})
    (folder / "play.yml").write_text(yaml.dump(whole, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=200))
    command = Path(sys.executable).with_name("ansible-playbook")
    done = subprocess.run(
        [str(command), "-i", str(folder / "hosts.yml"), *options, str(folder / "play.yml")],
        cwd=folder.parent,
        env=clean_environment(folder, environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    kept = folder / "results.json"
    return Run(done.returncode, done.stdout, json.loads(kept.read_text()) if kept.exists() else {})

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast a night's check is, as ratios within one run. Nothing here asserts a time."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest
import requests

from lab.testing import RunningLab
from tests.support.modules import Modules

QUEUES = 30
ROUNDS = 5

PLAYBOOK = """
- hosts: localhost
  gather_facts: false
  vars:
    ansible_python_interpreter: "{interpreter}"
  tasks:
    - clearml.enterprise.clearml_queue:
        company: acme
        name: "queue-{{{{ item }}}}"
      loop: "{{{{ range({queues}) | list }}}}"
"""


def median(measure: t.Callable[[], object]) -> float:
    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        measure()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


@pytest.fixture
def queues(acme: Modules) -> Modules:
    for number in range(QUEUES):
        acme.queue(company="acme", name=f"queue-{number}")
    return acme


def play(lab: RunningLab, folder: Path, interpreter: str, queues: int) -> None:
    playbook = folder / f"play-{queues}.yml"
    playbook.write_text(PLAYBOOK.format(interpreter=interpreter, queues=queues))
    environment = {
        **os.environ,
        "CLEARML_API_HOST": lab.url,
        "CLEARML_API_ACCESS_KEY": lab.system_key,
        "CLEARML_API_SECRET_KEY": lab.system_secret,
        "ANSIBLE_LOCALHOST_WARNING": "false",
    }
    command = [str(Path(sys.executable).with_name("ansible-playbook")), str(playbook)]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0 and "changed=0" in done.stdout, done.stdout + done.stderr


def bare_http(lab: RunningLab) -> None:
    """The fewest requests that tell whether the queues are there: a login, the company, its admin, the list."""
    with requests.Session() as session:
        token = session.post(f"{lab.url}/auth.login", auth=(lab.system_key, lab.system_secret)).json()["data"]["token"]
        session.headers["Authorization"] = f"Bearer {token}"
        companies = session.post(f"{lab.url}/system.get_companies", json={}).json()["data"]["companies"]
        acme = next(one["id"] for one in companies if one["name"] == "acme")
        info = session.post(f"{lab.url}/tenants.get_tenant_info", json={"tenant": acme}).json()["data"]
        admin = next(one["id"] for one in info["users"]["active"] if one["role"] == "admin")
        session.headers["X-Clearml-Impersonate-As"] = admin
        session.post(f"{lab.url}/queues.get_all", json={"search_hidden": True, "page": 0, "page_size": 500})


def test_a_loop_in_the_controllers_process(queues: Modules, tmp_path: Path) -> None:
    """A loop that finds nothing to do: in the controller's process, as module processes, and as bare requests."""
    lab = queues.lab
    other_name_of_the_same_python = tmp_path / "python"
    other_name_of_the_same_python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    other_name_of_the_same_python.chmod(0o755)
    start_up = median(lambda: play(lab, tmp_path, sys.executable, 0))
    here = (median(lambda: play(lab, tmp_path, sys.executable, QUEUES)) - start_up) / QUEUES
    few = 5
    process = (median(lambda: play(lab, tmp_path, str(other_name_of_the_same_python), few)) - start_up) / few
    bare = median(lambda: bare_http(lab))
    print(f"\n  start of ansible-playbook        {start_up:8.3f} s")
    print(f"  one item, controller's process   {here:8.4f} s")
    print(f"  one item, module process         {process:8.4f} s   {process / here:6.0f} times as long")
    print(f"  {QUEUES} items, bare requests         {bare:8.4f} s   {here * QUEUES / bare:6.1f} times that in modules")

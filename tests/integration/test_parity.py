# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task ends the same whether its module runs in the controller's process or in one of its own."""

from __future__ import annotations

import difflib
import re
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from lab.testing import RunningLab
from tests.integration.parity.playbook import GROUP, HERE, Run, Task, Vaulted, run_playbook, wrapped_python
from tests.support.modules import Modules

PASSWORD = "password of the vault"
#: A key pair whose secret is also the name of something, to see what masking makes of results.
ODD = {"access_key": "ODDKEYODDKEYODDKEYODDKEYODDKEY", "secret_key": "half-a-gpu"}
#: Stands in for sudo, which not every machine has.
BECOME = '#!/bin/sh\nwhile [ "$1" != /bin/sh ]; do shift; done\nexec "$@"\n'
#: What has to differ: what a run makes has new IDs, keys and times; so has every call, job and task.
DIFFERENT = (
    (re.compile(r"\b[0-9a-f]{32}\b"), "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)?"), "<time>"),
    (re.compile(r"(?<![A-Z0-9])[A-Z0-9]{30}(?![A-Z0-9])"), "<key>"),
    (re.compile(r"(?<![\w-])[\w-]{67}(?![\w-])"), "<secret>"),
    (re.compile(r"\bj?\d{8,}\.\d+\b"), "<job>"),
    # ansible-core's own words for who raised a failure.
    (re.compile(r"(Action|Module) failed: "), "failed: "),
)
#: Lines that tell how a module was brought to its process; Ansible shows a task's environment there at -vvv.
TRANSPORT = re.compile(r"^(<\w+> |Using module file |Pipelining is |redirecting |task path: ).*\n", re.MULTILINE)
#: Tasks that end before a module is reached.
NEVER_RUN = {"variable that does not exist", "loop over nothing", "skipped"}


def vaulted(text: str) -> Vaulted:
    """The text as ansible-vault would write it."""
    return Vaulted(VaultLib([("default", VaultSecret(PASSWORD.encode()))]).encrypt(text).decode())


def with_vaults(value: t.Any) -> t.Any:
    """A task of the cases, its texts after ``$vault`` vaulted."""
    if isinstance(value, dict):
        return {key: with_vaults(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_vaults(item) for item in value]
    return vaulted(value.removeprefix("$vault ")) if isinstance(value, str) and value.startswith("$vault ") else value


CASES: dict[str, list[Task]] = yaml.safe_load((Path(__file__).parent / "parity" / "cases.yml").read_text())


class Prepared(t.NamedTuple):
    """A lab, the world that every run finds anew, and the variables of a play."""

    lab: RunningLab
    world: dict[str, t.Any]
    variables: dict[str, t.Any]

    def secrets(self) -> set[str]:
        """Every secret that there is now."""
        entries = self.lab.control.state()["auth_entries"]
        return {PASSWORD} | {pair["secret"] for entry in entries for pair in entry["credentials"]}


@pytest.fixture
def prepared(acme: Modules) -> Prepared:
    """Company acme with queues; a company whose only admin is a person; one without anybody; an odd key pair."""
    acme.company(name="oldest")
    acme.user(company="oldest", email="boss@oldest.example", name="Boss", role="admin")
    acme.company(name="empty")
    acme.queue(company="acme", name="standing", tags=["a"], metadata={"a": "1"})
    lab = acme.lab
    lab.control.add_task(acme.queue(company="acme", name="busy")["queue"]["id"])
    world = lab.control.state()
    pairs = next(entry["credentials"] for entry in world["auth_entries"] if entry["role"] == "system")
    pairs.append({**pairs[0], "key": ODD["access_key"], "secret": ODD["secret_key"]})
    variables = {
        "ids": {company["name"]: company["id"] for company in world["companies"]},
        "odd": ODD,
        "server": {"host": lab.url, "access_key": lab.system_key, "secret_key": lab.system_secret},
        "vaulted_secret": vaulted(lab.system_secret),
    }
    return Prepared(lab, world, variables)


def run(prepared: Prepared, folder: Path, interpreter: str, tasks: list[Task], connected: bool = True) -> Run:
    """Run tasks in the prepared world, at ``-vvv``: what may be printed is printed.

    :param connected: whether module_defaults have the connection
    """
    control = prepared.lab.control
    control.put_state(prepared.world)
    control.clear_requests()
    control.clear_faults()
    if any("until" in task for task in tasks):
        control.order_fault("server.info", "status", status=500)
    folder.mkdir()
    (folder / "password").write_text(PASSWORD)
    (folder / "become").write_text(BECOME)
    (folder / "become").chmod(0o700)
    server = prepared.variables["server"]
    pair = f'{{ access_key: "{server["access_key"]}", secret_key: "{server["secret_key"]}" }}'
    (folder / "clearml.conf").write_text(f'api {{ api_server: "{server["host"]}", credentials: {pair} }}\n')
    defaults = {f"api_{name}": f"{{{{ server.{name} }}}}" for name in server}
    play = {
        "module_defaults": {GROUP: defaults} if connected else {},
        "tasks": [{"ignore_errors": True, **with_vaults(task)} for task in tasks],
    }
    done = run_playbook(
        folder,
        [play],
        "-vvv",
        f"--vault-password-file={folder / 'password'}",
        variables={**prepared.variables, "ansible_become_exe": str(folder / "become")},
        interpreter=interpreter,
        environment={} if connected else {"CLEARML_API_HOST": server["host"]},
    )
    assert done.results, done.output
    return done


def plain(value: t.Any, folder: Path) -> t.Any:
    """A result, or text, without what has to differ."""
    if isinstance(value, dict):
        return {key: plain(item, folder) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item, folder) for item in value]
    if isinstance(value, str):
        value = value.replace(str(folder), "<folder>")
        for pattern, sign in DIFFERENT:
            value = pattern.sub(sign, value)
    return value


def differences(here: t.Any, process: t.Any, where: str) -> list[str]:
    """Where two results differ, field by field."""
    if isinstance(here, dict) and isinstance(process, dict):
        keys = sorted(here.keys() | process.keys())
        pairs = [(f"{where}.{key}", here.get(key, "<absent>"), process.get(key, "<absent>")) for key in keys]
    elif isinstance(here, list) and isinstance(process, list) and len(here) == len(process):
        pairs = [(f"{where}[{index}]", *pair) for index, pair in enumerate(zip(here, process, strict=True))]
    else:
        return [] if here == process else [f"{where}: here {here!r}, in a process {process!r}"]
    return [line for name, one, other in pairs for line in differences(one, other, name)]


def left_behind(folder: Path) -> dict[Path, bytes]:
    """The files, with content, that a run left where Ansible keeps temporary ones."""
    found = [path for name in ("async", "home", "remote") for path in (folder / name).rglob("*")]
    return {path: path.read_bytes() for path in found if path.is_file()}


def compare(prepared: Prepared, folder: Path, tasks: list[Task], connected: bool = True) -> dict[str, Run]:
    """Run tasks both ways: same results, same output, and no secret in it; answers both runs."""
    runs: dict[str, Run] = {}
    wrong: list[str] = []
    for way, interpreter in (("here", HERE), ("process", wrapped_python(folder))):
        done = runs[way] = run(prepared, folder / way, interpreter, tasks, connected)
        output = done.output if way == "here" else TRANSPORT.sub("", done.output)
        left = left_behind(folder / way)
        for secret in prepared.secrets():
            wrong += [f"printed, {way}: {line}" for line in output.splitlines() if secret in line]
            wrong += [f"left behind, {way}: {path}" for path, content in left.items() if secret.encode() in content]
    names = [task["name"] for task in tasks]
    process_only = {task["name"] for task in tasks if "become" in task}
    went = {way: {name for name, process in done.processes().items() if process} for way, done in runs.items()}
    assert went == {"here": process_only, "process": set(names) - NEVER_RUN}
    for name in names:
        results = {way: plain(done.results[name], folder / way) for way, done in runs.items()}
        wrong += differences(results["here"], results["process"], name)
        printed = {way: plain(done.sections()[name], folder / way) for way, done in runs.items()}
        lines = [TRANSPORT.sub("", printed[way]).splitlines() for way in ("here", "process")]
        wrong += [f"{name}: {line}" for line in difflib.unified_diff(*lines, "here", "in a process", "", "", 0, "")]
    assert not wrong, "\n".join(wrong)
    return runs


@pytest.mark.parametrize("group", ["arguments", "objects", "permissions", "keywords", "connection"])
def test_results_and_output_are_the_same(prepared: Prepared, tmp_path: Path, group: str) -> None:
    """Every field of every registered result, and every line about it at ``-vvv``."""
    compare(prepared, tmp_path, CASES[group], connected=group != "connection")


def test_a_secret_is_registered_and_never_printed(prepared: Prepared, tmp_path: Path) -> None:
    """The next task can use a new secret, and no verbosity shows it."""
    for done in compare(prepared, tmp_path, CASES["secrets"]).values():
        results = done.results
        pair = results["new pair"]["credentials"]
        assert re.fullmatch(r"[\w-]{67}", pair["secret_key"])
        for use in ("new pair is used", "new pair is used by the environment"):
            assert results[use]["caller"]["company_name"] == "acme"
        looped = results["new pairs in a loop"]["results"]
        assert all(len(item["credentials"]["secret_key"]) == 67 for item in looped)
        assert results["call whose answer is masked"]["data"]["credentials"]["secret_key"] == "********"
        assert len(results["call whose answer is not"]["data"]["credentials"]["secret_key"]) == 67


def test_a_secret_made_in_the_background_is_not_printed(prepared: Prepared, tmp_path: Path) -> None:
    """With async the result comes from Ansible's async_status, so the task needs no_log, or is refused saying so."""
    module = "clearml.enterprise.clearml_credentials"
    background = {"async": 30, "poll": 1}
    tasks = [
        {"name": "open", module: {"company": "acme", "label": "open"}, **background},
        {"name": "quiet", module: {"company": "acme", "label": "quiet"}, **background, "no_log": True},
    ]
    done = run(prepared, tmp_path / "run", HERE, tasks)
    assert len(done.results["quiet"]["credentials"]["secret_key"]) == 67
    assert "credentials" in done.results["open"] or "no_log" in done.results["open"]["msg"]
    assert [line for line in done.output.splitlines() if any(secret in line for secret in prepared.secrets())] == []


@pytest.mark.smoke
def test_which_way_a_task_goes(prepared: Prepared, tmp_path: Path) -> None:
    """In the controller's process if nothing speaks against it; there a loop signs in once."""
    module = "clearml.enterprise.clearml_queue_info"
    other = {"ansible_python_interpreter": wrapped_python(tmp_path)}
    keywords: dict[str, Task] = {
        "plain": {},
        "delegated": {"delegate_to": "localhost"},
        "other interpreter": {"vars": other},
        "other connection plugin": {"vars": {"ansible_connection": "ansible.builtin.local"}},
        "other user": {"become": True},
        "background": {"async": 30, "poll": 1},
    }
    tasks = [{"name": name, module: {"company": "acme"}, **more} for name, more in keywords.items()]
    done = run(prepared, tmp_path / "ways", HERE, tasks)
    ways = {name: "process" if process else "here" for name, process in done.processes().items()}
    process = dict.fromkeys(("other interpreter", "other user", "background"), "process")
    assert {name: ways[name] for name in keywords} == {**dict.fromkeys(keywords, "here"), **process}
    assert all(len(done.results[name]["queues"]) == 2 for name in keywords)
    loop = {"name": "loop", module: {"company": "acme", "name": "{{ item }}"}, "loop": ["standing", "busy", "none"]}
    run(prepared, tmp_path / "loop", HERE, [loop])
    counts = prepared.lab.control.counts()["by_endpoint"]
    assert counts["auth.login"] == counts["queues.get_all"] == 1

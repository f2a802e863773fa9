# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks validate and tenants, run as people run them, on the lab."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.testing import RunningLab
from tests.support.modules import Modules

ROOT = Path(__file__).resolve().parents[2]
INVENTORIES = ROOT / "inventories"

#: Writes down what each task answered: the screen is for people.
RECORDER = """
import json, os
from ansible.plugins.callback import CallbackBase

class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "recorder"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, result, **_how):
        line = json.loads(json.dumps(result._result, default=str))
        line.update(host=result._host.name, task=result._task.get_name())
        with open(os.environ["RECORDER_FILE"], "a") as file:
            file.write(json.dumps(line) + "\\n")

    v2_runner_on_ok = v2_runner_on_failed = _write

    def v2_playbook_on_stats(self, stats):
        with open(os.environ["RECORDER_FILE"], "a") as file:
            file.write(json.dumps({"stats": {host: stats.summarize(host) for host in stats.processed}}) + "\\n")
"""


@dataclass
class Run:
    """One run of a playbook."""

    status: int
    output: str
    results: list[dict[str, t.Any]]
    stats: dict[str, dict[str, int]]

    @property
    def actions(self) -> set[tuple[str, str, str, str]]:
        """What was done, in the role's words, since results of key pairs are masked: host, action, kind, name."""
        found = set()
        for result in self.results:
            for action in (result.get("ansible_facts") or {}).get("_tenant_actions") or ():
                found.add((result["host"], action["action"], action["kind"], action["name"]))
        return found

    @property
    def recap(self) -> list[str]:
        """The last words of the playbook."""
        return next((one["msg"] for one in reversed(self.results) if one["task"] == "Recap"), [])

    @property
    def changed(self) -> int:
        """How many tasks changed something."""
        return sum(host["changed"] for host in self.stats.values())


class Site:
    """A copy of the lab's inventory, and the playbooks with it."""

    def __init__(self, folder: Path, lab: RunningLab) -> None:
        self.folder = folder
        self.lab = lab
        self.inventory = folder / "site"
        self.keys = folder / "keys"
        shutil.copytree(INVENTORIES / "lab", self.inventory)
        # Without a platform the inventory has tenants of a server only.
        (self.inventory / "hosts.yml").write_text(
            "clearml_tenants:\n  hosts:\n    acme:\n    globex:\n", encoding="utf-8"
        )
        acme = self.inventory / "host_vars" / "acme.yml"
        before, _idp, rest = acme.read_text(encoding="utf-8").partition("tenant_idp:\n")
        acme.write_text(before + rest[rest.index("tenant_quotas:") :], encoding="utf-8")
        (folder / "plugins").mkdir()
        (folder / "plugins" / "recorder.py").write_text(RECORDER)

    def write(self, name: str, text: str) -> None:
        """Add to a file of the inventory."""
        with (self.inventory / name).open("a", encoding="utf-8") as file:
            file.write("\n" + text)

    def run(self, playbook: str, *options: str) -> Run:
        """Run a playbook of the collection."""
        record = self.folder / "record"
        record.unlink(missing_ok=True)
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("CLEARML_", "ANSIBLE_"))}
        done = subprocess.run(
            [
                Path(sys.executable).parent / "ansible-playbook",
                f"clearml.enterprise.{playbook}",
                "-i",
                "site",
                *options,
            ],
            cwd=self.folder,
            env={
                **clean,
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2]),
                "ANSIBLE_HOME": str(self.folder / "home"),
                "ANSIBLE_CALLBACK_PLUGINS": str(self.folder / "plugins"),
                "ANSIBLE_CALLBACKS_ENABLED": "recorder",
                "RECORDER_FILE": str(record),
                "CLEARML_LAB_API_HOST": self.lab.url,
                "CLEARML_API_ACCESS_KEY": self.lab.system_key,
                "CLEARML_API_SECRET_KEY": self.lab.system_secret,
                "CLEARML_LAB_KEYS": str(self.keys),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        lines = [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
        stats = lines.pop()["stats"] if lines and "stats" in lines[-1] else {}
        return Run(done.returncode, done.stdout, lines, stats)

    def tenants(self, *options: str, status: int = 0) -> Run:
        """Run the playbook tenants."""
        run = self.run("tenants", *options)
        assert run.status == status, run.output
        return run

    def companies(self) -> set[str]:
        """The names of the companies that exist."""
        return {one["name"] for one in self.lab.control.state()["companies"] if one.get("active", True)}


@pytest.fixture
def site(tmp_path: Path, lab: RunningLab) -> Site:
    """The lab's inventory, to be changed."""
    return Site(tmp_path, lab)


def test_from_nothing(site: Site) -> None:
    """Check, run, run again; every object is foreseen, nothing is written before, nothing is left to do after."""
    control = site.lab.control
    foreseen = site.tenants("--check", "--diff")
    assert control.writes() == 0 and not site.keys.exists()
    made = site.tenants("-vvv", "--diff")
    assert foreseen.actions == made.actions and len(made.actions) == 21
    assert {action[1:3] for action in made.actions} == {
        ("create", "company"),
        ("create", "user"),
        ("create", "service_account"),
        ("create", "group"),
        ("create", "queue"),
        ("create", "project"),
        ("create", "access_rule"),
        ("create", "vault"),
        ("create", "credentials"),
        ("update", "login_rules"),
    }
    assert made.recap == [
        (
            "acme: create access_rule, create company, create credentials, create group, create project, "
            "create queue (3), create service_account, create user (3), create vault, update login_rules"
        ),
        "globex: create company, create credentials, create queue (2), create user (2), update login_rules",
        "0 unchanged",
    ]
    for tenant in ("acme", "globex"):
        file = site.keys / f"{tenant}-nightly.env"
        lines = file.read_text().splitlines()
        assert [line.partition("=")[0] for line in lines] == ["CLEARML_API_ACCESS_KEY", "CLEARML_API_SECRET_KEY"]
        assert file.stat().st_mode & 0o777 == 0o600 and site.keys.stat().st_mode & 0o777 == 0o700
        assert lines[1].partition("=")[2] not in made.output
    writes = control.writes()
    again = site.tenants()
    assert again.changed == 0 and again.actions == set() and again.recap == ["2 unchanged"]
    assert control.writes() == writes


def test_half_built_and_drifted(site: Site, modules: Modules) -> None:
    """One company has drifted, the other has no admin yet: the check says what the run does."""
    site.tenants("--limit", "acme")
    assert site.companies() >= {"Acme Inc"} and "Globex" not in site.companies()
    modules.company(name="Globex")
    acting = {"company": "Acme Inc", "acting_user": "admin@acme.invalid"}
    modules.queue(**acting, name="default", state="absent")
    modules.queue(**acting, name="gpu-fraction-1_00", tags=["other"])
    modules.user(**acting, email="bob@acme.example", role="admin")
    modules.login_rules(**acting, domains=[])
    writes = site.lab.control.writes()
    foreseen = site.tenants("--check", "--diff")
    assert site.lab.control.writes() == writes
    made = site.tenants()
    assert made.actions == foreseen.actions
    assert {action for action in made.actions if action[0] == "acme"} == {
        ("acme", "create", "queue", "default"),
        ("acme", "update", "queue", "gpu-fraction-1_00"),
        ("acme", "update", "user", "bob@acme.example"),
        ("acme", "update", "login_rules", "login_rules"),
    }
    assert ("globex", "create", "company", "Globex") not in made.actions
    assert ("globex", "create", "user", "admin@globex.invalid") in made.actions


def test_one_tenant_fails(site: Site, modules: Modules) -> None:
    """The others go on; the recap names tenant, task and reason; a pair that cannot be written is revoked."""
    modules.company(name="Rival")
    modules.user(company="Rival", email="admin@rival.invalid", name="Rival", role="admin", internal=True)
    modules.login_rules(company="Rival", domains=["globex.example"])
    (site.keys / "acme-nightly.env").mkdir(parents=True)
    site.write("hosts.yml", "    hooli:\n")
    site.write("host_vars/hooli.yml", "tenant_company: {name: Hooli}\n")
    run = site.tenants(status=2)
    acme, globex, hooli, rest = run.recap
    assert acme.startswith('acme: FAILED at "Say what could not be written": New key pairs could not be written to ')
    assert globex.startswith('globex: FAILED at "Who may sign in": ')
    assert "'Rival'" in globex and "(before that: create company, " in globex
    assert (hooli, rest) == ("hooli: create company, create user, update login_rules", "0 unchanged")
    assert {host: one["failures"] for host, one in run.stats.items()} == {
        "acme": 1,
        "globex": 1,
        "hooli": 0,
        "localhost": 0,
    }
    assert "nightly" not in json.dumps(site.lab.control.state()["auth_entries"])


def test_removal(site: Site) -> None:
    """The file alone removes nothing; the command line names one tenant; afterwards all is quiet."""
    site.tenants()
    site.write("host_vars/acme.yml", "tenant_state: absent\n")
    before = site.companies()
    for options in ((), ("-e", "tenant_confirm_removal=globex")):
        run = site.tenants(*options, status=2)
        assert "-e tenant_confirm_removal=acme" in run.recap[0]
        assert site.companies() == before
    confirmed = ("--limit", "acme", "-e", "tenant_confirm_removal=acme")
    foreseen = site.tenants("--check", *confirmed)
    removed = site.tenants(*confirmed)
    assert removed.actions == foreseen.actions and ("acme", "delete", "company", "Acme Inc") in removed.actions
    assert before - site.companies() == {"Acme Inc"}
    assert site.tenants().changed == 0


@pytest.mark.parametrize("options", [(), ("--limit", "globex")])
def test_mistakes_stop_everything(site: Site, options: tuple[str, ...]) -> None:
    """Also a run for another tenant; not one request is made."""
    site.write("host_vars/acme.yml", "tenant_queus: []\n")
    site.write("host_vars/globex.yml", "tenant_policies: []\n")
    site.lab.control.clear_requests()
    run = site.tenants(*options, status=2)
    assert (
        len(re.findall(r"site/host_vars/acme\.yml:\d+: tenant_queus: .* Did you mean tenant_queues\?", run.output)) == 1
    )
    assert len(re.findall(r"site/host_vars/globex\.yml:\d+: tenant_policies: .* not yet supported", run.output)) == 1
    assert "2 mistakes, listed above; nothing was touched" in run.output
    assert site.lab.control.counts()["total"] == 0


def test_broken_yaml_is_told_without_its_neighbours(site: Site) -> None:
    site.write("host_vars/acme.yml", "password: hunter2\ntenant_admin: {name: x\nother: hunter2\n")
    run = site.run("validate")
    assert run.status == 2 and "hunter2" not in run.output and "Traceback" not in run.output
    assert re.search(r"site/host_vars/acme\.yml:\d+: this is not valid YAML", run.output)


@pytest.mark.smoke
@pytest.mark.parametrize(("name", "tenants"), [("example", 4), ("lab", 2)])
def test_our_inventories_are_valid(site: Site, name: str, tenants: int) -> None:
    shutil.rmtree(site.inventory)
    shutil.copytree(INVENTORIES / name, site.inventory)
    run = site.run("validate")
    assert run.status == 0, run.output
    assert f"{tenants} tenants, no mistakes" in run.output


def test_a_new_name(site: Site) -> None:
    """A company is renamed by its ID; everything in it is found under either name, in a check too."""
    site.tenants("--limit", "globex")
    (company,) = (one for one in site.lab.control.state()["companies"] if one["name"] == "Globex")
    file = site.inventory / "host_vars" / "globex.yml"
    renamed = file.read_text().replace("  name: Globex\n", f"  name: Globex Corporation\n  id: {company['id']}\n")
    file.write_text(renamed.replace("name: cpu-large", "name: cpu-huge"))
    foreseen = site.tenants("--limit", "globex", "--check")
    made = site.tenants("--limit", "globex")
    assert {action[1:3] for action in made.actions} == {("update", "company"), ("create", "queue"), ("update", "user")}
    assert made.actions == foreseen.actions and "Globex Corporation" in site.companies()


IDP = """
tenant_idp:
  - provider: keycloak
    display_name: Acme Keycloak
    client_id: clearml
    client_secret: "{{ lookup('ansible.builtin.file', inventory_dir ~ '/secret') }}"
    authorization_endpoint: https://sso.acme.example/auth
    token_endpoint: https://sso.acme.example/token
    active: true
"""


def test_sign_in_connections_and_their_secrets(site: Site) -> None:
    """Made, left alone, and nowhere printed: not by the loop, the diff, the role's validation or a failure."""
    (site.inventory / "secret").write_text("hunter2-of-acme")
    site.write("host_vars/acme.yml", IDP)
    runs = [site.run("tenants", "--limit", "acme", "-vvv", "--diff", *options) for options in (("--check",), (), ())]
    check, first, second = runs
    assert check.status == first.status == second.status == 0, first.output
    assert ("acme", "create", "idp", "Acme Keycloak") in first.actions and check.actions == first.actions
    assert second.changed == 0
    (site.inventory / "host_vars" / "acme.yml").write_text(
        (site.inventory / "host_vars" / "acme.yml").read_text().replace("provider: keycloak", "provider: keycloack")
    )
    failed = site.run("tenants", "--limit", "acme", "-vvv", "--diff")
    assert failed.status != 0 and "keycloack" in failed.output
    for run in (*runs, failed):
        assert "hunter2" not in run.output + str(run.results)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook import_people, run as people run it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CSV = "email,name,groups\nann@acme.example,Ann Größe,Vision\nbob@acme.example,Bob Ray,Vision;Leads\n"


class Site:
    """An inventory with two tenants, and a folder with exports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("site/hosts.yml", "clearml_tenants:\n  hosts:\n    acme:\n    globex:\n")
        self.write("site/group_vars/all.yml", "ansible_connection: local\n")
        self.write("site/host_vars/acme/tenant.yml", "tenant_company: {name: Acme Inc}\n")
        self.write("site/host_vars/globex/tenant.yml", "tenant_company: {name: Globex}\n")
        self.people = self.folder / "site/host_vars/acme/people.yml"
        self.write("acme.csv", CSV)

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *options: str, playbook: str = "import_people", status: int = 0) -> str:
        """The output of a run, in one line."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("CLEARML_", "ANSIBLE_"))}
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "site"]
        done = subprocess.run(
            [*command, f"clearml.enterprise.{playbook}", *options],
            cwd=self.folder,
            env={
                **clean,
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2]),
                "ANSIBLE_HOME": str(self.folder / "home"),
                "LC_ALL": "C.UTF-8",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stdout
        return done.stdout

    def acme(self, *options: str, status: int = 0) -> str:
        """A run for one tenant and its table."""
        return self.run("--limit", "acme", "-e", "people_export=../acme.csv", *options, status=status)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def changed(output: str) -> int:
    """How many tasks changed something."""
    return sum(int(number) for number in re.findall(r"changed=(\d+)", output))


def flat(output: str) -> str:
    """The output as one line, without the escapes of JSON."""
    return " ".join(output.replace("\\n", " ").replace("\\", "").split())


def test_check_run_and_run_again(site: Site) -> None:
    """The check shows what will be written; the second run has nothing to do; the result is valid."""
    (site.folder / "site/host_vars/acme/tenant.yml").unlink()
    site.people.parent.rmdir()
    foreseen = site.acme("--check", "--diff")
    assert not site.people.exists() and "+  - email: ann@acme.example" in foreseen
    assert changed(foreseen) == changed(site.acme("--diff")) == 2
    site.write("site/host_vars/acme/tenant.yml", "tenant_company: {name: Acme Inc}\n")
    written = site.people.read_bytes()
    assert yaml.safe_load(written) == {
        "tenant_users": [
            {"email": "ann@acme.example", "name": "Ann Größe"},
            {"email": "bob@acme.example", "name": "Bob Ray"},
        ],
        "tenant_groups": [
            {"name": "Leads", "users": ["bob@acme.example"]},
            {"name": "Vision", "users": ["ann@acme.example", "bob@acme.example"]},
        ],
    }
    assert changed(site.acme()) == 0 and site.people.read_bytes() == written
    assert "2 tenants, no mistakes" in site.run(playbook="validate")
    assert not (site.folder / "site/host_vars/globex/people.yml").exists()


def test_people_leave(site: Site) -> None:
    """They are named and stay, until it is asked to declare them absent; templates and modes stay too."""
    site.acme()
    with site.people.open("a", encoding="utf-8") as file:
        file.write("own_variable: '{{ inventory_hostname }}'\n")
    site.people.chmod(0o600)
    site.write("acme.csv", "email,name,groups\nann@acme.example,Ann Größe,Vision\n")
    before = site.people.read_text(encoding="utf-8")
    output = flat(site.acme())
    assert "Left as they are: bob@acme.example; memberships: none; groups that stay: Leads" in output
    assert site.people.read_text(encoding="utf-8") == before
    output = flat(site.acme("--diff", "-e", "people_leavers=absent"))
    assert "Declared absent: bob@acme.example" in output and "+ state: absent" in output
    text = site.people.read_text(encoding="utf-8")
    contents = yaml.safe_load(text)
    assert contents["tenant_users"][1] == {"email": "bob@acme.example", "state": "absent"}
    assert contents["tenant_groups"][0] == {"name": "Leads", "users": []}
    assert contents["tenant_groups"][1] == {"name": "Vision", "users": ["ann@acme.example"], "exclusive": True}
    assert "{{ inventory_hostname }}" in text and site.people.stat().st_mode & 0o777 == 0o600
    assert changed(site.acme("-e", "people_leavers=absent")) == 0
    assert "2 tenants, no mistakes" in site.run(playbook="validate")


def test_bad_exports_write_nothing(site: Site) -> None:
    site.write("acme.csv", CSV + "ann,Ann,\nbob@acme.example,Robert,\n")
    output = flat(site.acme(status=2))
    assert "acme.csv:4: 'ann' is no e-mail address" in output
    assert "acme.csv:5: name of bob@acme.example is 'Robert', and 'Bob Ray' in acme.csv:3" in output
    (site.folder / "acme.csv").write_bytes(CSV.encode("cp1252"))
    assert "acme.csv:2: byte 0xf6 is not utf-8" in flat(site.acme(status=2))
    assert not site.people.exists()
    site.acme("-e", "people_encoding=cp1252")
    assert "Ann Größe" in site.people.read_text(encoding="utf-8")


def test_files_that_would_be_hidden(site: Site) -> None:
    """A file beside the folder, and lists in another file: neither would count any more."""
    lists = site.write("site/host_vars/acme/a.yml", "tenant_users: []\n")
    assert "a.yml sets tenant_users or tenant_groups too" in flat(site.acme(status=2))
    lists.unlink()
    (site.folder / "site/host_vars/acme/tenant.yml").rename(site.folder / "site/host_vars/acme.yml")
    (site.folder / "site/host_vars/acme").rmdir()
    assert "acme.yml would be read no more" in flat(site.acme(status=2))
    assert not site.people.parent.exists()


def test_a_vaulted_file_stays_vaulted(site: Site) -> None:
    """Neither is one written in plain text, nor do lists in one go unseen."""
    site.acme()
    password = site.write("password", "open sesame")
    vault = [str(Path(sys.executable).with_name("ansible-vault")), "encrypt", "--vault-password-file", str(password)]
    subprocess.run([*vault, str(site.people)], check=True, capture_output=True)
    before = site.people.read_bytes()
    assert "people.yml is vaulted" in flat(site.acme("--vault-password-file", str(password), status=2))
    assert site.people.read_bytes() == before
    site.people.rename(site.people.with_name("private.yml"))
    assert "private.yml sets tenant_users" in flat(site.acme("--vault-password-file", str(password), status=2))


def test_every_tenant_its_own_export(site: Site) -> None:
    """Named by a variable of their group, with mappings; one export is not for several."""
    assert "No tenant of this run has an export" in flat(site.run(status=2))
    assert "Several tenants" in flat(site.run("-e", "people_export=../acme.csv", status=2))
    site.write("globex.csv", "mail;name;groups\nkim@globex.example;Kim;ml\n")
    site.write("site/host_vars/globex/import.yml", "people_columns: {email: mail}\npeople_groups: {ml: Modellers}\n")
    site.write(
        "site/group_vars/clearml_tenants.yml",
        'people_export: "../{{ inventory_hostname }}.csv"\npeople_default_role: user\n',
    )
    site.run()
    globex = yaml.safe_load((site.folder / "site/host_vars/globex/people.yml").read_text(encoding="utf-8"))
    assert globex == {
        "tenant_users": [{"email": "kim@globex.example", "name": "Kim", "role": "user"}],
        "tenant_groups": [{"name": "Modellers", "users": ["kim@globex.example"]}],
    }
    assert site.people.exists()
    before = site.people.read_bytes()
    site.write("acme.csv", "email,name\neve@acme.example,Eve\n")
    site.write("globex.csv", "broken\n")
    site.run(status=2)
    assert site.people.read_bytes() == before, "nothing is written if anything is wrong"

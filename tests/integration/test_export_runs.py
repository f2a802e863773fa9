# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""clearml_export as ansible-playbook runs it: what it writes is read by Ansible, found right, and changes nothing."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml

from lab.testing import RunningLab
from tests.integration.test_export import FULL, NAMES, SECRETS, Loader
from tests.support.modules import Modules
from tests.support.plays import Play, Site
from tests.support.state import converge

READ = {"access_permission": "read"}
EXPORT = """
- clearml.enterprise.clearml_export:
    dest: {dest}
    projects: named
  register: result
"""
STATE = """
- clearml.enterprise.clearml_state:
  register: result
"""
VALIDATE = """
- clearml.enterprise.clearml_tenants_validate:
  register: result
  ignore_errors: true
"""


@pytest.fixture
def platform(modules: Modules) -> RunningLab:
    """A server that people have made by hand: a company with everything, and one with odd texts in all places."""
    converge(modules.lab, {"acme": FULL})
    odd: dict[str, t.Any] = {"company": "Odd {{ 7 * 7 }} Größe"}
    modules.company(name=odd["company"])
    modules.user(**odd, email="chief@odd.example", name="{{ chief }} 🚀", role="admin", given_name="yes")
    for number, text in enumerate(NAMES):
        modules.queue(**odd, name=text, display_name=text, tags=[text], metadata={text: text})
        modules.group(**odd, name=text, description=text, users=["chief@odd.example"])
        modules.access_rule(
            **odd,
            name=text,
            entity_type="queue",
            entity=text,
            access_permission="read",
            groups=[text],
            description=text,
        )
        modules.vault(**odd, description=text, scope="group", group=text, content=f"number = {number}")
    modules.project(**odd, name="odd", description="line one\n  {{ line two }}\n\n")
    modules.access_rule(
        **odd, name="odd", entity_type="project", entity="odd", access_permission="read", users=["chief@odd.example"]
    )
    modules.lab.control.clear_requests()
    return modules.lab


def succeed(play: Play) -> dict[str, t.Any]:
    assert play.code == 0 and play.result is not None, play.output
    return play.result


def test_an_export_is_what_stands(platform: RunningLab, tmp_path: Path) -> None:
    site = Site(platform, tmp_path)
    site.declare({})
    folder = tmp_path / "exported"
    shown = site.play(EXPORT.format(dest=folder), "--check", "--diff", "-vvv")
    assert not folder.exists() and "+tenant_company:" in shown.output and "display_name: " in shown.output
    done = site.play(EXPORT.format(dest=folder), "-vvv")
    assert list(succeed(done)["tenants"]) == ["acme-inc", "odd-7-7-grosse"]
    assert not succeed(site.play(EXPORT.format(dest=folder)))["changed"]
    said = shown.output + done.output + "".join(path.read_text() for path in folder.rglob("*.yml"))
    for secret in ("s3cr3t-of", "hunter2", "git_user", "number = ", platform.system_secret):
        assert secret not in said
    assert platform.control.writes() == 0

    inventory = Site(platform, folder)
    blanks = succeed(done)["tenants"]["odd-7-7-grosse"]["to_fill_in"]
    assert len(blanks) == len(NAMES)
    unfilled = succeed(inventory.play(STATE, "--check"))
    assert unfilled["failed_tenants"] == ["acme-inc", "odd-7-7-grosse"]
    assert "'vault_acme_inc_vault_defaults_content' is undefined" in unfilled["tenants"]["acme-inc"]["errors"][0]
    # They stand in the order of the vaults.
    file = (folder / "host_vars" / "odd-7-7-grosse.yml").read_text(encoding="utf-8")
    vaults = [one["description"] for one in yaml.load(file, Loader=Loader)["tenant_vaults"]]
    secrets = {one["variable"]: f"number = {NAMES.index(text)}" for one, text in zip(blanks, vaults, strict=True)}
    (folder / "group_vars" / "all" / "secrets.yml").write_text(yaml.safe_dump({**SECRETS, **secrets}))
    assert succeed(inventory.play(VALIDATE))["mistakes"] == []
    for options in (("--check",), ()):
        state = succeed(inventory.play(STATE, *options))
        assert not state["changed"] and state["failed_tenants"] == [], state["tenants"]
        assert state["counts"]["unmentioned"] == 0 and state["counts"]["tenants"] == 2
    assert platform.control.writes() == 0


def test_the_playbook(platform: RunningLab, tmp_path: Path) -> None:
    site = Site(platform, tmp_path)
    site.declare({})
    wanted = ("-e", "export_folder=here", "-e", '{"export_exclude": ["Acme Inc"]}')
    done = site.run("clearml.enterprise.export", *wanted)
    assert done.code == 0 and "vault_odd_7_7_grosse_vault" in done.output, done.output
    assert [path.name for path in (tmp_path / "here" / "host_vars").iterdir()] == ["odd-7-7-grosse.yml"]
    again = site.run("clearml.enterprise.export", *wanted)
    assert "changed=0" in again.output
    missing = site.run("clearml.enterprise.export")
    assert missing.code != 0 and "Name the folder of the inventory with -e export_folder=FOLDER" in missing.output

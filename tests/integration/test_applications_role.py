# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role applications: an archive that is fetched only if something lacks."""

from __future__ import annotations

import hashlib
import typing as t
from pathlib import Path

import pytest

from lab.apps.build import APPLICATIONS, KEY, PASSWORD, archive
from lab.registry.testing import RunningRegistry, running_registry
from tests.integration.parity.playbook import GROUP, Run, run_playbook
from tests.support.modules import Modules

NAMED = [{"id": one.id, "version": one.version} for one in APPLICATIONS]
UPLOAD = "clearml.enterprise.applications : The applications"
IMAGES = [f"allegroai/clearml-apps:{one.id}-{one.version}-1062" for one in APPLICATIONS]


@pytest.fixture(scope="module")
def registry() -> t.Iterator[RunningRegistry]:
    with running_registry() as registry:
        yield registry


class Site:
    """Runs of the role against the lab."""

    def __init__(self, modules: Modules, registry: RunningRegistry, folder: Path, age: str = KEY) -> None:
        self.modules = modules
        self.registry = registry
        self.folder = folder
        self.given: dict[str, t.Any] = {
            "archive_url": registry.applications_url(age),
            "archive_checksum": hashlib.sha256(archive(age)).hexdigest(),
            "archive_ca_path": str(registry.ca_file),
            "folder": str(folder / "kept"),
        }

    def run(self, *options: str, **variables: t.Any) -> Run:
        """One run, as talkative as can be, which prints no secret."""
        given = {f"applications_{name}": value for name, value in {**self.given, **variables}.items()}
        fact = {"name": "Images", "ansible.builtin.debug": {"var": "applications_images"}}
        play = {
            "module_defaults": {GROUP: {key: f"{{{{ {key} }}}}" for key in self.modules.connection}},
            "roles": ["clearml.enterprise.applications"],
            "tasks": [fact],
        }
        given |= self.modules.connection
        run = run_playbook(self.folder / "run", [play], "-vvv", "--diff", *options, variables=given)
        for secret in (self.modules.connection["api_secret_key"], self.registry.token):
            assert secret not in run.output
        return run

    def changes(self, *options: str, **variables: t.Any) -> list[str]:
        """The tasks that changed something."""
        run = self.run(*options, **variables)
        assert run.code == 0, run.output[-6000:]
        return [
            name for name, text in run.sections().items() if "changed: [tenant]" in text and name != "Keep the results"
        ]

    def refused(self, **variables: t.Any) -> str:
        """Why a run fails, which writes nothing."""
        before = self.touched()[0]
        run = self.run(**variables)
        assert run.code == 2, run.output[-6000:]
        assert self.touched()[0] == before
        return " ".join(run.output.replace("\\n", " ").split())

    def touched(self) -> tuple[int, int]:
        """How often something was written, and fetched."""
        return self.modules.lab.control.writes(), self.registry.counts().get("applications", 0)


@pytest.fixture
def site(modules: Modules, registry: RunningRegistry, tmp_path: Path) -> Site:
    return Site(modules, registry, tmp_path)


def test_all_of_the_archive(site: Site) -> None:
    writes, fetched = site.touched()
    assert site.changes("--check") == [UPLOAD]
    assert site.touched() == (writes, fetched)
    assert site.changes() == [UPLOAD]
    assert site.touched() == (writes + 1, fetched + 1)
    kept = list(Path(site.given["folder"]).iterdir())
    assert [one.stat().st_mode & 0o777 for one in kept] == [0o600]
    assert Path(site.given["folder"]).stat().st_mode & 0o777 == 0o700
    assert site.changes() == [] and site.changes("--check") == []
    assert site.touched() == (writes + 1, fetched + 1)


def test_named_versions(modules: Modules, registry: RunningRegistry, tmp_path: Path) -> None:
    """What the server has is not fetched to be looked at, by the older script either."""
    site = Site(modules, registry, tmp_path, PASSWORD)
    _writes, fetched = site.touched()
    assert site.changes(apps=NAMED) == [UPLOAD]
    elsewhere = {"folder": str(tmp_path / "elsewhere")}
    assert site.changes(apps=NAMED, **elsewhere) == []
    assert site.touched()[1] == fetched + 1
    gone = {"apps": [{"id": "hpo"}], "state": "absent"}
    remove = "clearml.enterprise.applications : Remove the applications"
    assert site.changes("--check", **gone) == site.changes(**gone) == [remove]
    assert site.changes(**gone) == []


def test_images_come_first(site: Site) -> None:
    registry = {"registry": "registry.example/clearml_apps"}
    writes = site.touched()[0]
    run = site.run(state="fetched", **registry)
    assert run.results["Images"]["applications_images"] == IMAGES
    assert site.touched()[0] == writes
    run = site.run(**registry)
    assert run.results["Images"]["applications_images"] == IMAGES
    assert site.touched()[0] == writes + 1


def test_archives_that_are_not_meant(site: Site, tmp_path: Path) -> None:
    url = site.given["archive_url"]
    assert "could not be downloaded" in site.refused(archive_url=url.replace("/key/", "/none/"))
    assert "could not be downloaded" in site.refused(archive_checksum="0" * 64)
    assert "Give either applications_archive_path" in site.refused(archive_checksum="")
    path = tmp_path / "apps.zip"
    path.write_bytes(archive())
    file = {"archive_url": "", "archive_path": str(path)}
    assert "has the SHA-256" in site.refused(**file, archive_checksum="0" * 64)
    assert site.changes(**file, archive_checksum="") == [UPLOAD]

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands that delete a company's data: run for the right one, in the right pods, or not at all."""

from __future__ import annotations

import typing as t

import pytest

from tests.integration.site.conftest import Hands
from tests.integration.site.server_pods import DISK, ServerPods
from tests.support.modules import Result, run_module

DEFAULT_COMPANY = "d1bd92a3b039400cbafc60a7a5b1e52b"
NO_IDS = ["", " ", "/", "..", "*", "acme", "0" * 31, "0" * 33, "A" * 32, "0" * 31 + "/", "0" * 32 + "\n"]


class Removals:
    """Companies of a site, removed by the modules as root."""

    def __init__(self, hands: Hands) -> None:
        pair = hands.secret("clearml-conf", "clearml")
        self.hands = hands
        self.pods = ServerPods(hands)
        self._connection = {
            "api_host": hands.platform.api_url,
            "api_access_key": pair["apiserver_key"],
            "api_secret_key": pair["apiserver_secret"],
        }

    def removed(self, name: str) -> str:
        """ID of a company that was made, given a file, and removed."""
        made = run_module("clearml_company", {**self._connection, "name": name})
        company = str(made["company"]["id"])
        self.pods.add_files(company)
        gone = {"state": "absent", "confirm_name": name}
        assert run_module("clearml_company", {**self._connection, "name": name, **gone})["changed"]
        return company

    def run(self, name: str, check: bool = False, **options: t.Any) -> Result:
        """One run, confirmed, whatever comes of it."""
        given = {"kubeconfig": str(self.hands.platform.kube.kubeconfig), "name": name, "confirm_name": name, **options}
        return run_module("clearml_company_data", {**self._connection, **given}, check=check)

    def refuse(self, name: str, **options: t.Any) -> str:
        """The message of a run that fails, before anything is run in a pod."""
        before = self.pods.commands()
        result = self.run(name, **options)
        assert result.get("failed") and not result["changed"], result
        assert self.pods.commands() == before
        return str(result["msg"])

    def gone(self, company: str) -> bool:
        """Whether nothing is left, neither its files nor its entry in the list."""
        files = company in self.pods.folders()
        listed = company in {one["id"] for one in self.hands.api.state()["companies"]}
        assert files == listed
        return not files


@pytest.fixture
def removals(standing: Hands) -> Removals:
    return Removals(standing)


@pytest.mark.parametrize("company", NO_IDS)
def test_no_command_is_made_of_what_is_no_id(removals: Removals, company: str) -> None:
    for unlisted in (False, True):
        said = removals.refuse("Globex", id=company, unlisted=unlisted)
        assert "is no ID of a company" in said or "id is empty" in said


def test_whose_data_it_is_has_to_be_certain(removals: Removals) -> None:
    globex, acme = (removals.hands.company(name)["id"] for name in ("Globex", "Acme Inc"))
    assert "exists" in removals.refuse("Globex")
    assert "exists" in removals.refuse("Globex", id=globex, unlisted=True)
    assert "is named 'Acme Inc'" in removals.refuse("Globex", id=acme)
    assert "the server's own" in removals.refuse("clearml")
    for unlisted in (False, True):
        assert "the server's own" in removals.refuse("clearml", id=DEFAULT_COMPANY, unlisted=unlisted)
    assert "unlisted needs id" in removals.refuse("Globex", unlisted=True)
    for known in ({}, {"id": "0" * 32}):
        assert removals.run("Initech", **known)["changed"] is False


def test_companies_of_one_name_are_told_apart(removals: Removals) -> None:
    first, second = removals.removed("Hooli"), removals.removed("Hooli")
    said = removals.refuse("Hooli")
    assert "2 companies were named 'Hooli'" in said and first in said and second in said
    assert "confirm_name" in removals.refuse("Hooli", id=first, confirm_name=None)
    assert "confirm_name" in removals.refuse("Hooli", id=first, confirm_name="hooli")
    assert removals.run("Hooli", id=first)["company"] == {"id": first, "name": "Hooli"}
    assert removals.gone(first) and not removals.gone(second)
    assert removals.run("Hooli")["company"]["id"] == second
    assert removals.gone(second)
    assert not removals.run("Hooli")["changed"]


def test_a_name_is_a_word_and_nothing_else(removals: Removals) -> None:
    name = "O'Hara & Sons; rm -rf $HOME"
    company = removals.removed(name)
    foreseen = removals.run(name, check=True)
    assert not removals.gone(company)
    result = removals.run(name)
    assert result["actions"] == foreseen["actions"] and removals.gone(company)


def test_a_job_that_fails_is_told_and_done_again(removals: Removals) -> None:
    company, kube = removals.removed("Hooli"), removals.hands.kube
    try:
        kube.add_script(".*cleanup_deleted.*", stderr="reading\nno space left\n", exit_code=3)
        result = removals.run("Hooli")
        assert result["failed"] and result["changed"]
        assert "ended with 3: reading | no space left" in result["msg"]
        kube.clear_scripts()
        kube.add_script(".*cleanup_deleted.*")
        assert "the server still shows it" in removals.run("Hooli")["msg"]
    finally:
        kube.clear_scripts()
    assert removals.run("Hooli")["changed"] and removals.gone(company)
    assert not removals.run("Hooli")["changed"]


def test_nothing_is_deleted_unless_all_of_it_can_be(removals: Removals) -> None:
    company, kube = removals.removed("Hooli"), removals.hands.kube
    assert "No pod of namespace acme has a container clearml-apiserver" in removals.refuse("Hooli", namespace="acme")
    try:
        kube.add_script(f"test -d {DISK}", exit_code=1)
        result = removals.run("Hooli")
        assert result["failed"] and not result["changed"] and f"has no folder {DISK}" in result["msg"]
    finally:
        kube.clear_scripts()
    assert not removals.gone(company)
    assert removals.run("Hooli")["changed"] and removals.gone(company)

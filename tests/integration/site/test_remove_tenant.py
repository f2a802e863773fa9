# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A tenant is removed for good: all of it, and nothing else."""

from __future__ import annotations

import typing as t

import pytest

from tests.integration.site.conftest import AGENT, RELEASE, Hands
from tests.integration.site.server_pods import DISK, ServerPods
from tests.integration.site.test_removal import COMPANY, NAMESPACE

DATA = "clearml.enterprise.company_data : What its company has left in the databases and on the file server"
GONE = [(RELEASE, "globex"), (NAMESPACE, "globex"), (COMPANY, "globex"), (DATA, "globex")]
CONFIRMED = {"tenant_confirm_removal": "globex"}
JOB = "env PYTHONPATH=../trains-server-repo python3 -m jobs.management."


@pytest.fixture
def server(standing: Hands) -> ServerPods:
    if not standing.company("Globex"):
        standing.play("tenants", "--limit", "globex")
    return ServerPods(standing)


def globex(server: ServerPods) -> str:
    """Its ID, after it was given files."""
    company = str(server.hands.company("Globex")["id"])
    server.add_files(company)
    return company


def test_all_of_a_tenant_goes_and_nothing_of_another(server: ServerPods) -> None:
    hands = server.hands
    acme, doomed = hands.company("Acme Inc")["id"], globex(server)
    server.add_files(acme)
    kept = server.documents(acme)
    assert server.documents(doomed) > 0 and server.folders() == {acme, doomed}

    before = server.commands()
    assert hands.check("remove_tenant", **CONFIRMED) == sorted(GONE)
    assert server.commands() == before, "a check run runs nothing in a pod"
    run = hands.play("remove_tenant", **CONFIRMED)
    assert sorted(run.changed) == sorted(GONE)
    assert "Take globex out of the inventory" in run.output
    assert server.commands()[len(before) :] == [
        f"test -d {DISK}",
        f"rm -rf -- {DISK}/{doomed}",
        f"{JOB}delete_company_data_from_mongo --id {doomed} --name Globex --delete-user",
        f"{JOB}cleanup_deleted_companies --ids {doomed} --delete-company",
    ]
    assert not hands.release(AGENT, "globex") and "globex" not in hands.names("namespaces")
    # Others of its name may be left from removals that kept the data.
    companies = {one["id"]: one["active"] for one in hands.api.state()["companies"]}
    assert server.folders() == {acme} and doomed not in companies and companies[acme]
    assert (server.documents(doomed), server.documents(acme)) == (0, kept)
    hands.stands("remove_tenant", **CONFIRMED)


def test_a_tenant_that_was_removed_before_loses_its_data(server: ServerPods) -> None:
    hands, doomed = server.hands, globex(server)
    hands.play("tenants", "--limit", "globex", tenant_state="absent", **CONFIRMED)
    assert server.listed()["Globex"] is False and doomed in server.folders()
    assert hands.play("remove_tenant", **CONFIRMED).changed == [(DATA, "globex")]
    assert "Globex" not in server.listed() and doomed not in server.folders()


@pytest.mark.parametrize("named", ["", "initech", "all", "acme,globex", "acme"], ids=lambda name: name or "nobody")
def test_nothing_goes_unless_its_name_is_given(server: ServerPods, named: str) -> None:
    """Not on the command line, and nobody can be asked."""
    before = server.hands.fingerprint()
    given = ("-e", f"tenant_confirm_removal={named}") if named else ()
    run = server.hands.play("remove_tenant", "--limit", "globex", *given, fails=True)
    assert "-e tenant_confirm_removal=NAME" in " ".join(run.output.split()), run.output[-3000:]
    assert run.cost.writes == 0 and server.hands.fingerprint() == before


def test_what_runs_is_a_reason_to_refuse(server: ServerPods) -> None:
    """Before the agent is gone; unless that is forced."""
    hands, doomed = server.hands, globex(server)
    hands.api.set_running(doomed, tasks=2)
    before = hands.fingerprint()
    run = hands.play("remove_tenant", fails=True, **CONFIRMED)
    assert "still has something running (tasks)" in " ".join(run.output.split())
    assert run.cost.writes == 0 and hands.fingerprint() == before
    hands.play("remove_tenant", tenant_force_removal=True, **CONFIRMED)
    assert "Globex" not in server.listed()


def test_a_server_that_hides_removed_companies(server: ServerPods) -> None:
    """The run that removes the company knows its ID; one after an interruption has to be told."""
    hands, doomed = server.hands, globex(server)
    with switched(hands, deleted_companies_listed=False):
        hands.play("remove_tenant", **CONFIRMED)
        assert doomed not in server.folders() and "Globex" not in server.listed()

        hands.play("tenants", "--limit", "globex")
        doomed = globex(server)
        hands.play("tenants", "--limit", "globex", tenant_state="absent", **CONFIRMED)
        hands.stands("remove_tenant", **CONFIRMED)
        told = {"company_data_id": doomed, "company_data_unlisted": True}
        assert hands.play("remove_tenant", **told, **CONFIRMED).changed == [(DATA, "globex")]
        assert doomed not in server.folders() and "Globex" not in server.listed()


class switched:
    """Other switches for a while."""

    def __init__(self, hands: Hands, **switches: t.Any) -> None:
        self._control = hands.api
        self._switches = switches

    def __enter__(self) -> None:
        self._before = {name: self._control.switches()[name] for name in self._switches}
        self._control.set_switches(**self._switches)

    def __exit__(self, *_error: object) -> None:
        self._control.set_switches(**self._before)

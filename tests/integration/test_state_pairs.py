# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The key pairs of tenants as clearml_state compares them: roles make them, and are told where."""

from __future__ import annotations

import typing as t
from collections import Counter

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from tests.integration.test_state import tenant
from tests.support.modules import Modules
from tests.support.state import Result, converge

PAIRS = [
    {"label": "nightly", "file": "keys/nightly.env"},
    {"label": "ann's", "user": "ann@acme.example", "file": "keys/ann.env", "expires_in": 3600},
    {"label": "of the robot", "service_account": "robot", "file": "keys/robot.env"},
    {"label": "old", "state": "absent"},
]
ACME = tenant(
    "Acme",
    tenant_users=[{"email": "ann@acme.example", "name": "Ann"}],
    tenant_service_accounts=[{"name": "robot"}],
    tenant_credentials=PAIRS,
)


def left(result: Result, *others: str) -> set[tuple[str, str]]:
    """What has to be done about which pair of Acme."""
    items = [one for one in result["tenants"]["acme"]["objects"] if one["kind"] == "credentials"]
    assert {one["status"] for one in items} <= {"left", *others}
    return {(one["name"], one["action"]) for one in items}


def make(modules: Modules, *pairs: dict[str, t.Any]) -> None:
    """Make pairs as the role does."""
    for pair in pairs:
        owner = {"service_account": pair["service_account"]} if "service_account" in pair else {}
        user = {} if owner else {"user": pair.get("user", "admin@acme.invalid")}
        modules.credentials(company="Acme", label=pair["label"], **owner, **user)


def test_what_lacks_is_left_to_the_roles(modules: Modules) -> None:
    """Told alike by a check run and a run, which make none."""
    wanted = {("nightly", "create"), ("ann's", "create"), ("of the robot", "create")}
    foreseen = converge(modules.lab, {"acme": ACME}, check=True)
    assert left(foreseen) == wanted and foreseen["left_to_roles"] == ["acme"]
    done = converge(modules.lab, {"acme": ACME})
    assert left(done) == wanted and done["failed_tenants"] == [] and done["counts"]["left"] == 3
    again = converge(modules.lab, {"acme": ACME})
    assert left(again) == wanted and not again["changed"]
    assert "auth.create_credentials" not in modules.lab.control.counts()["by_endpoint"]


def test_pairs_that_are_there_are_right(modules: Modules) -> None:
    converge(modules.lab, {"acme": ACME})
    make(modules, *PAIRS[:3], {"label": "old"}, {"label": "somebody else's"})
    done = converge(modules.lab, {"acme": ACME})
    assert left(done) == {("old", "delete")}
    modules.credentials(company="Acme", user="admin@acme.invalid", label="old", state="absent")
    modules.lab.control.clear_requests()
    done = converge(modules.lab, {"acme": ACME})
    assert left(done) == set() and done["left_to_roles"] == [] and done["counts"]["declared"] == 9
    asked = Counter(one["endpoint"] for one in modules.lab.control.requests())
    assert asked["auth.get_credentials"] == 3, "one for each owner"
    modules.credentials(company="Acme", service_account="robot", label="of the robot", state="absent")
    assert left(converge(modules.lab, {"acme": ACME}, check=True)) == {("of the robot", "create")}
    assert left(converge(modules.lab, {"acme": ACME}, scope=["queue", "user"])) == set()


def test_what_logs_in_from_a_cluster(modules: Modules) -> None:
    """Each tenant has an agent, and a gateway if it says so; a pair that ends soon is told where a role replaces it."""
    plain = tenant("Acme")
    assert left(converge(modules.lab, {"acme": plain}, in_cluster=True)) == {("agent", "create")}
    assert left(converge(modules.lab, {"acme": plain})) == set()
    none = {**plain, "tenant_agent": {"enabled": False}, "tenant_gateway": {"host_name": "g.example"}}
    assert left(converge(modules.lab, {"acme": none}, in_cluster=True)) == {("gateway", "create")}
    modules.credentials(company="Acme", user="admin@acme.invalid", label="mine", expires_in=3600)
    mine = {**plain, "tenant_agent": {"credentials_label": "mine", "renew_before": 1800}}
    assert left(converge(modules.lab, {"acme": mine}, in_cluster=True)) == set()
    mine["tenant_agent"] = {"credentials_label": "mine", "renew_before": 7200}
    done = converge(modules.lab, {"acme": mine}, in_cluster=True)
    assert left(done) == {("mine", "update")} and done["left_to_roles"] == ["acme"]


@pytest.mark.parametrize(
    ("pair", "problem"),
    [
        ({"label": "x", "user": "nobody@acme.example"}, "There is no user 'nobody@acme.example' in company 'Acme'"),
        ({"label": "x", "service_account": "none"}, "There is no service account 'none' in company 'Acme'"),
        ({"label": " "}, "label is empty"),
        ({"label": "twice"}, "credentials 'twice'"),
    ],
)
def test_what_is_wrong_is_told(modules: Modules, pair: dict[str, t.Any], problem: str) -> None:
    converge(modules.lab, {"acme": tenant("Acme")})
    client = Client.connect(Connection(modules.lab.url, modules.lab.system_key, modules.lab.system_secret))
    (admin,) = [one for one in modules.lab.control.state()["auth_entries"] if one["email"] == "admin@acme.invalid"]
    for _time in range(2):
        client.as_user(admin["id"]).write("auth.create_credentials", {"label": "twice"})
    done = converge(modules.lab, {"acme": tenant("Acme", tenant_credentials=[pair, {"label": "right"}])})
    (error,) = done["tenants"]["acme"]["errors"]
    assert problem in error and left(done, "failed") == {(pair["label"], "update")} | {("right", "create")}

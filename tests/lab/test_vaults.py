# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vaults, their log, and the switches about them."""

from __future__ import annotations

import json

import pytest

from lab.testing import RunningLab
from tests.lab.api_client import Caller, Json, Tenant, key_of, make_tenant, make_user

DATA = "# for all\nb = two\na = 1"


@pytest.fixture
def one(lab: RunningLab) -> Tenant:
    return make_tenant(lab, "One")


def save(caller: Caller, target: Json | None = None, **vault: object) -> str:
    given = {"scope": "organization", "description": "Git", "data": DATA, **vault}
    return str(caller.get("users.add_or_update_vault", vault=given, **(target or {}))["vault"])


def listed(caller: Caller, what: str = "organization_", **body: object) -> list[Json]:
    vaults: list[Json] = caller.get(f"users.get_{what}vaults", **body)["vaults"]
    return vaults


@pytest.mark.parametrize(
    ("update", "left"), [("replace", ("", "", True)), ("merge", (DATA, "Git", False))], ids=["replace", "merge"]
)
def test_what_a_second_save_leaves(lab: RunningLab, one: Tenant, update: str, left: tuple[str, str, bool]) -> None:
    lab.control.set_switches(vault_update=update, vault_data="verbatim")
    vault = save(one.admin, enabled=False)
    one.admin.get("users.add_or_update_vault", vault={"id": vault, "scope": "organization"})
    (row,) = listed(one.admin)
    assert (row["data"], row["description"], row["enabled"]) == left


def test_how_data_shows(lab: RunningLab, one: Tenant) -> None:
    save(one.admin)
    shown = listed(one.admin)[0]["data"]
    assert "for all" not in shown and "two" in shown
    assert json.loads(listed(one.admin, preview_data=True)[0]["data"]) == {"a": 1, "b": "***"}
    lab.control.set_switches(vault_data="verbatim")
    assert listed(one.admin)[0]["data"] == DATA
    lab.control.set_switches(vaults_readable=False)
    (row,) = listed(one.admin)
    assert row["editable"] is False and "data" not in row


@pytest.mark.parametrize(
    ("form", "data", "anew"),
    [
        ("json", '{"b": 1, "a": 2}', '{"a": 2, "b": 1}'),
        ("yaml", "{b: 1, a: 2} # two", "a: 2\nb: 1\n"),
        ("hocon", "a: ${HOME}  # where it is used", "a: ${HOME}  # where it is used"),
        ("json", "{", "{"),
    ],
)
def test_data_anew(one: Tenant, form: str, data: str, anew: str) -> None:
    save(one.admin, format=form, data=data)
    assert listed(one.admin)[0]["data"] == anew


def test_who_sees_which(lab: RunningLab, one: Tenant) -> None:
    ann, bob = (make_user(lab, one.id, f"{name}@one.example") for name in ("ann", "bob"))
    group = one.admin.get("permissions.add_or_update_user_group", name="Researchers", description="", users=[ann])["id"]
    everybody = save(one.admin)
    theirs = save(one.admin, {"group": group}, scope="group")
    hers = save(one.admin, {"user": ann}, scope="user", type="other", enabled=False)
    assert {row["id"] for row in listed(one.admin)} == {everybody, theirs}
    assert [row["group_name"] for row in listed(one.admin) if row["id"] == theirs] == ["Researchers"]
    assert {row["id"] for row in listed(key_of(lab, ann), "")} == {everybody, theirs, hers}
    assert {row["id"] for row in listed(key_of(lab, ann), "", types=["other"])} == {hers}
    assert {row["id"] for row in listed(key_of(lab, ann), "", enabled=True)} == {everybody, theirs}
    assert {row["id"] for row in listed(key_of(lab, bob), "")} == {everybody}
    lab.control.set_switches(organization_vaults_have_users=True)
    assert {row["id"] for row in listed(one.admin)} == {everybody, theirs, hers}
    assert listed(make_tenant(lab, "Two").admin) == []


def test_who_is_no_admin_has_the_own_vaults_only(lab: RunningLab, one: Tenant) -> None:
    ann, bob = (make_user(lab, one.id, f"{name}@one.example") for name in ("ann", "bob"))
    key = key_of(lab, ann)
    mine = save(key, scope="user")
    vault = {"scope": "user", "data": DATA}
    assert key.codes("users.add_or_update_vault", vault=vault, user=bob) == (403, 20)
    assert key.codes("users.add_or_update_vault", vault={**vault, "scope": "organization"}) == (403, 20)
    assert key.codes("users.get_organization_vaults") == (403, 20)
    assert key.codes("users.delete_vaults", vaults=[save(one.admin)]) == (403, 20)
    assert key.get("users.delete_vaults", vaults=[mine, "f" * 32]) == {"deleted": 1}


def test_wrong_targets(one: Tenant) -> None:
    vault: Json = {"scope": "group", "data": DATA}
    assert one.admin.codes("users.add_or_update_vault", vault=vault, group="f" * 32) == (400, 1501)
    assert one.admin.codes("users.add_or_update_vault", vault={**vault, "scope": "user"}, user="f" * 32)[0] == 400
    assert one.admin.codes("users.add_or_update_vault", vault={"id": "f" * 32, "scope": "organization"}) == (400, 16)


def test_the_log(lab: RunningLab, one: Tenant) -> None:
    ann = make_user(lab, one.id, "ann@one.example")
    vault = save(one.admin)
    save(one.admin, id=vault)
    save(one.admin, id=vault, data="a = 2")
    save(one.admin, id=vault, data="a = 2", enabled=False)
    save(one.admin, {"user": ann}, scope="user")
    one.admin.get("users.delete_vaults", vaults=[vault])

    def log(**body: object) -> list[str]:
        answer = one.admin.get("users.get_vault_operations_log", **body)
        return [entry["operation"] for entry in answer["operations"]]

    assert log() == ["delete", "deactivate", "edit", "create"]
    assert log(group=None, order="asc") == ["create", "edit", "edit", "deactivate", "delete"]
    assert log(page=1, page_size=3) == ["create"]
    assert log(operations=["edit"]) == ["edit"] and log(scope=["user"]) == ["create"]
    assert log(users=[ann]) == log(vaults=["f" * 32]) == log(to_timestamp="2001-01-01T00:00:00+00:00") == []
    filters = one.admin.get("users.get_vault_operations_log_filters")
    assert filters["operations"] == ["create", "deactivate", "delete", "edit"]
    assert [user["id"] for user in filters["users"]] == [one.admin_id] and len(filters["vaults"]) == 2
    assert key_of(lab, ann).codes("users.get_vault_operations_log") == (403, 20)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users."""

from __future__ import annotations

import pytest

from tests.support.modules import Modules

BOB = {"company": "acme", "email": "bob@acme.example"}


def test_first_run_second_run_and_removal(acme: Modules) -> None:
    options = {**BOB, "name": "Bob Ray", "given_name": "Bob", "family_name": "Ray", "role": "consumer"}
    foreseen = acme.checking().user(**options)
    assert acme.lab.control.writes() == 0
    made = acme.user(**options)
    assert made["actions"] == foreseen["actions"] and made["diff"] == foreseen["diff"]
    assert not acme.user(**options)["changed"]
    foreseen = acme.checking().user(**BOB, state="absent")
    gone = acme.user(**BOB, state="absent")
    assert gone["actions"] == foreseen["actions"] and gone["user"] == {}
    assert not acme.user(**BOB, state="absent")["changed"]
    state = str(acme.lab.control.state())
    assert made["user"]["id"] not in state and BOB["email"] not in state


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("name", "Robert Ray"),
        ("given_name", "Robert"),
        ("family_name", "Rey"),
        ("avatar", "https://x.example/a.png"),
        ("role", "admin"),
        ("role", "consumer"),
        ("role", "superuser"),
        ("role", "annotator"),
    ],
)
def test_one_field_changes(acme: Modules, option: str, value: str) -> None:
    acme.user(**BOB, name="Bob Ray", given_name="Bob", family_name="Ray", role="user")
    foreseen = acme.checking().user(**BOB, **{option: value})
    changed = acme.user(**BOB, **{option: value})
    assert changed["actions"] == foreseen["actions"] and changed["diff"] == foreseen["diff"]
    assert changed["actions"][0]["fields"] == [option] and changed["user"][option] == value
    assert not acme.user(**BOB, **{option: value})["changed"]


def test_an_address_of_another_company(acme: Modules) -> None:
    acme.company(name="globex")
    message = acme.refuse("user", company="globex", email="ann@acme.example", name="Ann")
    assert "'acme'" in message and "ann@acme.example" in message
    assert "'acme'" in acme.checking().refuse("user", company="globex", email="ann@acme.example", name="Ann")


def test_an_address_that_differs_in_case(acme: Modules) -> None:
    assert "ann@acme.example" in acme.refuse("user", company="acme", email="Ann@Acme.example", name="Ann")


def test_the_first_admin_of_a_company(modules: Modules) -> None:
    modules.company(name="acme")
    options = {"company": "acme", "email": "admin@acme.invalid", "name": "A", "role": "admin", "internal": True}
    assert modules.user(**options)["changed"]
    assert not modules.user(**options)["changed"]


def test_a_company_without_an_admin_has_readable_users(modules: Modules) -> None:
    modules.company(name="acme")
    modules.user(company="acme", email="ann@acme.example", name="Ann", given_name="Ann", role="user")
    assert not modules.user(company="acme", email="ann@acme.example", name="Ann", given_name="Ann", role="user")[
        "changed"
    ]


def test_half_a_removal_is_completed_or_mended(acme: Modules) -> None:
    ann = acme.user_info(company="acme", email="ann@acme.example")["users"][0]["id"]
    acme.api(endpoint="users.delete", data={"user": ann})
    foreseen = acme.checking().user(company="acme", email="ann@acme.example", name="Ann Lee")
    mended = acme.user(company="acme", email="ann@acme.example", name="Ann Lee")
    assert mended["actions"] == foreseen["actions"] and mended["actions"][0]["calls"] == ["users.create"]
    assert not acme.user(company="acme", email="ann@acme.example", name="Ann Lee")["changed"]
    acme.api(endpoint="users.delete", data={"user": ann})
    assert acme.user(company="acme", email="ann@acme.example", state="absent")["actions"][0]["calls"] == [
        "auth.delete_user"
    ]
    assert acme.user(company="acme", email="ann@acme.example", name="Ann Lee")["changed"]


def test_a_tenants_own_admin_manages_its_users(acme: Modules) -> None:
    pair = acme.credentials(company="acme", user="admin@acme.invalid", label="own")["credentials"]
    inside = Modules(acme.lab, pair["access_key"], pair["secret_key"])
    assert not inside.user(email="ann@acme.example", name="Ann Lee", role="user")["changed"]
    assert inside.user(email="ann@acme.example", role="admin")["changed"]
    assert inside.user(company="acme", email="ann@acme.example", given_name="Ann")["changed"]
    assert inside.user(email="ann@acme.example", state="absent")["changed"]
    assert "system or root" in inside.refuse("user", company="globex", email="x@y.example", name="X")


@pytest.mark.parametrize("allowed", [True, False])
def test_a_tenants_own_admin_creates_users_where_the_server_lets_it(acme: Modules, allowed: bool) -> None:
    acme.lab.control.set_switches(admin_creates_users=allowed)
    pair = acme.credentials(company="acme", user="admin@acme.invalid", label="own")["credentials"]
    inside = Modules(acme.lab, pair["access_key"], pair["secret_key"])
    if allowed:
        assert inside.user(**BOB, name="Bob Ray")["changed"]
    else:
        assert "403/20" in inside.run("user", **BOB, name="Bob Ray")["msg"]


def test_internal_users(acme: Modules) -> None:
    """Some servers keep them out of lists; the option decides that at creation, and cannot be changed later."""
    for internal in (True, False):
        email = f"internal-{internal}@acme.example".lower()
        acme.user(company="acme", email=email, name="Somebody", internal=internal)
    acme.lab.control.set_switches(internal_users_listed=False)
    listed = {user["email"] for user in acme.user_info(company="acme")["users"]}
    assert "internal-false@acme.example" in listed and "internal-true@acme.example" not in listed

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Key pairs."""

from __future__ import annotations

import pytest

from tests.support.modules import Modules

ANN = {"company": "acme", "user": "ann@acme.example"}


def test_a_pair_is_returned_once_and_works(acme: Modules) -> None:
    foreseen = acme.checking().credentials(**ANN, label="nightly", expires_in=3600)
    assert acme.lab.control.writes() == 0
    made = acme.credentials(**ANN, label="nightly", expires_in=3600)
    assert made["actions"] == foreseen["actions"] and made["diff"] == foreseen["diff"]
    pair = made["credentials"]
    assert (
        pair["expire"]
        and Modules(acme.lab, pair["access_key"], pair["secret_key"]).server_info()["caller"]["role"] == "user"
    )
    again = acme.credentials(**ANN, label="nightly", expires_in=3600)
    assert not again["changed"] and "secret_key" not in again["credentials"]
    assert again["credentials"]["access_key"] == pair["access_key"]
    assert acme.credentials(**ANN, label="nightly", state="absent")["changed"]
    assert not acme.credentials(**ANN, label="nightly", state="absent")["changed"]
    message = Modules(acme.lab, pair["access_key"], pair["secret_key"]).refuse("server_info")
    assert pair["access_key"] in message and pair["secret_key"] not in message


def test_own_keys(acme: Modules) -> None:
    pair = acme.credentials(**ANN, label="first")["credentials"]
    own = Modules(acme.lab, pair["access_key"], pair["secret_key"])
    assert own.credentials(label="second")["changed"]
    assert not own.credentials(label="second")["changed"]
    assert "itself uses" in own.refuse("credentials", label="first", state="absent")
    assert own.credentials(label="second", state="absent")["changed"]


def test_several_of_one_label_are_listed(acme: Modules) -> None:
    first = acme.credentials(**ANN, label="nightly")["credentials"]["access_key"]
    acme.api(company="acme", acting_user=ANN["user"], endpoint="auth.create_credentials", data={"label": "nightly"})
    for state in ("present", "absent"):
        assert first in acme.refuse("credentials", **ANN, label="nightly", state=state)
    assert acme.credentials(**ANN, label="nightly", access_key=first, state="absent")["changed"]
    assert not acme.credentials(**ANN, label="nightly")["changed"]


def test_limits_come_first(acme: Modules) -> None:
    acme.lab.control.set_switches(max_credentials=1, max_expiration_sec=1000)
    assert "1000 s" in acme.refuse("credentials", **ANN, label="nightly", expires_in=2000)
    acme.credentials(**ANN, label="nightly", expires_in=1000)
    assert "may have 1" in acme.refuse("credentials", **ANN, label="other")
    assert acme.credentials(company="acme", label="admins may", expires_in=2000)["changed"]


@pytest.mark.parametrize("lifetime", [0, -5])
def test_a_lifetime_is_positive(acme: Modules, lifetime: int) -> None:
    assert str(lifetime) in acme.refuse("credentials", **ANN, label="nightly", expires_in=lifetime)


def test_a_user_who_is_not_there_yet(acme: Modules) -> None:
    foreseen = acme.checking().credentials(company="acme", user="new@acme.example", label="nightly")
    assert foreseen["actions"][0]["action"] == "create" and "new@acme.example" in foreseen["assumes"][0]
    assert "new@acme.example" in acme.refuse("credentials", company="acme", user="new@acme.example", label="nightly")

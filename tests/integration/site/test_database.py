# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server does not lose its data by a variable."""

from __future__ import annotations

from tests.integration.site.conftest import Hands


def test_another_mongodb_is_refused_until_the_data_has_moved(empty: Hands) -> None:
    """The other one starts empty, and every tenant would be gone."""
    empty.play("cluster")
    for check in ((), ("--check",)):
        run = empty.play("cluster", *check, fails=True, clearml_server_mongodb="bundled")
        assert "mongodb.enabled of the release clearml-enterprise in namespace clearml would change" in run.output
        assert "mongodb_moved in clearml_server_done_by_hand" in run.output
        assert run.cost.writes == 0
    moved = {"clearml_server_mongodb": "bundled", "clearml_server_done_by_hand": ["mongodb_moved"]}
    assert empty.settle("cluster", **moved) == [("clearml.enterprise.helm_release : The release", "platform")]

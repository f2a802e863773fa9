# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Service accounts."""

from __future__ import annotations

import typing as t

from tests.entities.sample import Sample


def names(given: t.Any) -> list[str]:
    """A set of names; null is the empty one."""
    return sorted(set(given or []))


SAMPLE = Sample(
    module="service_account",
    key="name",
    parents=(
        ("group", {"name": "builders"}),
        ("group", {"name": "trainers"}),
    ),
    first={"name": "agents", "allow_running_as_owner": True, "role": "user", "groups": ["builders"]},
    changes={
        "allow_running_as_owner": (False, True),
        "groups": (["trainers", "builders"], ["trainers"], [], ["builders"], None),
    },
    shows={"groups": names},
    steering={"role": "test_service_account.py::test_admins_need_the_companys_leave"},
    renamed="agents of acme",
    table="auth_entries",
    leftovers=("credentials",),
)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""User groups."""

from __future__ import annotations

import typing as t

from tests.entities.sample import Sample


def members(given: t.Any) -> list[str]:
    """A set of names; null is the empty one."""
    return sorted(set(given or []))


SAMPLE = Sample(
    module="group",
    key="name",
    first={
        "name": "Modellers",
        "description": "They look after models",
        "users": ["bob@acme.example"],
        "service_accounts": ["agent"],
    },
    parents=(
        ("user", {"email": "bob@acme.example", "name": "Bob Ray", "role": "user"}),
        ("api", {"endpoint": "auth.create_service_user", "data": {"name": "agent"}}),
        ("api", {"endpoint": "auth.create_service_user", "data": {"name": "builder"}}),
    ),
    changes={
        "description": ("Other", None),
        "users": (["ann@acme.example", "bob@acme.example"], ["ann@acme.example"], None),
        "service_accounts": (["builder", "agent"], [], ["builder"], None),
    },
    shows={"description": lambda given: given or "", "users": members, "service_accounts": members},
    beside={"exclusive": True},
    steering={"exclusive": "test_group.py::test_members_are_added_or_are_all"},
    renamed="Makers of models",
    table="groups",
)

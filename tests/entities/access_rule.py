# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access rules."""

from __future__ import annotations

import typing as t

from tests.entities.sample import Sample


def members(given: t.Any) -> list[str]:
    """A set of names; null is the empty one."""
    return sorted(set(given or []))


SAMPLE = Sample(
    module="access_rule",
    key="name",
    first={
        "name": "GPUs",
        "description": "Who may use the GPUs",
        "entity_type": "queue",
        "entity": "gpu-1",
        "access_permission": "read",
        "users": ["bob@acme.example"],
        "groups": ["Modellers"],
        "service_accounts": ["agent"],
    },
    parents=(
        ("user", {"email": "bob@acme.example", "name": "Bob Ray", "role": "user"}),
        ("api", {"endpoint": "auth.create_service_user", "data": {"name": "agent"}}),
        ("group", {"name": "Modellers"}),
        ("queue", {"name": "gpu-1"}),
        ("queue", {"name": "gpu-2"}),
    ),
    changes={
        "description": ("Other", None),
        "entity": ("gpu-2",),
        "access_permission": ("read_write", "read"),
        "users": (["ann@acme.example"], [], ["bob@acme.example", "ann@acme.example"], None),
        "groups": (["Users", "Modellers"], [], ["Admins"], None),
        "service_accounts": ([], ["agent"], None),
    },
    shows={
        "description": lambda given: given or "",
        "users": members,
        "groups": members,
        "service_accounts": members,
    },
    steering={"entity_type": "test_access_rule.py::test_another_type_needs_another_entity"},
    renamed="All GPUs",
    table="access_rules",
)

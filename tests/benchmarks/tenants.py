# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants of a made-up platform, as many as wanted: about 27 objects each, of the kinds that most tenants have."""

from __future__ import annotations

import typing as t


def variables(name: str, factor: int = 1) -> dict[str, t.Any]:
    """What a tenant declares.

    :param factor: how many times as many users, groups, queues and rules
    """
    domain = f"{name}.example"
    people = [f"user{number:02}@{domain}" for number in range(11 * factor)]
    return {
        "tenant_company": {"name": f"Company {name}"},
        "tenant_settings": {"allowed_users": 500 * factor, "allowed_service_users": 50},
        "tenant_users": [{"email": email, "name": f"User {email}", "role": "user"} for email in people],
        "tenant_service_accounts": [{"name": "agent", "allow_running_as_owner": True}],
        "tenant_groups": [
            {"name": f"team-{number}", "description": f"Team {number}", "users": people[number::3], "exclusive": True}
            for number in range(3 * factor)
        ],
        "tenant_queues": [
            {"name": f"queue-{number}", "display_name": f"Queue {number}", "tags": ["gpu", f"q{number}"]}
            for number in range(5 * factor)
        ],
        "tenant_access_rules": [
            {
                "name": f"team {number} on its queue",
                "entity_type": "queue",
                "entity": f"queue-{number}",
                "access_permission": "read_write",
                "groups": [f"team-{number}"],
            }
            for number in range(3 * factor)
        ],
        "tenant_vaults": [{"description": "defaults", "format": "json", "content": {"agent": {"git_user": name}}}],
        "tenant_login_rules": {"domains": [domain]},
    }


def platform(tenants: int, factor: int = 1) -> dict[str, dict[str, t.Any]]:
    """That many tenants by name."""
    return {f"tenant-{number:04}": variables(f"tenant-{number:04}", factor) for number in range(tenants)}


def objects(tenant: t.Mapping[str, t.Any]) -> int:
    """How many objects a tenant declares: company, admin, and those of the lists."""
    return 2 + sum(
        len(value) if isinstance(value, list) else 1 for key, value in tenant.items() if key not in OF_COMPANY
    )


OF_COMPANY = ("tenant_company", "tenant_settings")

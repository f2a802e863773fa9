# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints, one file per group; importing this package registers all of them."""

from __future__ import annotations

from lab.endpoints import (  # noqa: F401
    apps,
    auth_credentials,
    auth_sessions,
    auth_users,
    debug,
    events,
    login,
    organization,
    permissions_groups,
    permissions_rules,
    projects,
    queues,
    queues_metadata,
    queues_tasks,
    routers,
    server,
    service_users,
    sso,
    sso_trial,
    storage,
    system,
    tasks,
    tenants,
    users,
    users_lists,
    vault_log,
    vaults,
    workers,
)
from lab.endpoints.registry import HANDLERS

__all__ = ["HANDLERS"]

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The features a company has, as users.get_current_user tells them."""

from __future__ import annotations

from collections.abc import Iterable

from lab.world.records import Company, Json

FEATURES = (
    "user_management",
    "user_management_advanced",
    "permissions",
    "applications",
    "experiments",
    "queues",
    "queue_management",
    "data_management",
    "config_vault",
    "app_management",
    "pipelines",
    "reports",
    "show_dashboard",
    "show_model_view",
    "show_projects",
    "resource_dashboard",
    "sso_management",
    "service_users",
    "resource_policy",
    "show_datasets",
    "show_orchestration",
    "model_serving",
    "show_app_gateways",
    "project_workloads",
    "tenant_usages",
)
"""All that the contract names (a test compares the two)."""


def supported(company: Company, server: Json, groups: Iterable[str]) -> list[str]:
    """What a company's person of these groups has.

    The company's own list, all features without one, less those it is denied; less those that the server's
    configuration (``World.server``) turns off, or gives to none of the groups.
    """
    granted = company.settings.get("features")
    denied = set(company.settings.get("exclude_features") or ())
    if granted is None:
        denied |= {name for name, is_on in server.get("features", {}).items() if not is_on}
    known = server.get("groups", {})
    shared = {name for group in groups if group in known for name in known[group]["features"]} if known else FEATURES
    return [name for name in FEATURES if (granted is None or name in granted) and name not in denied and name in shared]

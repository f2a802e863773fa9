# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of a company, and where they can be read.

Nothing reads back what system.update_company_settings wrote: caps show in get_tenant_info and get_service_users, the
rest, as the settings for single sign-on, only on servers where system.company_info has it among the defaults.
"""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Values
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import EndpointMissing
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

FEATURES = [
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
]
SERVICE_LIMITS = {"allowed_service_users", "allow_service_user_admins"}
#: What system.company_info may have among the defaults.
DEFAULTS = {
    *("allowed_users", "max_running_apps", "feature_set", "features", "exclude_features", "supported_application_ids"),
    *("supported_application_categories", "excluded_application_categories", "app_access_by_owners"),
    *("admin_access_all_apps", "cookie_domain", "sso", *SERVICE_LIMITS),
}


def read(world: World, company: str, asked: t.Collection[str]) -> dict[str, t.Any]:
    """Of the options that are asked for, those that the server shows."""
    found: dict[str, t.Any] = {}
    if DEFAULTS & set(asked):
        defaults = world.own.read("system.company_info", {"company": company}).get("defaults") or {}
        found = {option: value for option, value in defaults.items() if option in DEFAULTS}
        if "cookie_options" in defaults:
            found["cookie_domain"] = (defaults["cookie_options"] or {}).get("domain")
    if "allowed_users" in asked:
        info = world.own.read("tenants.get_tenant_info", {"tenant": company}).get("users") or {}
        found["allowed_users"] = info.get("max_allowed", found.get("allowed_users"))
    if SERVICE_LIMITS & set(asked) and world.acting_user:
        limits = world.user.read("users.get_service_users", {})
        found["allowed_service_users"] = limits.get("allowed_service_users")
        found["allow_service_user_admins"] = limits.get("allow_admins")
    found.update({option: read_one(world, company) for option, read_one in APART.items() if option in asked})
    return {option: value for option, value in found.items() if option in asked}


def read_access(world: World, company: str) -> Values:
    """Who may open running applications."""
    answer = world.own.read("system.get_company_app_instance_access", {"company": company})
    return answer.get("app_instance_access") or {}


def read_events(world: World, company: str) -> Values:
    """The configuration of custom events."""
    return world.own.read("system.get_company_custom_events_config", {"company": company}).get("fields") or {}


#: Settings with an endpoint of their own that reads them.
APART: dict[str, t.Callable[[World, str], Values]] = {"app_instance_access": read_access, "custom_events": read_events}


def whatever_shows(world: World, company: str) -> dict[str, t.Any]:
    """All settings that this server shows; those of features that it lacks are left out."""
    shown = read(world, company, DEFAULTS)
    for option in APART:
        try:
            shown.update(read(world, company, {option}))
        except EndpointMissing:
            continue
    return shown

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Companies: the tenants of a server."""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.user import read as read_users
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.user import removal
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    Action,
    Call,
    Create,
    Desired,
    Entity,
    Field,
    Identity,
    Row,
    Update,
    Values,
    as_set,
    check_name,
    same,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._world import (
    World,
    all_companies,
    enter,
    require_platform,
)

#: The company that the server itself makes (configuration of the open-source server).
DEFAULT_COMPANY = "d1bd92a3b039400cbafc60a7a5b1e52b"
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
SETTINGS = "system.update_company_settings"
RENAME = "organization.update_company_name"
CAPS = ("allowed_users", "allowed_service_users", "max_running_apps")
SERVICE_LIMITS = {"allowed_service_users", "allow_service_user_admins"}


def read(world: World, desired: Desired) -> list[Values]:
    """All companies that have not been removed."""
    require_platform(world.own, "Managing companies")
    return t.cast("list[Values]", all_companies(world.own))


def enrich(world: World, desired: Desired, raw: Values) -> Values:
    """The settings, as far as any endpoint shows them, and for a removal what would go with it.

    No endpoint reads back what update_company_settings wrote: caps show in get_tenant_info and get_service_users,
    the rest only where system.company_info has it among the defaults.
    """
    company = str(raw["id"])
    inside = World(world.own, company, str(raw.get("name")))
    actor = desired.steering.get("acting_user")
    if desired.absent:
        resources = world.own.read("tenants.get_tenant_resources", {"tenant": company})
        users = read_users(inside, Desired({"email": actor} if actor else {}))
        return {**raw, "users": users, "running": resources.get("running") or {}}
    asked = set(desired.values)
    found: dict[str, t.Any] = {}
    if asked & SERVICE_LIMITS or desired.values.get("name") not in (None, raw.get("name")):
        world.company, world.acting_user = company, enter(world.own, company, actor, needs_admin=False).acting_user
    if asked - {"name"}:
        defaults = world.own.read("system.company_info", {"company": company}).get("defaults") or {}
        found = {option: defaults[option] for option in asked if option in defaults}
    if "allowed_users" in asked:
        info = world.own.read("tenants.get_tenant_info", {"tenant": company}).get("users") or {}
        found["allowed_users"] = info.get("max_allowed", found.get("allowed_users"))
    if asked & SERVICE_LIMITS and world.acting_user:
        limits = world.user.read("users.get_service_users", {})
        found["allowed_service_users"] = limits.get("allowed_service_users")
        found["allow_service_user_admins"] = limits.get("allow_admins")
    return {**raw, **found}


def guard(world: World, desired: Desired, row: Row | None) -> None:
    """A name that the API would refuse; everything that speaks against a removal."""
    name = desired.values.get("name")
    check_name("company", name)
    for option in CAPS:
        if (desired.values.get(option) or 0) < 0:
            raise InvalidInput(f"{option} is {desired.values[option]}; a cap is a number from 0 up")
    both = set(desired.values.get("features") or []) & set(desired.values.get("exclude_features") or [])
    if both:
        raise InvalidInput(f"{', '.join(sorted(both))}: both in features and in exclude_features; take it out of one")
    if row is None or not desired.absent:
        return
    label = row.values["name"]
    if row.id in (DEFAULT_COMPANY, world.own.caller.company):
        raise Refused(f"Company {label!r} ({row.id}) is the server's own or the key's own and is never removed")
    if desired.steering.get("confirm_name") != label:
        raise Refused(
            f"Removing company {label!r} ({row.id}) takes its users, keys and data away for good. To confirm, set "
            f"confirm_name to exactly {label!r}; it is {desired.steering.get('confirm_name')!r}"
        )
    running = {what: count for what, count in row.raw["running"].items() if count}
    if running and not desired.steering.get("force"):
        listed = ", ".join(f"{what}: {count}" for what, count in sorted(running.items()))
        raise Refused(
            f"Company {label!r} still has something running ({listed}); stop it, or set force to remove it anyway"
        )


def remove(row: Row, desired: Desired) -> tuple[Action, ...]:
    """The users go first: a removed company keeps its users, and their addresses would stay taken."""
    users = tuple(removal(user) for user in row.raw["users"])
    body = {"tenant": row.id, "name": row.values["name"], **({"force": True} if desired.steering.get("force") else {})}
    call = Call("tenants.delete_tenant", body, Identity.OWN)
    return (*users, Action("delete", "company", row.values["name"], (call,)))


def rename(row: Row, values: Values) -> tuple[Call, ...]:
    """Only an admin of the company may; naming the company lets a platform key do it where there is no admin yet."""
    return (Call(RENAME, {"company": row.id, "new_name": values["name"]}, Identity.SIGNED_IN),)


def setting(option: str, normal: t.Callable[[t.Any], t.Any] = same) -> Field:
    """A company setting: written by one endpoint after creation, and not always readable."""
    return Field(option, SETTINGS, create=False, readable=False, normal=normal)


COMPANY = Entity(
    kind="company",
    key="name",
    in_company=False,
    read=read,
    enrich=enrich,
    guard=guard,
    remove=remove,
    create=Create("system.create_company", Identity.OWN),
    updates=(Update(RENAME, calls=rename), Update(SETTINGS, "company", Identity.OWN, whole=True)),
    fields=(
        Field("name", RENAME),
        setting("allowed_users"),
        setting("allowed_service_users"),
        setting("allow_service_user_admins"),
        setting("max_running_apps"),
        setting("feature_set"),
        setting("features", as_set),
        setting("exclude_features", as_set),
    ),
)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Companies: the tenants of a server."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.clearml.enterprise.plugins.module_utils._entities import _company_logo as logos
from ansible_collections.clearml.enterprise.plugins.module_utils._entities import _company_settings as settings
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._company_access import (
    access,
    access_on_top,
    check_access,
    check_sign_on,
    encode_access,
    encode_sign_on,
    sign_on,
    sign_on_on_top,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.user import removal, with_unlisted
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    NEW_ID,
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
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._world import (
    DEFAULT_COMPANY,
    World,
    all_companies,
    enter,
    require_platform,
)

SETTINGS = "system.update_company_settings"
RENAME = "organization.update_company_name"
LOGO = "organization.update_company_logo"
ACCESS = "system.update_company_app_instance_access"
EVENTS = "system.update_company_custom_events_config"
SSO = "system.update_company_sso_config"
CAPS = ("allowed_users", "allowed_service_users", "max_running_apps")
#: Options that exclude each other, entry by entry.
OPPOSITES = (
    ("features", "exclude_features"),
    ("supported_application_categories", "excluded_application_categories"),
)


def read(world: World, desired: Desired) -> list[Values]:
    """All companies that have not been removed."""
    require_platform(world.own, "Managing companies")
    return t.cast("list[Values]", all_companies(world.own))


def resolve(world: World, desired: Desired) -> Desired:
    """Read the logo, and check the maps whose form the options leave open."""
    check_access(desired.values.get("app_instance_access"))
    check_sign_on(desired.values.get("sso"))
    logo = desired.values.get("logo")
    return desired if logo is None else replace(desired, values={**desired.values, "logo": logos.load(logo)})


def enrich(world: World, desired: Desired, raw: Values) -> Values:
    """The settings, as far as any endpoint shows them, and for a removal what would go with it."""
    company = str(raw["id"])
    inside = World(world.own, company, str(raw.get("name")))
    actor = desired.steering.get("acting_user")
    if desired.absent:
        resources = world.own.read("tenants.get_tenant_resources", {"tenant": company})
        users = with_unlisted(inside, Desired({"email": actor} if actor else {}))
        return {**raw, "users": users, "running": resources.get("running") or {}}
    asked = set(desired.values)
    if asked & {"logo", *settings.SERVICE_LIMITS} or desired.values.get("name") not in (None, raw.get("name")):
        world.company, world.acting_user = company, enter(world.own, company, actor, needs_admin=False).acting_user
    return {**raw, **settings.read(world, company, asked)}


def guard(world: World, desired: Desired, row: Row | None) -> None:
    """A name that the API would refuse; everything that speaks against a removal."""
    name = desired.values.get("name")
    check_name("company", name)
    for option in CAPS:
        if (desired.values.get(option) or 0) < 0:
            raise InvalidInput(f"{option} is {desired.values[option]}; a cap is a number from 0 up")
    for given, denied in OPPOSITES:
        both = set(desired.values.get(given) or []) & set(desired.values.get(denied) or [])
        if both:
            raise InvalidInput(f"{', '.join(sorted(both))}: both in {given} and in {denied}; take it out of one")
    if row is None and not desired.absent and desired.values.get("logo"):
        raise Refused(
            f"Only an admin of a company can set its logo, and company {name!r} is yet to be made. Leave logo out now, "
            "and give it with update_unreadable: always once clearml_user has made an admin"
        )
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


def set_up(row: Row, values: Values) -> tuple[Call, ...]:
    """What is not always readable. A cap goes last: where it shows as asked, all the others have arrived too."""
    company = {"company": row.id or NEW_ID}
    given = {option: value for option, value in values.items() if option not in ("sso", "cookie_domain")}
    if "cookie_domain" in values:
        given["cookie_options"] = {"domain": values["cookie_domain"]} if values["cookie_domain"] else None
    calls = [Call(SSO, {**company, "sso": encode_sign_on(values["sso"])}, Identity.OWN)] if "sso" in values else []
    return (*calls, *([Call(SETTINGS, {**company, **given}, Identity.OWN)] if given else []))


def set_logo(row: Row, values: Values) -> tuple[Call, ...]:
    """The same holds for the logo as for the name."""
    logo = values["logo"]
    body = {"company": row.id or NEW_ID, "data": logo["data"], "format": logo["format"]}
    return (Call(LOGO, body, Identity.SIGNED_IN),)


def setting(option: str, endpoint: str = SETTINGS, **more: t.Any) -> Field:
    """A company setting: written after creation, and not always readable."""
    return Field(option, endpoint, create=False, readable=False, **more)


COMPANY = Entity(
    kind="company",
    key="name",
    in_company=False,
    read=read,
    resolve=resolve,
    enrich=enrich,
    guard=guard,
    remove=remove,
    create=Create("system.create_company", Identity.OWN),
    updates=(
        Update(RENAME, calls=rename),
        Update(SETTINGS, whole=True, calls=set_up),
        Update(ACCESS, "company", Identity.OWN),
        Update(EVENTS, "company", Identity.OWN),
        Update(LOGO, calls=set_logo),
    ),
    fields=(
        Field("name", RENAME),
        setting("allowed_users"),
        setting("allowed_service_users"),
        setting("allow_service_user_admins"),
        setting("max_running_apps"),
        setting("feature_set"),
        setting("features", normal=as_set),
        setting("exclude_features", normal=as_set),
        setting("supported_application_ids", normal=as_set),
        setting("supported_application_categories", normal=as_set),
        setting("excluded_application_categories", normal=as_set),
        setting("app_access_by_owners", normal=as_set),
        setting("admin_access_all_apps"),
        setting("cookie_domain", normal=lambda domain: domain or None, null=None),
        setting("sso", normal=sign_on, adapt=sign_on_on_top, null=None),
        setting("app_instance_access", ACCESS, normal=access, adapt=access_on_top, encode=encode_access),
        setting("custom_events", EVENTS, request="fields", normal=lambda fields: fields or {}, null={}),
        setting("logo", LOGO, mask=logos.label),
    ),
)


def settings_of(world: World, company: str) -> dict[str, t.Any]:
    """All settings that this server shows, in the words of the options."""
    values = COMPANY.row(settings.whatever_shows(world, company)).values
    return {option: value for option, value in values.items() if option != "name"}

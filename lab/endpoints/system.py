# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""system: companies and their settings."""

from __future__ import annotations

import re

from lab.endpoints import companies
from lab.endpoints.accounts import allowed_users
from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.records import Company, Json, Queue, new_id

_SETTINGS = (
    "admin_access_all_apps",
    "allow_service_user_admins",
    "allowed_service_users",
    "allowed_users",
    "app_access_by_owners",
    "cookie_options",
    "exclude_features",
    "excluded_application_categories",
    "feature_set",
    "features",
    "max_running_apps",
    "supported_application_categories",
    "supported_application_ids",
)


@endpoint("system.create_company", writes=True)
def create_company(call: Call) -> Json:
    """A company without anybody in it."""
    company = companies.create(call, call.body["name"])
    defaults = dict(call.body.get("defaults") or {})
    company.sso = defaults.pop("sso", None) or {}
    # The cap given here and the one of update_company_settings are the same thing.
    company.settings = {"allowed_users": cap} if (cap := defaults.pop("allowed_users", None)) is not None else {}
    company.defaults = defaults
    queues = [
        call.world.queues.add(Queue(id=new_id(), name=name, company=company.id))
        for name in call.switches.names("app_queues")
    ]
    return {"id": company.id, "app_queues": [{"id": queue.id, "name": queue.name} for queue in queues]}


@endpoint("system.get_companies", writes=False)
def get_companies(call: Call) -> Json:
    """Companies by part of the name (or the whole, by switch), by pattern, or all."""
    found = companies.listed(call)
    name, pattern = call.body.get("name"), call.body.get("name_pattern")
    if name:
        exact = call.switches.text("get_companies_name_is") == "exact_ignore_case"
        wanted = name.lower()
        found = [c for c in found if (wanted == c.name.lower() if exact else wanted in c.name.lower())]
    if pattern:
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            raise errors.bad_regex(error, None) from None
        found = [c for c in found if compiled.search(c.name)]
    if call.body.get("custom_events"):
        found = [c for c in found if c.custom_events]
    count_users = (call.body.get("custom_data") or {}).get("users")
    return {"companies": [_listed(call, company, bool(count_users)) for company in found]}


def _listed(call: Call, company: Company, count_users: bool) -> Json:
    listed: Json = {"id": company.id, "name": company.name, "active": company.active}
    if count_users:
        listed["users"] = len(call.world.people(company.id))
    return listed


@endpoint("system.company_info", writes=False)
def company_info(call: Call) -> Json:
    """One company; of its settings only the cap on users shows, unless the switches show more."""
    company = call.company(call.body.get("company"))
    defaults = dict(company.defaults)
    if call.switches.on("company_info_shows_settings"):
        defaults |= {name: company.settings.get(name) for name in _SETTINGS}
    if call.switches.on("company_info_shows_sso"):
        defaults["sso"] = company.sso
    defaults["allowed_users"] = allowed_users(company)
    return {
        "id": company.id,
        "name": company.name,
        "active": company.active,
        "defaults": defaults,
        "services": [],
    }


@endpoint("system.update_company_settings", writes=True)
def update_company_settings(call: Call) -> Json:
    """Store settings; those not given go back to none, or stay, as the switch says.  Null resets one."""
    company = call.company(call.body["company"])
    given = {key: call.body[key] for key in _SETTINGS if key in call.body}
    before = company.settings
    kept = before if call.switches.text("settings_update") == "merge" else {}
    company.settings = {key: value for key, value in {**kept, **given}.items() if value is not None}
    return {"updated": int(company.settings != before)}


@endpoint("system.update_company_sso_config", writes=True)
def update_company_sso_config(call: Call) -> Json:
    """Store the whole SSO configuration; only company_info may show it, by switch."""
    call.company(call.body["company"]).sso = call.body["sso"]
    return {}


@endpoint("system.get_company_app_instance_access", writes=False)
def get_company_app_instance_access(call: Call) -> Json:
    """Who may reach application instances."""
    return {"app_instance_access": call.company(call.body["company"]).app_access}


@endpoint("system.update_company_app_instance_access", writes=True)
def update_company_app_instance_access(call: Call) -> Json:
    """Replace that rule, or add to it, as the switch says."""
    company, given = call.company(call.body["company"]), call.body["app_instance_access"]
    if call.switches.text("app_access_update") == "merge":
        before = company.app_access
        maps = {name: {**before.get(name, {}), **given.get(name, {})} for name in ("applications", "categories")}
        given = {**before, **given, **{name: items for name, items in maps.items() if items}}
    company.app_access = given
    return {}


@endpoint("system.get_company_custom_events_config", writes=False)
def get_company_custom_events_config(call: Call) -> Json:
    """The stored configuration of custom events."""
    return {"fields": call.company(call.body["company"]).custom_events}


@endpoint("system.update_company_custom_events_config", writes=True)
def update_company_custom_events_config(call: Call) -> Json:
    """Replace it."""
    call.company(call.body["company"]).custom_events = call.body["fields"]
    return {}

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""tenants: companies as a platform's operator sees them."""

from __future__ import annotations

from lab.endpoints import companies
from lab.endpoints.accounts import add_profile, allowed_users, new_credential
from lab.endpoints.registry import Call, endpoint
from lab.endpoints.users_lists import listed
from lab.endpoints.workers import connected
from lab.wire import errors
from lab.world.records import DEFAULT_COMPANY, AuthEntry, Company, Json, WhitelistEntry, new_id

_RUNNING = ("tasks", "app_tasks", "pipeline_tasks", "connected_workers", "active_routes")
_TOTALS = ("datasets", "dataviews", "hyper_datasets", "reports")


def _admin_of(call: Call, company: Company) -> AuthEntry:
    """The admin whose keys create_tenant and add_tenant_admin_credentials hand out; made when missing."""
    entry = call.world.entries.get(company.tenant_admin, company.id)
    if entry is None:
        entry = AuthEntry(new_id(), f"{company.name} admin", company.id, "admin", internal=True)
        # Invented: an address that can never receive mail, since the API takes none for this user.
        entry.email = f"{company.id}@tenant-admin.invalid"
        call.world.add_entry(entry)
        add_profile(call, entry, {})
        company.tenant_admin = entry.id
    return entry


def _admin_key(call: Call, company: Company) -> Json:
    credential = new_credential(call, _admin_of(call, company), None, None)
    return {"access_key": credential.key, "secret_key": credential.secret}


@endpoint("tenants.create_tenant", writes=True)
def create_tenant(call: Call) -> Json:
    """A company with an admin, its keys, and what was said about users and sign-in."""
    company = companies.create(call, call.body["name"])
    for setting, field in (("allowed_users", "max_users"), ("allowed_service_users", "max_service_users")):
        if call.body.get(field) is not None:
            company.settings[setting] = call.body[field]
    if call.body.get("domain"):
        company.domains = [call.body["domain"]]
    for email in dict.fromkeys(call.body.get("admin_emails") or ()):
        company.whitelist.append(WhitelistEntry(email, "admin"))
    return {"id": company.id, "credentials": _admin_key(call, company)}


@endpoint("tenants.add_tenant_admin_credentials", writes=True)
def add_tenant_admin_credentials(call: Call) -> Json:
    """One more key for the tenant's admin."""
    return {"credentials": _admin_key(call, call.company(call.body["tenant"]))}


@endpoint("tenants.get_tenants", writes=False)
def get_tenants(call: Call) -> Json:
    """All tenants with the addresses of their admins."""
    return {
        "tenants": [
            {
                "id": company.id,
                "name": company.name,
                "default_company": company.id == DEFAULT_COMPANY,
                "admin_emails": [e.email for e in call.world.people(company.id) if e.role == "admin" and e.email],
            }
            for company in companies.listed(call)
        ]
    }


@endpoint("tenants.get_tenant_info", writes=False)
def get_tenant_info(call: Call) -> Json:
    """People (from auth entries, so also those without a profile), invitations, empty statistics."""
    company = call.company(call.body["tenant"])
    nothing = {"total": 0, "last_count": 0, "previous_count": 0}
    tasks = len(call.world.tasks.of(company.id))
    return {
        "name": company.name,
        "days": 0,
        "users": {
            "active": [_person(e) for e in call.world.people(company.id, service=None) if listed(call, e)],
            "pending": [
                {"email": entry.email, "added": entry.added} for entry in company.whitelist if entry.accepted is None
            ],
            "max_allowed": allowed_users(company),
        },
        "projects": nothing,
        "tasks": nothing | {"total": tasks, "dates_histogram": []},
        "gpu_types": {"series": [], "total": []},
    }


def _person(entry: AuthEntry) -> Json:
    return {
        "id": entry.id,
        "name": entry.name,
        "email": entry.email,
        "role": entry.role,
        "created": entry.created,
        "last_login": max((c.last_used for c in entry.credentials if c.last_used), default=None),
    }


@endpoint("tenants.get_tenant_resources", writes=False)
def get_tenant_resources(call: Call) -> Json:
    """What a tenant runs and owns."""
    return _resources(call, call.company(call.body["tenant"]))


def _resources(call: Call, company: Company) -> Json:
    tasks = len(call.world.tasks.of(company.id))
    running = {name: company.running.get(name, 0) for name in _RUNNING}
    running["connected_workers"] += len(connected(call.world, company.id))
    return {
        "running": running,
        "totals": {**dict.fromkeys(_TOTALS, 0), "tasks": tasks},
    }


@endpoint("tenants.delete_tenant", writes=True)
def delete_tenant(call: Call) -> Json:
    """Mark a company as deleted; its people stay and keep their addresses."""
    company = call.company(call.body["tenant"])
    if not company.active:
        raise errors.invalid_company(company.id)
    if company.id == DEFAULT_COMPANY:
        raise errors.default_company()
    if call.body["name"] != company.name:
        raise errors.bad_value("name does not match the tenant", name=call.body["name"])
    resources = _resources(call, company)
    if any(resources["running"].values()) and not call.body.get("force"):
        raise errors.tenant_in_use(company.id)
    company.active = False
    return resources

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""login: which domains and addresses may sign in to a company."""

from __future__ import annotations

from lab.endpoints.accounts import is_address
from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.records import DEFAULT_COMPANY, Company, Json, WhitelistEntry


@endpoint("login.supported_modes", writes=False)
def supported_modes(call: Call) -> Json:
    """The lab signs nobody in by browser, but shows the buttons for it: a company's active providers.

    Without a hint they are those of the server's own company; an external tenant is looked up in the
    companies' SSO settings.
    """
    tenant, hint = call.body.get("tenant"), call.body.get("company_hint") or DEFAULT_COMPANY
    if tenant:
        hint = next((c.id for c in call.world.companies.values() if c.active and c.sso.get("tenant") == tenant), "")
    company = call.world.companies.get(hint)
    modes = call.world.server.get("login", {})
    rows = call.world.provider_configurations.of(company.id) if company and company.active else []
    answer: Json = {
        "authenticated": call.authenticated,
        "basic": {"enabled": modes.get("fixed_users", False), "guest": {"enabled": False}},
        "sso": {},
        "sso_providers": [
            {"name": row.key, "display_name": row.display_name}
            for row in rows
            if row.active and (call.body.get("internal") or not row.support)
        ],
        "free_signup": False,
        "tenant_login": modes.get("tenant_login", False),
    }
    return answer | {"tenant": tenant} if tenant else answer


@endpoint("login.logout", writes=False)
def logout(call: Call) -> Json:
    """Ends the session of whoever has one."""
    if call.caller and call.caller.token:
        call.tokens.revoke(call.caller.token)
    call.delete_cookie = True
    return {"redirect_url": call.body.get("redirect_url")}


@endpoint("login.get_settings", writes=False)
def get_settings(call: Call) -> Json:
    """Domains and addresses of the caller's company; a pending entry does not show its role."""
    company = call.company()
    return {"domains": list(company.domains), "whitelist_entries": [_shown(call, e) for e in company.whitelist]}


def _shown(call: Call, invited: WhitelistEntry) -> Json:
    shown: Json = {"email": invited.email, "added": invited.added, "status": "pending"}
    if invited.accepted is not None:
        shown |= {"status": "accepted", "accepted": invited.accepted}
        entry = call.world.entries.get(invited.user)
        if entry is not None:
            shown["user"] = {"id": entry.id, "name": entry.name, "role": entry.role}
    return shown


@endpoint("login.set_domains", writes=True)
def set_domains(call: Call) -> Json:
    """The company's auto-login domains: the whole list, or more of them if the switch says so."""
    company = call.company()
    given = list(dict.fromkeys(call.body.get("domains") or ()))
    if call.switches.text("domains_update") == "merge":
        given = list(dict.fromkeys([*company.domains, *given]))
    company.domains = given
    return {}


@endpoint("login.add_whitelist_entries", writes=True)
def add_whitelist_entries(call: Call) -> Json:
    """Invite addresses; one that is listed already keeps its entry and its role."""
    company = call.company()
    role = call.body.get("role") or ("admin" if call.body.get("is_admin") else "user")
    emails = call.body.get("emails") or ()
    for email in emails:
        if not is_address(email):
            raise errors.bad_address(email)
    return {"added": [email for email in dict.fromkeys(emails) if _invite(call, company, email, role)]}


def _invite(call: Call, company: Company, email: str, role: str) -> bool:
    if call.world.invitation(company, email) is not None:
        return False
    if call.world.entries.get(call.world.emails.get(email), company.id) is not None:
        # Somebody who is in already needs no invitation.
        return False
    company.whitelist.append(WhitelistEntry(email, role))
    return True


@endpoint("login.remove_whitelist_entries", writes=True)
def remove_whitelist_entries(call: Call) -> Json:
    """Withdraw invitations that nobody accepted yet."""
    company = call.company()
    wanted = set(call.body.get("emails") or ())
    removed = [entry for entry in company.whitelist if entry.email in wanted and entry.accepted is None]
    company.whitelist = [entry for entry in company.whitelist if entry not in removed]
    return {"removed": [entry.email for entry in removed]}


@endpoint("login.get_whitelist", writes=False)
def get_whitelist(call: Call) -> Json:
    """Pending records of all companies: one per domain, one per company and role for addresses."""
    domain, email = call.body.get("domain"), call.body.get("email")
    if domain and email:
        raise errors.validation("domain and email cannot be given together")
    entries: list[Json] = []
    for company in call.world.companies.values():
        if company.id != call.company_id and not call.crosses_companies:
            continue
        entries += [_record(company, "user", domain=name) for name in company.domains]
        for role in ("admin", "user", "consumer"):
            pending = [e for e in company.whitelist if e.role == role and e.accepted is None]
            if pending:
                emails = [{"email": e.email, "added": e.added} for e in pending]
                entries.append(_record(company, role, emails=emails))
    if domain:
        entries = [entry for entry in entries if entry.get("domain") == domain]
    if email:
        entries = [entry for entry in entries if _covers(entry, email)]
    return {"entries": entries}


def _record(company: Company, role: str, **content: object) -> Json:
    key = content.get("domain") or role
    return {"id": f"{company.id}:{key}", "company": company.id, "role": role, "is_admin": role == "admin", **content}


def _covers(entry: Json, email: str) -> bool:
    if "domain" in entry:
        return bool(email.partition("@")[2] == entry["domain"])
    return any(item["email"] == email for item in entry["emails"])

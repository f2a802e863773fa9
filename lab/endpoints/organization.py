# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""organization: a company's name and logo."""

from __future__ import annotations

from lab.endpoints import companies
from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.records import Company, Json

_LOGO_LIMIT = 100 * 1024


def _target(call: Call) -> Company:
    """The company meant; an admin reaches only the own one."""
    company = call.company(call.body.get("company"))
    if company.id != call.company_id and call.identity.role not in ("system", "root"):
        raise errors.role_not_allowed(call.identity.role, ("system", "root"))
    return company


@endpoint("organization.update_company_name", writes=True)
def update_company_name(call: Call) -> Json:
    """Rename."""
    company = _target(call)
    company.name = companies.checked_name(call, call.body["new_name"], besides=company.id)
    return {"updated": 1}


@endpoint("organization.update_company_logo", writes=True)
def update_company_logo(call: Call) -> Json:
    """Store a logo; nothing reads it back."""
    company = _target(call)
    if len(call.body["data"]) > _LOGO_LIMIT:
        raise errors.bad_value("logo is too large", size=len(call.body["data"]), limit=_LOGO_LIMIT)
    company.logo = {"data": call.body["data"], "format": call.body["format"]}
    return {"updated": 1}

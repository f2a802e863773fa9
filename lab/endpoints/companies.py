# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making and finding companies: the steps that several endpoints share."""

from __future__ import annotations

from lab.endpoints.registry import Call
from lab.wire import errors
from lab.world.permissions import furnish
from lab.world.records import Company, new_id


def checked_name(call: Call, name: str, besides: str | None = None) -> str:
    """A company's name, long enough and, where names are unique, not in use."""
    stripped = name.strip()
    if len(stripped) < 3:
        raise errors.bad_data("name", "String value is too short")
    if call.switches.on("unique_company_names"):
        taken_for_ever = call.switches.text("deleted_company_names") == "taken"
        for company in call.world.companies.values():
            if (company.active or taken_for_ever) and company.id != besides and company.name == stripped:
                raise errors.not_unique(name=stripped)
    return stripped


def create(call: Call, name: str) -> Company:
    """A new active company."""
    company = Company(id=new_id(), name=checked_name(call, name))
    call.world.companies[company.id] = company
    furnish(call.world, company.id)
    return company


def listed(call: Call) -> list[Company]:
    """The companies that lists show."""
    return [
        company
        for company in call.world.companies.values()
        if company.active or call.switches.on("deleted_companies_listed")
    ]

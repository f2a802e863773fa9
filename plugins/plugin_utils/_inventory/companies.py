# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Companies of a server: which of them tenants declare, and what the others are called as hosts."""

from __future__ import annotations

import re
import typing as t
import unicodedata
from collections import Counter
from dataclasses import dataclass

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import Refused

#: Longest label of a DNS name.
LONGEST = 63
#: So much of a company's ID tells it from others of a similar name.
ID_DIGITS = 8


@dataclass(frozen=True)
class Company:
    """A company as the server lists it."""

    id: str
    name: str


def match(declared: t.Mapping[str, t.Mapping[str, t.Any]], companies: t.Sequence[Company]) -> dict[str, Company]:
    """The company of each tenant that has one: the declared ID decides, else the exact name.

    :param declared: the tenants' ``tenant_company`` by the names of their hosts
    :raises Refused: if a name fits several companies, or two tenants have the same company
    """
    found: dict[str, Company] = {}
    tenants: dict[Company, str] = {}
    for tenant, wanted in declared.items():
        key, text = ("id", wanted["id"]) if wanted.get("id") else ("name", wanted.get("name"))
        fitting = [company for company in companies if getattr(company, key) == text]
        if len(fitting) > 1:
            ids = ", ".join(company.id for company in fitting)
            raise Refused(
                f"{len(fitting)} companies are named {text!r} ({ids}); say with tenant_company.id which of them "
                f"tenant {tenant} is"
            )
        for company in fitting:
            other = tenants.setdefault(company, tenant)
            if other != tenant:
                raise Refused(f"Tenants {other} and {tenant} both are company {company.name!r}; leave it to one")
            found[tenant] = company
    return found


def host_names(companies: t.Sequence[Company], taken: t.Collection[str], by: str = "name") -> dict[str, Company]:
    """A host name for each company, sorted; the same companies get the same names in whatever order they come.

    :param taken: names that hosts or groups have already
    :param by: name or id
    """
    if by == "id":
        return {label(company.id): company for company in sorted(companies, key=lambda company: company.id)}
    count = Counter(label(company.name) for company in companies)
    named: dict[str, Company] = {}
    similar = []
    for company in sorted(companies, key=lambda company: company.id):
        name = label(company.name)
        if name and count[name] == 1 and name not in taken:
            named[name] = company
        else:
            similar.append(company)
    for company in similar:
        named[_distinct(company, {*taken, *named})] = company
    return dict(sorted(named.items()))


def label(text: str) -> str:
    """The text as a label of a DNS name; empty if nothing of it can be in one."""
    # Unfolded first: an accent is a sign of its own then, and left out.
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].rstrip("-")


def _distinct(company: Company, taken: t.Collection[str]) -> str:
    """A label with the beginning of the ID, or with all of it."""
    name = ""
    for digits in (ID_DIGITS, len(company.id)):
        end = label(company.id[:digits])
        name = "-".join((label(company.name)[: LONGEST - len(end) - 1].rstrip("-") or "company", end))
        if name not in taken:
            break
    return name

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who calls: the identity in a token or behind a key, and the identity a call works under."""

from __future__ import annotations

from dataclasses import dataclass

from lab.world.records import AuthEntry, Json
from lab.world.world import World


@dataclass(frozen=True)
class Identity:
    """A user, the company it belongs to and the role it has."""

    user: str
    company: str
    role: str
    user_name: str
    company_name: str

    def claims(self) -> Json:
        """The identity as the claims of a token carry it."""
        return {
            "user": self.user,
            "company": self.company,
            "role": self.role,
            "user_name": self.user_name,
            "company_name": self.company_name,
        }

    @classmethod
    def from_claims(cls, claims: Json) -> Identity:
        """The identity of a token, taken as it is: the server looks nobody up."""
        return cls(
            user=str(claims["user"]),
            company=str(claims["company"]),
            role=str(claims["role"]),
            user_name=str(claims.get("user_name", "")),
            company_name=str(claims.get("company_name", "")),
        )


def identity_of(world: World, entry: AuthEntry, role: str | None = None) -> Identity:
    """The identity of an auth entry, with another role if one is given."""
    company = world.companies.get(entry.company)
    return Identity(entry.id, entry.company, role or entry.role, entry.name, company.name if company else "")

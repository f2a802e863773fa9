# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What no schema can see: the same thing twice, within a tenant and between tenants."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.mistakes import Path, dotted
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.shape import Finding

#: Lists of what has a name that is unique within a tenant.
NAMED = {
    "tenant_service_accounts": "account",
    "tenant_groups": "group",
    "tenant_queues": "queue",
    "tenant_projects": "project",
    "tenant_access_rules": "rule",
}
SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def default_admin(tenant: str) -> str:
    """The address of a tenant's admin if its file names none; the role tenant uses the same."""
    return f"admin@{tenant}.invalid"


@dataclass(frozen=True)
class Claim:
    """Something that one tenant, or one place in a tenant, may have and no other.

    :ivar kind: what it is, in words
    :ivar key: the form in which two are the same
    """

    kind: str
    key: str
    path: Path


def slug_problem(tenant: str) -> str:
    """What is wrong with the name of a tenant's host; empty if nothing is."""
    if SLUG.fullmatch(tenant):
        return ""
    if len(tenant) > 63:
        return f"the tenant's name has {len(tenant)} characters, and at most 63 can be used for namespaces"
    return (
        "a tenant's name becomes the name of namespaces and releases, so it has small letters, digits and dashes only, "
        "and starts and ends with a letter or digit"
    )


def items(values: t.Mapping[str, t.Any], *path: str) -> t.Iterator[tuple[Path, t.Any]]:
    """The members of a list in the variables, if it is one."""
    value: t.Any = values
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    for index, item in enumerate(value if isinstance(value, list) else []):
        yield (*path, index), item


def texts(values: t.Mapping[str, t.Any], *path: str, field: str = "") -> t.Iterator[tuple[Path, str]]:
    """The texts of a list, or of one field of its members; what is declared absent does not count."""
    for place, item in items(values, *path):
        value = item.get(field) if field and isinstance(item, dict) else item
        absent = isinstance(item, dict) and item.get("state") == "absent"
        if isinstance(value, str) and not absent:
            yield ((*place, field) if field else place), value


def single(values: t.Mapping[str, t.Any], section: str, key: str) -> t.Iterator[tuple[Path, str]]:
    """A text of a section, if it is there."""
    value = values.get(section)
    if isinstance(value, dict) and isinstance(value.get(key), str):
        yield (section, key), value[key]


def admin(tenant: str, values: t.Mapping[str, t.Any]) -> tuple[Path, str]:
    """Where the address of the admin stands, and what it is."""
    for path, address in single(values, "tenant_admin", "email"):
        return path, address
    return ("tenant_admin",), default_admin(tenant)


def own_claims(tenant: str, values: t.Mapping[str, t.Any]) -> t.Iterator[Claim]:
    """What may stand only once within a tenant."""
    path, address = admin(tenant, values)
    yield Claim("address", address.lower(), path)
    # An address that is declared absent and present is a contradiction, so it counts here.
    for place, item in items(values, "tenant_users"):
        if isinstance(item, dict) and isinstance(item.get("email"), str):
            yield Claim("address", item["email"].lower(), (*place, "email"))
    yield from named_claims(values)
    for place, email in texts(values, "tenant_login_rules", "whitelist", field="email"):
        yield Claim("invited address", email.lower(), place)
    for place, domain in texts(values, "tenant_login_rules", "domains"):
        if domain != domain.lower():
            yield Claim("domain", domain.lower(), place)
    for place, item in items(values, "tenant_credentials"):
        if isinstance(item, dict) and isinstance(item.get("label"), str):
            owner = str(item.get("service_account") or item.get("user", address)).lower()
            yield Claim("label of a key pair of this owner", f"{owner} {item['label']}", (*place, "label"))


def named_claims(values: t.Mapping[str, t.Any]) -> t.Iterator[Claim]:
    """Names of objects; what is declared absent has its name too."""
    for section, kind in NAMED.items():
        for place, item in items(values, section):
            if isinstance(item, dict) and isinstance(item.get("name"), str):
                yield Claim(f"{kind} name", item["name"], (*place, "name"))
    for place, item in items(values, "tenant_vaults"):
        if isinstance(item, dict) and isinstance(item.get("description"), str):
            known_by = [str(item.get(key, "")) for key in ("scope", "group", "user", "service_account", "type")]
            yield Claim("description of a vault", " ".join([*known_by, item["description"]]), (*place, "description"))


def shared_claims(tenant: str, values: t.Mapping[str, t.Any]) -> t.Iterator[Claim]:
    """What only one tenant of a server may have."""
    for path, name in single(values, "tenant_company", "name"):
        yield Claim("company name", name, path)
    for path, identity in single(values, "tenant_company", "id"):
        yield Claim("company ID", identity, path)
    if values.get("tenant_state") == "absent":
        return
    path, address = admin(tenant, values)
    yield Claim("address", address.lower(), path)
    for field in ("tenant_users",), ("tenant_login_rules", "whitelist"):
        for path, email in texts(values, *field, field="email"):
            yield Claim("address", email.lower(), path)
    for path, domain in texts(values, "tenant_login_rules", "domains"):
        yield Claim("domain", domain.lower(), path)
    for path, host in single(values, "tenant_gateway", "host_name"):
        if values["tenant_gateway"].get("enabled") is not False:
            yield Claim("host name of a gateway", host.lower(), path)
    for path, file in texts(values, "tenant_credentials", field="file"):
        yield Claim("file of a key pair", file, path)
    place = values.get("tenant_namespace")
    place = place if isinstance(place, dict) else {}
    path = ("tenant_namespace", "name") if "name" in place else ("tenant_namespace",)
    cluster = f"{place.get('kubeconfig', '')} {place.get('context', '')}"
    yield Claim("namespace", f"{cluster} {place.get('name', tenant)}", path)


def doubled(tenant: str, values: t.Mapping[str, t.Any]) -> t.Iterator[Finding]:
    """What stands twice in one tenant."""
    first: dict[tuple[str, str], Path] = {}
    for claim in own_claims(tenant, values):
        known = first.setdefault((claim.kind, claim.key), claim.path)
        if known != claim.path:
            yield Finding(claim.path, f"{dotted(known)} has the same {claim.kind}", "Keep one of the two")
    settings = values.get("tenant_settings")
    if isinstance(settings, dict):
        wanted, denied = settings.get("features"), settings.get("exclude_features")
        for index, feature in enumerate(denied if isinstance(denied, list) else []):
            if isinstance(wanted, list) and feature in wanted:
                yield Finding(
                    ("tenant_settings", "exclude_features", index),
                    "the feature is in tenant_settings.features too",
                    "Take it out of one of them",
                )


def shared(tenants: t.Mapping[str, t.Mapping[str, t.Any]]) -> t.Iterator[tuple[str, Finding, str, Path]]:
    """What two tenants claim: the later one, what is wrong there, and where the earlier one has it."""
    first: dict[tuple[str, str], tuple[str, Path]] = {}
    for tenant, values in tenants.items():
        for claim in shared_claims(tenant, values):
            owner, path = first.setdefault((claim.kind, claim.key), (tenant, claim.path))
            if owner != tenant:
                finding = Finding(claim.path, f"tenant {owner} has the same {claim.kind}", "Leave it to one of the two")
                yield tenant, finding, owner, path

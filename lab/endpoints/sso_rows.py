# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding identity provider configurations, and the rules for what may be in them."""

from __future__ import annotations

from typing import Any

from lab.endpoints.registry import Call
from lab.endpoints.sso_forms import PROVIDERS, Provider, form_of
from lab.wire import errors
from lab.world.records import Company, Json, ProviderConfiguration

_SYSTEM = ("system", "root")


def row_id(company: str, key: str) -> str:
    """The id under which the world keeps a configuration: keys repeat between companies."""
    return f"{company}/{key}"


def only_for_system(call: Call, field: str) -> Any:
    """A field of the request that the server's own roles may set; ApiError 403/20 when others do."""
    value = call.body.get(field)
    if value is not None and call.identity.role not in _SYSTEM:
        raise errors.role_not_allowed(call.identity.role, _SYSTEM)
    return value


def target(call: Call) -> Company:
    """The company meant: the caller's own, or the one that a system caller names."""
    company = call.company(only_for_system(call, "company"))
    if not company.active:
        raise errors.invalid_company(company.id)
    return company


def provider_of(call: Call) -> Provider:
    """The kind of provider that the request names."""
    provider = PROVIDERS.get(call.body["provider"])
    if provider is None:
        raise errors.bad_value("unsupported provider", provider=call.body["provider"])
    return provider


def find(call: Call, company: Company, key: object) -> ProviderConfiguration | None:
    """A company's configuration by its id."""
    return call.world.provider_configurations.get(row_id(company.id, str(key)))


def chosen(call: Call, company: Company) -> list[ProviderConfiguration]:
    """The configurations that ``ids`` names; unknown ids are fine, read-only ones spoil the whole request."""
    rows = [find(call, company, key) for key in dict.fromkeys(call.body.get("ids") or ())]
    found = [row for row in rows if row is not None]
    if readonly := [row.key for row in found if row.readonly]:
        raise errors.readonly_provider_configuration(readonly)
    return found


def settings_of(call: Call, provider: Provider) -> tuple[str | None, Json]:
    """The id in the request's configuration, and the rest of it without what the form does not take."""
    given: Json = dict(call.body["configuration"])
    key = given.pop("id", None)
    if key is not None and not (isinstance(key, str) and key):
        raise errors.validation("configuration.id is no text")
    form = {field.name: field for field in form_of(provider)}
    unknown = sorted(given.keys() - form.keys())
    if unknown and call.switches.text("sso_unknown_keys") == "refused":
        raise errors.bad_value("unknown configuration keys", keys=errors.bracketed(unknown))
    return key, {name: value for name, value in given.items() if name in form and not form[name].shown_only}

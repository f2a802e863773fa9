# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sso: a company's identity providers."""

from __future__ import annotations

from lab.endpoints import sso_forms
from lab.endpoints.registry import Call, endpoint
from lab.endpoints.sso_discovery import discover
from lab.endpoints.sso_forms import PROVIDERS, Provider
from lab.endpoints.sso_rows import chosen, find, only_for_system, provider_of, row_id, settings_of, target
from lab.wire import errors
from lab.world.records import Company, Json, ProviderConfiguration, new_id, now


@endpoint("sso.get_supported_providers", writes=False)
def get_supported_providers(_call: Call) -> Json:
    """All kinds of provider that the contract names."""
    return {
        "providers": [
            {
                "id": provider.key,
                "display_name": provider.display_name,
                "category": provider.category,
                "icon": f"{sso_forms.WEBAPP}/icons/{provider.key}.svg",
            }
            for provider in PROVIDERS.values()
        ]
    }


@endpoint("sso.get_provider_configurations", writes=False)
def get_provider_configurations(call: Call) -> Json:
    """The company's configurations without their settings."""
    return {"configurations": [_listed(row) for row in call.world.provider_configurations.of(target(call).id)]}


def _listed(row: ProviderConfiguration) -> Json:
    listed: Json = {
        "id": row.key,
        "provider": row.provider,
        "display_name": row.display_name,
        "active": row.active,
        "readonly": row.readonly,
    }
    if not row.readonly:
        # The environment's providers come without these two.
        listed |= {"category": PROVIDERS[row.provider].category, "last_update": row.last_update}
    return listed


@endpoint("sso.get_provider_configuration_template", writes=False)
def get_provider_configuration_template(call: Call) -> Json:
    """The form of a stored configuration or of a new one; discovery fills in endpoints, and stores nothing."""
    company = target(call)
    provider, values = _template_values(call, company)
    answer: Json = {}
    url = call.body.get("well_known_url")
    if url:
        try:
            values |= _discovered(provider, url)
        except errors.ApiError as error:
            answer["error"] = error.message
    answer["config_template"] = sso_forms.template(
        sso_forms.form_of(provider),
        values,
        call.switches.text("sso_template_shape"),
        call.switches.text("sso_template_secrets"),
    )
    return answer


def _template_values(call: Call, company: Company) -> tuple[Provider, Json]:
    key = call.body.get("id")
    if key:
        row = find(call, company, key)
        if row is None:
            raise errors.unknown_provider_configuration(key, company.id)
        if row.readonly:
            raise errors.readonly_provider_configuration([row.key])
        provider, values = PROVIDERS[row.provider], {**row.settings, "id": row.key}
    elif call.body.get("provider"):
        provider, values = provider_of(call), {}
    else:
        raise errors.validation("either id or provider is required")
    back = sso_forms.callback(values, key or provider.key)
    return provider, values | {"callback_url": back, "acs_url": back}


def _discovered(provider: Provider, url: str) -> Json:
    if provider.category != "oidc":
        raise errors.discovery_failed(url, f"{provider.key} is no OIDC provider")
    return discover(url)


@endpoint("sso.get_oidc_provider_data_from_well_known_url", writes=False)
def get_oidc_provider_data_from_well_known_url(call: Call) -> Json:
    """The six addresses of a discovery document, as far as it has them."""
    return discover(call.body["url"])


@endpoint("sso.save_provider_configuration", writes=True)
def save_provider_configuration(call: Call) -> Json:
    """Change the company's configuration of the given id, or make one; nothing tells its id."""
    company, support = target(call), only_for_system(call, "support_provider")
    provider = provider_of(call)
    key, given = settings_of(call, provider)
    row = find(call, company, key)
    if row is not None:
        if row.readonly:
            raise errors.readonly_provider_configuration([row.key])
        if row.provider != provider.key:
            raise errors.bad_value("the provider of a configuration cannot change", provider=provider.key)
    else:
        key = _new_key(call, key)
    kept = row.settings if row is not None and call.switches.text("sso_save") == "merge" else {}
    settings = {name: value for name, value in {**kept, **given}.items() if value is not None}
    name = _checked_name(call, company, provider, settings, row)
    if row is None:
        active = call.switches.on("sso_saved_active")
        row = ProviderConfiguration(
            row_id(company.id, str(key)), str(key), company.id, provider.key, name, active=active
        )
        call.world.provider_configurations.add(row)
    row.display_name, row.settings, row.last_update = name, settings, now()
    row.support = row.support if support is None else bool(support)
    return {}


def _new_key(call: Call, asked: str | None) -> str:
    """The id of a new configuration: the one asked for, unless another company has it."""
    if asked is None or not call.switches.on("sso_id_chosen_by_caller"):
        return new_id()
    if any(row.key == asked and not row.readonly for row in call.world.provider_configurations):
        raise errors.not_unique(id=asked)
    return asked


def _checked_name(
    call: Call, company: Company, provider: Provider, settings: Json, row: ProviderConfiguration | None
) -> str:
    """The display name of settings that are complete, as far as saving asks for that."""
    missing = sso_forms.missing(provider, settings)
    if not call.switches.on("sso_save_checks_required"):
        missing = [name for name in missing if name == "display_name"]
    if missing:
        raise errors.incomplete_provider_configuration(missing)
    name = str(settings["display_name"])
    if any(
        other.display_name == name for other in call.world.provider_configurations.of(company.id) if other is not row
    ):
        raise errors.not_unique(display_name=name)
    return name


@endpoint("sso.set_provider_configurations_active", writes=True)
def set_provider_configurations_active(call: Call) -> Json:
    """Switch on (by default) or off; ``updated`` counts those that were not so before."""
    active = call.body.get("active", True) is True
    changed = [row for row in chosen(call, target(call)) if row.active is not active]
    for row in changed:
        row.active, row.last_update = active, now()
    return {"updated": len(changed)}


@endpoint("sso.delete_provider_configurations", writes=True)
def delete_provider_configurations(call: Call) -> Json:
    """Forget configurations, active ones too."""
    gone = chosen(call, target(call))
    for row in gone:
        call.world.provider_configurations.remove(row.id)
    return {"deleted": len(gone)}

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server tells about identity providers: connections, kinds, and the templates of both."""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_fields import (
    OWN,
    SETTINGS,
    Provider,
    callback,
    settings,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_template import Form, read_template
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired, Values
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World


def read(world: World, desired: Desired) -> list[Values]:
    """The company's connections; readonly ones come from the server's environment."""
    return t.cast("list[Values]", world.user.read("sso.get_provider_configurations", {}).get("configurations") or [])


def supported(world: World) -> list[Values]:
    """The kinds of provider that the server has (id, display_name, category)."""
    return t.cast("list[Values]", world.user.read("sso.get_supported_providers", {}).get("providers") or [])


def form_of(world: World, **which: str) -> Form | None:
    """The template of a kind of provider, or of a stored connection (provider or id)."""
    answer = world.user.read("sso.get_provider_configuration_template", which)
    return read_template(answer.get("config_template"))


def enrich(world: World, desired: Desired, raw: Values) -> Values:
    """The stored settings, if the template can be understood; secrets are never among them."""
    if desired.absent or raw.get("readonly"):
        return raw
    form, kind = form_of(world, id=raw["id"]), desired.values.get("provider")
    # A stored connection's template may leave out what a new one's has: secrets.
    fresh = kind.form if isinstance(kind, Provider) else None
    provider = Provider(raw["provider"], raw.get("category"), None if form is None else {**(fresh or {}), **form})
    if form is None:
        return {**raw, "provider": provider}
    asked = set(desired.values.get("configuration") or {})
    copied, address = callback(form)
    apart = {*OWN, copied, *provider.secret_keys, *(desired.values.get("secrets") or {})}
    shown = {key: one.value for key, one in form.items() if key not in apart and not one.readonly}
    others = set(shown) - set(provider.keys.values()) | asked
    return {
        **raw,
        "provider": provider,
        "callback_url": address,
        "settings": {option: shown[key] for option, key in provider.keys.items() if key in shown},
        "configuration": {key: shown[key] for key in others & set(shown) if shown[key] is not None or key in asked},
    }


def overview(world: World, params: Values) -> dict[str, t.Any]:
    """The connections that were asked for, and what the server supports."""
    name, provider = params["display_name"], params["provider"]
    rows = [row for row in read(world, Desired({})) if name in (None, row.get("display_name"))]
    idps = [_described(world, row, params["sp_metadata"]) for row in sorted(rows, key=lambda row: row["display_name"])]
    kinds = [{key: one.get(key) for key in ("id", "display_name", "category")} for one in supported(world)]
    template = {} if provider is None else {"template": _listed(provider, form_of(world, provider=provider))}
    return {"idps": idps, "supported": kinds, **template}


def _described(world: World, raw: Values, sp_metadata: bool) -> dict[str, t.Any]:
    stored = enrich(world, Desired({}), raw)
    found = stored.get("settings")
    named = {one.option: one.normal(found[one.option]) for one in SETTINGS if one.option in found} if found else found
    listed = ("id", "display_name", "provider", "category", "active", "last_update", "callback_url", "configuration")
    described = {key: stored.get(key) for key in listed} | {"readonly": bool(raw.get("readonly")), "settings": named}
    return {**described, **({"sp_metadata": _sp_metadata(world, stored)} if sp_metadata else {})}


def _sp_metadata(world: World, stored: Values) -> str | None:
    if stored.get("category") != "saml" or "settings" not in stored:
        return None
    values = {option: value for option, value in stored["settings"].items() if value is not None}
    own = {key: stored[key] for key in OWN}
    configuration = {**own, **settings(stored["provider"], {**values, "configuration": stored["configuration"]})}
    body = {"provider": stored["provider"], "configuration": configuration}
    answer = world.user.read("sso.download_saml_sp_metadata", body)
    # The contract says that the answer is an object, and no more.
    return next((text for text in answer.values() if isinstance(text, str) and text.lstrip().startswith("<")), None)


def _listed(provider: str, form: Form | None) -> list[dict[str, t.Any]] | None:
    if form is None:
        return None
    options = {key: option for option, key in Provider(provider, None, form).keys.items()}
    return [
        {
            "key": one.key,
            "option": options.get(one.key, one.key if one.key == "display_name" else None),
            "label": one.label,
            "section": one.section,
            "type": one.type,
            "choices": list(one.choices),
            "default": one.value,
            "required": one.required,
            "secret": one.secret,
            "readonly": one.readonly,
        }
        for one in form.values()
    ]

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the options of an identity provider come to on a server: keys from its template, values from other places."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_checks import (
    check_keys,
    check_options,
    check_provider,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_fields import SETTINGS, Provider
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_metadata import (
    check_metadata,
    read_metadata,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_server import form_of, read, supported
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

DISCOVER = "sso.get_oidc_provider_data_from_well_known_url"
#: What a discovery document tells.
ENDPOINTS = tuple(one.option for one in SETTINGS if one.option.endswith(("_endpoint", "_uri")))


def resolve(world: World, desired: Desired) -> Desired:
    """What the options come to: which key each has on this server, and what other places tell about them."""
    rows = [] if world.bare else read(world, desired)
    key, wanted = ("id", desired.id) if desired.id else ("display_name", desired.values.get("display_name"))
    stored = next((row["provider"] for row in rows if row.get(key) == wanted), None)
    name = desired.values.get("provider", stored)
    if desired.absent or stored not in (None, name) or (desired.id and stored is None):
        return desired  # which needs none of this, or cannot be
    if name is None:
        raise InvalidInput(
            f"There is no identity provider {wanted!r} yet, and to create one the option provider is needed"
        )
    kinds = supported(world)
    check_provider(name, kinds)
    category = next((one.get("category") for one in kinds if one["id"] == name), None)
    provider = Provider(name, category, form_of(world, provider=name))
    values = {**_from_elsewhere(world, desired, provider), **desired.values, "provider": provider}
    if kinds:  # else there is no server yet
        if provider.form is None:
            world.warnings.append(
                f"The configuration template of provider {name!r} cannot be read, so keys are not checked"
            )
        check_options(provider, values)
        check_keys(provider, values)
    for option, path in provider.keys.items():
        if values.get(option, path) is None and provider.form is not None:
            values[option] = provider.form[path].value
    return replace(desired, values=values)


def _from_elsewhere(world: World, desired: Desired, provider: Provider) -> dict[str, t.Any]:
    url, path = (desired.steering.get(option) for option in ("well_known_url", "idp_metadata_file"))
    values: dict[str, t.Any] = {}
    if url:
        if provider.category == "saml":
            raise InvalidInput(f"well_known_url is for OIDC, and provider {str(provider)!r} is SAML; give idp_metadata")
        found = world.user.read(DISCOVER, {"url": url})
        values = {name: found[name] for name in ENDPOINTS if found.get(name) and name in provider.keys}
    if path:
        if desired.values.get("idp_metadata") is not None:
            raise InvalidInput("idp_metadata and idp_metadata_file are both given; leave one of them out")
        values["idp_metadata"] = read_metadata(path)
    metadata = values.get("idp_metadata", desired.values.get("idp_metadata"))
    if metadata is not None:
        check_metadata(metadata, "idp_metadata_file" if path else "idp_metadata")
    return values

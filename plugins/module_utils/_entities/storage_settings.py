# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Storage settings of a company: credentials with which its web application and services reach object stores.

No document tells whether the server shows secrets, nor what it makes of providers and keys that a request leaves out.
So every change sends all that stands, and is refused where that is not possible without secrets that nobody gave.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._storage_secrets import (
    MASKED,
    Sealed,
    hide,
    sealed,
    secret_texts,
    shows_secrets,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._storage_shape import PROVIDERS, Form
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    Call,
    Desired,
    Entity,
    Field,
    Row,
    Update,
    Values,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import MASK
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

SET = "storage.set_settings"
RESET = "storage.reset_settings"
#: The settings of a company that has none.
NOTHING = dict.fromkeys(PROVIDERS)


def read(world: World, desired: Desired) -> list[Values]:
    """One row: the settings. A secret that the server does not show is the one that was given, sealed."""
    settings = world.user.read("storage.get_settings", {})
    if shows_secrets(settings):
        return [settings]
    hides = not secret_texts(settings)
    given = desired.values
    return [{name: sealed(one, settings.get(name), given.get(name), hides) for name, one in PROVIDERS.items()}]


def resolve(world: World, desired: Desired) -> Desired:
    """Tell each provider whether its list is everything; note secrets that cannot be compared.

    :raises InvalidInput: for a mask in the place of a secret
    """
    for name, value in desired.values.items():
        if any(MASKED.fullmatch(one) for one in secret_texts(value)):
            raise InvalidInput(f"A secret of {name} is the mask that results show; give the secret, or leave it out")
    values: dict[str, t.Any] = {
        name: None if value is None else {**value, "exclusive": desired.steering.get("exclusive")}
        for name, value in desired.values.items()
    }
    given = secret_texts(list(values.values()))
    if given and not world.unborn and not shows_secrets(world.user.read("storage.get_settings", {})):
        values["secrets"] = MASK
    return replace(desired, values=values)


def on_top(name: str) -> t.Callable[[t.Any, Row], t.Any]:
    """What is asked of a provider on top of what it has; what is left out stays."""
    provider = PROVIDERS[name]

    def merged(value: t.Any, row: Row) -> t.Any:
        if value is None:
            return None
        stands = row.values.get(name) or {}
        entries = provider.of(stands)
        if value.get("exclusive") and value.get(provider.entries) is not None:
            entries = {provider.at(one): entries.get(provider.at(one), {}) for one in value[provider.entries]}
        for one in value.get(provider.entries) or []:
            address = provider.at(one)
            entries[address] = _over(provider.entry, entries.get(address, {}), one)
        return {**_over(provider.own, stands, value), provider.entries: list(entries.values())}

    return merged


def _over(form: Form, stands: Values, given: Values) -> dict[str, t.Any]:
    asked = {name: given[name] for name in (*form.texts, *form.secrets, *form.switches) if given.get(name) is not None}
    # A sealed secret is the given one already.
    kept = {name for name in form.secrets if isinstance(stands.get(name), Sealed)}
    return {**stands, **{name: value for name, value in asked.items() if name not in kept}}


def guard(world: World, desired: Desired, row: Row | None) -> None:
    """Entries without an address, or with one that another has."""
    for name, provider in PROVIDERS.items():
        entries = (desired.values.get(name) or {}).get(provider.entries) or []
        addresses = [provider.at(one) for one in entries]
        for one in entries:
            if not one[provider.address[0]]:
                raise InvalidInput(f"{name}.{provider.entries} has an entry with an empty {provider.address[0]}")
            if addresses.count(provider.at(one)) > 1:
                raise InvalidInput(
                    f"{name}.{provider.entries} has {provider.label(one)} more than once; make one entry of them"
                )


def change(row: Row, values: Values) -> tuple[Call, ...]:
    """Forget providers that were reset; then all that remains, in one request.

    :raises Refused: if that needs secrets that nobody gave
    """
    providers = {name: value for name, value in values.items() if name in PROVIDERS}
    gone = sorted(name for name, value in providers.items() if value is None)
    calls = [Call(RESET, {"keys": gone})] if gone else []
    if len(gone) < len(values):
        after = {**{name: row.values.get(name) for name in PROVIDERS}, **providers}
        missing = [one for name, value in after.items() if value for one in _unknown(name, value)]
        if missing:
            raise Refused(
                "Changing the storage settings sends all of them anew, and the server does not show what it has: give "
                f"{', '.join(missing)} too, or reset the provider with null first"
            )
        calls.append(Call(SET, {name: _whole(name, value, row) for name, value in after.items() if value}))
    return tuple(calls)


def _unknown(name: str, value: Values) -> list[str]:
    """The secrets of a provider that cannot be sent."""
    provider = PROVIDERS[name]
    labelled = [(name, provider.own, value)] + [
        (f"{name} {provider.label(one)}", provider.entry, one) for one in value[provider.entries]
    ]
    return [
        f"{secret} of {label}"
        for label, form, entry in labelled
        for secret in form.secrets
        if entry[secret] == MASK and not isinstance(entry[secret], Sealed)
    ]


def _whole(name: str, value: Values, row: Row) -> dict[str, t.Any]:
    """A provider as it is sent; an empty text clears what was there."""
    provider = PROVIDERS[name]
    before = row.values.get(name) or {}
    cleared = {key: "" for key in (*provider.own.texts, *provider.own.secrets) if before.get(key)}
    own = {key: item for key, item in value.items() if key != provider.entries}
    return {**cleared, **_opened(own), provider.entries: [_opened(entry) for entry in value[provider.entries]]}


def _opened(entry: Values) -> dict[str, t.Any]:
    """What is set of an entry, with its secrets in clear."""
    return {
        name: value.text if isinstance(value, Sealed) else value for name, value in entry.items() if value is not None
    }


def shown_settings(world: World) -> dict[str, t.Any]:
    """All settings for somebody who only reads, without their secrets."""
    (row,) = read(world, Desired({}))
    return {name: hide(provider.normal(row.get(name))) for name, provider in PROVIDERS.items()}


STORAGE_SETTINGS = Entity(
    kind="storage_settings",
    key="",
    read=read,
    resolve=resolve,
    guard=guard,
    updates=(Update(SET, calls=change),),
    fields=(
        *(
            Field(name, SET, normal=one.normal, adapt=on_top(name), null=None, mask=hide)
            for name, one in PROVIDERS.items()
        ),
        Field("secrets", SET, readable=False, rewrite="update_secret"),
    ),
)

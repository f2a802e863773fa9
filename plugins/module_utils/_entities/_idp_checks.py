# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the server would not tell about a connection's settings, or only at somebody's login."""

from __future__ import annotations

import difflib
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_fields import (
    OWN,
    Provider,
    asked,
    settings,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_template import Form
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Values
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ApiError, InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import SECRET
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World


def check_provider(name: str, supported: t.Sequence[Values]) -> None:
    """Refuse a kind of provider that the server does not have.

    :raises InvalidInput: naming a near match, or where LDAP is configured instead
    """
    known = sorted(str(one["id"]) for one in supported)
    if name in known or (not known and name != "ldap"):
        return
    if name.lower() == "ldap":
        raise InvalidInput(
            f"provider is {name!r}, and ClearML takes LDAP from the server's environment only: set "
            "CLEARML__apiserver__auth__fixed_user_providers__ldap__* (and CLEARML__secure__... for the password) there"
        )
    near = difflib.get_close_matches(name.lower(), known, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise InvalidInput(f"provider is {name!r}, and this server supports {', '.join(known)}{hint}")


def check_options(provider: Provider, values: Values) -> None:
    """Refuse an option whose key on this server nobody knows.

    :raises InvalidInput: naming it and the way around
    """
    for one in asked(values):
        if one.option in provider.keys:
            continue
        way = f"give it in {'secrets' if one.secret else 'configuration'} by the key that the server has for it"
        if provider.form is None:
            raise InvalidInput(
                f"The configuration template of provider {str(provider)!r} cannot be read, so nothing tells where the "
                f"server has {one.option}; {way}"
            )
        called = f" or a label {one.label!r}" if one.label else ""
        raise InvalidInput(
            f"The template of provider {str(provider)!r} has no key {one.option!r}{called}, so {one.option} cannot be "
            f"set; leave it out, or {way}. There are {', '.join(sorted(_settable(provider.form)))}"
        )


def check_keys(provider: Provider, values: Values) -> None:
    """Refuse keys that the template lacks, secrets where they would be shown, and what is given twice.

    :raises InvalidInput: naming the key
    """
    configuration, secrets = (values.get(option) or {} for option in ("configuration", "secrets"))
    named = {provider.keys.get(one.option, one.option): one.option for one in asked(values)}
    for option, given in (("configuration", configuration), ("secrets", secrets)):
        for key in sorted(given):
            if key in OWN or key in named:
                raise InvalidInput(
                    f"{option} has {key}, which is the option {named.get(key, key)}; give it there alone"
                )
    both = sorted(set(configuration) & set(secrets))
    misplaced = sorted(key for key, value in configuration.items() if _is_secret(provider, key, value))
    if both or misplaced:
        raise InvalidInput(
            f"configuration has {', '.join(both or misplaced)}; give secrets as secrets, so that they are not shown"
        )
    known = _settable(provider.form) if provider.form is not None else {}
    for key in sorted({*configuration, *secrets} - set(known)) if known else ():
        near = difflib.get_close_matches(key, list(known), 1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; it knows {', '.join(sorted(known))}"
        raise InvalidInput(f"The provider {str(provider)!r} has no setting {key!r}{hint}")


def _settable(form: Form) -> Form:
    return {key: entry for key, entry in form.items() if not entry.readonly and key not in OWN}


def _is_secret(provider: Provider, key: str, value: t.Any) -> bool:
    if provider.form is not None and key in provider.form:
        return provider.form[key].secret
    return SECRET.search(key) is not None and not isinstance(value, bool)


def check_complete(provider: Provider, values: Values) -> None:
    """Refuse to create a connection without what the template requires.

    :raises InvalidInput: naming all that is missing
    """
    sent = settings(provider, values)
    missing = [
        entry
        for key, entry in _settable(provider.form or {}).items()
        if entry.required and entry.value in (None, "") and sent.get(key) in (None, "")
    ]
    if missing:
        options = {key: option for option, key in provider.keys.items()}
        names = ", ".join(options.get(entry.key, entry.key) for entry in missing)
        raise InvalidInput(
            f"There is no identity provider {values.get('display_name')!r} yet, and to create one of provider "
            f"{str(provider)!r} these are needed too: {names}"
        )


def check_by_trial(world: World, provider: str | None, configuration: Values) -> None:
    """Let the server try the settings.

    :raises Refused: in the server's words
    """
    try:
        world.user.read("sso.test_provider_configuration", {"provider": provider, "configuration": configuration})
    except ApiError as error:
        raise Refused(
            f"The server tried the settings of {configuration['display_name']!r} and refused them: {error}"
        ) from None

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may open running applications of a company, and its settings for single sign-on: what they look like."""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Row, Values, as_set
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput

#: Who may open an application.
AUDIENCES = ("all", "owner", "groups")
RULES = ("applications", "categories")


def access(value: t.Any) -> dict[str, t.Any]:
    """Access to applications; a rule is a word, for the API a map with it."""
    value = value or {}
    return {
        "allowed": value.get("allowed"),
        "admin_access_all": value.get("admin_access_all"),
        **{name: _words(value.get(name) or {}) for name in RULES},
    }


def _words(rules: Values) -> dict[str, t.Any]:
    words = {key: item.get("allowed") if isinstance(item, t.Mapping) else item for key, item in rules.items()}
    return {key: word for key, word in words.items() if word is not None}


def access_on_top(value: t.Any, row: Row) -> dict[str, t.Any]:
    """What is asked on top of what stands; a rule that is null goes."""
    merged = access(row.values.get("app_instance_access"))
    for name in ("allowed", "admin_access_all"):
        if value.get(name) is not None:
            merged[name] = value[name]
    return {**merged, **{name: _words({**merged[name], **(value.get(name) or {})}) for name in RULES}}


def encode_access(value: t.Any) -> dict[str, t.Any]:
    """The whole rule as the API takes it."""
    value = access(value)
    flags = {name: value[name] for name in ("allowed", "admin_access_all") if value[name] is not None}
    rules = {name: {key: {"allowed": word} for key, word in value[name].items()} for name in RULES}
    return {**flags, **rules}


def check_access(value: t.Any) -> None:
    """Refuse audiences that do not exist.

    :raises InvalidInput: naming the rule
    """
    for name in RULES:
        for key, word in ((value or {}).get(name) or {}).items():
            if word is not None and word not in AUDIENCES:
                raise InvalidInput(
                    f"app_instance_access.{name}[{key!r}] is {word!r}; it is one of {', '.join(AUDIENCES)}, or null to "
                    "remove it"
                )


def sign_on(value: t.Any) -> dict[str, t.Any]:
    """Settings for single sign-on, in the API's words or in those of the option; one name for a group is a list too."""
    value = dict(value or {})
    other = value.pop("other", None) or {}
    tenants = value.pop("external_tenant", None), value.pop("tenant", None)
    mapping, admins = value.pop("group_mapping", None) or {}, value.pop("admin_groups", None)
    return {
        "external_tenant": next(filter(None, tenants), None),
        "group_mapping": {key: as_set([names] if isinstance(names, str) else names) for key, names in mapping.items()},
        "admin_groups": as_set(admins),
        "other": {key: item for key, item in {**value, **other}.items() if item is not None},
    }


def sign_on_on_top(value: t.Any, row: Row) -> t.Any:
    """What is asked on top of what the server shows; null is nothing at all."""
    if value is None:
        return None
    stands = sign_on(row.values.get("sso"))
    asked = {name: item for name, item in value.items() if item is not None}
    return {**stands, **asked, "other": {**stands["other"], **(asked.get("other") or {})}}


def encode_sign_on(value: t.Any) -> dict[str, t.Any]:
    """The whole as the API takes it: a group that maps to one other is a text, as in the vendor's example."""
    value = sign_on(value)
    mapping = {key: names[0] if len(names) == 1 else names for key, names in value["group_mapping"].items()}
    parts = {"tenant": value["external_tenant"], "group_mapping": mapping, "admin_groups": value["admin_groups"]}
    return {key: item for key, item in {**value["other"], **parts}.items() if item not in (None, [], {})}


def check_sign_on(value: t.Any) -> None:
    """Refuse groups that are no texts, and keys that have an option of their own.

    :raises InvalidInput: naming them
    """
    value = value or {}
    for key, names in (value.get("group_mapping") or {}).items():
        if not (isinstance(names, str) or (isinstance(names, list) and all(isinstance(one, str) for one in names))):
            raise InvalidInput(f"sso.group_mapping[{key!r}] is {names!r}; give the name of a group, or a list of names")
    for key in ("tenant", "group_mapping", "admin_groups"):
        if key in (value.get("other") or {}):
            own = "external_tenant" if key == "tenant" else key
            raise InvalidInput(f"sso.other has {key!r}; give it as sso.{own}")

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Named switches: one for every question that the contract leaves open or answers twice.

The default is the reading that asks more of a client, unless the published installation guide
would stop working.  README.md carries the same table; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Value = bool | int | str | list[str]


@dataclass(frozen=True)
class Switch:
    """One switch; ``choices`` is empty where any value of the default's type will do."""

    name: str
    default: Value
    choices: tuple[Value, ...]
    meaning: str


_BOTH = (True, False)

SWITCHES: tuple[Switch, ...] = (
    Switch(
        "system_crosses_companies",
        True,
        _BOTH,
        "a system caller reaches people of other companies; false leaves that to root, as open source does",
    ),
    Switch("admin_creates_users", False, _BOTH, "auth.create_user also takes role admin, in the own company"),
    Switch(
        "rename_scope",
        "admin_only",
        ("admin_only", "admin_or_system"),
        "who may call organization.update_company_name and update_company_logo",
    ),
    Switch(
        "settings_update",
        "replace",
        ("replace", "merge"),
        "system.update_company_settings resets settings that it was not given, or keeps them",
    ),
    Switch("domains_update", "replace", ("replace", "merge"), "login.set_domains takes the whole list, or adds to it"),
    Switch(
        "company_info_shows_settings",
        False,
        _BOTH,
        "system.company_info.defaults shows every setting; allowed_users is there in any case",
    ),
    Switch("company_info_shows_sso", False, _BOTH, "the same has sso, what system.update_company_sso_config stored"),
    Switch(
        "app_access_update",
        "replace",
        ("replace", "merge"),
        "system.update_company_app_instance_access takes the whole rule, or adds to it",
    ),
    Switch(
        "storage_secrets",
        "masked",
        ("masked", "clear", "absent"),
        "how storage.get_settings and get_user_settings show secrets",
    ),
    Switch(
        "storage_update",
        "replace",
        ("replace", "per_provider", "merge"),
        "storage.set_settings resets providers that it was not given, or keeps them and replaces those that it was "
        "given, or keeps their other keys too",
    ),
    Switch("delete_user_keeps_profile", True, _BOTH, "auth.delete_user leaves the profile behind"),
    Switch(
        "deleted_companies_listed",
        True,
        _BOTH,
        "system.get_companies and tenants.get_tenants show deleted companies, with active false",
    ),
    Switch("unique_company_names", True, _BOTH, "a second company of the same name is refused with 400/801"),
    Switch(
        "deleted_company_names",
        "free",
        ("free", "taken"),
        "whether a deleted company's name can be used again while names are unique",
    ),
    Switch(
        "get_companies_name_is", "substring", ("substring", "exact_ignore_case"), "how system.get_companies reads name"
    ),
    Switch("users_info_keyed_by", "id", ("id", "email"), "the keys of auth.get_users_info.users"),
    Switch(
        "service_users_in_user_lists",
        True,
        _BOTH,
        "users.get_all, get_all_ex and get_tenant_info show service accounts among the people",
    ),
    Switch("internal_users_listed", True, _BOTH, "the same lists show users that were made with internal true"),
    Switch(
        "queue_metadata_old_versions_empty",
        True,
        _BOTH,
        "requests below API 2.17 read queue metadata as an empty list, as recorded",
    ),
    Switch(
        "expiration_over_max",
        "clamp",
        ("clamp", "refuse"),
        "a key lifetime over max_expiration_sec is cut to it, or refused with 400/12",
    ),
    Switch("deleted_company_keys_work", False, _BOTH, "keys of a deleted company's users still log in"),
    Switch(
        "sso_template_shape",
        "groups",
        ("flat", "fields", "groups", "opaque"),
        "the form of config_template in sso.get_provider_configuration_template; opaque names no field",
    ),
    Switch(
        "sso_template_secrets",
        "masked",
        ("masked", "clear", "absent"),
        "how the template of a stored configuration shows its secrets",
    ),
    Switch("sso_saved_active", False, _BOTH, "a new configuration of sso.save_provider_configuration starts active"),
    Switch(
        "sso_save",
        "replace",
        ("replace", "merge"),
        "sso.save_provider_configuration drops the stored keys that it was not given, or keeps them",
    ),
    Switch(
        "sso_save_checks_required",
        True,
        _BOTH,
        "sso.save_provider_configuration refuses a result without the required keys with 400/1403",
    ),
    Switch(
        "sso_id_chosen_by_caller",
        True,
        _BOTH,
        "a new configuration has the id in it; false makes one up and ignores the one given",
    ),
    Switch(
        "sso_unknown_keys",
        "ignored",
        ("ignored", "refused"),
        "keys that the provider's form lacks are dropped without a word, or refused with 400/16",
    ),
    Switch(
        "permissions_update",
        "replace",
        ("replace", "merge"),
        "permissions.add_or_update_* reset the description, members or entity that they were not given, or keep them",
    ),
    Switch(
        "vault_update",
        "replace",
        ("replace", "merge"),
        "users.add_or_update_vault resets the fields of a vault that it was not given, or keeps them",
    ),
    Switch(
        "vault_data",
        "rendered",
        ("rendered", "verbatim"),
        "lists show the data of a vault anew, without comments and in another order, or as it was given",
    ),
    Switch(
        "organization_vaults_have_users",
        False,
        _BOTH,
        "users.get_organization_vaults also shows vaults of single users",
    ),
    Switch(
        "vaults_readable",
        True,
        _BOTH,
        "vaults show their data; false is a server with encrypted vaults whose encryption is off (editable false)",
    ),
    Switch(
        "group_system_means",
        "built_in",
        ("built_in", "editable"),
        "what a group's system: true says, that the server made it or that it may be edited",
    ),
    Switch("unique_group_names", False, _BOTH, "a second group of the same name is refused with 400/801"),
    Switch("unique_access_rule_names", False, _BOTH, "a second access rule of the same name is refused with 400/801"),
    Switch(
        "deleted_groups_stay_in_rules", True, _BOTH, "access rules still name a group that was deleted, without a name"
    ),
    Switch(
        "restore_default_rules",
        "missing",
        ("missing", "anew"),
        "permissions.restore_default_access_rules makes the rules that are missing, or all of them anew",
    ),
    Switch("app_queues", [], (), "names of the queues that system.create_company makes along with the company"),
    Switch(
        "tasks_run",
        "completed",
        ("completed", "failed", "stuck", "ignored"),
        "what becomes of a task that waits in the queue of a connected worker; stuck runs until it is stopped",
    ),
    Switch("missing_endpoints", [], (), "endpoints that this (older) server lacks: 404/0"),
    Switch("server_version", "3.30.0", (), "what server.info answers as version"),
    Switch("api_version", "2.37", (), "the newest API version that the server speaks"),
    Switch("max_credentials", 0, (), "keys per user, 0 for any number; one more is refused with 400/76"),
    Switch("max_expiration_sec", 0, (), "longest key lifetime for callers that are no admins, 0 for any"),
    Switch("default_expiration_sec", 0, (), "key lifetime when none is asked for, 0 for endless"),
)

BY_NAME: dict[str, Switch] = {switch.name: switch for switch in SWITCHES}

OPEN_SOURCE: dict[str, Value] = {
    "system_crosses_companies": False,
    "server_version": "2.0.0",
    "api_version": "2.31",
    "missing_endpoints": ["auth.delete_user"],
}
"""The settings under which the lab answers like the recorded open-source server."""


class SwitchError(ValueError):
    """A switch that does not exist, or a value that it does not have."""


class Switches:
    """The current values; read as ``switches["name"]`` or through the typed helpers."""

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        self._values: dict[str, Value] = {switch.name: switch.default for switch in SWITCHES}
        self.update(values or {})

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def on(self, name: str) -> bool:
        """Whether a true-or-false switch is on."""
        return self._values[name] is True

    def text(self, name: str) -> str:
        """A switch whose value is text."""
        return str(self._values[name])

    def number(self, name: str) -> int:
        """A switch whose value is a number."""
        value = self._values[name]
        return value if isinstance(value, int) else 0

    def names(self, name: str) -> list[str]:
        """A switch whose value is a list of names."""
        value = self._values[name]
        return value if isinstance(value, list) else []

    def update(self, values: Mapping[str, Any]) -> None:
        """Change some switches, all or none of them."""
        checked = {name: check(name, value) for name, value in values.items()}
        self._values.update(checked)

    def as_dict(self) -> dict[str, Value]:
        """Every switch with its current value."""
        return dict(self._values)


def check(name: str, value: Any) -> Value:
    """The value if the switch can have it; SwitchError says what it can have."""
    switch = BY_NAME.get(name)
    if switch is None:
        raise SwitchError(f"there is no switch {name!r}; there are {', '.join(BY_NAME)}")
    if switch.choices:
        match = next((choice for choice in switch.choices if choice == value and type(choice) is type(value)), None)
        if match is None:
            raise SwitchError(f"{name} is one of {', '.join(map(str, switch.choices))}, not {value!r}")
        return match
    if isinstance(switch.default, list):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise SwitchError(f"{name} is a list of names, not {value!r}")
        return list(value)
    if type(value) is not type(switch.default):
        raise SwitchError(f"{name} is of type {type(switch.default).__name__}, not {value!r}")
    accepted: Value = value
    return accepted


def table() -> str:
    """The switches as a Markdown table."""
    lines = ["| switch | default | other values | meaning |", "|---|---|---|---|"]
    for switch in SWITCHES:
        others = [_shown(choice) for choice in switch.choices if choice != switch.default]
        lines.append(f"| `{switch.name}` | {_shown(switch.default)} | {', '.join(others)} | {switch.meaning} |")
    return "\n".join(lines)


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if value or isinstance(value, int) else "none"


def parse(assignment: str) -> tuple[str, Value]:
    """A command line's ``name=value``; lists are separated by commas."""
    name, equals, text = assignment.partition("=")
    switch = BY_NAME.get(name)
    if not equals or switch is None:
        raise SwitchError(f"expected name=value with one of {', '.join(BY_NAME)}, not {assignment!r}")
    if isinstance(switch.default, bool):
        value: Any = {"true": True, "false": False}.get(text.lower(), text)
    elif isinstance(switch.default, int):
        value = int(text) if text.isdigit() else text
    elif isinstance(switch.default, list):
        value = [item for item in text.split(",") if item]
    else:
        value = text
    return name, check(name, value)

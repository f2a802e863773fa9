# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Companies."""

from __future__ import annotations

import typing as t

from tests.entities.sample import Options, Sample


def access(given: t.Any) -> Options:
    """Access as results show it."""
    empty = {"allowed": None, "admin_access_all": None, "applications": {}, "categories": {}}
    return {**empty, **{key: value for key, value in given.items() if value is not None}}


UNREADABLE: dict[str, tuple[t.Any, ...]] = {
    "allowed_service_users": (4, 5, 0),
    "allow_service_user_admins": (True, False),
    "max_running_apps": (3, 4, 0),
    "feature_set": ("basic", "advanced"),
    "features": (["queues", "applications"], ["queues"], []),
    "exclude_features": (["reports"], ["pipelines", "reports"], []),
    "supported_application_ids": (["jupyter", "vscode"], ["jupyter"], []),
    "supported_application_categories": (["ide"], ["ide", "serving"], []),
    "excluded_application_categories": (["llm"], ["llm", "Größe"], []),
    "app_access_by_owners": (["jupyter"], ["vscode"], []),
    "admin_access_all_apps": (True, False),
    "cookie_domain": ("acme.example", "b.example", None),
    "sso": (
        {
            "external_tenant": "ext-1",
            "group_mapping": {"research": "Modellers", "it": ["Ops", "Admins"]},
            "admin_groups": ["it"],
            "other": {"case_sensitive": False},
        },
        {"external_tenant": "ext-2"},
        None,
    ),
}

SAMPLE = Sample(
    module="company",
    key="name",
    in_company=False,
    platform=True,
    first={
        "name": "globex",
        "allowed_users": 20,
        "app_instance_access": {"allowed": "groups", "admin_access_all": True, "applications": {"jupyter": "owner"}},
        "custom_events": {"a": {"b": [1, "x"]}},
        **{option: values[0] for option, values in UNREADABLE.items()},
    },
    changes={
        "allowed_users": (21, 0),
        "app_instance_access": (
            {"allowed": "all", "admin_access_all": False, "applications": {"jupyter": "all"}},
            {"allowed": "owner", "admin_access_all": False, "applications": {"jupyter": "all", "b'\"": "groups"}},
        ),
        "custom_events": ({"c": True}, None),
        **{option: values[1:] for option, values in UNREADABLE.items()},
    },
    shows={"app_instance_access": access, "custom_events": lambda given: given or {}},
    unseen=tuple(UNREADABLE),
    always={"update_unreadable": "always"},
    steering={
        "update_unreadable": "test_company.py::test_unreadable_settings_follow_the_convention",
        "confirm_name": "test_company.py::test_removal_needs_confirmation_and_force",
        "force": "test_company.py::test_removal_needs_confirmation_and_force",
        "logo": "test_company_settings.py::test_a_logo_is_sent_if_asked",
    },
    removal={"confirm_name": "globex"},
    table="companies",
)

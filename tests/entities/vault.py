# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Vaults."""

from __future__ import annotations

import typing as t

import yaml

from tests.entities.sample import Sample

MASK = "********"
FIRST = "sdk: {aws: {s3: {key: acme, secret: hunter2}}}"
OTHER = "sdk: {aws: {s3: {key: acme, secret: hunter3, region: eu}}}"


def masked(given: t.Any) -> t.Any:
    """Settings by name, without their values."""
    tree = yaml.safe_load(given) if isinstance(given, str) else given
    return {key: masked(item) for key, item in tree.items()} if isinstance(tree, dict) else MASK


SAMPLE = Sample(
    module="vault",
    key="description",
    parents=(("group", {"name": "researchers"}),),
    first={
        "description": "Bucket of models",
        "scope": "group",
        "group": "researchers",
        "type": "config",
        "format": "yaml",
        "content": FIRST,
        "enabled": True,
    },
    changes={"enabled": (False, True), "content": (OTHER,)},
    beside={"scope": "group", "group": "researchers"},
    shows={"content": masked},
    steering={
        "scope": "test_vault.py::test_whose_it_is",
        "group": "test_vault.py::test_whose_it_is",
        "user": "test_vault.py::test_whose_it_is",
        "service_account": "test_vault.py::test_whose_it_is",
        "type": "test_vault.py::test_types_are_apart",
        "format": "test_vault.py::test_another_format_needs_the_content",
        "update_secret": "test_vault.py::test_an_encrypted_vault",
    },
    removal={"scope": "group", "group": "researchers"},
    renamed="Bucket of all models",
    table="vaults",
)

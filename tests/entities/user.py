# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users."""

from __future__ import annotations

from tests.entities.sample import Sample

SAMPLE = Sample(
    module="user",
    key="email",
    first={
        "email": "bob@acme.example",
        "name": "Bob Ray",
        "given_name": "Bob",
        "family_name": "Ray",
        "avatar": "https://acme.example/bob.png",
        "role": "user",
        "internal": True,
    },
    changes={
        "name": ("Robert 'Bob' Räy 🚀", "a.*b"),
        "given_name": ("Robert",),
        "family_name": ("Räy",),
        "avatar": ("https://acme.example/robert.png",),
        "role": ("admin", "consumer", "superuser", "user"),
    },
    steering={"internal": "test_user.py::test_internal_users"},
    unseen=("internal",),
    platform=True,
    names=("a+b@acme.example", "A.B@acme.example", "größe@acme.example", "x'y@acme.example", ".*@acme.example"),
)

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Login rules."""

from __future__ import annotations

from tests.entities.sample import Sample

SAMPLE = Sample(
    module="login_rules",
    key="",
    first={"domains": ["acme.example"], "whitelist": [{"email": "x@y.example", "role": "user"}]},
    changes={
        "domains": (["b.example", "a.example"], [], ["c.example"], None),
        "whitelist": (
            [{"email": "x@y.example", "role": "admin"}],
            [{"email": "z@y.example", "role": "consumer"}],
            None,
        ),
    },
    shows={"domains": lambda given: sorted(given or []), "whitelist": lambda given: given or []},
    removable=False,
)

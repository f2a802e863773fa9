# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""debug: is anybody there?"""

from __future__ import annotations

from lab.endpoints.registry import Call, endpoint
from lab.world.records import Json


@endpoint("debug.ping", writes=False)
def ping(_call: Call) -> Json:
    """The one endpoint that asks nothing and knows nothing."""
    return {"msg": "ClearML API lab"}

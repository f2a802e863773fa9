# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workers of a company as they are at this moment."""

from __future__ import annotations

import datetime as dt
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Values
from ansible_collections.clearml.enterprise.plugins.module_utils._stamps import server_time
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World


def connected(world: World) -> tuple[list[Values], dt.datetime]:
    """All workers that the server knows, however long they have been silent, by name; and its time of day."""
    reply = world.user.call("workers.get_all", {"last_seen": 0})
    rows: list[t.Any] = reply.data.get("workers") or []
    now = server_time(reply.date, (row.get("last_report_time") for row in rows))
    return sorted(rows, key=lambda row: str(row["id"])), now

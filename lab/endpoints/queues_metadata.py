# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""queues: metadata items one by one."""

from __future__ import annotations

from lab.endpoints.queue_access import find, touch
from lab.endpoints.registry import Call, endpoint
from lab.world.records import Json


@endpoint("queues.add_or_update_metadata", writes=True)
def add_or_update_metadata(call: Call) -> Json:
    """Merge items by key, or replace them all."""
    queue = find(call, call.body["queue"])
    given = {item["key"]: item for item in call.body["metadata"]}
    queue.metadata = given if call.body.get("replace_metadata") else {**queue.metadata, **given}
    touch(queue)
    return {"updated": 1}


@endpoint("queues.delete_metadata", writes=True)
def delete_metadata(call: Call) -> Json:
    """Remove items; unknown keys are fine."""
    queue = find(call, call.body["queue"])
    gone = set(call.body["keys"])
    queue.metadata = {key: item for key, item in queue.metadata.items() if key not in gone}
    touch(queue)
    return {"updated": 1}

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""events: the log of a task."""

from __future__ import annotations

from lab.endpoints.registry import Call, endpoint
from lab.endpoints.tasks import find_task
from lab.world.records import Json

_BATCH = 500


@endpoint("events.get_task_log", writes=False)
def get_task_log(call: Call) -> Json:
    """Lines from the newest backwards, or from the oldest on; ``order`` sorts within the answer."""
    task = find_task(call)
    body = call.body
    earlier = body.get("navigate_earlier") is not False
    start = body.get("from_timestamp")
    lines = task.log
    if start is not None:
        lines = [line for line in lines if (line["timestamp"] <= start if earlier else line["timestamp"] >= start)]
    size = body.get("batch_size") or _BATCH
    taken = lines[-size:] if earlier else lines[:size]
    descending = (body.get("order") or ("desc" if earlier else "asc")) == "desc"
    return {"events": taken[::-1] if descending else taken, "returned": len(taken), "total": len(task.log)}

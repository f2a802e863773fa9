# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with queues and workers, in plain words. Pure functions of the server's rows and a time.

A finding is a map of code (for programs), subject (what it is about) and text (a sentence for people).
"""

from __future__ import annotations

import datetime as dt
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Values
from ansible_collections.clearml.enterprise.plugins.module_utils._stamps import moment

Rows = t.Sequence[Values]
Finding = dict[str, str]

#: The built-in group that reaches everything, so that its rules say nothing about anybody else; and that of everybody.
ADMINS, EVERYBODY = "Admins", "Users"
#: How an access rule names all objects of its type.
ALL = (None, "", "*")


def finding(code: str, subject: str, text: str) -> Finding:
    """One finding."""
    return {"code": code, "subject": subject, "text": text}


def minutes_since(stamp: t.Any, now: dt.datetime) -> float:
    """Minutes from a stamp to now; 0 if there is no stamp, or it lies ahead."""
    then = moment(stamp)
    return max(0.0, (now - then).total_seconds() / 60) if then else 0.0


def about_workers(workers: Rows, now: dt.datetime, silent_after: float) -> list[Finding]:
    """Workers that have not reported for longer than ``silent_after`` minutes."""
    found = []
    for worker in workers:
        silent = minutes_since(worker.get("last_report_time"), now)
        if silent > silent_after:
            task = worker.get("task") or {}
            busy = f", in the middle of task {(task.get('name') or task['id'])!r}" if task.get("id") else ""
            text = f"Worker {worker['id']!r} has been silent for {_minutes(silent)}{busy}"
            found.append(finding("worker_silent", worker["id"], text))
    return found


def about_queues(
    queues: Rows, workers: Rows, now: dt.datetime, silent_after: float, waiting_longer_than: float
) -> list[Finding]:
    """Queues that nobody works on, and those in which tasks wait for longer than ``waiting_longer_than`` minutes."""
    found = []
    for queue in queues:
        name = queue["name"]
        waits = [minutes_since(entry.get("added"), now) for entry in queue.get("entries") or []]
        listening = [one for one in workers if any(row.get("id") == queue["id"] for row in one.get("queues") or [])]
        if len(about_workers(listening, now, silent_after)) == len(listening):
            held = f"; {_tasks(len(waits))} in it" if waits else ""
            who = (
                f"Everybody who listens to queue {name!r} is silent"
                if listening
                else f"No worker listens to queue {name!r}"
            )
            found.append(finding("queue_without_workers", name, f"{who}{held}"))
        late = [one for one in waits if one > waiting_longer_than]
        if late:
            text = f"{_tasks(len(late))} in queue {name!r} for too long, up to {_minutes(max(late))}"
            found.append(finding("task_waiting", name, text))
    return found


def out_of_reach(queues: Rows, rules: Rows, groups: Rows) -> list[Finding]:
    """Queues that no access rule opens for anybody but admins. Those of resource policies go by their policy.

    :param rules: of permissions.get_access_rules
    :param groups: of permissions.get_user_groups; a group that is not among them counts as one with members
    """
    empty = {group["id"] for group in groups if not group.get("users") and group.get("name") != EVERYBODY}

    def opens(rule: Values) -> bool:
        others = [one for one in rule.get("groups") or [] if one.get("name") != ADMINS and one["id"] not in empty]
        return bool(rule.get("users") or others)

    of_queues = [rule for rule in rules if rule.get("entity_type") == "queue" and opens(rule)]
    if any(rule.get("entity_id") in ALL for rule in of_queues):
        return []
    open_ids = {rule.get("entity_id") for rule in of_queues}
    return [
        finding(
            "queue_out_of_reach", queue["name"], f"No access rule lets anybody but admins use queue {queue['name']!r}"
        )
        for queue in queues
        if queue["id"] not in open_ids and not queue.get("profile_connection")
    ]


def _minutes(value: float) -> str:
    whole = int(value)
    return f"{whole} minute{'' if whole == 1 else 's'}"


def _tasks(count: int) -> str:
    return "1 task waits" if count == 1 else f"{count} tasks wait"

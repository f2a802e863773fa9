# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times, numbers and names in the words of reports."""

from __future__ import annotations

import re
import typing as t
from datetime import datetime, timedelta, timezone

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: What an action is called while it is yet to be done, and after it was.
ACTIONS = {
    "create": ("to create", "created"),
    "update": ("to update", "updated"),
    "delete": ("to delete", "deleted"),
    "install": ("to install", "installed"),
    "upgrade": ("to upgrade", "upgraded"),
    "recover": ("to recover", "recovered"),
}
#: Characters that nobody sees, or that turn the text beside them around; a picture stands for the control characters.
UNSEEN = {
    **{code: chr(0x2400 + code) for code in range(0x20) if code not in (0x09, 0x0A)},
    0x7F: "\u2421",
    **{
        code: f"\u27e8U+{code:04X}\u27e9"
        for span in (range(0x80, 0xA0), range(0x200B, 0x200D), range(0x200E, 0x2010), range(0x2028, 0x202F))
        for code in span
    },
    **{code: f"\u27e8U+{code:04X}\u27e9" for code in (0x2060, *range(0x2066, 0x206A), 0xFEFF)},
}
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def visible(text: str) -> str:
    """The text with something to see for every character, in what UTF-8 can hold."""
    return LONE_SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").translate(UNSEEN))


def moment(text: t.Any) -> datetime:
    """A point in time from ISO 8601 with a zone.

    :raises ValueError: if it is none
    """
    if not isinstance(text, str):
        raise ValueError("a time is a text in ISO 8601")
    found = datetime.fromisoformat(re.sub("[Zz]$", "+00:00", str(text)))
    if found.tzinfo is None:
        raise ValueError("a time needs a zone")
    return found.astimezone(timezone.utc).replace(microsecond=0)


def iso(when: datetime) -> str:
    """As reports write it."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def date(when: datetime) -> str:
    """As people write a day."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def clock(when: datetime) -> str:
    """As people write a day and a time."""
    return f"{date(when)}, {when:%H:%M} UTC"


def length(span: timedelta) -> str:
    """A length of time, in its largest unit."""
    for seconds, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        # Nights do not start to the second: 23 hours and a half are a day.
        if span.total_seconds() >= seconds * (0.95 if unit == "day" else 1):
            return number(round(span.total_seconds() / seconds), unit)
    return "less than a minute"


def age(since: datetime, now: datetime) -> str:
    """For how long something has been so, at a report's time."""
    return f"for {length(now - since)}" if now > since else "new"


def number(count: int, one: str, many: str = "") -> str:
    """A number of things."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def action(item: t.Mapping[str, t.Any]) -> str:
    """What is to be done about a thing, or was."""
    if item["error"]:
        return f"{item['action']} failed"
    todo, done = ACTIONS.get(item["action"], (f"to {item['action']}", f"{item['action']}: done"))
    return done if item["repaired"] else todo


def summary(report: t.Mapping[str, t.Any]) -> str:
    """A report in one sentence."""
    counts, platform = report["counts"], report["platform"]["state"]
    if report["quiet"]:
        return f"{_everybody(counts['tenants'])} as declared."
    verbs = {"failed": "failed", "drifted": "drifted", "repaired": "was repaired"}
    parts = [f"{counts[state]} {_verb(verbs[state], counts[state])}" for state in verbs if counts[state]]
    said = " and ".join(", ".join(some) for some in (parts[:-1], parts[-1:]) if some) or "none drifted"
    tenants = f"Of {number(counts['tenants'], 'tenant')}, {said}; " if counts["tenants"] else ""
    return f"{tenants}the platform {verbs.get(platform, 'is in sync')}."


def _verb(verb: str, count: int) -> str:
    return verb if count == 1 else verb.replace("was", "were")


def _everybody(tenants: int) -> str:
    names = {0: "The platform is", 1: "The platform and its tenant are"}
    return names.get(tenants, f"All {tenants} tenants and the platform are")

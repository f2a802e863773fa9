# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server's time stamps, and what the time is on the server."""

from __future__ import annotations

import datetime as dt
import email.utils
import typing as t


def moment(stamp: t.Any) -> dt.datetime | None:
    """The moment of an ISO 8601 stamp (UTC where it names no zone); None if it is none."""
    try:
        parsed = dt.datetime.fromisoformat(str(stamp).replace("Z", "+00:00"))
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.timezone.utc)


def seconds_between(earlier: t.Any, later: t.Any) -> float | None:
    """Seconds from one stamp to another; None where either is missing."""
    first, last = moment(earlier), moment(later)
    return round((last - first).total_seconds(), 3) if first and last else None


def server_time(date: str, stamps: t.Iterable[t.Any]) -> dt.datetime:
    """What the time is on the server: what the answer's Date header says, and not before the newest stamp in it.

    The controller's own clock is asked only if there is no such header: the two may differ by hours.
    """
    try:
        now = email.utils.parsedate_to_datetime(date)
    except (TypeError, ValueError):
        now = dt.datetime.now(dt.timezone.utc)
    if now.tzinfo is None:
        now = now.replace(tzinfo=dt.timezone.utc)
    return max([now, *filter(None, map(moment, stamps))])

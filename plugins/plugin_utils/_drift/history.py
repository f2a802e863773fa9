# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports of earlier nights: how long something has been so, and how the numbers went."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field
from datetime import datetime

from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.findings import PLATFORM, Json, Key
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.words import iso, moment, number

FORMAT = 1
NIGHTS = 30
COUNTS = ("tenants", "drifted", "repaired", "failed", "items")


class Unusable(Exception):
    """An earlier report tells nothing; the text says why."""


@dataclass
class Night:
    """What an earlier report told.

    :ivar known: since when which thing of which tenant has not been as declared
    :ivar looked: tenants of which it told everything
    :ivar row: its own row of the trend
    :ivar rows: the rows of the nights before it
    """

    started: datetime
    row: Json
    rows: list[Json]
    known: dict[tuple[str, Key], datetime] = field(default_factory=dict)
    looked: set[str] = field(default_factory=set)


@dataclass
class History:
    """Earlier nights, the newest first.

    :ivar notes: what was left out, and why
    """

    started: datetime
    nights: list[Night]
    notes: list[str]

    def since(self, owner: str, key: Key) -> datetime:
        """The first report in an unbroken row that has the thing. Who could not be looked at does not break it."""
        first = self.started
        for night in self.nights:
            known = night.known.get((owner, key))
            if known is not None:
                first = min(first, known)
            elif owner in night.looked:
                break
        return first

    def trend(self) -> list[Json]:
        """The last nights, the oldest first. A report knows those before it, whose own may be gone."""
        rows = {row["finished"]: row for night in reversed(self.nights) for row in (*night.rows, night.row)}
        before = [row for finished, row in sorted(rows.items()) if finished < iso(self.started)]
        return before[-NIGHTS:]


def read_history(previous: t.Any, site: str, started: datetime) -> History:
    """Earlier reports in any order; what is none, or one of another site, is left out with a note."""
    nights: dict[datetime, Night] = {}
    refused: dict[str, list[str]] = {}
    for place, document in enumerate(previous if isinstance(previous, list) else [previous], start=1):
        try:
            night = _read(document, site)
            if night.started > started:
                raise Unusable("younger than this one")
        except Unusable as reason:
            refused.setdefault(str(reason), []).append(str(place))
            continue
        if night.started < started:
            nights[night.started] = night
    notes = [
        f"{number(len(places), 'earlier report')} left out ({reason}): number {', '.join(places)}"
        for reason, places in refused.items()
    ]
    return History(started, [nights[when] for when in sorted(nights, reverse=True)], notes)


def _read(document: t.Any, site: str) -> Night:
    """One earlier report, or the text of its file.

    :raises Unusable: if it is none, or not of this site
    """
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            raise Unusable("no drift report") from None
    if not isinstance(document, dict) or "format" not in document:
        raise Unusable("no drift report")
    if document["format"] != FORMAT or isinstance(document["format"], bool):
        raise Unusable(f"not of format {FORMAT}")
    if document.get("site") != site:
        raise Unusable("of another site")
    try:
        night = Night(moment(document["started"]), _row(document["counts"], document["finished"]), _rows(document))
        for owner, part in [(PLATFORM, document["platform"]), *((one["tenant"], one) for one in document["tenants"])]:
            if part["state"] != "failed":
                night.looked.add(owner)
            for item in part["items"]:
                key = (str(item["kind"]), str(item.get("namespace") or ""), str(item["name"]))
                night.known[owner, key] = min(night.started, moment(item["since"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unusable("malformed") from None
    return night


def _rows(document: Json) -> list[Json]:
    return [_row(row, row["finished"]) for row in document.get("previous") or ()]


def _row(counts: Json, finished: t.Any) -> Json:
    return {"finished": iso(moment(finished)), **{name: int(counts[name]) for name in COUNTS}}

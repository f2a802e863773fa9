# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The numbers of the last nights as bars."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.findings import Json
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.words import date, moment, number

#: From the bottom up.
STACK = ("failed", "drifted", "repaired")
#: Bars of few nights are not made wider than those of so many.
SLOTS = 20
#: The size of the drawing, which is stretched to the page: width of a night, height, and that of a quiet night.
SLOT, HEIGHT, LEAST = 10, 100, 1.5


@dataclass(frozen=True)
class Bar:
    """A night: its rectangles, and its row of the table."""

    day: str
    row: Json
    label: str
    x: int
    pieces: list[tuple[str, float, float]]


@dataclass(frozen=True)
class Trend:
    """The nights, the oldest first and this one last."""

    bars: list[Bar]
    width: int
    most: int
    text: str


def make_trend(report: Json) -> Trend:
    """The drawing of a report and of the nights before it."""
    rows = [*report["previous"], {"finished": report["finished"], **report["counts"]}]
    most = max(_height(row) for row in rows)
    slots = max(len(rows), SLOTS)
    first = slots - len(rows)
    bars = [_bar(row, (first + place) * SLOT, most) for place, row in enumerate(rows)]
    bad = sum(1 for row in rows if _height(row))
    days = f"{number(len(rows), 'night')}, {bars[0].day} to {bars[-1].day}"
    found = f"drift or failures in {bad}, {number(most, 'tenant')} at the most" if bad else "no drift"
    text = f"{days}: {found}."
    return Trend(bars, slots * SLOT, most, text)


def _height(row: Json) -> int:
    return sum(int(row[state]) for state in STACK)


def _bar(row: Json, x: int, most: int) -> Bar:
    day = date(moment(row["finished"]))
    pieces, top = [], float(HEIGHT)
    for state in STACK:
        if row[state]:
            size = row[state] / most * HEIGHT
            top -= size
            pieces.append((state, round(top, 1), round(size, 1)))
    if not pieces:
        pieces = [("in-sync", HEIGHT - LEAST, LEAST)]
    said = [f"{row[state]} {state}" for state in STACK if row[state]] or ["nothing drifted"]
    return Bar(day, row, f"{day}: {', '.join(said)}", x, pieces)


def shares(counts: t.Mapping[str, int]) -> list[tuple[str, float, float]]:
    """The states of all tenants as parts of a hundred: name, where it begins, and its size. None is too thin to see."""
    names = ("failed", "drifted", "repaired", "in_sync")
    sizes = {name: max(counts[name] / counts["tenants"] * 100, 0.8) for name in names if counts[name]}
    scale = 100 / sum(sizes.values()) if sizes else 1
    found, start = [], 0.0
    for name, size in sizes.items():
        found.append((name.replace("_", "-"), round(start, 2), round(size * scale, 2)))
        start += size * scale
    return found

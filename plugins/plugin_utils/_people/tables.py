# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""People in rows: CSV as text, or a list of maps."""

from __future__ import annotations

import csv
import io
import re
import typing as t

from ansible_collections.clearml.enterprise.plugins.plugin_utils._people.people import (
    FIELDS,
    Export,
    Group,
    Mistakes,
    Person,
)

COLUMNS = (*FIELDS, "groups")
DELIMITERS = ",;\t"


def read_csv(text: str, origin: str, columns: t.Mapping[str, str], ignore: t.Collection[str]) -> Export:
    """Rows below a line with the names of the columns.

    :param columns: what a column is called in the file, by its name here
    :raises Mistakes: if the columns cannot be made out, so that no row can
    """
    rows = _Rows(text)
    header = next(rows, (1, []))[1]
    places = _columns(header, f"{origin}:1", columns, ignore)
    export = Export()
    try:
        for line, cells in rows:
            place = f"{origin}:{line}"
            if len(cells) != len(header):
                export.mistakes.append(
                    f"{place}: the row has {len(cells)} cells, and there are {len(header)} columns; "
                    "put quotes around a cell with the delimiter in it"
                )
                continue
            _add(export, place, {name: cells[index] for name, index in places.items()})
    except csv.Error as error:
        raise Mistakes([*export.mistakes, f"{origin}:{rows.line}: this is not valid CSV: {error}"]) from None
    return export


class _Rows:
    """Rows that are not blank, each with the line in which it begins."""

    def __init__(self, text: str) -> None:
        first = text.split("\n", 1)[0]
        self.reader = csv.reader(io.StringIO(text), delimiter=max(DELIMITERS, key=first.count), strict=True)
        self.line = 1

    def __iter__(self) -> _Rows:
        return self

    def __next__(self) -> tuple[int, list[str]]:
        while True:
            self.line = self.reader.line_num + 1
            cells = next(self.reader)
            if any(cell.strip() for cell in cells):
                return self.line, cells


def read_rows(rows: t.Sequence[t.Any], origin: str, columns: t.Mapping[str, str], ignore: t.Collection[str]) -> Export:
    """The same for maps; groups may be a list."""
    export = Export()
    for number, row in enumerate(rows, start=1):
        place = f"{origin}: row {number}"
        if not isinstance(row, dict):
            export.mistakes.append(f"{place}: it is no map with email, name and so on")
            continue
        try:
            places = _columns(list(row), place, columns, ignore)
        except Mistakes as mistakes:
            export.mistakes += mistakes.found
            continue
        cells = list(row.values())
        _add(export, place, {name: cells[index] for name, index in places.items()})
    return export


def _columns(
    header: t.Sequence[str], place: str, columns: t.Mapping[str, str], ignore: t.Collection[str]
) -> dict[str, int]:
    """The place of each column that is wanted.

    :raises Mistakes: for a column that nobody knows, stands twice or is missing
    """
    mistakes = [
        f"columns: there is no {name!r}; there are {', '.join(COLUMNS)}" for name in columns if name not in COLUMNS
    ]
    meant = {plain(column): name for name, column in columns.items()}
    meant.update({name: name for name in COLUMNS if name not in columns and name not in meant})
    left = {plain(one) for one in ignore}
    found: dict[str, int] = {}
    for index, title in enumerate(header):
        name = meant.get(plain(title))
        if name in found:
            mistakes.append(f"{place}: column {title!r} stands there twice; take one out")
        elif name:
            found[name] = index
        elif plain(title) not in left:
            mistakes.append(
                f"{place}: column {title!r} is not known; say with columns what it is, or list it in ignore"
            )
    wanted = {"email", *columns} & set(COLUMNS)
    for name in sorted(wanted - found.keys()):
        mistakes.append(f"{place}: there is no column {columns.get(name, name)!r}")
    if mistakes:
        raise Mistakes(mistakes)
    return found


def plain(title: t.Any) -> str:
    """The title of a column in the form in which two are the same."""
    return re.sub(r"[\s-]+", "_", str(title).strip().casefold())


def _add(export: Export, place: str, values: dict[str, t.Any]) -> None:
    names = values.pop("groups", None) or []
    groups = names if isinstance(names, (list, tuple)) else str(names).split(";")
    groups = [str(name).strip() for name in groups if str(name).strip()]
    for name in groups:
        export.groups.setdefault(name, Group(place, name))
    texts = {key: " ".join(str(value).split()) for key, value in values.items() if value is not None}
    export.people.append(Person(place, {key: text for key, text in texts.items() if text}, list(dict.fromkeys(groups))))

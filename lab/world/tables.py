# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table: records by id, with an index by company so that one company's list costs only its own size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Record(Protocol):
    """What a table needs to know about its records."""

    id: str
    company: str


R = TypeVar("R", bound=Record)


class Table(Generic[R]):
    """Records in the order in which they were made."""

    def __init__(self) -> None:
        self._by_id: dict[str, R] = {}
        self._by_company: dict[str, dict[str, R]] = {}

    def add(self, record: R) -> R:
        """Store a record under its id (an existing one of that id is replaced)."""
        self._by_id[record.id] = record
        self._by_company.setdefault(record.company, {})[record.id] = record
        return record

    def remove(self, record_id: str) -> None:
        """Forget a record; unknown ids are fine."""
        record = self._by_id.pop(record_id, None)
        if record is not None:
            self._by_company[record.company].pop(record_id, None)

    def get(self, record_id: object, company: str | None = None) -> R | None:
        """The record of that id, if it is in that company (any company when None)."""
        record = self._by_id.get(record_id) if isinstance(record_id, str) else None
        if record is None or company is not None and record.company != company:
            return None
        return record

    def of(self, company: str) -> list[R]:
        """All records of one company, oldest first."""
        return list(self._by_company.get(company, {}).values())

    def __iter__(self) -> Iterator[R]:
        return iter(list(self._by_id.values()))

    def __len__(self) -> int:
        return len(self._by_id)

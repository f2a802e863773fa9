# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults to order: what goes wrong, at which request, before or after it took effect."""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass
from typing import Any

from lab.world.records import Json

ACTIONS = ("drop", "status", "delay", "expire_token", "html", "not_json")
STATUSES = (429, 500, 502, 503, 504)


class FaultError(ValueError):
    """An order that cannot be carried out."""


@dataclass
class Fault:
    """One order.

    ``match`` is an endpoint, ``*``, ``reads`` or ``writes``; it strikes the ``nth`` matching request
    from now and the ``times`` - 1 that follow.  ``effect`` is ``before`` (the request changes
    nothing) or ``after`` (it did its work, the answer is lost).  ``action`` is one of
    ``ACTIONS``; ``status`` (with ``retry_after``) belongs to the first two words of its name,
    ``seconds`` to delay.
    """

    match: str
    action: str
    nth: int = 1
    times: int = 1
    effect: str = "before"
    status: int = 503
    retry_after: float | None = None
    seconds: float = 0.0
    id: int = 0
    seen: int = 0
    struck: int = 0

    def fits(self, endpoint: str, writes: bool) -> bool:
        """Whether a request counts for this order."""
        return self.match in ("*", endpoint) or self.match == ("writes" if writes else "reads")

    @property
    def spent(self) -> bool:
        """Whether it will never strike again."""
        return self.struck >= self.times


class Faults:
    """The open orders."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []
        self._ids = itertools.count(1)

    def order(self, document: Json) -> Fault:
        """Take an order; FaultError says what is wrong with it."""
        try:
            fault = Fault(**document)
        except TypeError as error:
            raise FaultError(str(error)) from None
        _check("action", fault.action, ACTIONS)
        _check("effect", fault.effect, ("before", "after"))
        _check("status", fault.status, STATUSES)
        if fault.nth < 1 or fault.times < 1:
            raise FaultError("nth and times count from 1")
        fault.id, fault.seen, fault.struck = next(self._ids), 0, 0
        self._orders.append(fault)
        return fault

    def strike(self, endpoint: str, writes: bool) -> Fault | None:
        """Count a request for every order it fits; the first order that is due strikes."""
        due: Fault | None = None
        for fault in self._orders:
            if fault.fits(endpoint, writes) and not fault.spent:
                fault.seen += 1
                if due is None and fault.seen >= fault.nth:
                    fault.struck += 1
                    due = fault
        return due

    def as_list(self) -> list[Json]:
        """All orders with how often they were seen and struck."""
        return [asdict(fault) for fault in self._orders]

    def clear(self) -> None:
        """Cancel everything."""
        self._orders.clear()

    def __bool__(self) -> bool:
        return bool(self._orders)


def _check(name: str, value: Any, choices: tuple[Any, ...]) -> None:
    if value not in choices:
        raise FaultError(f"{name} is one of {', '.join(map(str, choices))}, not {value!r}")

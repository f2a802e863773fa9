# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults to order: what goes wrong, at which request, before or after it took effect."""

from __future__ import annotations

import fnmatch
import itertools
from dataclasses import asdict, dataclass

from lab.kube.documents import Json
from lab.kube.wire.requests import Call

ACTIONS = ("drop", "status", "delay")
SIDES = ("before", "after")
GROUPS = ("*", "reads", "writes")


class FaultError(ValueError):
    """An order that cannot be carried out."""


@dataclass
class Fault:
    """One order.

    It strikes the ``nth`` request from now that fits, and the ``times`` - 1 that follow.  A request fits by
    ``requests`` (``*``, ``reads``, ``writes``), ``verb``, and patterns for ``resource`` (as ``deployments.apps``),
    ``namespace`` and ``name``.  ``effect`` is ``before`` (nothing changes) or ``after`` (it is done, the answer is
    lost).
    """

    action: str
    requests: str = "*"
    verb: str = "*"
    resource: str = "*"
    namespace: str = "*"
    name: str = "*"
    nth: int = 1
    times: int = 1
    effect: str = "before"
    status: int = 503
    reason: str = ""
    message: str = "the laboratory was told to fail"
    retry_after: int | None = None
    seconds: float = 0.0
    id: int = 0
    seen: int = 0
    struck: int = 0

    def fits(self, call: Call) -> bool:
        """Whether a request counts for this order."""
        if self.requests != "*" and (self.requests == "writes") != call.writes:
            return False
        pairs = (
            (call.verb, self.verb),
            (call.resource, self.resource),
            (call.namespace, self.namespace),
            (call.name, self.name),
        )
        return all(fnmatch.fnmatchcase(text, pattern) for text, pattern in pairs)

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
        choices = (
            ("action", fault.action, ACTIONS),
            ("effect", fault.effect, SIDES),
            ("requests", fault.requests, GROUPS),
        )
        for name, value, allowed in choices:
            if value not in allowed:
                raise FaultError(f"{name} is one of {', '.join(allowed)}, not {value!r}")
        if fault.nth < 1 or fault.times < 1 or not 400 <= fault.status <= 599:
            raise FaultError("nth and times count from 1; status is 400 to 599")
        fault.id, fault.seen, fault.struck = next(self._ids), 0, 0
        self._orders.append(fault)
        return fault

    def strike(self, call: Call) -> Fault | None:
        """Count a request for every order it fits; the first order that is due strikes."""
        due: Fault | None = None
        for fault in self._orders:
            if not fault.spent and fault.fits(call):
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

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests order for pods: to crash, to never become ready, and what their logs say."""

from __future__ import annotations

import fnmatch
import itertools
from dataclasses import asdict, dataclass

from lab.kube.documents import Json, dig

CRASH_ANNOTATION = "lab.clearml.enterprise/crash"
NEVER_READY_ANNOTATION = "lab.clearml.enterprise/never-ready"
KINDS = ("crash", "never_ready", "log")


class OrderError(ValueError):
    """An order that cannot be carried out."""


@dataclass
class Order:
    """One order; ``namespace``, ``pod``, ``container`` and ``image`` are patterns as shells have them."""

    what: str
    namespace: str = "*"
    pod: str = "*"
    container: str = "*"
    image: str = "*"
    message: str = ""
    id: int = 0

    def fits(self, pod: Json, container: Json) -> bool:
        """Whether it is about this container."""
        metadata = pod["metadata"]
        pairs = (
            (metadata["namespace"], self.namespace),
            (metadata["name"], self.pod),
            (container["name"], self.container),
            (container.get("image", ""), self.image),
        )
        return all(fnmatch.fnmatchcase(text, pattern) for text, pattern in pairs)


class Orders:
    """The open orders."""

    def __init__(self) -> None:
        self._orders: list[Order] = []
        self._ids = itertools.count(1)

    def add(self, document: Json) -> Order:
        """Take an order."""
        try:
            order = Order(**document)
        except TypeError as error:
            raise OrderError(str(error)) from None
        if order.what not in KINDS:
            raise OrderError(f"what is one of {', '.join(KINDS)}, not {order.what!r}")
        order.id = next(self._ids)
        self._orders.append(order)
        return order

    def crash(self, pod: Json, container: Json) -> str | None:
        """The last words of a container that crashes; None if it does not."""
        text = dig(pod, "metadata", "annotations", CRASH_ANNOTATION)
        if text is not None:
            return str(text)
        return next((one.message or "crashed" for one in self._about("crash", pod, container)), None)

    def never_ready(self, pod: Json, container: Json) -> bool:
        """Whether a container runs and never becomes ready."""
        if dig(pod, "metadata", "annotations", NEVER_READY_ANNOTATION) is not None:
            return True
        return bool(self._about("never_ready", pod, container))

    def log(self, pod: Json, container: Json) -> str | None:
        """What a container has written."""
        return next((one.message for one in reversed(self._about("log", pod, container))), None)

    def _about(self, what: str, pod: Json, container: Json) -> list[Order]:
        return [one for one in self._orders if one.what == what and one.fits(pod, container)]

    def as_list(self) -> list[Json]:
        """All orders."""
        return [asdict(order) for order in self._orders]

    def remove(self, number: int | None = None) -> None:
        """Cancel one order, or all."""
        self._orders = [one for one in self._orders if number is not None and one.id != number]

# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Amounts such as ``500m`` and ``1Gi``."""

from __future__ import annotations

import math
import re
from fractions import Fraction

_NUMBER = re.compile(r"([+-]?[0-9.]+)(.*)")
_DECIMAL = {-9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"}
_UNITS = {unit: Fraction(10) ** power for power, unit in _DECIMAL.items()}
BINARY = {unit + "i": 1024**power for power, unit in enumerate("KMGTPE", start=1)}


def parse(quantity: object) -> Fraction:
    """A quantity as a number."""
    match = _NUMBER.fullmatch(str(quantity))
    if match is None:
        return Fraction(0)
    number, unit = match.groups()
    if _is_exponent(unit):
        return Fraction(number) * Fraction(10) ** int(unit[1:])
    return Fraction(number) * Fraction({**_UNITS, **BINARY}.get(unit, 1))


def canonical(quantity: object) -> str:
    """A quantity as a server writes it: no fraction, the largest unit that leaves none, the same family of units."""
    amount, text = parse(quantity), str(quantity)
    if text.endswith("i") and amount.denominator == 1 and abs(amount) >= 1024:
        whole, unit = next((int(amount) // size, unit) for unit, size in _from_the_largest() if int(amount) % size == 0)
        return f"{whole}{unit}"
    # Less than a billionth is rounded up.
    whole, power = math.ceil(amount * 10**9), -9
    while whole and whole % 1000 == 0 and power < 18:
        whole, power = whole // 1000, power + 3
    if not whole or not power:
        return str(whole)
    return f"{whole}e{power}" if _is_exponent(text.lstrip("+-0123456789.")) else f"{whole}{_DECIMAL[power]}"


def _is_exponent(unit: str) -> bool:
    return unit[:1] in ("e", "E") and unit[1:].lstrip("+-").isdigit()


def _from_the_largest() -> list[tuple[str, int]]:
    return [*reversed(BINARY.items()), ("", 1)]

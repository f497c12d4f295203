"""Numbers as the text that documents hold."""

from __future__ import annotations

import math
from decimal import Decimal

from parindex.scoring.digits import ESTIMATE_PLACES, half_up, rounded, shortest


def optional(value: Decimal | None) -> str | None:
    """A decimal without exponent and trailing zeros, where there is one."""
    return None if value is None else shortest(value)


def printed(value: Decimal, places: int) -> str:
    """A decimal with exactly so many places, half up.

    >>> printed(Decimal("89.885"), 2), printed(Decimal(90), 2)
    ('89.89', '90.00')
    """
    return f"{Decimal(half_up(*value.as_integer_ratio(), places)).scaleb(-places):f}"


def double(value: float) -> str:
    """A float64 as the shortest text that reads back as the same, without exponent.

    >>> double(0.1), double(1e-7), double(3.0)
    ('0.1', '0.0000001', '3')

    Raises:
        ValueError: the value is not finite.
    """
    if not math.isfinite(value):
        raise ValueError("a document holds finite numbers only")
    return shortest(Decimal(repr(float(value))))


def estimate_decimal(value: float) -> str:
    """What points are computed from: the double's exact value, half up to 10 places.

    >>> estimate_decimal(0.123456789049), estimate_decimal(0.5)
    ('0.123456789', '0.5')
    """
    return shortest(rounded(Decimal(value), ESTIMATE_PLACES))

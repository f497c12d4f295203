"""The digit rules: exact rationals, one rounding, decimals as the shortest text.

Points live as integers scaled by 10¹², so that sums are exact and order never matters.
"""

from decimal import Decimal
from typing import Final

PLACES: Final = 12
"""Decimal places of points and of an index."""
UNIT: Final = 10**PLACES
"""One point, scaled."""
ESTIMATE_PLACES: Final = 10
"""Decimal places of a survey estimate or an imported result when it enters scoring."""


def scaled(value: Decimal) -> int:
    """A decimal of at most 12 places as an integer.

    >>> scaled(Decimal("0.5"))
    500000000000
    """
    numerator, denominator = value.as_integer_ratio()
    return numerator * UNIT // denominator


def unscaled(value: int) -> Decimal:
    """The decimal again, without trailing zeros."""
    return Decimal(scaled_text(value))


def half_up(numerator: int, denominator: int, places: int) -> int:
    """numerator ÷ denominator rounded half up (away from 0), scaled by 10 to the `places`.

    >>> half_up(2, 3, 2), half_up(1, 200, 2), half_up(-1, 200, 2)
    (67, 1, -1)
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    whole: int = (2 * abs(numerator) * 10**places + denominator) // (2 * denominator)
    return -whole if numerator < 0 else whole


def rounded(value: Decimal, places: int) -> Decimal:
    """A decimal rounded half up, exactly, whatever its length."""
    numerator, denominator = value.as_integer_ratio()
    return Decimal(places_text(half_up(numerator, denominator, places), places))


def scaled_text(value: int) -> str:
    """The shortest text of a scaled integer: no exponent, no trailing zero.

    >>> scaled_text(500000000000), scaled_text(0), scaled_text(-1250000000000)
    ('0.5', '0', '-1.25')
    """
    return places_text(value, PLACES)


def places_text(value: int, places: int) -> str:
    """The shortest text of an integer scaled by 10 to the `places`."""
    whole, rest = divmod(abs(value), 10**places)
    fraction = f"{rest:0{places}d}".rstrip("0") if rest else ""
    return ("-" if value < 0 else "") + str(whole) + ("." + fraction if fraction else "")


def shortest(value: Decimal) -> str:
    """The shortest text of a decimal.

    >>> shortest(Decimal("1E+2")), shortest(Decimal("0.500")), shortest(Decimal("-0"))
    ('100', '0.5', '0')
    """
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text

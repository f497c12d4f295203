"""One number, or one divided by another."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

from parindex.scoring.rules.making.verdicts import LeafFacts

WhenZero = Literal["not_applicable", "full", "zero"]
Excess = Literal["refuse", "flag", "allow"]


def value_of(operands: Sequence[str], facts: LeafFacts) -> Fraction | None:
    """The number that is looked at: the only fact, or the quotient of two; None while there is none."""
    values: list[Any] = [facts.get(name) for name in operands]
    if not values or values[0] is None or len(values) > 2:
        return None
    if len(values) == 1:
        return Fraction(values[0])
    return None if not values[1] else Fraction(values[0]) / Fraction(values[1])

"""One number, or one divided by another: what the rules over a quotient share."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.scales import Measured, Scale
from parindex.scoring.rules.making.verdicts import WAIVED, LeafFacts, Verdict

WhenZero = Literal["not_applicable", "full", "zero"]
Excess = Literal["refuse", "flag", "allow"]


def over_judge(over: Sequence[str], when_zero: WhenZero | None, excess: Excess, names: Names, scale: Scale) -> Measured:
    """The judge of a scale over one number or a quotient."""
    if len(over) == 1:
        return Measured((names.of(over[0]),), scale)
    return Measured(tuple(map(names.of, over)), scale, _zero(when_zero, scale.maximum), excess)


def flagged_pair(
    over: Sequence[str], when_zero: WhenZero | None, excess: Excess, names: Names
) -> tuple[str, str] | None:
    """Part and whole, where a larger part or a whole of 0 makes it a leaf that an appraiser has to look at."""
    if len(over) == 1 or (excess != "flag" and when_zero != "not_applicable"):
        return None
    return names.of(over[0]), names.of(over[1])


def _zero(when_zero: WhenZero | None, maximum: int) -> Verdict:
    """What a known denominator of 0 means."""
    step = {"when_zero": when_zero}
    if when_zero == "not_applicable":
        return Verdict("not_applicable", step=step, why="when_zero", flags=(WAIVED,))
    return Verdict("scored", maximum if when_zero == "full" else 0, step)


def over_facts(over: Sequence[str], names: Names) -> tuple[str, ...]:
    """Full names of what is looked at, each once."""
    return tuple(dict.fromkeys(map(names.of, over)))


def over_document(over: Sequence[str]) -> str | list[str]:
    """In the shape of the YAML."""
    return over[0] if len(over) == 1 else list(over)


def value_of(operands: Sequence[str], facts: LeafFacts) -> Fraction | None:
    """The number that is looked at: the only fact, or the quotient of two; None while there is none."""
    values: list[Any] = [facts.get(name) for name in operands]
    if not values or values[0] is None or len(values) > 2:
        return None
    if len(values) == 1:
        return Fraction(values[0])
    return None if not values[1] else Fraction(values[0]) / Fraction(values[1])

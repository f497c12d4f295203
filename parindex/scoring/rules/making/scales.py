"""From a number to points: thresholds looked at in order, then a straight line or nothing more.

Most rules are a scale over one fact or over a quotient. The same description judges one value here and all
agencies at once in `by_column`.
"""

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import msgspec

from parindex.scoring.rules.making.verdicts import OVER_WHOLE, LeafFacts, Verdict, within


class Threshold(msgspec.Struct, frozen=True):
    """Points that a value has as soon as it passes."""

    passes: Callable[[Any, Any], Any]
    """Of the module `operator`: `ge` where the value has to be at least top ÷ below."""
    top: int
    """Numerator of the threshold."""
    below: int
    """Denominator, not negative."""
    verdict: Verdict
    """What it then has; scored."""


def threshold(passes: Callable[[Any, Any], Any], at: Decimal, verdict: Verdict) -> Threshold:
    """A threshold at a number of the law."""
    return Threshold(passes, *at.as_integer_ratio(), verdict)


class StraightLine(msgspec.Struct, frozen=True):
    """Scaled points (slope × value + base) ÷ below, which have to lie in 0…max."""

    slope: int
    """Of the line."""
    base: int = 0
    """Where the value is 0."""
    below: int = 1
    """Denominator, positive."""


def line(slope: Fraction, base: Fraction = Fraction(0)) -> StraightLine:
    """The line slope × value + base, in scaled points."""
    below = math.lcm(slope.denominator, base.denominator)
    return StraightLine(int(slope * below), int(base * below), below)


class Scale(msgspec.Struct, frozen=True):
    """From a value, as numerator and positive denominator, to points."""

    maximum: int
    """Of the leaf, scaled."""
    thresholds: tuple[Threshold, ...]
    """The first that passes counts."""
    otherwise: StraightLine | Verdict
    """Where none does."""

    def judge(self, top: int, below: int) -> Verdict:
        """The verdict on top ÷ below."""
        for one in self.thresholds:
            if one.passes(top * one.below, one.top * below):
                return one.verdict
        rest = self.otherwise
        if isinstance(rest, Verdict):
            return rest
        return within(rest.slope * top + rest.base * below, rest.below * below, self.maximum)


class Measured(msgspec.Struct, frozen=True):
    """A judge of one fact, or of a quotient whose zero denominator is decided before anything else."""

    over: tuple[str, ...]
    """One or two full names."""
    scale: Scale
    """What the number is worth."""
    zero: Verdict | None = None
    """Where the second is known and 0."""
    excess: Literal["refuse", "flag", "allow"] = "allow"
    """What a first that is larger than the second is."""

    def __call__(self, facts: LeafFacts) -> Verdict:
        """The verdict on these facts."""
        if len(self.over) == 1:
            value: Any = facts.get(self.over[0])
            return (
                Verdict("unknown", missing=self.over) if value is None else self.scale.judge(*value.as_integer_ratio())
            )
        first, second = self.over
        a, b = facts.get(first), facts.get(second)
        if b is not None and b == 0 and self.zero is not None:
            return self.zero
        if a is None or b is None:
            return Verdict("unknown", missing=tuple(name for name in self.over if facts.get(name) is None))
        top, below = quotient(a, b)
        if top <= below or self.excess == "allow":
            return self.scale.judge(top, below)
        if self.excess == "refuse":
            return over_whole(first, second)
        return msgspec.structs.replace(self.scale.judge(top, below), flags=(OVER_WHOLE,))


def over_whole(part: str, whole: str) -> Verdict:
    """A part that is larger than its whole, as a refused fact."""
    return Verdict("scored", refusal=OVER_WHOLE, step={"part": part, "whole": whole})


def quotient(a: Any, b: Any) -> tuple[int, int]:
    """a ÷ b as numerator and positive denominator; b is not 0."""
    if type(a) is int and type(b) is int:
        return (a, b) if b > 0 else (-a, -b)
    a_top, a_below = a.as_integer_ratio()
    b_top, b_below = b.as_integer_ratio()
    top, below = a_top * b_below, a_below * b_top
    return (top, below) if below > 0 else (-top, -below)

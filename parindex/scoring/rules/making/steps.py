"""Steps and straight lines: thresholds with their points, on whatever number a rule looks at."""

import operator
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from parindex.scoring.digits import UNIT, scaled, shortest
from parindex.scoring.law.inputs import Frozen
from parindex.scoring.rules.making.next_steps import Case, Next
from parindex.scoring.rules.making.scales import Scale, line, threshold
from parindex.scoring.rules.making.verdicts import Verdict

NO_STEP: Final[dict[str, Any]] = {"none": True}
"""No step was reached."""


class Step(Frozen, frozen=True):
    """One step of bands."""

    at: Decimal
    """The threshold."""
    points: Decimal
    """What the step gives."""


class Point(Frozen, frozen=True):
    """One end of a straight line."""

    at: Decimal
    """Where on the axis of the value."""
    points: Decimal
    """The points there."""


def band_scale(steps: tuple[Step, ...], at_most: bool, maximum: int) -> Scale:
    """The first step reached counts, else 0 points."""
    key, passes = ("to", operator.le) if at_most else ("from", operator.ge)
    ladder = []
    for step in steps:
        told = {key: shortest(step.at), "points": shortest(step.points)}
        ladder.append(threshold(passes, step.at, Verdict("scored", scaled(step.points), told)))
    return Scale(maximum, tuple(ladder), Verdict("scored", 0, NO_STEP))


def line_scale(start: Point, end: Point, maximum: int) -> Scale:
    """A straight line between two ends, clamped outside."""
    low, high = sorted((start, end), key=lambda point: point.at)
    slope = Fraction(high.points - low.points) / (Fraction(high.at) - Fraction(low.at))
    base = Fraction(low.points) - slope * Fraction(low.at)
    clamped = tuple(
        threshold(passes, end.at, Verdict("scored", scaled(end.points), {"at": shortest(end.at), "clamped": True}))
        for passes, end in ((operator.le, low), (operator.ge, high))
    )
    return Scale(maximum, clamped, line(UNIT * slope, UNIT * base))


def steps_document(steps: tuple[Step, ...], at_most: bool) -> list[dict[str, str]]:
    """The steps in the shape of the YAML."""
    key = "to" if at_most else "from"
    return [{key: shortest(step.at), "points": shortest(step.points)} for step in steps]


def point_document(point: Point | None) -> dict[str, str] | None:
    """One end in the shape of the YAML."""
    return None if point is None else {"at": shortest(point.at), "points": shortest(point.points)}


def next_band(
    case: Case, steps: tuple[Step, ...], at_most: bool, operands: tuple[str, ...], value: Fraction | None
) -> Next | None:
    """The nearest step that gives more."""
    better = [step for step in steps if scaled(step.points) > case.verdict.points]
    if not better or value is None:
        return None
    step = min(better, key=lambda one: abs(Fraction(one.at) - value))
    needed = case.needed(operands, Fraction(step.at), falling=Fraction(step.at) < value)
    return case.reaching(scaled(step.points), {"to" if at_most else "from": shortest(step.at)}, needed)


def next_end(case: Case, start: Point, end: Point, operands: tuple[str, ...], value: Fraction | None) -> Next | None:
    """The better end of a line."""
    if value is None:
        return None
    best = max((start, end), key=lambda point: point.points)
    needed = case.needed(operands, Fraction(best.at), falling=Fraction(best.at) < value)
    return case.reaching(scaled(best.points), {"at": shortest(best.at)}, needed)

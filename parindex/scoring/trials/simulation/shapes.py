"""From columns to the points of one leaf of all agencies: the shapes of which every kind of rule takes one.

Points are NaN where they are unknown and infinite where the leaf does not apply. The second value says where
the exact path would refuse the facts, or is None where it never can. Numbers of the law come as decimals and become
floats here and nowhere else.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import numpy as np

from parindex.scoring.facts.fact_columns import Mask
from parindex.scoring.rules.making.steps import Point, Step
from parindex.scoring.trials.simulation.columns import NEAR, Array, Columns

ColumnKernel = Callable[[Columns], tuple[Array, Mask | None]]
ScaleKernel = Callable[[Array], tuple[Array, Mask | None]]

NOT_APPLICABLE: Final = np.inf
SLACK: Final = 1e-9
"""How far points may lie outside 0…max before they count as refused."""


def outside(points: Array, maximum: float) -> Mask:
    """Where points are under 0 or over the maximum."""
    return (points < -SLACK) | (points > maximum + SLACK)


def times(name: str, worth: Decimal) -> ColumnKernel:
    """A fact times a number of the law."""
    by = float(worth)
    return lambda columns: (columns[name] * by, None)


def listed(name: str, worths: Sequence[Decimal | None], unit: Decimal) -> ColumnKernel:
    """What is listed for each option, in units; None: not applicable."""
    by = float(unit)
    table = np.array([*(NOT_APPLICABLE if worth is None else float(worth) * by for worth in worths), np.nan])
    last = float(len(worths))

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        return table[np.nan_to_num(columns[name], nan=last).astype(np.intp)], None

    return points


def capped_sum(items: Sequence[tuple[str, Decimal]], maximum: Decimal) -> ColumnKernel:
    """A weighted sum, at most the maximum."""
    cap = float(maximum)
    (first, one), *rest = [(name, float(worth)) for name, worth in items]

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        total = columns[first] * one
        for name, worth in rest:
            total += columns[name] * worth
        return np.minimum(total, cap, out=total), None

    return points


def sum_within(items: Sequence[tuple[str, Decimal]], maximum: Decimal) -> ColumnKernel:
    """A sum of shares of the maximum; refused outside 0…max."""
    most = float(maximum)
    (first, one), *rest = [(name, float(share) * most) for name, share in items]

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        total = columns[first] * one
        for name, worth in rest:
            total += columns[name] * worth
        return total, outside(total, most)

    return points


def as_given(name: str, maximum: Decimal) -> ColumnKernel:
    """A fact that is points already; refused outside 0…max."""
    most = float(maximum)

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        given = columns[name].copy()
        return given, outside(given, most)

    return points


def each(name: str, worth: Decimal, maximum: Decimal, *, signed: bool) -> ColumnKernel:
    """So many points for each, at most the maximum; a number that may be negative may be refused."""
    one, cap = float(worth), float(maximum)

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        given = columns[name] * one
        np.minimum(given, cap, out=given)
        return given, given < -SLACK if signed else None

    return points


def deduct(name: str, worth: Decimal, maximum: Decimal, *, signed: bool) -> ColumnKernel:
    """The maximum less so many points for each, at least 0."""
    one, most = float(worth), float(maximum)

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        left = columns[name] * -one
        left += most
        np.maximum(left, 0.0, out=left)
        return left, left > most + SLACK if signed else None

    return points


def scaled(name: str, scale: ScaleKernel) -> ColumnKernel:
    """A scale over one fact."""
    return lambda columns: scale(columns[name])


def divided(
    over: tuple[str, ...], when_zero: str | None, maximum: Decimal, scale: ScaleKernel, *, refuse: bool
) -> ColumnKernel:
    """A scale over one number, or over a quotient whose zero denominator is decided before anything else.

    Args:
        over: One or two names.
        when_zero: What a denominator of 0 means.
        maximum: Of the leaf.
        scale: What the number is worth.
        refuse: Whether a quotient over 1 is refused.
    """
    if len(over) == 1:
        return scaled(over[0], scale)
    first, second = over
    at_zero = {"not_applicable": NOT_APPLICABLE, "full": float(maximum)}.get(when_zero or "", 0.0)

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        below = columns[second]
        value = columns[first] / below
        worth, bad = scale(value)
        if refuse:
            larger = value > 1.0 + NEAR
            bad = larger if bad is None else bad | larger
        zero = below == 0
        np.copyto(worth, at_zero, where=zero)
        return worth, None if bad is None else bad & ~zero

    return points


def ratio_scale(target: Decimal, floor: Decimal, maximum: Decimal, *, signed: bool) -> ScaleKernel:
    """The maximum times the ratio as a part of the target, nothing under the floor."""
    cap = float(maximum)
    slope, least = cap / float(target), reached(float(floor))

    def scale(value: Array) -> tuple[Array, Mask | None]:
        worth = value * slope
        np.minimum(worth, cap, out=worth)
        if floor:
            np.copyto(worth, 0.0, where=value < least)
        return worth, worth < -SLACK if signed else None

    return scale


def reached(at: float) -> float:
    """The least value that counts as having reached a threshold."""
    return at - NEAR * max(1.0, abs(at))


def band_scale(steps: tuple[Step, ...], at_most: bool) -> ScaleKernel:
    """The first step reached counts, else 0."""
    # The first step reached counts, so it is written last.
    sign = -1.0 if at_most else 1.0
    ladder = [(reached(sign * float(step.at)), float(step.points)) for step in reversed(steps)]

    def scale(value: Array) -> tuple[Array, Mask | None]:
        worth = np.where(np.isnan(value), np.nan, 0.0)
        turned = -value if at_most else value
        for least, points in ladder:
            np.copyto(worth, points, where=turned >= least)
        return worth, None

    return scale


def line_scale(start: Point, end: Point) -> ScaleKernel:
    """A straight line between two ends, clamped."""
    slope = float((end.points - start.points) / (end.at - start.at))
    at, base = float(start.at), float(start.points)
    low, high = sorted((base, float(end.points)))

    def scale(value: Array) -> tuple[Array, Mask | None]:
        worth = value - at
        worth *= slope
        worth += base
        np.maximum(worth, low, out=worth)
        return np.minimum(worth, high, out=worth), None

    return scale


def deadlines(name: str, steps: Sequence[tuple[date, Decimal]]) -> ColumnKernel:
    """The first day kept counts, else 0."""
    ladder = [(float(until.toordinal()), float(worth)) for until, worth in reversed(steps)]

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        day = columns[name]
        worth = np.where(np.isnan(day), np.nan, 0.0)
        for until, gives in ladder:
            np.copyto(worth, gives, where=day <= until)
        return worth, None

    return points

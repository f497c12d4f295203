"""A kernel for every kind of rule: from columns to the points of one leaf of all agencies.

Points are NaN where they are unknown and infinite where the leaf does not apply. The second value says where
the exact path would refuse the facts, or is None where it never can.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from parindex.scoring.law import model
from parindex.scoring.law.model import Point, Step
from parindex.scoring.points.ready import Leaf
from parindex.scoring.rules.judges import Names, survey_facts
from parindex.scoring.trials.simulation.columns import NEAR, Array, Columns, Mask
from parindex.scoring.trials.simulation.formulas import formula_kernel

Kernel = Callable[[Columns], tuple[Array, Mask | None]]
Scale = Callable[[Array], tuple[Array, Mask | None]]

NOT_APPLICABLE: Final = np.inf
SLACK: Final = 1e-9
"""How far points may lie outside 0…max before they count as refused."""


def kernel_of(leaf: Leaf) -> Kernel:
    """The kernel of one leaf's rule."""
    make: Any = _MAKERS[type(leaf.rule)]
    kernel: Kernel = make(leaf.rule, leaf.names, float(leaf.criterion.max))
    return kernel


def outside(points: Array, maximum: float) -> Mask:
    """Where points are under 0 or over the maximum."""
    return (points < -SLACK) | (points > maximum + SLACK)


def _yes_no(rule: model.YesNo, names: Names, maximum: float) -> Kernel:
    name = names.of(rule.input)
    return lambda columns: (columns[name] * maximum, None)


def _choice(rule: model.Choice, names: Names, maximum: float) -> Kernel:
    name = names.of(rule.input)
    declared = names.local.get(rule.input) or names.shared[rule.input]
    listed = rule.points if rule.points is not None else rule.shares or {}
    unit = 1.0 if rule.points is not None else maximum
    worths = [NOT_APPLICABLE if (w := listed[o]) is None else float(w) * unit for o in declared.options]
    table = np.array([*worths, np.nan])
    last = float(len(worths))

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        return table[np.nan_to_num(columns[name], nan=last).astype(np.intp)], None

    return points


def _checklist(rule: model.Checklist, names: Names, maximum: float) -> Kernel:
    items = [(names.of(name), float(points)) for name, points in rule.items.items()]

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        total = columns[items[0][0]] * items[0][1]
        for name, worth in items[1:]:
            total += columns[name] * worth
        return np.minimum(total, maximum, out=total), None

    return points


def _each(rule: model.Each, names: Names, maximum: float) -> Kernel:
    name, one = names.of(rule.input), float(rule.points)
    signed = names.type_of(rule.input) == "decimal"

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        found = columns[name] * one
        np.minimum(found, maximum, out=found)
        return found, found < -SLACK if signed else None

    return points


def _deduct(rule: model.Deduct, names: Names, maximum: float) -> Kernel:
    name, one = names.of(rule.input), float(rule.points)
    signed = names.type_of(rule.input) == "decimal"

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        found = columns[name] * -one
        found += maximum
        np.maximum(found, 0.0, out=found)
        return found, found > maximum + SLACK if signed else None

    return points


def _divided(over: tuple[str, ...], names: Names, when_zero: str | None, maximum: float, scale: Scale) -> Kernel:
    """One number, or a quotient whose zero denominator is decided before anything else."""
    first = names.of(over[0])
    if len(over) == 1:
        return lambda columns: scale(columns[first])
    second = names.of(over[1])
    at_zero = {"not_applicable": NOT_APPLICABLE, "full": maximum}.get(when_zero or "", 0.0)

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        below = columns[second]
        found, bad = scale(columns[first] / below)
        zero = below == 0
        np.copyto(found, at_zero, where=zero)
        return found, None if bad is None else bad & ~zero

    return points


def _ratio(rule: model.Ratio, names: Names, maximum: float) -> Kernel:
    slope, floor = maximum / float(rule.target), float(rule.floor)
    least = _reached(floor)
    signed = any(names.type_of(name) == "decimal" for name in rule.over)

    def scale(value: Array) -> tuple[Array, Mask | None]:
        found = value * slope
        np.minimum(found, maximum, out=found)
        if floor:
            np.copyto(found, 0.0, where=value < least)
        return found, found < -SLACK if signed else None

    return _divided(rule.over, names, rule.when_zero, maximum, scale)


def _reached(at: float) -> float:
    """The least value that counts as having reached a threshold."""
    return at - NEAR * max(1.0, abs(at))


def _band_scale(steps: tuple[Step, ...], at_most: bool) -> Scale:
    # The first step reached counts, so it is written last.
    sign = -1.0 if at_most else 1.0
    ladder = [(_reached(sign * float(step.at)), float(step.points)) for step in reversed(steps)]

    def scale(value: Array) -> tuple[Array, Mask | None]:
        found = np.where(np.isnan(value), np.nan, 0.0)
        turned = -value if at_most else value
        for least, worth in ladder:
            np.copyto(found, worth, where=turned >= least)
        return found, None

    return scale


def _line_scale(start: Point, end: Point) -> Scale:
    slope = float((end.points - start.points) / (end.at - start.at))
    at, base = float(start.at), float(start.points)
    low, high = sorted((base, float(end.points)))

    def scale(value: Array) -> tuple[Array, Mask | None]:
        found = value - at
        found *= slope
        found += base
        np.maximum(found, low, out=found)
        return np.minimum(found, high, out=found), None

    return scale


def _bands(rule: model.Bands, names: Names, maximum: float) -> Kernel:
    return _divided(rule.over, names, rule.when_zero, maximum, _band_scale(rule.steps, rule.at_most))


def _linear(rule: model.Linear, names: Names, maximum: float) -> Kernel:
    return _divided(rule.over, names, rule.when_zero, maximum, _line_scale(rule.start, rule.end))


def _by(rule: model.By, names: Names, maximum: float) -> Kernel:
    del maximum
    name = names.of(rule.input)
    ladder = [(float(step.until.toordinal()), float(step.points)) for step in reversed(rule.steps)]

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        day = columns[name]
        found = np.where(np.isnan(day), np.nan, 0.0)
        for until, worth in ladder:
            np.copyto(found, worth, where=day <= until)
        return found, None

    return points


def _formula(rule: model.Formula, names: Names, maximum: float) -> Kernel:
    evaluate = formula_kernel(rule, names, maximum)

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        found, bad = evaluate(columns)
        return found, bad | outside(found, maximum)

    return points


def _estimate(rule: model.Survey | model.External, names: Names, maximum: float) -> Kernel:
    del names
    name = survey_facts(rule)[0] if isinstance(rule, model.Survey) else f"external:{rule.index}"
    if rule.reading == "bands":
        scale = _band_scale(rule.steps, rule.at_most)
        return lambda columns: scale(columns[name])
    if rule.reading == "linear" and rule.start is not None and rule.end is not None:
        line = _line_scale(rule.start, rule.end)
        return lambda columns: line(columns[name])

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        found = columns[name] * maximum
        return found, outside(found, maximum)

    return points


def _survey(rule: model.Survey, names: Names, maximum: float) -> Kernel:
    if rule.reading != "options":
        return _estimate(rule, names, maximum)
    parts = list(zip(survey_facts(rule), (float(share) * maximum for share in rule.shares.values()), strict=True))

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        found = columns[parts[0][0]] * parts[0][1]
        for name, worth in parts[1:]:
            found += columns[name] * worth
        return found, outside(found, maximum)

    return points


def _judged(_: model.Judged, names: Names, maximum: float) -> Kernel:
    name = names.judged()

    def points(columns: Columns) -> tuple[Array, Mask | None]:
        found = columns[name].copy()
        return found, outside(found, maximum)

    return points


_MAKERS: Final[Mapping[type, Any]] = {
    model.YesNo: _yes_no,
    model.Choice: _choice,
    model.Checklist: _checklist,
    model.Each: _each,
    model.Deduct: _deduct,
    model.Ratio: _ratio,
    model.Bands: _bands,
    model.Linear: _linear,
    model.By: _by,
    model.Formula: _formula,
    model.Survey: _survey,
    model.External: _estimate,
    model.Judged: _judged,
}

"""From the facts of one agency to the points of one leaf: a judge for every kind of rule.

A judge is made once from its rule and then only compares and multiplies integers: conditions are decided
on exact rationals, points are rounded once, half up, to 12 places.
"""

import operator
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import msgspec

from parindex.scoring.digits import UNIT, half_up, scaled, shortest
from parindex.scoring.law import model
from parindex.scoring.law.model import Input, Point, Rule, Step
from parindex.scoring.rules import formula
from parindex.scoring.rules.calculations import FALSE, TRUE, Calculation, Missing, always, calculation
from parindex.scoring.rules.scales import Line, Measured, Scale, Threshold, line, threshold
from parindex.scoring.rules.verdicts import Facts, Judge, Verdict, within


class Names(msgspec.Struct, frozen=True):
    """How a leaf's inputs are called in the facts."""

    code: str
    """Of the leaf."""
    local: Mapping[str, Input]
    """Inputs of its own."""
    shared: Mapping[str, Input]
    """Inputs of the set."""

    def type_of(self, name: str) -> str:
        """The type of an input."""
        return (self.local.get(name) or self.shared[name]).type

    def sorts(self) -> dict[str, formula.Sort]:
        """What the inputs are in a formula."""
        return formula.sorts({name: one.type for name, one in {**self.shared, **self.local}.items()})

    def of(self, name: str) -> str:
        """The full name of an input."""
        return f"{self.code}.{name}" if name in self.local else name

    def judged(self) -> str:
        """The points that the agency proposes."""
        return f"{self.code}.judged"


def judge_of(rule: Rule, names: Names, maximum: Decimal) -> Judge:
    """The judge of one rule."""
    make: Any = _MAKERS[type(rule)]
    judge: Judge = make(rule, names, scaled(maximum))
    return judge


def fact_names(rule: Rule, names: Names) -> tuple[str, ...]:  # noqa: PLR0911 - one return a kind of rule
    """Full names of the facts that a rule may take, in the order that it mentions them."""
    match rule:
        case model.YesNo() | model.Choice() | model.Each() | model.Deduct() | model.By():
            return (names.of(rule.input),)
        case model.Checklist():
            return tuple(map(names.of, rule.items))
        case model.Ratio() | model.Bands() | model.Linear():
            return tuple(dict.fromkeys(map(names.of, rule.over)))
        case model.Formula():
            return tuple(map(names.of, _formula_inputs(rule, names)))
        case model.Survey():
            return survey_facts(rule)
        case model.External():
            return (f"external:{rule.index}",)
        case model.Judged():
            return (names.judged(),)


def survey_facts(rule: model.Survey) -> tuple[str, ...]:
    """The estimate, or with options the part of each answer."""
    measure = f"survey:{rule.instrument}.{rule.measure}"
    return tuple(f"{measure}.{option}" for option in rule.shares) if rule.reading == "options" else (measure,)


def _formula_inputs(rule: model.Formula, names: Names) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for branch in rule.branches:
        if branch.when is not None:
            found |= formula.names_in(formula.parse(branch.when, "condition", names.sorts()))
        found |= formula.names_in(formula.parse(branch.points, "number", names.sorts()))
    return tuple(found)


def _zero(when_zero: str | None, maximum: int) -> Verdict:
    """What a known denominator of 0 means."""
    step = {"when_zero": when_zero}
    if when_zero == "not_applicable":
        return Verdict("not_applicable", step=step, why="when_zero")
    return Verdict("scored", maximum if when_zero == "full" else 0, step)


NO_STEP: Final[Mapping[str, Any]] = {"none": True}
"""No step was reached."""


def _yes_no(rule: model.YesNo, names: Names, maximum: int) -> Judge:
    name = names.of(rule.input)
    unknown = Verdict("unknown", missing=(name,))
    yes, no = Verdict("scored", maximum, {"value": "true"}), Verdict("scored", 0, {"value": "false"})

    def judge(facts: Facts) -> Verdict:
        value = facts.get(name)
        return unknown if value is None else yes if value else no

    return judge


def _choice(rule: model.Choice, names: Names, maximum: int) -> Judge:
    name = names.of(rule.input)
    unknown = Verdict("unknown", missing=(name,))
    other = Verdict("scored", refusal="not_option")
    listed = {
        option: _option(option, points, points and scaled(points)) for option, points in (rule.points or {}).items()
    }
    for option, share in (rule.shares or {}).items():
        top, below = share.as_integer_ratio() if share is not None else (0, 1)
        listed[option] = _option(option, share, half_up(maximum * top, below, 0))

    def judge(facts: Facts) -> Verdict:
        value = facts.get(name)
        return unknown if value is None else listed.get(str(value), other)

    return judge


def _option(option: str, worth: Decimal | None, points: int | Decimal | None) -> Verdict:
    if worth is None:
        return Verdict("not_applicable", step={"option": option}, why="option")
    return Verdict("scored", int(points or 0), {"option": option})


def _checklist(rule: model.Checklist, names: Names, maximum: int) -> Judge:
    items = [(names.of(name), scaled(points)) for name, points in rule.items.items()]

    def judge(facts: Facts) -> Verdict:
        missing = tuple(name for name, _ in items if facts.get(name) is None)
        if missing:
            return Verdict("unknown", missing=missing)
        done = [name for name, _ in items if facts[name]]
        return Verdict(
            "scored", min(maximum, sum(points for name, points in items if facts[name])), {"true": len(done)}
        )

    return judge


def _each(rule: model.Each, names: Names, maximum: int) -> Judge:
    one = scaled(rule.points)
    capped = Threshold(operator.gt, maximum, one, Verdict("scored", maximum, {"capped": True}))
    return Measured((names.of(rule.input),), Scale(maximum, (capped,), Line(one)))


def _deduct(rule: model.Deduct, names: Names, maximum: int) -> Judge:
    one = scaled(rule.points)
    floored = Threshold(operator.gt, maximum, one, Verdict("scored", 0, {"floored": True}))
    return Measured((names.of(rule.input),), Scale(maximum, (floored,), Line(-one, maximum)))


def _over(rule: model.Ratio | model.Bands | model.Linear, names: Names, scale: Scale) -> Judge:
    zero = _zero(rule.when_zero, scale.maximum) if len(rule.over) > 1 else None
    return Measured(tuple(map(names.of, rule.over)), scale, zero)


def _ratio(rule: model.Ratio, names: Names, maximum: int) -> Judge:
    under = Verdict("scored", 0, {"below": shortest(rule.floor)})
    full = Verdict("scored", maximum, {"reached": shortest(rule.target)})
    thresholds: tuple[Threshold, ...] = (threshold(operator.ge, rule.target, full),)
    if rule.floor:
        thresholds = (threshold(operator.lt, rule.floor, under), *thresholds)
    return _over(rule, names, Scale(maximum, thresholds, line(maximum / Fraction(rule.target))))


def _band_scale(steps: tuple[Step, ...], at_most: bool, maximum: int) -> Scale:
    key, passes = ("to", operator.le) if at_most else ("from", operator.ge)
    ladder = []
    for step in steps:
        told = {key: shortest(step.at), "points": shortest(step.points)}
        ladder.append(threshold(passes, step.at, Verdict("scored", scaled(step.points), told)))
    return Scale(maximum, tuple(ladder), Verdict("scored", 0, NO_STEP))


def _line_scale(start: Point, end: Point, maximum: int) -> Scale:
    low, high = sorted((start, end), key=lambda point: point.at)
    slope = Fraction(high.points - low.points) / (Fraction(high.at) - Fraction(low.at))
    base = Fraction(low.points) - slope * Fraction(low.at)
    clamped = tuple(
        threshold(passes, end.at, Verdict("scored", scaled(end.points), {"at": shortest(end.at), "clamped": True}))
        for passes, end in ((operator.le, low), (operator.ge, high))
    )
    return Scale(maximum, clamped, line(UNIT * slope, UNIT * base))


def _bands(rule: model.Bands, names: Names, maximum: int) -> Judge:
    return _over(rule, names, _band_scale(rule.steps, rule.at_most, maximum))


def _linear(rule: model.Linear, names: Names, maximum: int) -> Judge:
    return _over(rule, names, _line_scale(rule.start, rule.end, maximum))


def _by(rule: model.By, names: Names, maximum: int) -> Judge:
    del maximum
    name = names.of(rule.input)
    unknown = Verdict("unknown", missing=(name,))
    late = Verdict("scored", 0, NO_STEP)
    ladder = [
        (s.until, Verdict("scored", scaled(s.points), {"until": s.until.isoformat(), "points": shortest(s.points)}))
        for s in rule.steps
    ]

    def judge(facts: Facts) -> Verdict:
        value = facts.get(name)
        if not isinstance(value, date):
            return unknown
        return next((verdict for until, verdict in ladder if value <= until), late)

    return judge


def _formula(rule: model.Formula, names: Names, maximum: int) -> Judge:
    branches = [_branch(number, branch, names, maximum) for number, branch in enumerate(rule.branches, 1)]
    wanted = tuple(map(names.of, _formula_inputs(rule, names)))

    def judge(facts: Facts) -> Verdict:
        given: list[tuple[str, Any]] = [(name, facts.get(name)) for name in wanted]
        known = {name: value.as_integer_ratio() for name, value in given if value is not None}
        missing: Missing = {}
        try:
            for when, points, step in branches:
                truth = when(known, missing)
                if truth == FALSE:
                    missing.clear()
                    continue
                worth = truth and points(known, missing)
                if worth is None:
                    return Verdict("unknown", missing=tuple(missing))
                return within(worth[0] * UNIT, worth[1], maximum, step)
        except ZeroDivisionError:
            return Verdict("scored", refusal="division_by_zero")
        raise AssertionError("the last branch of a formula has no condition")

    return judge


def _branch(
    number: int, branch: model.Branch, names: Names, maximum: int
) -> tuple[Calculation, Calculation, Mapping[str, Any]]:
    """Condition, points and the step that is told."""
    most = (maximum, UNIT)
    step = {"branch": number, "points": branch.points}
    points = calculation(formula.parse(branch.points, "number", names.sorts()), most, names.of)
    if branch.when is None:
        return always(TRUE), points, step
    when = calculation(formula.parse(branch.when, "condition", names.sorts()), most, names.of)
    return when, points, {**step, "when": branch.when}


def _estimate_scale(rule: model.Survey | model.External, maximum: int) -> Scale:
    if rule.reading == "bands":
        return _band_scale(rule.steps, rule.at_most, maximum)
    if rule.reading == "linear" and rule.start is not None and rule.end is not None:
        return _line_scale(rule.start, rule.end, maximum)
    return Scale(maximum, (), Line(maximum))


def _estimate(rule: model.Survey | model.External, names: Names, maximum: int) -> Judge:
    return Measured(fact_names(rule, names), _estimate_scale(rule, maximum))


def _survey(rule: model.Survey, names: Names, maximum: int) -> Judge:
    if rule.reading != "options":
        return _estimate(rule, names, maximum)
    parts = list(zip(survey_facts(rule), map(Fraction, rule.shares.values()), strict=True))

    def judge(facts: Facts) -> Verdict:
        missing = tuple(name for name, _ in parts if facts.get(name) is None)
        if missing:
            return Verdict("unknown", missing=missing)
        values: dict[str, Any] = {name: facts[name] for name, _ in parts}
        total = maximum * sum((share * Fraction(values[name]) for name, share in parts), Fraction(0))
        return within(total.numerator, total.denominator, maximum)

    return judge


def _judged(_: model.Judged, names: Names, maximum: int) -> Judge:
    return Measured((names.judged(),), Scale(maximum, (), Line(UNIT)))


def proposed(value: Any) -> tuple[int, int]:
    """Points given as a number, scaled, as numerator and denominator."""
    top, below = value.as_integer_ratio()
    return top * UNIT, below


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

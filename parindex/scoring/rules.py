"""From the facts of one agency to the points of one leaf: a judge for every kind of rule.

A judge is made once from its rule and then only compares and multiplies integers: conditions are decided
on exact rationals, points are rounded once, half up, to 12 places.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal

import msgspec

from parindex.scoring import formula, model
from parindex.scoring.digits import UNIT, half_up, scaled, shortest
from parindex.scoring.model import Input, Point, Rule, Step, Value

Facts = Mapping[str, Value]


class Verdict(msgspec.Struct, frozen=True):
    """What a rule says about one leaf."""

    state: Literal["scored", "not_applicable", "unknown", "none"]
    """As of a leaf."""
    points: int = 0
    """Scaled by 10¹²; 0 unless scored."""
    step: Mapping[str, Any] | None = None
    """The step or branch taken."""
    missing: tuple[str, ...] = ()
    """Facts without which it is unknown, by full name."""
    refusal: str | None = None
    """Why these facts cannot be scored."""
    why: str | None = None
    """Why it does not apply."""


Judge = Callable[[Facts], Verdict]


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


def quotient(a: Any, b: Any) -> tuple[int, int]:
    """a ÷ b as numerator and positive denominator; b is not 0."""
    if type(a) is int and type(b) is int:
        return (a, b) if b > 0 else (-a, -b)
    a_top, a_below = a.as_integer_ratio()
    b_top, b_below = b.as_integer_ratio()
    top, below = a_top * b_below, a_below * b_top
    return (top, below) if below > 0 else (-top, -below)


def ratio_of(value: Decimal | int) -> tuple[int, int]:
    """A number as numerator and positive denominator."""
    return value.as_integer_ratio()


def _within(top: int, below: int, maximum: int, step: Mapping[str, Any] | None = None) -> Verdict:
    """Scaled points top ÷ below, refused outside 0…max, rounded once."""
    if top < 0 or top > maximum * below:
        return Verdict("scored", refusal="points_outside", points=half_up(top, below, 0), step=step)
    return Verdict("scored", (2 * top + below) // (2 * below), step)


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
    name, one = names.of(rule.input), scaled(rule.points)
    unknown = Verdict("unknown", missing=(name,))

    def judge(facts: Facts) -> Verdict:
        value: Any = facts.get(name)
        if value is None:
            return unknown
        top, below = value.as_integer_ratio()
        capped = one * top > maximum * below
        step = {"capped": True} if capped else None
        return Verdict("scored", maximum, step) if capped else _within(one * top, below, maximum)

    return judge


def _deduct(rule: model.Deduct, names: Names, maximum: int) -> Judge:
    name, one = names.of(rule.input), scaled(rule.points)
    unknown = Verdict("unknown", missing=(name,))

    def judge(facts: Facts) -> Verdict:
        value: Any = facts.get(name)
        if value is None:
            return unknown
        top, below = value.as_integer_ratio()
        left = maximum * below - one * top
        return Verdict("scored", 0, {"floored": True}) if left < 0 else _within(left, below, maximum)

    return judge


def _divided(over: tuple[str, ...], names: Names, zero: Verdict, judge: Callable[[int, int], Verdict]) -> Judge:
    """One number, or a quotient whose zero denominator is decided before anything else."""
    first = names.of(over[0])
    if len(over) == 1:
        unknown = Verdict("unknown", missing=(first,))

        def single(facts: Facts) -> Verdict:
            value: Any = facts.get(first)
            return unknown if value is None else judge(*value.as_integer_ratio())

        return single
    second = names.of(over[1])

    def divided(facts: Facts) -> Verdict:
        a, b = facts.get(first), facts.get(second)
        if b is not None and b == 0:
            return zero
        if a is None or b is None:
            return Verdict("unknown", missing=tuple(n for n in (first, second) if facts.get(n) is None))
        return judge(*quotient(a, b))

    return divided


def _ratio(rule: model.Ratio, names: Names, maximum: int) -> Judge:
    target_top, target_below = ratio_of(rule.target)
    floor_top, floor_below = ratio_of(rule.floor)
    full = Verdict("scored", maximum, {"reached": shortest(rule.target)})
    under = Verdict("scored", 0, {"below": shortest(rule.floor)})

    def judge(top: int, below: int) -> Verdict:
        if floor_top and top * floor_below < floor_top * below:
            return under
        top, below = top * target_below, below * target_top
        return full if top >= below else _within(maximum * top, below, maximum)

    return _divided(rule.over, names, _zero(rule.when_zero, maximum), judge)


Scale = Callable[[int, int], Verdict]
"""From a value, as numerator and denominator, to points."""


def _band_scale(steps: tuple[Step, ...], at_most: bool) -> Scale:
    key = "to" if at_most else "from"
    ladder = [
        (*ratio_of(s.at), Verdict("scored", scaled(s.points), {key: shortest(s.at), "points": shortest(s.points)}))
        for s in steps
    ]
    none = Verdict("scored", 0, NO_STEP)

    def judge(top: int, below: int) -> Verdict:
        for at_top, at_below, verdict in ladder:
            left, right = top * at_below, at_top * below
            if left <= right if at_most else left >= right:
                return verdict
        return none

    return judge


def _line_scale(start: Point, end: Point, maximum: int) -> Scale:
    low, high = sorted((start, end), key=lambda point: point.at)
    (low_top, low_below), (high_top, high_below) = ratio_of(low.at), ratio_of(high.at)
    slope = Fraction(high.points - low.points) / (Fraction(high.at) - Fraction(low.at))
    base = Fraction(low.points) - slope * Fraction(low.at)
    below_low = Verdict("scored", scaled(low.points), {"at": shortest(low.at), "clamped": True})
    above_high = Verdict("scored", scaled(high.points), {"at": shortest(high.at), "clamped": True})
    common = slope.denominator * base.denominator
    slope_top, base_top = slope.numerator * base.denominator, base.numerator * slope.denominator

    def judge(top: int, below: int) -> Verdict:
        if top * low_below <= low_top * below:
            return below_low
        if top * high_below >= high_top * below:
            return above_high
        return _within(UNIT * (slope_top * top + base_top * below), common * below, maximum)

    return judge


def _bands(rule: model.Bands, names: Names, maximum: int) -> Judge:
    return _divided(rule.over, names, _zero(rule.when_zero, maximum), _band_scale(rule.steps, rule.at_most))


def _linear(rule: model.Linear, names: Names, maximum: int) -> Judge:
    scale = _line_scale(rule.start, rule.end, maximum)
    return _divided(rule.over, names, _zero(rule.when_zero, maximum), scale)


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
    sorts = names.sorts()
    branches = [
        (
            number,
            branch,
            None if branch.when is None else formula.parse(branch.when, "condition", sorts),
            formula.parse(branch.points, "number", sorts),
        )
        for number, branch in enumerate(rule.branches, 1)
    ]
    top = Fraction(maximum, UNIT)

    def judge(facts: Facts) -> Verdict:
        def value_of(name: str) -> Fraction | None:
            value: Any = facts.get(names.of(name))
            return None if value is None else Fraction(value)

        try:
            for number, branch, when, points in branches:
                condition = formula.Evaluation(value_of, top)
                truth = True if when is None else condition.condition(when)
                if truth is None:
                    return Verdict("unknown", missing=tuple(map(names.of, condition.missing)))
                if truth:
                    return _branch(points, formula.Evaluation(value_of, top), names, maximum, number, branch)
        except ZeroDivisionError:
            return Verdict("scored", refusal="division_by_zero")
        raise AssertionError("the last branch of a formula has no condition")

    return judge


def _branch(
    points: formula.Expression,
    evaluation: formula.Evaluation,
    names: Names,
    maximum: int,
    number: int,
    branch: model.Branch,
) -> Verdict:
    value = evaluation.of(points)
    if value is None:
        return Verdict("unknown", missing=tuple(map(names.of, evaluation.missing)))
    step = {"branch": number, "points": branch.points} | ({"when": branch.when} if branch.when else {})
    return _within(value.numerator * UNIT, value.denominator, maximum, step)


def _estimate_scale(rule: model.Survey | model.External, maximum: int) -> Scale:
    if rule.reading == "bands":
        return _band_scale(rule.steps, rule.at_most)
    if rule.reading == "linear" and rule.start is not None and rule.end is not None:
        return _line_scale(rule.start, rule.end, maximum)
    return lambda top, below: _within(maximum * top, below, maximum)


def _estimate(rule: model.Survey | model.External, names: Names, maximum: int) -> Judge:
    scale = _estimate_scale(rule, maximum)
    (name,) = fact_names(rule, names)
    unknown = Verdict("unknown", missing=(name,))

    def judge(facts: Facts) -> Verdict:
        value: Any = facts.get(name)
        return unknown if value is None else scale(*value.as_integer_ratio())

    return judge


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
        return _within(total.numerator, total.denominator, maximum)

    return judge


def _judged(_: model.Judged, names: Names, maximum: int) -> Judge:
    name = names.judged()
    unknown = Verdict("unknown", missing=(name,))

    def judge(facts: Facts) -> Verdict:
        value = facts.get(name)
        if value is None:
            return unknown
        return _within(*proposed(value), maximum)

    return judge


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

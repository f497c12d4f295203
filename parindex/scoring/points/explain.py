"""Why a leaf has its points, as code and values: made only when somebody asks."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from parindex.scoring.digits import half_up, places_text, scaled, shortest, unscaled
from parindex.scoring.facts.values import write_value
from parindex.scoring.law import model
from parindex.scoring.law.model import Point, Step
from parindex.scoring.points.ready import Leaf
from parindex.scoring.points.results import Reason
from parindex.scoring.rules.verdicts import Facts, Verdict

Next = dict[str, Any]


def explain(leaf: Leaf, facts: Facts, verdict: Verdict) -> Reason:
    """The reason behind a verdict on a leaf."""
    scored = verdict.state == "scored"
    decided = leaf.decided if leaf.decided in facts and scored and verdict.step == {"decided": True} else None
    used = (*leaf.needs, *leaf.waivers, *leaf.facts, leaf.decided, leaf.not_held or "")
    by_rule = leaf.judge(facts) if decided else None
    return Reason(
        rule=model.kind(leaf.rule),
        state=verdict.state,
        points=unscaled(verdict.points) if scored else None,
        max=leaf.criterion.max,
        facts={name: write_value(facts[name]) for name in used if name in facts},
        step=verdict.step,
        arithmetic=_arithmetic(leaf, facts),
        missing=verdict.missing,
        next=_next(leaf, facts, verdict) if scored and not decided and verdict.points < leaf.max else None,
        why=verdict.why,
        decided=unscaled(verdict.points) if decided else None,
        by_rule=_by_rule(by_rule) if by_rule else None,
    )


def _by_rule(verdict: Verdict) -> Decimal | None:
    known = verdict.state == "scored" and verdict.refusal is None
    return unscaled(verdict.points) if known else None


def _number(facts: Facts, name: str) -> Fraction | None:
    value: Any = facts.get(name)
    return None if value is None else Fraction(value)


def _operands(leaf: Leaf) -> tuple[str, ...]:
    """What a rule divides, one after the other: the same fact twice where it stands above and below."""
    over: tuple[str, ...] = getattr(leaf.rule, "over", ())
    return tuple(map(leaf.names.of, over)) or leaf.facts


def value_compared(leaf: Leaf, facts: Facts) -> Fraction | None:
    """The number that a rule looks at: the quotient, the single input, the estimate."""
    if not isinstance(leaf.rule, model.Ratio | model.Bands | model.Linear | model.Survey | model.External):
        return None
    values = [_number(facts, name) for name in _operands(leaf)]
    if not values or values[0] is None or len(values) > 2:
        return None
    if len(values) == 1:
        return values[0]
    return None if not values[1] else values[0] / values[1]


def _arithmetic(leaf: Leaf, facts: Facts) -> Mapping[str, str]:
    value = value_compared(leaf, facts)
    return {} if value is None else {"value": str(value)}


# what one more step gives


def _next(leaf: Leaf, facts: Facts, verdict: Verdict) -> Next | None:  # noqa: PLR0911 - one return a kind of rule
    if leaf.place.part == "penalty" or verdict.why == "not_held" or "when_zero" in (verdict.step or {}):
        return None
    rule = leaf.rule
    match rule:
        case model.YesNo():
            return _gain(leaf, verdict, leaf.max, fact=leaf.facts[0], value="true")
        case model.Choice():
            return _better_option(leaf, rule, verdict)
        case model.Checklist():
            return _next_item(leaf, rule, facts, verdict)
        case model.Each() | model.Deduct():
            return _next_count(leaf, rule, facts, verdict)
        case model.By():
            return _earlier(leaf, rule, verdict)
        case model.Ratio():
            return _next_ratio(leaf, rule, facts, verdict)
        case model.Formula() | model.Judged():
            return None
        case _:
            return _next_scale(leaf, rule, facts, verdict)


def _gain(leaf: Leaf, verdict: Verdict, points: int, **values: Any) -> Next | None:
    """What would be reached and how much more that is."""
    points = min(points, leaf.max)
    if points <= verdict.points:
        return None
    return {**values, "points": _text(points), "gain": _text(points - verdict.points)}


def _text(points: int) -> str:
    return places_text(points, 12)


def _better_option(leaf: Leaf, rule: model.Choice, verdict: Verdict) -> Next | None:
    worths = {option: scaled(points) for option, points in (rule.points or {}).items() if points is not None}
    for option, share in (rule.shares or {}).items():
        if share is not None:
            top, below = share.as_integer_ratio()
            worths[option] = half_up(leaf.max * top, below, 0)
    better = {option: worth for option, worth in worths.items() if worth > verdict.points}
    if not better:
        return None
    option = min(better, key=lambda name: better[name])
    return _gain(leaf, verdict, better[option], fact=leaf.facts[0], value=option)


def _next_item(leaf: Leaf, rule: model.Checklist, facts: Facts, verdict: Verdict) -> Next | None:
    open_items = {leaf.names.of(n): scaled(p) for n, p in rule.items.items() if facts.get(leaf.names.of(n)) is False}
    if not open_items:
        return None
    name = max(open_items, key=lambda item: open_items[item])
    return _gain(leaf, verdict, verdict.points + open_items[name], fact=name, value="true")


def _next_count(leaf: Leaf, rule: model.Each | model.Deduct, facts: Facts, verdict: Verdict) -> Next | None:
    name = leaf.facts[0]
    value = _number(facts, name)
    if value is None or (isinstance(rule, model.Deduct) and value < 1):
        return None
    change = 1 if isinstance(rule, model.Each) else -1
    other: dict[str, Any] = {**facts, name: Decimal(str(write_value(facts[name]))) + change}
    key = "more" if change > 0 else "fewer"
    return _gain(leaf, verdict, leaf.judge(other).points, fact=name, **{key: "1"})


def _earlier(leaf: Leaf, rule: model.By, verdict: Verdict) -> Next | None:
    better = [step for step in rule.steps if scaled(step.points) > verdict.points]
    if not better:
        return None
    step = max(better, key=lambda one: one.until)
    return _gain(leaf, verdict, scaled(step.points), fact=leaf.facts[0], until=step.until.isoformat())


def _next_ratio(leaf: Leaf, rule: model.Ratio, facts: Facts, verdict: Verdict) -> Next | None:
    below = bool(verdict.step and "below" in verdict.step)
    at = Fraction(rule.floor) if below else Fraction(rule.target)
    points = half_up(leaf.max * min(Fraction(1), at / Fraction(rule.target)).numerator,
                     min(Fraction(1), at / Fraction(rule.target)).denominator, 0)  # fmt: skip
    goal = {"at": shortest(rule.floor if below else rule.target)}
    return _counted(leaf, facts, verdict, points, goal, _needed(leaf, facts, at))


def _needed(leaf: Leaf, facts: Facts, at: Fraction, *, falling: bool = False) -> dict[str, Any]:
    """How many more (or fewer) of what is counted reach a threshold, where it is counted in whole numbers."""
    names = _operands(leaf)
    first = facts.get(names[0])
    if type(first) is not int or (len(names) > 1 and names[0] == names[1]):
        return {"fact": names[0]}
    by = _number(facts, names[1]) if len(names) > 1 else Fraction(1)
    if not by:
        return {"fact": names[0]}
    change = at * by - first
    if falling:
        return {"fact": names[0], "fewer": str(-(change.numerator // change.denominator))}
    return {"fact": names[0], "more": str(-(-change.numerator // change.denominator))}


def _counted(
    leaf: Leaf, facts: Facts, verdict: Verdict, points: int, goal: Next, needed: dict[str, Any]
) -> Next | None:
    """What a goal gives; what is counted in whole numbers may reach further than the goal, or not be possible."""
    change = int(needed.get("more", 0)) - int(needed.get("fewer", 0))
    if needed.keys() & {"more", "fewer"}:
        first: Any = facts[needed["fact"]]
        backwards = change < 0 if "more" in needed else change > 0
        if change == 0 or backwards or first + change < 0:
            return None
        reached = leaf.judge({**facts, needed["fact"]: first + change})
        if reached.state != "scored" or reached.refusal is not None:
            return None
        points = reached.points
        goal = {key: (reached.step or {}).get(key, at) for key, at in goal.items()}
    return _gain(leaf, verdict, points, **goal, **needed)


def _next_scale(leaf: Leaf, rule: Any, facts: Facts, verdict: Verdict) -> Next | None:
    value = value_compared(leaf, facts)
    if value is None:
        return None
    if getattr(rule, "steps", ()):
        return _next_band(leaf, rule.steps, rule.at_most, facts, verdict)
    if getattr(rule, "start", None) is not None:
        return _next_end(leaf, rule.start, rule.end, facts, verdict)
    # One percentage point: a share of 1 is nobody's next step.
    return _gain(leaf, verdict, verdict.points + half_up(leaf.max, 100, 0), fact=leaf.facts[0], percent="1")


def _next_band(leaf: Leaf, steps: tuple[Step, ...], at_most: bool, facts: Facts, verdict: Verdict) -> Next | None:
    better = [step for step in steps if scaled(step.points) > verdict.points]
    value = value_compared(leaf, facts)
    if not better or value is None:
        return None
    step = min(better, key=lambda one: abs(Fraction(one.at) - value))
    key = "to" if at_most else "from"
    needed = _needed(leaf, facts, Fraction(step.at), falling=Fraction(step.at) < value)
    return _counted(leaf, facts, verdict, scaled(step.points), {key: shortest(step.at)}, needed)


def _next_end(leaf: Leaf, start: Point, end: Point, facts: Facts, verdict: Verdict) -> Next | None:
    best = max((start, end), key=lambda point: point.points)
    value = value_compared(leaf, facts)
    if value is None:
        return None
    needed = _needed(leaf, facts, Fraction(best.at), falling=Fraction(best.at) < value)
    return _counted(leaf, facts, verdict, scaled(best.points), {"at": shortest(best.at)}, needed)

"""Exact scoring of 5,000 agencies × 100 leaves with totals and ranks, against the limit and plain fractions.

The set is the illustrative provincial one without its eighth area and with its third twice: 100 leaves of twelve
kinds. The peer works out every leaf from the same rules with ``fractions.Fraction``, in the plainest way that
gives the same digits. Both results are compared digit by digit.
"""

from __future__ import annotations

import argparse
import gc
import math
import operator
import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from benchmarks import reference
from parindex import scoring
from parindex.places import data_folder
from parindex.scoring import CriteriaSet, Value
from parindex.scoring.points.compiled import Leaf, compiled, judge_leaf
from parindex.scoring.rules import kinds
from parindex.scoring.rules.making import expressions

LIMIT: Final = 0.3
"""Seconds that totals and ranks may take."""

AGENCIES: Final = 5000
POINT: Final = 10**12


def hundred_leaves() -> CriteriaSet:
    """100 leaves of the kinds that a provincial set uses."""
    path = data_folder("criteria") / "minh-hoa-cap-tinh" / "2025.1.yaml"
    document: dict[str, Any] = scoring.to_document(scoring.load(path))
    from benchmarks.large_year import renamed

    areas = [area for area in document["areas"] if area["code"] != "8"]
    third = next(area for area in areas if area["code"] == "3")
    return scoring.from_document({**document, "areas": [*areas, renamed(third, "13")]})


def drawn(criteria_set: CriteriaSet, agencies: int, seed: int = 1) -> dict[str, dict[str, Value]]:
    """Complete facts that no rule refuses; denominators are sometimes 0, some agencies leave facts out."""
    generator = random.Random(seed)
    ready = compiled(criteria_set)
    facts: dict[str, dict[str, Value]] = {}
    for number in range(agencies):
        own: dict[str, Value] = {"@region": generator.choice(("north", "south")), "@has_economic_zone": number % 5 > 0}
        for leaf in ready.leaves:
            _draw_leaf(criteria_set, leaf, own, generator)
        if number % 50 == 0:
            own = {name: value for name, value in own.items() if generator.random() > 0.02}
        facts[f"A{number}"] = own
    return facts


def _draw_leaf(criteria_set: CriteriaSet, leaf: Leaf, own: dict[str, Value], generator: random.Random) -> None:
    asked = dict(scoring.leaf_inputs(criteria_set, leaf.code))
    new = [name for name in leaf.facts if name not in own]
    for _ in range(100):
        own |= {name: _value(asked.get(name), leaf, generator) for name in new}
        if judge_leaf(leaf, own, criteria_set.no_survey).refusal is None:
            return
    raise ValueError(f"no facts could be drawn for leaf {leaf.code}")


def _value(asked: scoring.Input | None, leaf: Leaf, generator: random.Random) -> Value:  # noqa: PLR0911 - a type each
    kind = asked.type if asked else "share"
    if kind == "boolean":
        return generator.random() < 0.8
    if kind == "choice":
        assert asked is not None
        return generator.choice(asked.options)
    if kind == "date":
        return date(2025, 1, 1) + timedelta(days=generator.randrange(400))
    if kind == "percent":
        return Decimal(generator.randrange(1001)) / 10
    if kind == "share":
        return Decimal(generator.randrange(10_001)) / 40_000
    if kind == "decimal":
        return Decimal(generator.randrange(int(leaf.criterion.max * 100) + 1)) / 100
    return generator.choice((0, generator.randrange(1, 60), generator.randrange(1, 9000)))


class Plain:
    """The peer: one fraction after another, as one would write it down."""

    def __init__(self, criteria_set: CriteriaSet) -> None:
        self.ready = compiled(criteria_set)
        self.criteria_set = criteria_set

    def index(self, facts: Mapping[str, Value]) -> tuple[int, int] | None:
        """Points and maximum of an agency, scaled by 10¹²; None where a leaf is not yet known."""
        points, most = Fraction(0), Fraction(0)
        extra: dict[str, Fraction] = {"bonus": Fraction(0), "penalty": Fraction(0)}
        for leaf in self.ready.leaves:
            state, got = self.leaf(leaf, facts)
            if leaf.place.part != "areas":
                extra[leaf.place.part] += got
            elif state == "unknown":
                return None
            elif state == "scored":
                points += got
                most += Fraction(leaf.criterion.max)
        for part, sign in (("bonus", 1), ("penalty", -1)):
            adjustment = getattr(self.criteria_set, part)
            if adjustment:
                points += sign * min(extra[part], Fraction(adjustment.cap))
        return int(points * POINT), int(most * POINT)

    def leaf(self, leaf: Leaf, facts: Mapping[str, Value]) -> tuple[str, Fraction]:
        """State and points of a leaf, rounded half up to 12 places."""
        attributes = [facts.get(name) for name in leaf.needs]
        if False in attributes or any(facts.get(name) is True for name in leaf.waivers):
            return "not_applicable", Fraction(0)
        values = [facts.get(name) for name in leaf.facts]
        if None in attributes:
            return "unknown", Fraction(0)
        points = _plain(leaf, values)
        if isinstance(points, str):
            return points, Fraction(0)
        return "scored", Fraction(int(points * POINT + Fraction(1, 2)), POINT)


def _plain(leaf: Leaf, given: list[Value | None]) -> Fraction | str:  # noqa: PLR0911, PLR0912 - a kind of rule each
    rule, most = leaf.rule, Fraction(leaf.criterion.max)
    if isinstance(rule, kinds.Formula):
        return _formula(leaf, rule, given, most)
    over = getattr(rule, "over", ())
    if len(over) == 2 and given[-1] == 0:
        return {"full": most, "zero": Fraction(0)}.get(getattr(rule, "when_zero", ""), "not_applicable")
    if None in given:
        return "unknown"
    values: list[Any] = list(given)
    value: Any = Fraction(values[0]) / Fraction(values[-1]) if len(over) == 2 else values[0]
    match rule:
        case kinds.YesNo():
            return most if value else Fraction(0)
        case kinds.Choice():
            worth = (rule.points or rule.shares or {})[value]
            if worth is None:
                return "not_applicable"
            return Fraction(worth) * (1 if rule.points else most)
        case kinds.Checklist():
            return min(
                most, sum((Fraction(p) for p, v in zip(rule.items.values(), values, strict=True) if v), Fraction(0))
            )
        case kinds.Each():
            return min(most, Fraction(value) * Fraction(rule.points))
        case kinds.Deduct():
            return max(Fraction(0), most - Fraction(value) * Fraction(rule.points))
        case kinds.Ratio():
            return (
                Fraction(0) if value < Fraction(rule.floor) else most * min(Fraction(1), value / Fraction(rule.target))
            )
        case kinds.Bands():
            return _step(value, rule)
        case kinds.Linear():
            return _line(Fraction(value), rule)
        case kinds.By():
            return next((Fraction(step.points) for step in rule.steps if value <= step.until), Fraction(0))
        case kinds.Days():
            days = max(0, (values[0] - values[1]).days)
            return next((Fraction(step.points) for step in rule.steps if days <= step.at), Fraction(0))
        case kinds.Survey() if rule.reading == "options":
            return most * sum(
                (Fraction(s) * Fraction(v) for s, v in zip(rule.shares.values(), values, strict=True)), Fraction(0)
            )
        case kinds.Survey() | kinds.External() if rule.reading == "bands":
            return _step(Fraction(value), rule)
        case kinds.Survey() | kinds.External() if rule.reading == "linear":
            return _line(Fraction(value), rule)
        case kinds.Survey() | kinds.External():
            return most * Fraction(value)
        case _:
            return Fraction(value)


def _step(value: Any, rule: Any) -> Fraction:
    for step in rule.steps:
        if value <= step.at if rule.at_most else value >= step.at:
            return Fraction(step.points)
    return Fraction(0)


def _line(value: Fraction, rule: Any) -> Fraction:
    low, high = sorted((rule.start, rule.end), key=lambda point: point.at)
    part = (value - Fraction(low.at)) / (Fraction(high.at) - Fraction(low.at))
    part = min(Fraction(1), max(Fraction(0), part))
    return Fraction(low.points) + part * (Fraction(high.points) - Fraction(low.points))


def _formula(leaf: Leaf, rule: kinds.Formula, given: list[Value | None], most: Fraction) -> Fraction | str:
    known = dict(zip(leaf.facts, given, strict=True))

    values: dict[str, Any] = {
        name: known[leaf.names.of(name)] for name in leaf.names.sorts() if leaf.names.of(name) in known
    }
    for branch in rule.branches:
        truth: Any = True
        if branch.when is not None:
            truth = _tree(expressions.parse(branch.when, "condition", leaf.names.sorts()), values, most)
        if truth is None:
            return "unknown"
        if truth:
            found = _tree(expressions.parse(branch.points, "number", leaf.names.sorts()), values, most)
            return "unknown" if found is None else Fraction(found)
    raise AssertionError(leaf.code)


_PLAIN: Final[dict[str, Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
    "negative": operator.neg, "not": operator.not_, "min()": lambda *values: min(values),
    "max()": lambda *values: max(values), "round()": lambda value, places=Fraction(0): _rounded(value, int(places)),
}  # fmt: skip


def _rounded(value: Fraction, places: int) -> Fraction:
    size = Fraction(math.floor(abs(value) * 10**places + Fraction(1, 2)), 10**places)
    return size if value >= 0 else -size


def _tree(tree: expressions.Expression, values: Mapping[str, Any], most: Fraction) -> Any:
    """A number, a truth, or None while it is not yet known."""
    if tree.operation in {"number", "boolean"}:
        return tree.number if tree.operation == "number" else bool(tree.number)
    if tree.operation == "max":
        return most
    if tree.operation == "name":
        value = values[tree.name]
        return value if value is None or tree.sort == "condition" else Fraction(value)
    if tree.operation == "if()":
        truth = _tree(tree.operands[0], values, most)
        return None if truth is None else _tree(tree.operands[1 if truth else 2], values, most)
    if tree.operation in {"and", "or"}:
        return _joined(tree, values, most)
    operands = [_tree(operand, values, most) for operand in tree.operands]
    if tree.operation == "/" and operands[1] == 0:
        raise ZeroDivisionError
    return None if None in operands else _PLAIN[tree.operation](*operands)


def _joined(tree: expressions.Expression, values: Mapping[str, Any], most: Fraction) -> bool | None:
    """Decided by the left side, or else by the right one; a division by zero counts only once it is reached."""
    decisive = tree.operation == "or"
    left: bool | None = _tree(tree.operands[0], values, most)
    if left is decisive:
        return decisive
    try:
        right = _tree(tree.operands[1], values, most)
    except ZeroDivisionError:
        if left is not None:
            raise
        return None
    return decisive if right is decisive else None if None in (left, right) else right


def plain(criteria_set: CriteriaSet, facts: Mapping[str, Mapping[str, Value]]) -> list[tuple[str | None, int | None]]:
    """Index and rank of every agency by the peer."""
    peer = Plain(criteria_set)
    found = [peer.index(own) for own in facts.values()]
    index = [
        Fraction(int(Fraction(p * 100 * POINT, m) + Fraction(1, 2)), POINT) if pair else None
        for pair in found
        for p, m in [pair or (0, 1)]
    ]
    order = sorted((value for value in index if value is not None), reverse=True)
    rank = {value: place for place, value in reversed(list(enumerate(order, 1)))}
    return [(None, None) if value is None else (_text(value), rank[value]) for value in index]


def _text(value: Fraction) -> str:
    return scoring.shortest(Decimal(value.numerator) / Decimal(value.denominator))


def main() -> None:
    """Print the ratio against the limit, against the peer, and whether all digits are the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=AGENCIES)
    count = parser.parse_args().agencies
    criteria_set = hundred_leaves()
    facts = drawn(criteria_set, count)
    gc.collect()
    seconds = reference.median(lambda: scoring.score(criteria_set, facts), 5)
    few = dict(list(facts.items())[: max(1, count // 10)])
    peer = reference.median(lambda: plain(criteria_set, few), 3) * len(facts) / len(few)
    scores = scoring.score(criteria_set, facts)
    own = [(None if one.index is None else scoring.shortest(one.index), one.rank) for one in scores.agencies]
    same = own == plain(criteria_set, facts)
    limit = LIMIT * count / AGENCIES
    print(
        f"{count:,} agencies × {len(list(scoring.leaves(criteria_set)))} leaves, totals, areas and ranks: {seconds:.3f} s"
    )
    print(f"  {seconds / limit:.2f} × the limit of {limit:.2f} s (at most 1)")
    print(f"  {peer / seconds:.1f} × as fast as plain fractions (peer {peer:.2f} s, a tenth of the agencies, scaled)")
    print(f"  digits and ranks {'identical to' if same else 'DIFFER from'} the peer's")
    print(reference.footer())
    if not same:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

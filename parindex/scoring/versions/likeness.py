"""Whether two leaves ask and reward the same thing: their rules in shares of the maximum, years and names apart."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from parindex.scoring.law import model
from parindex.scoring.law.canonical import canonical_json, rule_document
from parindex.scoring.law.model import CriteriaSet
from parindex.scoring.points.ready import Leaf, compiled
from parindex.scoring.rules import formula
from parindex.scoring.versions.comparison import Detail, inputs_of, leaf_details

HARMLESS: Final = frozenset({"evidence", "appraiser"})
"""Kinds of change that change neither what is asked nor what it gives."""


def differences(older: CriteriaSet, old: str, newer: CriteriaSet, new: str) -> tuple[Detail, ...]:
    """Everything that keeps two leaves from being the same; empty where they are."""
    before, after = compiled(older).place[old], compiled(newer).place[new]
    found = [one for one in leaf_details(older, before, newer, after) if one.kind not in HARMLESS]
    return (*_part(older, old, newer, new), *found)


def obstacles(older: CriteriaSet, old: str, newer: CriteriaSet, new: str) -> tuple[Detail, ...]:
    """What keeps one leaf from being the other in other words; empty where the two can be compared.

    The maximum may differ, if everything the rule gives moves in proportion; dates may move with the year;
    inputs may have other names and labels, but not another type.
    """
    found = list(_part(older, old, newer, new))
    before, after = compiled(older).leaf[old], compiled(newer).leaf[new]
    if _asked(older, before) != _asked(newer, after):
        found.append(Detail(kind="inputs", what="inputs", before=_asked(older, before), after=_asked(newer, after)))
    if essence(older, old) != essence(newer, new) or not (before.max == after.max or _in_proportion(before)):
        found.append(
            Detail(kind="reruled", what="rule", before=rule_document(before.rule), after=rule_document(after.rule))
        )
    return tuple(found)


def _part(older: CriteriaSet, old: str, newer: CriteriaSet, new: str) -> Iterable[Detail]:
    before, after = compiled(older).place[old].part, compiled(newer).place[new].part
    return () if before == after else (Detail(kind="moved", what="part", before=before, after=after),)


def _asked(criteria_set: CriteriaSet, leaf: Leaf) -> list[Any]:
    """Type, options and bound of every fact, in the order of the rule."""
    declared = inputs_of(criteria_set, leaf.place)
    return [[one.type, list(one.options), str(one.most or 100)] for one in declared.values()]


def essence(criteria_set: CriteriaSet, code: str) -> str:
    """The rule of a leaf as text in which points are shares of the maximum, inputs are numbered in the order of
    the rule, and years are counted from the first that the set measures.
    """
    leaf = compiled(criteria_set).leaf[code]
    names = {name: f"#{number}" for number, name in enumerate(inputs_of(criteria_set, leaf.place))}
    plain = _Essence(leaf, names, criteria_set.years[0])
    return canonical_json(plain.rule())


class _Essence:
    """Takes maximum, names and years out of one rule."""

    def __init__(self, leaf: Leaf, names: Mapping[str, str], year: int):
        self.leaf, self.names, self.year = leaf, names, year

    def rule(self) -> Any:
        rule = self.leaf.rule
        if isinstance(rule, model.Formula):
            return [[self.expression(branch.when or ""), self.expression(branch.points)] for branch in rule.branches]
        if isinstance(rule, model.Choice):
            return {"choice": self.worths(rule)}
        if isinstance(rule, model.Checklist):
            return {"checklist": {self.name(name): self.share(points) for name, points in rule.items.items()}}
        return self.plain(rule_document(rule))

    def worths(self, rule: model.Choice) -> dict[str, str]:
        if rule.points is not None:
            return {option: "–" if worth is None else self.share(worth) for option, worth in rule.points.items()}
        return {
            option: "–" if worth is None else _text(Fraction(worth)) for option, worth in (rule.shares or {}).items()
        }

    def plain(self, value: Any, key: str = "") -> Any:
        if isinstance(value, Mapping):
            return {name: self.plain(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [self.plain(item, key) for item in value]
        if key == "points":
            return self.share(Decimal(value))
        if key == "until":
            return self.day(date.fromisoformat(value))
        return self.names.get(value, value) if isinstance(value, str) else value

    def name(self, name: str) -> str:
        return self.names.get(name, name)

    def share(self, points: Decimal) -> str:
        return _text(Fraction(points) / Fraction(self.leaf.criterion.max))

    def day(self, value: date) -> str:
        return f"{value.year - self.year:+d}-{value.month:02d}-{value.day:02d}"

    def expression(self, text: str) -> str:
        words = re.findall(r"[A-Za-z_][A-Za-z0-9_]*|[0-9.]+|[<>=!]=|\S", text)
        return " ".join(self.names.get(word, word) for word in words)


def _text(value: Fraction) -> str:
    return str(value)


def _in_proportion(leaf: Leaf) -> bool:
    """Whether points move in proportion to the maximum: all rules but a formula with points of its own."""
    if not isinstance(leaf.rule, model.Formula):
        return True
    sorts = leaf.names.sorts()
    for branch in leaf.rule.branches:
        if branch.when is not None and _mentions_max(formula.parse(branch.when, "condition", sorts)):
            return False
        if not _scales(formula.parse(branch.points, "number", sorts)):
            return False
    return True


def _mentions_max(expression: formula.Expression) -> bool:
    return expression.operation == "max" or any(map(_mentions_max, expression.operands))


def _scales(expression: formula.Expression) -> bool:
    """Whether doubling `max` doubles the expression."""
    operation, operands = expression.operation, expression.operands
    if operation == "max":
        return True
    if operation == "number":
        return expression.number == 0
    if operation in {"+", "-", "negative", "min()", "max()"}:
        return all(map(_scales, operands))
    if operation == "if()":
        return not _mentions_max(operands[0]) and all(map(_scales, operands[1:]))
    if operation == "*":
        left, right = operands
        return (_scales(left) and not _mentions_max(right)) or (_scales(right) and not _mentions_max(left))
    return operation == "/" and _scales(operands[0]) and not _mentions_max(operands[1])

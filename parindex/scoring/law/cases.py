"""Worked cases: facts and what they have to give, kept beside a set and run whenever it is checked."""

from decimal import Decimal
from typing import Any, Final

import msgspec

from parindex.reading.lookalikes import nearest
from parindex.scoring.facts.values import AgencyFacts, parse_value
from parindex.scoring.law.inputs import Value
from parindex.scoring.law.model import CriteriaSet, walk
from parindex.scoring.law.reading import Fields, SetReading
from parindex.scoring.law.yaml_tree import Node, Scalar, Sequence_, read_tree
from parindex.scoring.points.results import NodeScore
from parindex.scoring.points.scores import AgencyScore, score_agency
from parindex.scoring.refusals import Defect, RefusedFacts, RefusedValue

TOTALS: Final = ("points", "max", "index", "class", "status", "bonus", "penalty")
STATES: Final = ("scored", "not_applicable", "unknown", "none")


class CasesChecked(msgspec.Struct, frozen=True, kw_only=True):
    """What running the cases of a set found."""

    count: int
    """How many cases there are."""
    defects: tuple[Defect, ...]
    """Cases that cannot be read or do not hold."""


def run_cases(data: bytes, name: str, criteria_set: CriteriaSet) -> CasesChecked:
    """Run every worked case of a set. Never raises.

    A case is `{name, facts: {fact: value}, expect: {…}}`. What is expected under a code is its points, null
    where it has none, or its state; beside codes stand `points`, `max`, `index`, `class`, `status`, `bonus`
    and `penalty`, and `refused` with the leaves whose facts cannot be scored.
    """
    reading = SetReading(name)
    found: list[Defect] = []
    tree = read_tree(data, found)
    reading.defects.extend(msgspec.structs.replace(defect, file=name) for defect in found)
    items = (reading.items(tree) or []) if tree is not None else []
    for item in items:
        _Case(reading, criteria_set).run(item)
    return CasesChecked(count=len(items), defects=tuple(reading.defects))


class _Case:
    """Reads and runs one case."""

    def __init__(self, reading: SetReading, criteria_set: CriteriaSet):
        self.reading = reading
        self.criteria_set = criteria_set
        self.name = ""

    def run(self, node: Node) -> None:
        fields = self.reading.fields(node, ("name", "facts", "expect"), ("name", "facts", "expect"))
        if fields is None:
            return
        self.name = fields.take("name", self.reading.string) or ""
        before = len(self.reading.defects)
        facts = self.facts(fields)
        if len(self.reading.defects) == before:
            self.compare(fields, facts)
        else:
            self.known(fields)

    def facts(self, fields: Fields) -> AgencyFacts:
        values: dict[str, Value] = {}
        for key, node in fields.take("facts", self.reading.mapping) or []:
            scalar = self.reading.scalar(node, "text")
            if scalar is None:
                continue
            try:
                values[key.text] = parse_value(self.criteria_set, key.text, scalar.text)
            except RefusedValue as error:
                self.reading.fail(key, "case_value", name=self.name, fact=key.text, why=error.code, **error.values)
        return values

    def compare(self, fields: Fields, facts: AgencyFacts) -> None:
        refused: set[str] = set()
        try:
            scored = score_agency(self.criteria_set, facts)
        except RefusedFacts as error:
            refused = {str(refusal.leaf) for refusal in error.refusals}
            scored = score_agency(self.criteria_set, facts, lenient=True)
        expected = fields.take("expect", self.reading.mapping) or []
        if refused and not any(key.text == "refused" for key, _ in expected):
            self.reading.fail(fields.node, "case_refused", name=self.name, found=sorted(refused))
        for key, node in expected:
            if key.text == "refused":
                self.refused(node, refused)
            else:
                self.one(key, node, scored)

    def known(self, fields: Fields) -> None:
        """What is expected is looked at by name where the facts cannot be read."""
        codes = {place.code for place in walk(self.criteria_set)} | {"refused", *TOTALS}
        for key, _ in fields.take("expect", self.reading.mapping) or []:
            if key.text not in codes:
                self.unknown(key)

    def unknown(self, key: Scalar) -> None:
        near = nearest(key.text, [*TOTALS, *(place.code for place in walk(self.criteria_set))])
        self.reading.fail(key, "case_code", name=self.name, found=key.text, nearest=near)

    def refused(self, node: Node, refused: set[str]) -> None:
        items = node.items if isinstance(node, Sequence_) else [node]
        codes = {item.text for item in items if isinstance(item, Scalar)}
        if codes != refused:
            self.differs(node, "refused", sorted(refused), sorted(codes))

    def differs(self, node: Node, what: str, found: Any, expected: Any) -> None:
        self.reading.fail(node, "case_differs", name=self.name, what=what, found=_shown(found), expected=expected)

    def one(self, key: Scalar, node: Node, scored: AgencyScore) -> None:
        if not isinstance(node, Scalar):
            self.reading.fail(node, "wrong_type", found="…", expected="number")
            return
        if key.text in TOTALS:
            found: Any = getattr(scored, "class_" if key.text == "class" else key.text)
        elif key.text in scored.nodes:
            found = _of_node(scored.nodes[key.text], node)
        else:
            self.unknown(key)
            return
        if not self.same(found, node):
            self.differs(node, key.text, found, node.text)

    def same(self, found: Any, node: Scalar) -> bool:
        if node.kind == "null":
            return found is None
        if isinstance(found, Decimal):
            return node.kind in {"integer", "float"} and Decimal(node.text) == found
        return found is not None and str(found) == node.text


def _of_node(score: NodeScore, node: Scalar) -> Any:
    """The state where a case names one, the points elsewhere."""
    return score.state if node.text in STATES else score.points


def _shown(value: Any) -> Any:
    return "null" if value is None else value

"""`{checklist: {a: 0.5, b: 1}}`: the sum of the points of those that are true, at most the maximum."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Self

from parindex.scoring.digits import scaled
from parindex.scoring.law.reading import Fields
from parindex.scoring.law.yaml_tree import Node
from parindex.scoring.rules.making.canonical_parts import decimals
from parindex.scoring.rules.making.comparison_key import Essence
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.next_steps import Case, Next
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.making.shapes import NAME, FieldSchema, Schema, worths
from parindex.scoring.rules.making.verdicts import Judge, LeafFacts, Verdict
from parindex.scoring.rules.rule import Kernel, Rule


class Checklist(Rule, frozen=True, tag="checklist"):
    """The sum of the points of those that are true, at most the maximum."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("items",)

    items: Mapping[str, Decimal]
    """Points of each boolean."""

    @classmethod
    def read(cls, reader: RuleReader, subject: Node, fields: Fields) -> Self | None:
        """Booleans with their points."""
        del fields
        entries = reader.reading.mapping(subject)
        if entries is None:
            return None
        if not entries:
            reader.reading.fail(subject, "empty_list")
        items: dict[str, Decimal] = {}
        for key, value in entries:
            name, points = reader.input(key, ("boolean",)), reader.reading.decimal(value, above=0)
            if name is not None and points is not None:
                items[name] = points
        reader.top(subject, [sum(items.values(), Decimal(0))])
        return cls(items=items)

    def document(self) -> dict[str, Any]:
        """`{checklist: {a: points, …}}`."""
        return {"checklist": decimals(self.items)}

    @classmethod
    def subject_schema(cls, field: FieldSchema) -> Schema:
        """Points by name."""
        del field
        return {**worths(0, strict=True), "propertyNames": NAME}

    def facts(self, names: Names) -> tuple[str, ...]:
        """The booleans."""
        return tuple(map(names.of, self.items))

    def judge(self, names: Names, maximum: int) -> Judge:
        """A sum of what is true, as soon as all are known."""
        items = [(names.of(name), scaled(points)) for name, points in self.items.items()]

        def judge(facts: LeafFacts) -> Verdict:
            missing = tuple(name for name, _ in items if facts.get(name) is None)
            if missing:
                return Verdict("unknown", missing=missing)
            done = [points for name, points in items if facts[name]]
            return Verdict("scored", min(maximum, sum(done)), {"true": len(done)})

        return judge

    def kernel(self, names: Names, maximum: Decimal) -> Kernel:
        """A weighted sum, at most the maximum."""
        from parindex.scoring.trials.simulation import shapes

        return shapes.capped_sum([(names.of(name), points) for name, points in self.items.items()], maximum)

    def next_step(self, case: Case) -> Next | None:
        """The dearest that is not done."""
        points = {case.names.of(name): scaled(points) for name, points in self.items.items()}
        undone = [name for name in points if case.facts.get(name) is False]
        if not undone:
            return None
        name = max(undone, key=lambda item: points[item])
        return case.gain(case.verdict.points + points[name], fact=name, value="true")

    def essence(self, plain: Essence) -> Any:
        """The shares of the maximum."""
        return {"checklist": {plain.name(name): plain.share(points) for name, points in self.items.items()}}

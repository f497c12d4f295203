"""`{deduct: late, points: 0.25}`: the maximum less so many points for each, at least 0."""

import operator
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Self

from parindex.scoring.digits import scaled, shortest
from parindex.scoring.law.reading import Fields
from parindex.scoring.law.yaml_tree import Node
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.next_steps import Case, Next
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.making.scales import Measured, Scale, StraightLine, Threshold
from parindex.scoring.rules.making.shapes import ABOVE_ZERO, Schema
from parindex.scoring.rules.making.verdicts import Judge, Verdict
from parindex.scoring.rules.rule import Kernel, Rule


class Deduct(Rule, frozen=True, tag="deduct"):
    """The maximum less so many points for each, at least 0."""

    KEYS: ClassVar[tuple[str, ...]] = ("points",)
    REQUIRED: ClassVar[tuple[str, ...]] = ("points",)

    input: str
    """A number."""
    points: Decimal
    """Points lost for one."""

    @classmethod
    def read(cls, reader: RuleReader, subject: Node, fields: Fields) -> Self | None:
        """A number, and the points lost for one."""
        name, points = reader.counted(subject, fields)
        return None if name is None or points is None else cls(input=name, points=points)

    def document(self) -> dict[str, Any]:
        """`{deduct: a, points: …}`."""
        return {"deduct": self.input, "points": shortest(self.points)}

    @classmethod
    def key_schemas(cls) -> Mapping[str, Schema]:
        """Points for one are more than none."""
        return {"points": ABOVE_ZERO}

    def facts(self, names: Names) -> tuple[str, ...]:
        """The number."""
        return (names.of(self.input),)

    def judge(self, names: Names, maximum: int) -> Judge:
        """A line down from the maximum, ending at 0."""
        one = scaled(self.points)
        floored = Threshold(operator.gt, maximum, one, Verdict("scored", 0, {"floored": True}))
        return Measured(self.facts(names), Scale(maximum, (floored,), StraightLine(-one, maximum)))

    def kernel(self, names: Names, maximum: Decimal) -> Kernel:
        """A line down from the maximum, ending at 0."""
        from parindex.scoring.trials.simulation import shapes

        return shapes.deduct(names.of(self.input), self.points, maximum, signed=names.type_of(self.input) == "decimal")

    def next_step(self, case: Case) -> Next | None:
        """One fewer."""
        name = case.taken[0]
        value = case.facts.get(name)
        if value is None or Decimal(str(value)) < 1:
            return None
        one_fewer = Decimal(str(value)) - 1
        return case.gain(case.judge({**case.facts, name: one_fewer}).points, fact=name, fewer="1")

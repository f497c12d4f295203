"""`{linear: [a, b], from: {at: 0.5, points: 0}, to: {at: 1, points: 2}, when_zero: zero}`: a straight line, clamped."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Self

from parindex.scoring.law.reading import Fields
from parindex.scoring.law.yaml_tree import Node
from parindex.scoring.rules.making.canonical_parts import given, unless
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.next_steps import Case, Next
from parindex.scoring.rules.making.quotients import (
    Excess,
    WhenZero,
    flagged_pair,
    over_document,
    over_facts,
    over_judge,
    value_of,
)
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.making.shapes import NAME_OR_PAIR, POINT, FieldSchema, Schema
from parindex.scoring.rules.making.steps import Point, line_scale, next_end, point_document
from parindex.scoring.rules.making.verdicts import Judge, LeafFacts
from parindex.scoring.rules.rule import Kernel, Rule


class Linear(Rule, frozen=True, tag="linear"):
    """A straight line between two ends, clamped."""

    KEYS: ClassVar[tuple[str, ...]] = ("from", "to", "when_zero", "over")
    REQUIRED: ClassVar[tuple[str, ...]] = ("from", "to")
    SUBJECT: ClassVar[tuple[str, ...]] = ("over",)

    over: tuple[str, ...]
    """One number, or numerator and denominator."""
    start: Point
    """`from:`."""
    end: Point
    """`to:`."""
    when_zero: WhenZero | None = None
    """What holds where the denominator is 0; None without a denominator."""
    excess: Excess = "flag"
    """`over:` what a/b above 1 is: a refused fact, a leaf that an appraiser looks at, or nothing of note."""

    @classmethod
    def read(cls, reader: RuleReader, subject: Node, fields: Fields) -> Self | None:
        """A number or two, and two ends."""
        over = reader.over(subject)
        when_zero = reader.when_zero(fields, over)
        excess = reader.excess(fields, over)
        start, end = reader.ends(fields)
        if over is None or start is None or end is None:
            return None
        reader.share_for_percent(fields.node, over, [start.at, end.at])
        return cls(over=over, start=start, end=end, when_zero=when_zero, excess=excess)

    def document(self) -> dict[str, Any]:
        """`{linear: a or [a, b], from: …, to: …, when_zero: …}`."""
        ends = {"from": point_document(self.start), "to": point_document(self.end)}
        return given(
            linear=over_document(self.over), **ends, when_zero=self.when_zero, over=unless(self.excess, "flag")
        )

    @classmethod
    def subject_schema(cls, field: FieldSchema) -> Schema:
        """One name or two."""
        del field
        return NAME_OR_PAIR

    @classmethod
    def key_schemas(cls) -> Mapping[str, Schema]:
        """Two ends."""
        return {"start": POINT, "end": POINT}

    def facts(self, names: Names) -> tuple[str, ...]:
        """One number, or numerator and denominator."""
        return over_facts(self.over, names)

    def flagged_pair(self, names: Names) -> tuple[str, str] | None:
        """Numerator and denominator."""
        return flagged_pair(self.over, self.when_zero, self.excess, names)

    def judge(self, names: Names, maximum: int) -> Judge:
        """Along the line."""
        return over_judge(self.over, self.when_zero, self.excess, names, line_scale(self.start, self.end, maximum))

    def kernel(self, names: Names, maximum: Decimal) -> Kernel:
        """Along the line."""
        from parindex.scoring.trials.simulation import shapes

        scale = shapes.line_scale(self.start, self.end)
        return shapes.divided(
            tuple(map(names.of, self.over)), self.when_zero, maximum, scale, refuse=self.excess == "refuse"
        )

    def compared(self, names: Names, facts: LeafFacts) -> Fraction | None:
        """The number, or the quotient."""
        return value_of(tuple(map(names.of, self.over)), facts)

    def next_step(self, case: Case) -> Next | None:
        """The better end."""
        operands = tuple(map(case.names.of, self.over))
        return next_end(case, self.start, self.end, operands, value_of(operands, case.facts))

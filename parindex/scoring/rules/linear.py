"""`{linear: [a, b], from: {at: 0.5, points: 0}, to: {at: 1, points: 2}, when_zero: zero}`: a straight line, clamped."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Self

from parindex.scoring.law.reading import Fields
from parindex.scoring.law.yaml_tree import Node
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.next_steps import Case, Next
from parindex.scoring.rules.making.quotient_rule import QuotientRule
from parindex.scoring.rules.making.quotients import value_of
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.making.scales import Scale
from parindex.scoring.rules.making.shapes import POINT, Schema
from parindex.scoring.rules.making.steps import Point, line_scale, next_end, point_document
from parindex.scoring.rules.rule import Kernel


class Linear(QuotientRule, frozen=True, kw_only=True, tag="linear"):
    """A straight line between two ends, clamped."""

    KEYS: ClassVar[tuple[str, ...]] = ("from", "to", "when_zero", "over")
    REQUIRED: ClassVar[tuple[str, ...]] = ("from", "to")

    start: Point
    """`from:`."""
    end: Point
    """`to:`."""

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
        return self.document_with(**{"from": point_document(self.start), "to": point_document(self.end)})

    @classmethod
    def key_schemas(cls) -> Mapping[str, Schema]:
        """Two ends."""
        return {"start": POINT, "end": POINT}

    def scale(self, maximum: int) -> Scale:
        """Along the line."""
        return line_scale(self.start, self.end, maximum)

    def column_scale(self, names: Names, maximum: Decimal) -> Kernel:
        """Along the line."""
        from parindex.scoring.trials.simulation import shapes

        del names, maximum
        return shapes.line_scale(self.start, self.end)

    def next_step(self, case: Case) -> Next | None:
        """The better end."""
        operands = self.operands(case.names)
        return next_end(case, self.start, self.end, operands, value_of(operands, case.facts))

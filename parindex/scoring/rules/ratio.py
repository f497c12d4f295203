"""`{ratio: [a, b], target: 1, floor: 0.5, when_zero: zero}`: the maximum times a/b as a part of the target."""

import operator
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Self

from parindex.scoring.digits import half_up, shortest
from parindex.scoring.law.reading import Fields
from parindex.scoring.law.yaml_tree import Node
from parindex.scoring.rules.making.canonical_parts import unless
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.next_steps import Case, Next
from parindex.scoring.rules.making.quotient_rule import QuotientRule
from parindex.scoring.rules.making.quotients import WhenZero
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.making.scales import Scale, Threshold, line, threshold
from parindex.scoring.rules.making.shapes import ABOVE_ZERO, AT_LEAST_ZERO, PAIR, FieldSchema, Schema
from parindex.scoring.rules.making.verdicts import Verdict
from parindex.scoring.rules.rule import Kernel


class Ratio(QuotientRule, frozen=True, kw_only=True, tag="ratio"):
    """The maximum times a/b as a part of the target, at most the maximum."""

    KEYS: ClassVar[tuple[str, ...]] = ("target", "floor", "when_zero", "over")

    over: tuple[str, str]
    """Numerator and denominator."""
    when_zero: WhenZero
    """What holds where the denominator is 0."""
    target: Decimal = Decimal(1)
    """The ratio that reaches the maximum."""
    floor: Decimal = Decimal(0)
    """Below this ratio the points are 0."""

    @classmethod
    def read(cls, reader: RuleReader, subject: Node, fields: Fields) -> Self | None:
        """Two numbers, and what a denominator of 0 means."""
        over = reader.pair(subject)
        target = fields.take("target", reader.reading.decimal, above=0)
        floor = fields.take("floor", reader.reading.decimal, least=0)
        when_zero = reader.when_zero(fields, over)
        excess = reader.excess(fields, over)
        if over is None or when_zero is None:
            return None
        return cls(
            over=over,
            when_zero=when_zero,
            target=Decimal(1) if target is None else target,
            floor=Decimal(0) if floor is None else floor,
            excess=excess,
        )

    def document(self) -> dict[str, Any]:
        """`{ratio: [a, b], target: …, floor: …, when_zero: …}`."""
        return self.document_with(target=unless(shortest(self.target), "1"), floor=unless(shortest(self.floor), "0"))

    @classmethod
    def subject_schema(cls, field: FieldSchema) -> Schema:
        """Two names."""
        del field
        return PAIR

    @classmethod
    def key_schemas(cls) -> Mapping[str, Schema]:
        """A target is more than nothing, a floor at least nothing."""
        return {"target": ABOVE_ZERO, "floor": AT_LEAST_ZERO}

    def scale(self, maximum: int) -> Scale:
        """Nothing under the floor, all from the target, in between a part."""
        under = Verdict("scored", 0, {"below": shortest(self.floor)})
        full = Verdict("scored", maximum, {"reached": shortest(self.target)})
        thresholds: tuple[Threshold, ...] = (threshold(operator.ge, self.target, full),)
        if self.floor:
            thresholds = (threshold(operator.lt, self.floor, under), *thresholds)
        return Scale(maximum, thresholds, line(maximum / Fraction(self.target)))

    def column_scale(self, names: Names, maximum: Decimal) -> Kernel:
        """A line from 0, capped, cut off under the floor."""
        from parindex.scoring.trials.simulation import shapes

        signed = any(names.type_of(name) == "decimal" for name in self.over)
        return shapes.ratio_scale(self.target, self.floor, maximum, signed=signed)

    def next_step(self, case: Case) -> Next | None:
        """The target, or first the floor."""
        below = bool(case.verdict.step and "below" in case.verdict.step)
        at = self.floor if below else self.target
        part = min(Fraction(1), Fraction(at) / Fraction(self.target))
        points = half_up(case.maximum * part.numerator, part.denominator, 0)
        needed = case.needed(self.operands(case.names), Fraction(at))
        return case.reaching(points, {"at": shortest(at)}, needed)

"""`{bands: [a, b], steps: [{from: 0.7, points: 2}, …], when_zero: zero}`: the first step reached, else 0."""

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
from parindex.scoring.rules.making.shapes import STEPS, Schema
from parindex.scoring.rules.making.steps import Step, band_scale, next_band, steps_document
from parindex.scoring.rules.rule import Kernel


class Bands(QuotientRule, frozen=True, kw_only=True, tag="bands"):
    """The points of the first step reached, else 0."""

    KEYS: ClassVar[tuple[str, ...]] = ("steps", "when_zero", "over")
    REQUIRED: ClassVar[tuple[str, ...]] = ("steps",)

    steps: tuple[Step, ...]
    """From the highest threshold where it is a least value, from the lowest where it is a most."""
    at_most: bool
    """True: a step is reached by a value of at most its threshold (`to:`)."""

    @classmethod
    def read(cls, reader: RuleReader, subject: Node, fields: Fields) -> Self | None:
        """A number or two, and steps that can be reached."""
        over = reader.over(subject)
        when_zero = reader.when_zero(fields, over)
        excess = reader.excess(fields, over)
        steps, at_most = reader.steps(fields, reader.range_of(over))
        reader.share_for_percent(fields.node, over, [step.at for step in steps])
        if over is None:
            return None
        return cls(over=over, steps=steps, at_most=at_most, when_zero=when_zero, excess=excess)

    def document(self) -> dict[str, Any]:
        """`{bands: a or [a, b], steps: […], when_zero: …}`."""
        return self.document_with(steps=steps_document(self.steps, self.at_most))

    @classmethod
    def key_schemas(cls) -> Mapping[str, Schema]:
        """Steps of one direction."""
        return {"steps": STEPS}

    def scale(self, maximum: int) -> Scale:
        """Step by step."""
        return band_scale(self.steps, self.at_most, maximum)

    def column_scale(self, names: Names, maximum: Decimal) -> Kernel:
        """Step by step."""
        from parindex.scoring.trials.simulation import shapes

        del names, maximum
        return shapes.band_scale(self.steps, self.at_most)

    def next_step(self, case: Case) -> Next | None:
        """The nearest step that gives more."""
        operands = self.operands(case.names)
        return next_band(case, self.steps, self.at_most, operands, value_of(operands, case.facts))

"""`{bands: [a, b], steps: [{from: 0.7, points: 2}, …], when_zero: zero}`: the first step reached, else 0."""

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
from parindex.scoring.rules.making.shapes import NAME_OR_PAIR, STEPS, FieldSchema, Schema
from parindex.scoring.rules.making.steps import Step, band_scale, next_band, steps_document
from parindex.scoring.rules.making.verdicts import Judge, LeafFacts
from parindex.scoring.rules.rule import Kernel, Rule


class Bands(Rule, frozen=True, tag="bands"):
    """The points of the first step reached, else 0."""

    KEYS: ClassVar[tuple[str, ...]] = ("steps", "when_zero", "over")
    REQUIRED: ClassVar[tuple[str, ...]] = ("steps",)
    SUBJECT: ClassVar[tuple[str, ...]] = ("over",)

    over: tuple[str, ...]
    """One number, or numerator and denominator."""
    steps: tuple[Step, ...]
    """From the highest threshold where it is a least value, from the lowest where it is a most."""
    at_most: bool = False
    """True: a step is reached by a value of at most its threshold (`to:`)."""
    when_zero: WhenZero | None = None
    """What holds where the denominator is 0; None without a denominator."""
    excess: Excess = "flag"
    """`over:` what a/b above 1 is: a refused fact, a leaf that an appraiser looks at, or nothing of note."""

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
        steps = steps_document(self.steps, self.at_most)
        return given(
            bands=over_document(self.over), steps=steps, when_zero=self.when_zero, over=unless(self.excess, "flag")
        )

    @classmethod
    def subject_schema(cls, field: FieldSchema) -> Schema:
        """One name or two."""
        del field
        return NAME_OR_PAIR

    @classmethod
    def key_schemas(cls) -> Mapping[str, Schema]:
        """Steps of one direction."""
        return {"steps": STEPS}

    def facts(self, names: Names) -> tuple[str, ...]:
        """One number, or numerator and denominator."""
        return over_facts(self.over, names)

    def flagged_pair(self, names: Names) -> tuple[str, str] | None:
        """Numerator and denominator."""
        return flagged_pair(self.over, self.when_zero, self.excess, names)

    def judge(self, names: Names, maximum: int) -> Judge:
        """Step by step."""
        return over_judge(self.over, self.when_zero, self.excess, names, band_scale(self.steps, self.at_most, maximum))

    def kernel(self, names: Names, maximum: Decimal) -> Kernel:
        """Step by step."""
        from parindex.scoring.trials.simulation import shapes

        scale = shapes.band_scale(self.steps, self.at_most)
        return shapes.divided(
            tuple(map(names.of, self.over)), self.when_zero, maximum, scale, refuse=self.excess == "refuse"
        )

    def compared(self, names: Names, facts: LeafFacts) -> Fraction | None:
        """The number, or the quotient."""
        return value_of(tuple(map(names.of, self.over)), facts)

    def next_step(self, case: Case) -> Next | None:
        """The nearest step that gives more."""
        operands = tuple(map(case.names.of, self.over))
        return next_band(case, self.steps, self.at_most, operands, value_of(operands, case.facts))

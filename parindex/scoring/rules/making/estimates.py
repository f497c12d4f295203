"""A number from 0 to 1 that comes from outside, an estimate or a result, and the ways of reading it as points."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Final, Literal

from parindex.scoring.digits import half_up
from parindex.scoring.law.inputs import Expected, Input
from parindex.scoring.law.reading import Fields
from parindex.scoring.rules.making.canonical_parts import given
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.next_steps import Case, Next
from parindex.scoring.rules.making.quotients import value_of
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.making.scales import Measured, Scale, StraightLine
from parindex.scoring.rules.making.shapes import POINT, STEPS, FieldSchema, Schema, closed
from parindex.scoring.rules.making.steps import (
    Point,
    Step,
    band_scale,
    line_scale,
    next_band,
    next_end,
    point_document,
    steps_document,
)
from parindex.scoring.rules.making.verdicts import Judge, LeafFacts
from parindex.scoring.rules.rule import Kernel, Rule

WAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "share": (),
    "bands": ("steps",),
    "linear": ("from", "to"),
    "options": ("shares",),
}
"""What each way of reading is told."""


class EstimateRule(Rule, frozen=True, kw_only=True):
    """A rule over a number that the agency does not declare."""

    REQUIRED: ClassVar[tuple[str, ...]] = ("as",)
    DECLARED: ClassVar[bool] = False

    reading: Literal["share", "bands", "linear", "options"]
    """How the number (0-1) becomes points (`as:`)."""
    steps: tuple[Step, ...] = ()
    """Of bands."""
    at_most: bool = False
    """Of bands: `to:` rather than `from:`."""
    start: Point | None = None
    """Of linear."""
    end: Point | None = None
    """Of linear."""

    def way_document(self) -> dict[str, Any]:
        """How it is read, in the shape of the YAML."""
        ends = {"as": self.reading, "from": point_document(self.start), "to": point_document(self.end)}
        return given(**ends, steps=steps_document(self.steps, self.at_most))

    @classmethod
    def subject_schema(cls, field: FieldSchema) -> Schema:
        """Where the number comes from."""
        return closed({name: field(cls, name) for name in cls.SUBJECT}, cls.SUBJECT)

    @classmethod
    def key_schemas(cls) -> Mapping[str, Schema]:
        """Steps and ends."""
        return {"steps": STEPS, "start": POINT, "end": POINT}

    def judge(self, names: Names, maximum: int) -> Judge:
        """In bands, along a line, or as a share of the maximum."""
        if self.reading == "bands":
            scale = band_scale(self.steps, self.at_most, maximum)
        elif self.reading == "linear" and self.start is not None and self.end is not None:
            scale = line_scale(self.start, self.end, maximum)
        else:
            scale = Scale(maximum, (), StraightLine(maximum))
        return Measured(self.facts(names), scale)

    def kernel(self, names: Names, maximum: Decimal) -> Kernel:
        """In bands, along a line, or as a share of the maximum."""
        from parindex.scoring.trials.simulation import shapes

        (name,) = self.facts(names)
        if self.reading == "bands":
            return shapes.scaled(name, shapes.band_scale(self.steps, self.at_most))
        if self.reading == "linear" and self.start is not None and self.end is not None:
            return shapes.scaled(name, shapes.line_scale(self.start, self.end))
        return shapes.sum_within([(name, Decimal(1))], maximum)

    def asks(self, names: Names) -> list[tuple[str, Input]]:
        """Nothing: it is given from outside."""
        del names
        return []

    def own_facts(self, names: Names, maximum: Decimal) -> dict[str, Expected]:
        """What is given from outside, 0 to 1."""
        del maximum
        return dict.fromkeys(self.facts(names), Expected(type="share", least=Decimal(0), most=Decimal(1)))

    def compared(self, names: Names, facts: LeafFacts) -> Fraction | None:
        """The number."""
        return value_of(self.facts(names), facts)

    def next_step(self, case: Case) -> Next | None:
        """A step, the better end, or one percentage point."""
        value = value_of(case.taken, case.facts)
        if value is None:
            return None
        if self.steps:
            return next_band(case, self.steps, self.at_most, case.taken, value)
        if self.start is not None and self.end is not None:
            return next_end(case, self.start, self.end, case.taken, value)
        # One percentage point: a share of 1 is nobody's next step.
        return case.gain(case.verdict.points + half_up(case.maximum, 100, 0), fact=case.taken[0], percent="1")


def read_way(reader: RuleReader, fields: Fields, ways: tuple[str, ...]) -> dict[str, Any] | None:
    """How the number becomes points; the keys of that way and no others."""
    way = fields.take("as", reader.reading.one_of, ways)
    if way is not None:
        for key in ("steps", "from", "to", "shares"):
            if key in fields and key not in WAYS[way]:
                reader.reading.fail(fields.values[key], "unknown_key", found=key, expected=("as", *WAYS[way]))
        for key in WAYS[way]:
            if key not in fields:
                reader.reading.fail(fields.node, "missing_key", expected=key)
    steps, at_most = reader.steps(fields, (Decimal(0), Decimal(1)))
    start, end = reader.ends(fields)
    return None if way is None else {"reading": way, "steps": steps, "at_most": at_most, "start": start, "end": end}

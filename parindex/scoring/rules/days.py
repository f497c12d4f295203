"""`{days: [issued_on, reference_on], steps: [{to: 30, points: 3}, …]}`: calendar days from the second date to the first."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Final, Self

from parindex.scoring.digits import scaled, shortest
from parindex.scoring.law.reading import Fields
from parindex.scoring.law.yaml_tree import Node
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.next_steps import Case, Next
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.making.shapes import AT_LEAST_ZERO, PAIR, FieldSchema, Schema, closed
from parindex.scoring.rules.making.steps import Step, band_scale, steps_document
from parindex.scoring.rules.making.verdicts import Judge, LeafFacts, Verdict
from parindex.scoring.rules.rule import Kernel, Rule

MOST_DAYS: Final = 36_525
"""A hundred years."""


class Days(Rule, frozen=True, tag="days"):
    """The points of the first step that the days between two dates keep, else 0."""

    KEYS: ClassVar[tuple[str, ...]] = ("steps",)
    REQUIRED: ClassVar[tuple[str, ...]] = ("steps",)
    SUBJECT: ClassVar[tuple[str, ...]] = ("dates",)

    dates: tuple[str, str]
    """The date that is looked at, and the one from which days are counted; before it counts as 0 days."""
    steps: tuple[Step, ...]
    """Fewest days first; a step is kept by at most so many."""

    @classmethod
    def read(cls, reader: RuleReader, subject: Node, fields: Fields) -> Self | None:
        """Two dates, and whole numbers of days."""
        dates = reader.pair(subject, ("date",))
        if dates is not None and dates[0] == dates[1]:
            reader.reading.fail(subject, "repeated_item", found=dates[0])

        def whole(node: Node) -> Decimal | None:
            days = reader.reading.integer(node, 0, MOST_DAYS)
            return None if days is None else Decimal(days)

        steps, _ = reader.steps(fields, (Decimal(0), None), keys=("to",), threshold=whole)
        return None if dates is None else cls(dates=dates, steps=steps)

    def document(self) -> dict[str, Any]:
        """`{days: [a, b], steps: [{to: …, points: …}]}`."""
        return {"days": list(self.dates), "steps": steps_document(self.steps, at_most=True)}

    @classmethod
    def subject_schema(cls, field: FieldSchema) -> Schema:
        """Two names."""
        del field
        return PAIR

    @classmethod
    def key_schemas(cls) -> Mapping[str, Schema]:
        """Steps of at most so many days."""
        days = {"description": "At most so many days.", "type": "integer", "minimum": 0, "maximum": MOST_DAYS}
        points = {"description": "What the step gives.", **AT_LEAST_ZERO}
        step = closed({"to": days, "points": points}, ("to", "points"))
        return {"steps": {"type": "array", "items": step, "minItems": 1}}

    def facts(self, names: Names) -> tuple[str, ...]:
        """The two dates."""
        return tuple(map(names.of, self.dates))

    def judge(self, names: Names, maximum: int) -> Judge:
        """Step by step."""
        taken = self.facts(names)
        scale = band_scale(self.steps, True, maximum)

        def judge(facts: LeafFacts) -> Verdict:
            days = _days(taken, facts)
            if days is None:
                return Verdict("unknown", missing=tuple(name for name in taken if facts.get(name) is None))
            return scale.judge(days, 1)

        return judge

    def kernel(self, names: Names, maximum: Decimal) -> Kernel:
        """A date is its ordinal; what comes before keeps every step, as 0 days do."""
        from parindex.scoring.trials.simulation import shapes

        del maximum
        scale = shapes.band_scale(self.steps, at_most=True)
        day, start = self.facts(names)
        return lambda columns: scale(columns[day] - columns[start])

    def compared(self, names: Names, facts: LeafFacts) -> Fraction | None:
        """The days."""
        days = _days(self.facts(names), facts)
        return None if days is None else Fraction(days)

    def next_step(self, case: Case) -> Next | None:
        """The latest day that gives more, the other date staying as it is."""
        start = case.facts[case.taken[1]]
        better = [step for step in self.steps if scaled(step.points) > case.verdict.points]
        if not better or not isinstance(start, date):
            return None
        step = max(better, key=lambda one: one.at)
        until = start + timedelta(days=int(step.at))
        return case.gain(scaled(step.points), fact=case.taken[0], to=shortest(step.at), until=until.isoformat())


def _days(taken: tuple[str, ...], facts: LeafFacts) -> int | None:
    """Calendar days from the second date to the first, 0 where it comes before; None while one is unknown."""
    day, start = (facts.get(name) for name in taken)
    return max(0, (day - start).days) if isinstance(day, date) and isinstance(start, date) else None

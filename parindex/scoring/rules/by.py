"""`{by: issued_on, steps: [{until: 2025-01-31, points: 1}, …]}`: the points of the first date kept, else 0."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Self

from parindex.scoring.digits import scaled, shortest
from parindex.scoring.law.inputs import Frozen
from parindex.scoring.law.reading import Fields
from parindex.scoring.law.yaml_tree import Node
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.next_steps import Case, Next
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.making.shapes import Schema
from parindex.scoring.rules.making.steps import NO_STEP
from parindex.scoring.rules.making.verdicts import Judge, LeafFacts, Verdict
from parindex.scoring.rules.rule import Kernel, Rule


class Deadline(Frozen, frozen=True):
    """One step of a rule by date."""

    until: datetime.date
    """The last day that keeps it."""
    points: Decimal
    """What keeping it gives."""


class By(Rule, frozen=True, tag="by"):
    """The points of the first date kept, else 0."""

    KEYS: ClassVar[tuple[str, ...]] = ("steps",)
    REQUIRED: ClassVar[tuple[str, ...]] = ("steps",)

    input: str
    """A date."""
    steps: tuple[Deadline, ...]
    """Earliest date first."""

    @classmethod
    def read(cls, reader: RuleReader, subject: Node, fields: Fields) -> Self | None:
        """A date, and the days that it may keep."""
        name = reader.input(subject, ("date",))
        items = fields.take("steps", reader.reading.items) or []
        steps: list[Deadline] = []
        for item in items:
            step = reader.reading.fields(item, ("until", "points"), ("until", "points"))
            until = step.take("until", reader.reading.date) if step else None
            points = step.take("points", reader.points) if step else None
            if until is None:
                continue
            if steps and until <= steps[-1].until:
                reader.reading.fail(item, "step_disordered", found=until, expected=steps[-1].until, order="later")
            steps.append(Deadline(until=until, points=points or Decimal(0)))
        if items:
            reader.top(fields.values["steps"], [step.points for step in steps])
        return None if name is None else cls(input=name, steps=tuple(steps))

    def document(self) -> dict[str, Any]:
        """`{by: a, steps: [{until: …, points: …}]}`."""
        steps = [{"until": step.until.isoformat(), "points": shortest(step.points)} for step in self.steps]
        return {"by": self.input, "steps": steps}

    @classmethod
    def key_schemas(cls) -> Mapping[str, Schema]:
        """At least one day."""
        return {"steps": {"type": "array", "items": {"$ref": "#/$defs/Deadline"}, "minItems": 1}}

    def facts(self, names: Names) -> tuple[str, ...]:
        """The date."""
        return (names.of(self.input),)

    @property
    def years(self) -> frozenset[int]:
        """Those of its last days."""
        return frozenset(step.until.year for step in self.steps)

    def judge(self, names: Names, maximum: int) -> Judge:
        """Day by day."""
        del maximum
        name = names.of(self.input)
        unknown = Verdict("unknown", missing=(name,))
        late = Verdict("scored", 0, NO_STEP)
        ladder = [
            (s.until, Verdict("scored", scaled(s.points), {"until": s.until.isoformat(), "points": shortest(s.points)}))
            for s in self.steps
        ]

        def judge(facts: LeafFacts) -> Verdict:
            value = facts.get(name)
            if not isinstance(value, datetime.date):
                return unknown
            return next((verdict for until, verdict in ladder if value <= until), late)

        return judge

    def kernel(self, names: Names, maximum: Decimal) -> Kernel:
        """A date is its ordinal."""
        from parindex.scoring.trials.simulation import shapes

        del maximum
        return shapes.deadlines(names.of(self.input), [(step.until, step.points) for step in self.steps])

    def next_step(self, case: Case) -> Next | None:
        """The latest day that gives more."""
        better = [step for step in self.steps if scaled(step.points) > case.verdict.points]
        if not better:
            return None
        step = max(better, key=lambda one: one.until)
        return case.gain(scaled(step.points), fact=case.taken[0], until=step.until.isoformat())

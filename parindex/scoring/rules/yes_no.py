"""`{yes_no: issued}`: the maximum if true, else 0."""

from decimal import Decimal
from typing import Any, Self

from parindex.scoring.law.reading import Fields
from parindex.scoring.law.yaml_tree import Node
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.next_steps import Case, Next
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.making.verdicts import Judge, LeafFacts, Verdict
from parindex.scoring.rules.rule import Kernel, Rule


class YesNo(Rule, frozen=True, tag="yes_no"):
    """The maximum if true, else 0."""

    input: str
    """A boolean."""

    @classmethod
    def read(cls, reader: RuleReader, subject: Node, fields: Fields) -> Self | None:
        """One boolean."""
        del fields
        name = reader.input(subject, ("boolean",))
        return None if name is None else cls(input=name)

    def document(self) -> dict[str, Any]:
        """`{yes_no: a}`."""
        return {"yes_no": self.input}

    def facts(self, names: Names) -> tuple[str, ...]:
        """The boolean."""
        return (names.of(self.input),)

    def judge(self, names: Names, maximum: int) -> Judge:
        """All or nothing."""
        name = names.of(self.input)
        unknown = Verdict("unknown", missing=(name,))
        yes, no = Verdict("scored", maximum, {"value": "true"}), Verdict("scored", 0, {"value": "false"})

        def judge(facts: LeafFacts) -> Verdict:
            value = facts.get(name)
            return unknown if value is None else yes if value else no

        return judge

    def kernel(self, names: Names, maximum: Decimal) -> Kernel:
        """A boolean is 1 or 0."""
        from parindex.scoring.trials.simulation import shapes

        return shapes.times(names.of(self.input), maximum)

    def next_step(self, case: Case) -> Next | None:
        """Yes."""
        return case.gain(case.maximum, fact=case.names.of(self.input), value="true")

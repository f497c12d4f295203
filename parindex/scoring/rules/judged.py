"""`{judged: true}`: proposed by the agency, decided by the appraiser."""

from decimal import Decimal
from typing import Any, ClassVar, Self

from parindex.scoring.digits import UNIT
from parindex.scoring.law.inputs import Expected, Input
from parindex.scoring.law.reading import Fields
from parindex.scoring.law.yaml_tree import Node
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.next_steps import Case, Next
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.making.scales import Measured, Scale, StraightLine
from parindex.scoring.rules.making.shapes import FieldSchema, Schema
from parindex.scoring.rules.making.verdicts import Judge
from parindex.scoring.rules.rule import Kernel, Rule


class Judged(Rule, frozen=True, tag="judged"):
    """Proposed by the agency, decided by the appraiser."""

    SUBJECT: ClassVar[tuple[str, ...]] = ()
    PROPOSED: ClassVar[bool] = True

    @classmethod
    def read(cls, reader: RuleReader, subject: Node, fields: Fields) -> Self | None:
        """The word true."""
        del fields
        value = reader.reading.boolean(subject)
        if value is False:
            reader.reading.fail(subject, "wrong_type", found="false", expected="true")
        return cls() if value else None

    def document(self) -> dict[str, Any]:
        """`{judged: true}`."""
        return {"judged": True}

    @classmethod
    def subject_schema(cls, field: FieldSchema) -> Schema:
        """The word true."""
        del field
        return {"const": True}

    def facts(self, names: Names) -> tuple[str, ...]:
        """The points proposed."""
        return (names.judged(),)

    def judge(self, names: Names, maximum: int) -> Judge:
        """As proposed."""
        return Measured(self.facts(names), Scale(maximum, (), StraightLine(UNIT)))

    def kernel(self, names: Names, maximum: Decimal) -> Kernel:
        """As proposed."""
        from parindex.scoring.trials.simulation import shapes

        return shapes.as_given(names.judged(), maximum)

    def asks(self, names: Names) -> list[tuple[str, Input]]:
        """The points proposed."""
        return [(names.judged(), Input(type="decimal"))]

    def own_facts(self, names: Names, maximum: Decimal) -> dict[str, Expected]:
        """The points proposed: 0 to the maximum, at most four places."""
        return {names.judged(): Expected(type="points", least=Decimal(0), most=maximum, places=4)}

    def next_step(self, case: Case) -> Next | None:
        """What the appraiser thinks cannot be known."""
        del case
        return None

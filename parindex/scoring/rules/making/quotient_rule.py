"""A rule over one number, or over one divided by another: what `ratio`, `bands` and `linear` share."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from parindex.scoring.rules.making.canonical_parts import given, unless
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.quotients import Excess, WhenZero, value_of
from parindex.scoring.rules.making.scales import Measured, Scale
from parindex.scoring.rules.making.shapes import NAME_OR_PAIR, FieldSchema, Schema
from parindex.scoring.rules.making.verdicts import WAIVED, Judge, LeafFacts, Verdict
from parindex.scoring.rules.rule import Kernel, Rule, kind


class QuotientRule(Rule, frozen=True, kw_only=True):
    """A rule over one number, or over one divided by another."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("over",)

    over: tuple[str, ...]
    """One number, or numerator and denominator."""
    when_zero: WhenZero | None = None
    """What holds where the denominator is 0; None without a denominator."""
    excess: Excess = "flag"
    """`over:` what a/b above 1 is: a refused fact, a leaf that an appraiser looks at, or nothing of note."""

    def scale(self, maximum: int) -> Scale:
        """What the number is worth; the maximum is scaled."""
        raise NotImplementedError

    def column_scale(self, names: Names, maximum: Decimal) -> Kernel:
        """The same over a column of a simulation."""
        raise NotImplementedError

    def document_with(self, **own: Any) -> dict[str, Any]:
        """The canonical form, with what the kind says itself between what is looked at and what 0 means."""
        over = self.over[0] if len(self.over) == 1 else list(self.over)
        return given(**{kind(self): over}, **own, when_zero=self.when_zero, over=unless(self.excess, "flag"))

    @classmethod
    def subject_schema(cls, field: FieldSchema) -> Schema:
        """One name or two."""
        del field
        return NAME_OR_PAIR

    def operands(self, names: Names) -> tuple[str, ...]:
        """Full names of one number, or of numerator and denominator."""
        return tuple(map(names.of, self.over))

    def facts(self, names: Names) -> tuple[str, ...]:
        """One number, or numerator and denominator, each once."""
        return tuple(dict.fromkeys(self.operands(names)))

    def flagged_pair(self, names: Names) -> tuple[str, str] | None:
        """Numerator and denominator, where a larger part or a whole of 0 makes it a leaf to look at."""
        if len(self.over) == 1 or (self.excess != "flag" and self.when_zero != "not_applicable"):
            return None
        return names.of(self.over[0]), names.of(self.over[1])

    def judge(self, names: Names, maximum: int) -> Judge:
        """Its scale over the number or the quotient."""
        if len(self.over) == 1:
            return Measured(self.operands(names), self.scale(maximum))
        return Measured(self.operands(names), self.scale(maximum), self._zero(maximum), self.excess)

    def _zero(self, maximum: int) -> Verdict:
        """What a known denominator of 0 means."""
        step = {"when_zero": self.when_zero}
        if self.when_zero == "not_applicable":
            return Verdict("not_applicable", step=step, why="when_zero", flags=(WAIVED,))
        return Verdict("scored", maximum if self.when_zero == "full" else 0, step)

    def kernel(self, names: Names, maximum: Decimal) -> Kernel:
        """Its scale over the number or the quotient."""
        from parindex.scoring.trials.simulation import shapes

        scale = self.column_scale(names, maximum)
        return shapes.divided(self.operands(names), self.when_zero, maximum, scale, refuse=self.excess == "refuse")

    def compared(self, names: Names, facts: LeafFacts) -> Fraction | None:
        """The number, or the quotient."""
        return value_of(self.operands(names), facts)

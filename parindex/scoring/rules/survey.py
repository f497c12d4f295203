"""`{survey: {instrument: sipas, measure: index}, as: share}`: points from an estimate of a survey."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Literal, Self

from parindex.scoring.law.inputs import Expected
from parindex.scoring.law.reading import WORD, Fields
from parindex.scoring.law.yaml_tree import Node
from parindex.scoring.rules.making.canonical_parts import decimals, given
from parindex.scoring.rules.making.estimates import EstimateRule, read_way
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.making.shapes import Schema, worths
from parindex.scoring.rules.making.verdicts import Judge, LeafFacts, Verdict, within
from parindex.scoring.rules.rule import Kernel


class Survey(EstimateRule, frozen=True, kw_only=True, tag="survey"):
    """Points from an estimate of a survey; never declared by the agency."""

    KEYS: ClassVar[tuple[str, ...]] = ("as", "steps", "from", "to", "shares")
    SUBJECT: ClassVar[tuple[str, ...]] = ("instrument", "measure")

    instrument: str
    """Which survey."""
    measure: str
    """Which estimate of it."""
    reading: Literal["share", "bands", "linear", "options"]
    """How the estimate (0-1) becomes points (`as:`)."""
    shares: Mapping[str, Decimal] = {}
    """Of options: the share of the maximum that each answer is worth."""

    @classmethod
    def read(cls, reader: RuleReader, subject: Node, fields: Fields) -> Self | None:
        """Survey and estimate, and how it is read."""
        source = reader.reading.fields(subject, ("instrument", "measure"), ("instrument", "measure"))
        if source is None:
            return None
        instrument = source.take("instrument", reader.reading.string, WORD, "word")
        measure = source.take("measure", reader.reading.string, WORD, "word")
        if measure == "not_held":
            reader.reading.fail(source.values["measure"], "reserved_name", found=measure)
        way = read_way(reader, fields, ("share", "bands", "linear", "options"))
        shares = fields.take("shares", lambda node: _shares(reader, node)) or {}
        if instrument is None or measure is None or way is None:
            return None
        return cls(instrument=instrument, measure=measure, **way, shares=shares)

    def document(self) -> dict[str, Any]:
        """`{survey: {instrument: …, measure: …}, as: …}`."""
        source = {"instrument": self.instrument, "measure": self.measure}
        return given(survey=source, **self.way_document(), shares=decimals(self.shares))

    @classmethod
    def key_schemas(cls) -> Mapping[str, Schema]:
        """Steps, ends and shares."""
        return {**super().key_schemas(), "shares": worths(1)}

    def facts(self, names: Names) -> tuple[str, ...]:
        """The estimate, or with options the part of each answer."""
        del names
        measure = f"survey:{self.instrument}.{self.measure}"
        return tuple(f"{measure}.{option}" for option in self.shares) if self.reading == "options" else (measure,)

    def own_facts(self, names: Names, maximum: Decimal) -> dict[str, Expected]:
        """The estimates, and whether the survey was held."""
        return {**super().own_facts(names, maximum), self.not_held: Expected(type="boolean")}

    @property
    def not_held(self) -> str:
        """The fact that the survey was not held."""
        return f"survey:{self.instrument}.not_held"

    def judge(self, names: Names, maximum: int) -> Judge:
        """As any estimate; with options a sum over the answers."""
        if self.reading != "options":
            return super().judge(names, maximum)
        parts = list(zip(self.facts(names), map(Fraction, self.shares.values()), strict=True))

        def judge(facts: LeafFacts) -> Verdict:
            missing = tuple(name for name, _ in parts if facts.get(name) is None)
            if missing:
                return Verdict("unknown", missing=missing)
            values: dict[str, Any] = {name: facts[name] for name, _ in parts}
            total = maximum * sum((share * Fraction(values[name]) for name, share in parts), Fraction(0))
            return within(total.numerator, total.denominator, maximum)

        return judge

    def kernel(self, names: Names, maximum: Decimal) -> Kernel:
        """As any estimate; with options a sum over the answers."""
        from parindex.scoring.trials.simulation import shapes

        if self.reading != "options":
            return super().kernel(names, maximum)
        return shapes.sum_within(list(zip(self.facts(names), self.shares.values(), strict=True)), maximum)


def _shares(reader: RuleReader, node: Node) -> dict[str, Decimal] | None:
    entries = reader.reading.mapping(node)
    if entries is None:
        return None
    if not entries:
        reader.reading.fail(node, "empty_list")
    shares: dict[str, Decimal] = {}
    for key, value in entries:
        option, share = reader.reading.string(key, WORD, "word"), reader.share(value)
        if option is not None and share is not None:
            shares[option] = share
    if shares and reader.max is not None:
        reader.top(node, [max(shares.values()) * reader.max])
    return shares

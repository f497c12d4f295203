"""`{choice: grade, points: {good: 1.5, fair: 1}}`: points, or a share of the maximum, listed for every option."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Self

from parindex.scoring.digits import half_up, scaled
from parindex.scoring.law.reading import Fields
from parindex.scoring.law.yaml_tree import Node
from parindex.scoring.rules.making.canonical_parts import decimals
from parindex.scoring.rules.making.comparison_key import Essence
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.next_steps import Case, Next
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.making.shapes import Schema, worths
from parindex.scoring.rules.making.verdicts import Judge, LeafFacts, Verdict
from parindex.scoring.rules.rule import Kernel, Rule


class Choice(Rule, frozen=True, tag="choice"):
    """Points, or a share of the maximum, listed for every option."""

    KEYS: ClassVar[tuple[str, ...]] = ("points", "shares")
    EITHER: ClassVar[tuple[str, ...]] = ("points", "shares")

    input: str
    """A choice."""
    points: Mapping[str, Decimal | None] | None = None
    """Points of each option; None: not applicable."""
    shares: Mapping[str, Decimal | None] | None = None
    """Share of the maximum (0-1) of each option; None: not applicable."""

    @classmethod
    def read(cls, reader: RuleReader, subject: Node, fields: Fields) -> Self | None:
        """A choice, and either points or shares of its options."""
        name = reader.input(subject, ("choice",))
        given = [key for key in cls.EITHER if key in fields]
        if len(given) != 1:
            reader.reading.fail(fields.node, "points_or_shares", found=given)
            return None
        table = fields.values[given[0]]
        declared = reader.inputs.get(name) if name else None
        options = (declared.options or None) if declared else None
        values = reader.listed(table, options, reader.points if given[0] == "points" else reader.share)
        if name is None or values is None:
            return None
        known = [value for value in values.values() if value is not None]
        if given[0] == "points":
            reader.top(table, known)
            return cls(input=name, points=values)
        reader.top(table, [share * reader.max for share in known] if reader.max is not None else [])
        return cls(input=name, shares=values)

    def document(self) -> dict[str, Any]:
        """`{choice: a, points: {…}}` or `shares:`."""
        if self.points is not None:
            return {"choice": self.input, "points": decimals(self.points)}
        return {"choice": self.input, "shares": decimals(self.shares or {})}

    @classmethod
    def key_schemas(cls) -> Mapping[str, Schema]:
        """Points or shares by option."""
        return {"points": worths(None, not_applicable=True), "shares": worths(1, not_applicable=True)}

    def facts(self, names: Names) -> tuple[str, ...]:
        """The choice."""
        return (names.of(self.input),)

    def judge(self, names: Names, maximum: int) -> Judge:
        """What is listed for the option."""
        name = names.of(self.input)
        unknown = Verdict("unknown", missing=(name,))
        other = Verdict("scored", refusal="not_option")
        listed = {option: _verdict(option, points) for option, points in self._worths(maximum).items()}

        def judge(facts: LeafFacts) -> Verdict:
            value = facts.get(name)
            return unknown if value is None else listed.get(str(value), other)

        return judge

    def _worths(self, maximum: int) -> dict[str, int | None]:
        """Scaled points of each option; None: not applicable."""
        if self.points is not None:
            return {option: None if points is None else scaled(points) for option, points in self.points.items()}
        return {option: _share_of(maximum, share) for option, share in (self.shares or {}).items()}

    def kernel(self, names: Names, maximum: Decimal) -> Kernel:
        """An option is its place in the law."""
        from parindex.scoring.trials.simulation import shapes

        listed = self.points if self.points is not None else self.shares or {}
        worths = [listed[option] for option in names.input(self.input).options]
        return shapes.listed(names.of(self.input), worths, Decimal(1) if self.points is not None else maximum)

    def next_step(self, case: Case) -> Next | None:
        """The cheapest option that gives more."""
        better = {
            option: worth for option, worth in self._worths(case.maximum).items() if (worth or 0) > case.verdict.points
        }
        if not better:
            return None
        option = min(better, key=lambda name: better[name] or 0)
        return case.gain(better[option] or 0, fact=case.taken[0], value=option)

    def essence(self, plain: Essence) -> Any:
        """The shares of the maximum, whether they are written as points or as shares."""
        if self.points is not None:
            worths = {option: "–" if worth is None else plain.share(worth) for option, worth in self.points.items()}
        else:
            shares = (self.shares or {}).items()
            worths = {option: "–" if share is None else str(Fraction(share)) for option, share in shares}
        return {"choice": worths}


def _verdict(option: str, points: int | None) -> Verdict:
    if points is None:
        return Verdict("not_applicable", step={"option": option}, why="option")
    return Verdict("scored", points, {"option": option})


def _share_of(maximum: int, share: Decimal | None) -> int | None:
    if share is None:
        return None
    top, below = share.as_integer_ratio()
    return half_up(maximum * top, below, 0)

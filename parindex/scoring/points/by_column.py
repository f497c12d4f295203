"""All agencies judged leaf by leaf: the rules of `compiled`, a column at a time.

A rule over a number is worked out for all agencies at once, on integers alone. Whatever else decides (options,
dates, formulas, decisions, what does not apply) is judged once for each combination of facts that occurs.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any, Final, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from parindex.scoring.facts.fact_columns import FactColumns, Mask, Numbers
from parindex.scoring.points.compiled import Compiled, Leaf, settled
from parindex.scoring.points.completeness import status_of
from parindex.scoring.points.integers import LIMIT, BoundedIntegers, IntegerColumn, percents
from parindex.scoring.points.results import PointsState
from parindex.scoring.points.totals import NodeNumbers, Totals, cap, items
from parindex.scoring.rules.making.scales import Measured, Scale, StraightLine
from parindex.scoring.rules.making.verdicts import LeafFacts, Verdict

STATES: Final[tuple[PointsState, ...]] = ("scored", "not_applicable", "unknown", "none")
SCORED, NOT_APPLICABLE, UNKNOWN, NONE = range(4)
PLACE: Final = {state: place for place, state in enumerate(STATES)}
REFUSED: Final = Verdict("unknown", refusal="")
"""Stands for any refused verdict: who is refused is judged again, alone, for the reason."""

V = TypeVar("V")


class NodeColumn:
    """One node of all agencies: places in `STATES`, points and maxima scaled by 10¹²."""

    def __init__(self, states: NDArray[np.uint8], points: IntegerColumn, maxima: IntegerColumn):
        self.states = states
        self.points = points
        self.maxima = maxima

    def of(self, number: int) -> tuple[PointsState, int, int]:
        """State, points and maximum of one agency."""
        states, points, maxima = self._lists
        return STATES[states[number]], points[number], maxima if isinstance(maxima, int) else maxima[number]

    @cached_property
    def _lists(self) -> tuple[list[int], list[int], list[int] | int]:
        maxima = self.maxima if isinstance(self.maxima, int) else self.maxima.tolist()
        return self.states.tolist(), self.points.tolist(), maxima


class JudgedColumn:
    """Every node of all agencies."""

    def __init__(self, ready: Compiled, agencies: Sequence[LeafFacts]):
        self._ready = ready
        self._agencies = agencies
        self._columns = FactColumns(agencies)
        # The points of an agency never reach the sum of all maxima: below the limit 64 bits hold every sum.
        self._dtype: Any = np.int64 if sum(leaf.max for leaf in ready.leaves) < LIMIT else object
        self.refused: Mask = np.zeros(len(agencies), dtype=np.bool_)
        """Agencies with a leaf whose facts are refused."""
        self.nodes: dict[str, NodeColumn] = {leaf.code: self._leaf(leaf) for leaf in ready.leaves}
        """By code."""
        for one in ready.sums:
            self.nodes[one.code] = self._sum([self.nodes[code] for code in one.parts])

    def numbers(self) -> list[NodeNumbers]:
        """By agency: from the code of a node to its state, points and maximum."""
        return [partial(self._number, number) for number in range(self._columns.count)]

    def totals(self) -> list[Totals]:
        """The sums of every agency."""
        areas = self._sum([self.nodes[area.code] for area in self._ready.criteria_set.areas])
        bonus, penalty = self._capped("bonus"), self._capped("penalty")
        points = areas.points + bonus - penalty
        unknown = (areas.states == UNKNOWN).tolist()
        status = [
            status_of(self._ready, own, unknown=missing) for own, missing in zip(self._agencies, unknown, strict=True)
        ]
        sums = (column.tolist() for column in (points, areas.maxima, bonus, penalty))
        return list(map(Totals, status, *sums))

    def percents(self, code: str) -> list[int | None]:
        """Points × 100 ÷ maximum of one node, scaled by 10¹²; None unless scored."""
        node = self.nodes[code]
        found = percents(node.points, node.maxima).tolist()
        return [value if state == SCORED else None for value, state in zip(found, node.states.tolist(), strict=True)]

    def _capped(self, part: Literal["bonus", "penalty"]) -> IntegerColumn:
        total = self._sum([self.nodes[code] for code in items(self._ready, part)])
        return np.minimum(total.points, min(cap(self._ready, part), int(total.maxima.max(initial=0))))

    def _number(self, number: int, code: str) -> tuple[PointsState, int, int]:
        return self.nodes[code].of(number)

    def _leaf(self, leaf: Leaf) -> NodeColumn:
        found = _measured(leaf.judge, self._columns) if isinstance(leaf.judge, Measured) else self._by_rule(leaf)
        found.points[found.refused] = 0
        found.points = found.points.astype(self._dtype, copy=False)
        for part, whole in leaf.parts:
            found.refused |= _larger(self._columns.numbers(part), self._columns.numbers(whole))
        self._settle(leaf, found)
        if leaf.place.part != "areas":
            found.states[found.states == UNKNOWN] = NONE
        self.refused |= found.refused
        return NodeColumn(found.states, found.points, leaf.max)

    def _by_rule(self, leaf: Leaf) -> "_Column":
        verdicts, number = self._distinct(leaf.facts, leaf.judge)
        known = [verdict if verdict.refusal is None else REFUSED for verdict in verdicts]
        return _Column(
            np.array([PLACE[verdict.state] for verdict in known], dtype=np.uint8)[number],
            BoundedIntegers.of([verdict.points for verdict in known]).values[number],
            np.array([verdict is REFUSED for verdict in known], dtype=np.bool_)[number],
        )

    def _settle(self, leaf: Leaf, found: "_Column") -> None:
        """Write what comes before the rule over what the rule says."""
        given = [name for name in leaf.settling if name in self._columns.names]
        if not given and not leaf.needs:
            return
        no_survey = self._ready.criteria_set.no_survey
        verdicts, number = self._distinct((*leaf.needs, *given), lambda facts: settled(leaf, facts, no_survey))
        for place, verdict in enumerate(verdicts):
            if verdict is not None:
                found.write(number == place, verdict)

    def _distinct(self, names: Sequence[str], judge: Callable[[LeafFacts], V]) -> tuple[list[V], NDArray[np.intp]]:
        """What is judged for each combination of facts that occurs, and by agency which of them it has."""
        columns = [self._columns.values(name) for name in names]
        # Each new combination gets the next number; a tuple kept for each agency would cost more than all else here.
        place: defaultdict[Any, int] = defaultdict(itertools.count().__next__)
        keys = columns[0] if len(names) == 1 else zip(*columns, strict=True) if names else [()] * self._columns.count
        number = np.fromiter(map(place.__getitem__, keys), dtype=np.intp, count=self._columns.count)
        rows = ((key,) if len(names) == 1 else key for key in place)
        known = ({name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows)
        return [judge(facts) for facts in known], number

    def _sum(self, parts: Sequence[NodeColumn]) -> NodeColumn:
        """State, known points and applicable maximum of a parent."""
        count = self._columns.count
        points, maxima = np.zeros(count, dtype=self._dtype), np.zeros(count, dtype=self._dtype)
        applies, unknown = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
        for part in parts:
            counts = part.states != NOT_APPLICABLE
            points += part.points
            maxima += counts.astype(self._dtype) * part.maxima
            applies |= counts
            unknown |= part.states == UNKNOWN
        states = np.where(applies, np.where(unknown, UNKNOWN, SCORED), NOT_APPLICABLE).astype(np.uint8)
        return NodeColumn(states, points, maxima)


class _Column:
    """A leaf that is being judged."""

    __slots__ = ("points", "refused", "states")

    def __init__(self, states: NDArray[np.uint8], points: IntegerColumn, refused: Mask):
        self.states = states
        self.points = points
        self.refused = refused

    def write(self, mask: Mask, verdict: Verdict) -> None:
        """The same verdict for all agencies of a mask."""
        refused = verdict.refusal is not None
        self.states[mask] = PLACE[verdict.state]
        self.points[mask] = 0 if refused else verdict.points
        self.refused[mask] = refused


def _measured(judge: Measured, columns: FactColumns) -> _Column:
    """A rule over a number, for all agencies."""
    numbers = [columns.numbers(name) for name in judge.over]
    unknown = np.zeros(columns.count, dtype=np.bool_)
    for one in numbers:
        if one.unknown is not None:
            unknown |= one.unknown
    if judge.zero is None:
        found = _scaled(judge.scale, numbers[0].top, numbers[0].below)
        found.write(unknown, Verdict("unknown"))
        return found
    first, second = numbers
    zero = second.top.values == 0
    top, below = _divided(first, second, zero)
    found = _scaled(judge.scale, top, below)
    if judge.excess == "refuse":
        found.refused |= top.values > below.values
    found.write(unknown, Verdict("unknown"))
    found.write(zero if second.unknown is None else zero & ~second.unknown, judge.zero)
    return found


def _larger(part: Numbers, whole: Numbers) -> Mask:
    """Where both are known and the part is the larger."""
    larger = np.asarray((part.top * whole.below).values > (whole.top * part.below).values, dtype=np.bool_)
    for one in (part, whole):
        larger = larger if one.unknown is None else larger & ~one.unknown
    return larger


def _divided(first: Numbers, second: Numbers, zero: Mask) -> tuple[BoundedIntegers, BoundedIntegers]:
    """first ÷ second as numerator and positive denominator; anything where second is 0."""
    by = second.top.where(zero, 1)
    sign = BoundedIntegers(np.where(by.values < 0, -1, 1), 1)
    return first.top * second.below * sign, first.below * by * sign


def _scaled(scale: Scale, top: BoundedIntegers, below: BoundedIntegers) -> _Column:
    """What top ÷ below is worth on a scale."""
    count = len(top.values)
    points, refused = BoundedIntegers(np.zeros(count, dtype=np.int64), 0), np.zeros(count, dtype=np.bool_)
    if isinstance(scale.otherwise, StraightLine):
        points, refused = _on_line(scale.otherwise, scale.maximum, top, below)
    # The first that passes counts, so it is written last.
    for one in reversed(scale.thresholds):
        passes = one.passes((top * one.below).values, (below * one.top).values)
        points = points.where(passes, one.verdict.points)
        refused &= ~passes
    return _Column(np.full(count, SCORED, dtype=np.uint8), points.values, refused)


def _on_line(
    line: StraightLine, maximum: int, top: BoundedIntegers, below: BoundedIntegers
) -> tuple[BoundedIntegers, Mask]:
    """Points on a line, rounded once, and where they lie outside 0…max."""
    over = top * line.slope + below * line.base
    under = below * line.below
    refused = (over.values < 0) | (over.values > (under * maximum).values)
    return BoundedIntegers(over.half_up(under), maximum), np.asarray(refused, dtype=np.bool_)

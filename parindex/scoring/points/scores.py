"""From facts to points, index, classes and ranks of every agency."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from parindex.scoring.digits import PLACES, half_up, unscaled
from parindex.scoring.facts.values import AgencyFacts, FactsByAgency
from parindex.scoring.law.canonical import digest
from parindex.scoring.law.model import CriteriaSet
from parindex.scoring.points.compiled import Compiled, Leaf, compiled, judge_leaf
from parindex.scoring.points.documents import Reasons, Say, agency_document
from parindex.scoring.points.ranks import class_of
from parindex.scoring.points.reason_codes import explain
from parindex.scoring.points.results import LeafScore, NodeScore, PointsState, Reason, Status
from parindex.scoring.points.standings import Standings, index_of, standings_of
from parindex.scoring.points.totals import NodeNumbers, Totals, totals_of
from parindex.scoring.refusals import Refusal, RefusedFacts
from parindex.scoring.rules.making.verdicts import OVER_WHOLE, Verdict

if TYPE_CHECKING:
    from parindex.scoring.points.by_column import JudgedColumn

MANY: Final = 100
"""Agencies from which they are judged by column; fewer are judged one after the other."""

_NOTHING: Final = Verdict("unknown")


class AgencyScore:
    """One agency scored: totals, and every node by code. Nothing of it changes."""

    agency: str
    """As the facts name it."""
    status: Status
    """Complete, incomplete or without submission."""

    def __init__(
        self,
        ready: Compiled,
        agency: str,
        facts: AgencyFacts,
        numbers: NodeNumbers,
        totals: Totals,
        standings: Standings,
        place: int,
    ):
        self._ready = ready
        self.state_and_numbers = numbers
        """State, points and maximum of a node by its code, scaled by 10¹²."""
        self.facts = facts
        self.agency = agency
        self.status = totals.status
        self._totals = totals
        self._standings = standings
        self._place = place

    def _counted(self, value: int) -> Decimal | None:
        return None if self.status == "no_submission" else unscaled(value)

    @property
    def points(self) -> Decimal | None:
        """Known points with bonus and penalty; None without submission."""
        return self._counted(self._totals.points)

    @property
    def max(self) -> Decimal | None:
        """The applicable maximum, unknown leaves included; None without submission."""
        return self._counted(self._totals.max)

    @property
    def bonus(self) -> Decimal | None:
        """Bonus after its cap; None without submission."""
        return self._counted(self._totals.bonus)

    @property
    def penalty(self) -> Decimal | None:
        """Penalty after its cap; None without submission."""
        return self._counted(self._totals.penalty)

    @property
    def index(self) -> Decimal | None:
        """Percent, 12 places; None while incomplete (unless ranked as incomplete)."""
        index = self._standings.index[self._place]
        return None if index is None else unscaled(index)

    @property
    def class_(self) -> str | None:
        """The class; None without index and below the lowest class."""
        index = self._standings.index[self._place]
        return None if index is None else class_of(self._ready.criteria_set, index)

    @property
    def rank(self) -> int | None:
        """Rank among all; None without index and where it is not ranked."""
        return self._standings.rank[self._place]

    @property
    def group_rank(self) -> int | None:
        """Rank within its group; None where no group was asked for or the agency has none."""
        return self._standings.group_rank[self._place]

    @cached_property
    def nodes(self) -> Mapping[str, NodeScore]:
        """Every area, criterion, bonus and penalty item by code, in the order of the law."""
        return {place.code: self._node(place.code) for place in self._ready.places}

    def node(self, code: str) -> NodeScore:
        """One area, criterion, bonus or penalty item.

        Raises:
            KeyError: the set has no such code.
        """
        return self.nodes[code]

    def reason(self, code: str) -> Reason:
        """Why a leaf has its points.

        Raises:
            KeyError: the set has no leaf with this code.
        """
        leaf = self._ready.leaf[code]
        verdict = judge_leaf(leaf, self.facts, self._ready.criteria_set.no_survey)
        return explain(leaf, self.facts, verdict if verdict.refusal is None else _NOTHING)

    def flags(self, code: str) -> tuple[str, ...]:
        """What an appraiser has to look at on a leaf; nothing on any other node."""
        leaf = self._ready.leaf.get(code)
        if leaf is None or leaf.flagged_pair is None:
            return ()
        part: Any = self.facts.get(leaf.flagged_pair[0])
        whole: Any = self.facts.get(leaf.flagged_pair[1])
        # Hardly any leaf has a flag: it is judged again only where it may have one.
        if whole is None or (whole > 0 and (part is None or part <= whole)):
            return ()
        return judge_leaf(leaf, self.facts, self._ready.criteria_set.no_survey).flags

    def _node(self, code: str) -> NodeScore:
        state, points, maximum = self.state_and_numbers(code)
        scored = state == "scored"
        ranked = self._standings.areas.get(code)
        return NodeScore(
            points=unscaled(points) if scored else None,
            max=unscaled(maximum),
            state=state,
            index=unscaled(half_up(points * 100, maximum, PLACES)) if scored and maximum else None,
            rank=None if ranked is None else ranked[self._place],
        )


class Scores:
    """All agencies of one set, scored and ranked."""

    def __init__(self, criteria_set: CriteriaSet, agencies: tuple[AgencyScore, ...]):
        self.criteria_set = criteria_set
        self.agencies = agencies
        self._by_name = {one.agency: one for one in agencies}

    def agency(self, name: str) -> AgencyScore:
        """One agency. Raises KeyError where there are no facts of it."""
        return self._by_name[name]

    def to_document(self, *, reasons: Reasons = "none", say: Say | None = None) -> dict[str, Any]:
        """The JSON of section 3 of the contracts.

        Args:
            reasons: `none` leaves `reason` out, `short` gives the rule, the step and the sentences,
                `full` all of it.
            say: Makes the sentences `vi` and `en`; without it they are null.
        """
        criteria_set = self.criteria_set
        return {
            "set": criteria_set.family,
            "version": criteria_set.version,
            "digest": digest(criteria_set),
            "agencies": [agency_document(one, criteria_set, reasons, say) for one in self.agencies],
        }


def score(
    criteria_set: CriteriaSet, facts: FactsByAgency, *, rank_incomplete: bool = False, group: str | None = None
) -> Scores:
    """Score every agency, in the order of `facts`.

    Args:
        criteria_set: The law.
        facts: Typed facts by agency, from `read_facts` or `parse_value`.
        rank_incomplete: Count what is unknown as 0 rather than leaving the agency unranked.
        group: An attribute, such as `region`, within whose values `group_rank` is made.

    Raises:
        RefusedFacts: with every refused leaf of every agency; nothing was scored.
        KeyError: the set has no such attribute as `group`.
    """
    ready = compiled(criteria_set)
    group = None if group is None else group.removeprefix("@")
    if group is not None and f"@{group}" not in ready.expected:
        raise KeyError(group)
    judged = (_by_column if len(facts) >= MANY else _OneByOne)(ready, facts)
    totals = judged.totals()
    standings = standings_of(ready, facts, totals, judged.percents, rank_incomplete=rank_incomplete, group=group)
    sheets = zip(facts.items(), judged.numbers(), totals, strict=True)
    return Scores(
        criteria_set,
        tuple(
            AgencyScore(ready, agency, own, numbers, sums, standings, place)
            for place, ((agency, own), numbers, sums) in enumerate(sheets)
        ),
    )


class _OneByOne:
    """The agencies judged one after the other; `by_column.JudgedColumn` gives the same of many."""

    def __init__(self, ready: Compiled, facts: FactsByAgency):
        refusals: list[Refusal] = []
        judged = [_verdicts(ready, own, refusals, agency) for agency, own in facts.items()]
        if refusals:
            raise RefusedFacts(refusals)
        self._ready = ready
        self._facts = facts
        self._numbers = [_numbers(ready, verdicts) for verdicts in judged]

    def numbers(self) -> list[NodeNumbers]:
        return self._numbers

    def totals(self) -> list[Totals]:
        pairs = zip(self._facts.values(), self._numbers, strict=True)
        return [totals_of(self._ready, own, numbers) for own, numbers in pairs]

    def percents(self, code: str) -> list[int | None]:
        return [_percent(*numbers(code)) for numbers in self._numbers]


def _by_column(ready: Compiled, facts: FactsByAgency) -> "JudgedColumn":
    # Few agencies are scored without numpy, which takes longer to import than they take.
    from parindex.scoring.points.by_column import JudgedColumn

    judged = JudgedColumn(ready, list(facts.values()))
    if judged.refused.any():
        pairs = zip(facts.items(), judged.refused, strict=True)
        _OneByOne(ready, dict(pair for pair, refused in pairs if refused))
    return judged


def _percent(state: PointsState, points: int, maximum: int) -> int | None:
    return half_up(points * 100, maximum, PLACES) if state == "scored" and maximum else None


def _numbers(ready: Compiled, verdicts: Mapping[str, Verdict]) -> NodeNumbers:
    """Of one agency: a leaf as it was judged, of a parent the known points and the applicable maximum."""
    sums: dict[str, tuple[PointsState, int, int]] = {}

    def numbers(code: str) -> tuple[PointsState, int, int]:
        if code in sums:
            return sums[code]
        verdict = verdicts[code]
        return verdict.state, verdict.points, ready.leaf[code].max

    for one in ready.sums:
        points = maximum = 0
        applies = unknown = False
        for code in one.parts:
            state, part_points, part_max = numbers(code)
            if state == "not_applicable":
                continue
            applies = True
            unknown = unknown or state == "unknown"
            points += part_points
            maximum += part_max
        sums[one.code] = ("not_applicable" if not applies else "unknown" if unknown else "scored", points, maximum)
    return numbers


def _verdicts(ready: Compiled, facts: AgencyFacts, refusals: list[Refusal], agency: str | None) -> dict[str, Verdict]:
    verdicts: dict[str, Verdict] = {}
    no_survey = ready.criteria_set.no_survey
    for leaf in ready.leaves:
        verdict = judge_leaf(leaf, facts, no_survey)
        if verdict.refusal is not None:
            refusals.append(_refusal(leaf, facts, verdict, agency))
            verdict = _NOTHING
        verdicts[leaf.code] = verdict
    return verdicts


def _refusal(leaf: Leaf, facts: AgencyFacts, verdict: Verdict, agency: str | None) -> Refusal:
    values: dict[str, Any] = {"max": leaf.criterion.max}
    if verdict.refusal == "points_outside":
        values["points"] = unscaled(verdict.points)
    if verdict.refusal == OVER_WHOLE:
        values |= verdict.step or {}
    if leaf.not_held is not None:
        values["instrument"] = leaf.not_held.removeprefix("survey:").removesuffix(".not_held")
    values["facts"] = [name for name in (*leaf.facts, leaf.decided) if name in facts]
    return Refusal(code=str(verdict.refusal), values=values, agency=agency, leaf=leaf.code)


def score_leaf(criteria_set: CriteriaSet, code: str, facts: AgencyFacts) -> LeafScore:
    """One leaf of one agency with its reason; no fact of another leaf is needed.

    Raises:
        RefusedFacts: points outside 0…max, a division by zero, a survey that has to be held.
        KeyError: the set has no leaf with this code.
    """
    leaf = compiled(criteria_set).leaf[code]
    verdict = judge_leaf(leaf, facts, criteria_set.no_survey)
    if verdict.refusal is not None:
        raise RefusedFacts([_refusal(leaf, facts, verdict, None)])
    return LeafScore(
        points=unscaled(verdict.points) if verdict.state == "scored" else None,
        max=leaf.criterion.max,
        state=verdict.state,
        reason=explain(leaf, facts, verdict),
        flags=verdict.flags,
    )


def score_agency(criteria_set: CriteriaSet, facts: AgencyFacts, *, lenient: bool = False) -> AgencyScore:
    """One agency alone: totals without ranks.

    Args:
        criteria_set: The law.
        facts: Typed facts of the agency.
        lenient: Take a refused leaf as unknown, for a sheet that is still being filled in.

    Raises:
        RefusedFacts: with every refused leaf, unless lenient.
    """
    ready = compiled(criteria_set)
    refusals: list[Refusal] = []
    verdicts = _verdicts(ready, facts, refusals, None)
    if refusals and not lenient:
        raise RefusedFacts(refusals)
    numbers = _numbers(ready, verdicts)
    totals = totals_of(ready, facts, numbers)
    standings = Standings([index_of(totals, rank_incomplete=False)], [None], [None], {})
    return AgencyScore(ready, "", facts, numbers, totals, standings, 0)


def refused_leaves(criteria_set: CriteriaSet, facts: AgencyFacts) -> tuple[Refusal, ...]:
    """What keeps a sheet from being submitted; empty where nothing does."""
    refusals: list[Refusal] = []
    _verdicts(compiled(criteria_set), facts, refusals, None)
    return tuple(refusals)

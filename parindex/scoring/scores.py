"""From facts to points, index, classes and ranks of every agency."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, Literal

from parindex.scoring.canonical import digest
from parindex.scoring.compiled import Compiled, Leaf, compiled, judge_leaf
from parindex.scoring.digits import PLACES, half_up, scaled, scaled_text, unscaled
from parindex.scoring.explain import explain
from parindex.scoring.facts import AgencyFacts, Facts
from parindex.scoring.model import CriteriaSet
from parindex.scoring.ranks import class_of, ranks
from parindex.scoring.refusals import Refusal, RefusedFacts
from parindex.scoring.results import LeafScore, NodeScore, Reason, State, Status
from parindex.scoring.verdicts import Verdict

Say = Callable[[CriteriaSet, str, Reason], tuple[str, str]]
"""From a set, the code of a leaf and its reason to a sentence in Vietnamese and in English."""
Reasons = Literal["none", "short", "full"]

Numbers = Callable[[str], tuple[State, int, int]]
"""From the code of a node to its state, points and maximum, scaled by 10¹²."""

MANY: Final = 100
"""Agencies from which they are judged by column; fewer are judged one after the other."""

_NOTHING: Final = Verdict("unknown")


class AgencyScore:
    """One agency scored: totals, and every node by code. Nothing of it changes."""

    agency: str
    """As the facts name it."""
    status: Status
    """Complete, incomplete or without submission."""

    def __init__(self, ready: Compiled, agency: str, facts: AgencyFacts, numbers: Numbers):
        self._ready = ready
        self.state_and_numbers = numbers
        """State, points and maximum of a node by its code, scaled by 10¹²."""
        self.facts = facts
        self.agency = agency
        areas = [numbers(area.code) for area in ready.criteria_set.areas]
        self.status = self._status(areas)
        self._bonus = self._adjustment("bonus")
        self._penalty = self._adjustment("penalty")
        self._points = sum(points for _, points, _ in areas) + self._bonus - self._penalty
        self._max = sum(maximum for state, _, maximum in areas)
        self._index: int | None = None
        self._rank: int | None = None
        self._group_rank: int | None = None
        self._area_ranks: dict[str, int | None] = {}

    def _status(self, areas: list[tuple[State, int, int]]) -> Status:
        asked = self._ready.asked
        if asked and asked.isdisjoint(self.facts):
            return "no_submission"
        return "incomplete" if any(state == "unknown" for state, _, _ in areas) else "complete"

    def _adjustment(self, part: Literal["bonus", "penalty"]) -> int:
        adjustment = getattr(self._ready.criteria_set, part)
        if adjustment is None:
            return 0
        total = sum(self.state_and_numbers(item.code)[1] for item in adjustment.items)
        return min(total, scaled(adjustment.cap))

    def _counted(self, value: int) -> Decimal | None:
        return None if self.status == "no_submission" else unscaled(value)

    @property
    def points(self) -> Decimal | None:
        """Known points with bonus and penalty; None without submission."""
        return self._counted(self._points)

    @property
    def max(self) -> Decimal | None:
        """The applicable maximum, unknown leaves included; None without submission."""
        return self._counted(self._max)

    @property
    def bonus(self) -> Decimal | None:
        """Bonus after its cap; None without submission."""
        return self._counted(self._bonus)

    @property
    def penalty(self) -> Decimal | None:
        """Penalty after its cap; None without submission."""
        return self._counted(self._penalty)

    @property
    def index(self) -> Decimal | None:
        """Percent, 12 places; None while incomplete (unless ranked as incomplete)."""
        return None if self._index is None else unscaled(self._index)

    @property
    def class_(self) -> str | None:
        """The class; None without index and below the lowest class."""
        return None if self._index is None else class_of(self._ready.criteria_set, self._index)

    @property
    def rank(self) -> int | None:
        """Rank among all; None without index and where it is not ranked."""
        return self._rank

    @property
    def group_rank(self) -> int | None:
        """Rank within its group; None where no group was asked for or the agency has none."""
        return self._group_rank

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

    def _node(self, code: str) -> NodeScore:
        state, points, maximum = self.state_and_numbers(code)
        scored = state == "scored"
        return NodeScore(
            points=unscaled(points) if scored else None,
            max=unscaled(maximum),
            state=state,
            index=unscaled(half_up(points * 100, maximum, PLACES)) if scored and maximum else None,
            rank=self._area_ranks.get(code),
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
    criteria_set: CriteriaSet, facts: Facts, *, rank_incomplete: bool = False, group: str | None = None
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
    judged = _by_column if len(facts) >= MANY else _one_by_one
    scored = tuple(
        AgencyScore(ready, agency, own, numbers)
        for (agency, own), numbers in zip(facts.items(), judged(ready, facts), strict=True)
    )
    _rank(ready, scored, rank_incomplete=rank_incomplete, group=group)
    return Scores(criteria_set, scored)


def _one_by_one(ready: Compiled, facts: Facts) -> list[Numbers]:
    refusals: list[Refusal] = []
    judged = [_verdicts(ready, own, refusals, agency) for agency, own in facts.items()]
    if refusals:
        raise RefusedFacts(refusals)
    return [_numbers(ready, verdicts) for verdicts in judged]


def _by_column(ready: Compiled, facts: Facts) -> list[Numbers]:
    # Few agencies are scored without numpy, which takes longer to import than they take.
    from parindex.scoring.by_column import Judged

    judged = Judged(ready, list(facts.values()))
    if judged.refused.any():
        pairs = zip(facts.items(), judged.refused, strict=True)
        _one_by_one(ready, dict(pair for pair, refused in pairs if refused))
    return judged.numbers()


def _numbers(ready: Compiled, verdicts: Mapping[str, Verdict]) -> Numbers:
    """Of one agency: a leaf as it was judged, of a parent the known points and the applicable maximum."""
    sums: dict[str, tuple[State, int, int]] = {}

    def numbers(code: str) -> tuple[State, int, int]:
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
    if leaf.not_held is not None:
        values["instrument"] = leaf.not_held.removeprefix("survey:").removesuffix(".not_held")
    values["facts"] = [name for name in (*leaf.facts, leaf.decided) if name in facts]
    return Refusal(code=str(verdict.refusal), values=values, agency=agency, leaf=leaf.code)


def _rank(ready: Compiled, scored: tuple[AgencyScore, ...], *, rank_incomplete: bool, group: str | None) -> None:
    # The ranks are the one thing that an agency cannot know alone; they are set here, once.
    for one in scored:
        allowed = one.status == "complete" or (rank_incomplete and one.status == "incomplete")
        one._index = half_up(one._points * 100, one._max, PLACES) if allowed and one._max else None
    ranked = [one for one in scored if one.facts.get("@ranked") is not False]
    for one, rank in ranks(ready.criteria_set, ranked, lambda one: one._index):
        one._rank = rank
    for area in ready.criteria_set.areas:
        for one, rank in ranks(ready.criteria_set, ranked, _area_index(area.code)):
            one._area_ranks[area.code] = rank
    if group is not None:
        for members in _groups(ranked, f"@{group}"):
            for one, rank in ranks(ready.criteria_set, members, lambda one: one._index):
                one._group_rank = rank


def _area_index(code: str) -> Callable[[AgencyScore], int | None]:
    def index(one: AgencyScore) -> int | None:
        state, points, maximum = one.state_and_numbers(code)
        counts = state == "scored" and one.status != "no_submission"
        return half_up(points * 100, maximum, PLACES) if counts else None

    return index


def _groups(ranked: Iterable[AgencyScore], name: str) -> Iterable[list[AgencyScore]]:
    groups: dict[Any, list[AgencyScore]] = {}
    for one in ranked:
        value = one.facts.get(name)
        if value is not None:
            groups.setdefault(value, []).append(one)
    return groups.values()


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
    one = AgencyScore(ready, "", facts, _numbers(ready, verdicts))
    _rank(ready, (one,), rank_incomplete=False, group=None)
    one._rank, one._area_ranks = None, {}
    return one


def score_sheet(criteria_set: CriteriaSet, facts: AgencyFacts, *, lenient: bool = False) -> Mapping[str, NodeScore]:
    """Every node of one agency's sheet by code, areas and adjustments too. Raises as `score_agency`."""
    return score_agency(criteria_set, facts, lenient=lenient).nodes


def refused_leaves(criteria_set: CriteriaSet, facts: AgencyFacts) -> tuple[Refusal, ...]:
    """What keeps a sheet from being submitted; empty where nothing does."""
    refusals: list[Refusal] = []
    _verdicts(compiled(criteria_set), facts, refusals, None)
    return tuple(refusals)


# the document of section 3


def agency_document(one: AgencyScore, criteria_set: CriteriaSet, reasons: Reasons, say: Say | None) -> dict[str, Any]:
    """One agency as in section 3 of the contracts."""
    places = one._ready.places
    nodes = {
        place.code: _node_document(one, place.code, criteria_set, reasons, say) for place in places if place.depth > 1
    }
    adjustments = {place.code: nodes[place.code] for place in places if place.part != "areas"}
    return {
        "agency": one.agency,
        "status": one.status,
        "points": _text(one.points),
        "max": _text(one.max),
        "index": _text(one.index),
        "class": one.class_,
        "rank": one.rank,
        "group_rank": one.group_rank,
        "bonus": _text(one.bonus),
        "penalty": _text(one.penalty),
        "adjustments": adjustments,
        "areas": {area.code: _area_document(one, area.code) for area in criteria_set.areas},
        "criteria": {code: node for code, node in nodes.items() if code not in adjustments},
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else scaled_text(scaled(value))


def _area_document(one: AgencyScore, code: str) -> dict[str, Any]:
    node = one.node(code)
    return {
        "points": _text(node.points),
        "max": _text(node.max),
        "index": _text(node.index),
        "rank": node.rank,
        "state": node.state,
    }


def _node_document(
    one: AgencyScore, code: str, criteria_set: CriteriaSet, reasons: Reasons, say: Say | None
) -> dict[str, Any]:
    state, points, maximum = one.state_and_numbers(code)
    node: dict[str, Any] = {
        "points": scaled_text(points) if state == "scored" else None,
        "max": scaled_text(maximum),
        "state": state,
    }
    if reasons != "none":
        is_leaf = code in one._ready.leaf
        node["reason"] = reason_document(one.reason(code), criteria_set, code, reasons, say) if is_leaf else None
    return node


def reason_document(
    reason: Reason, criteria_set: CriteriaSet, code: str, reasons: Reasons = "full", say: Say | None = None
) -> dict[str, Any]:
    """A reason as `{rule, facts, step, missing, next, vi, en}`, short without facts, missing and next."""
    vi, en = say(criteria_set, code, reason) if say is not None else (None, None)
    if reasons == "short":
        return {"rule": reason.rule, "step": reason.step, "vi": vi, "en": en}
    step = reason.step
    if reason.decided is not None:
        by_rule = None if reason.by_rule is None else _text(reason.by_rule)
        step = {"decided": _text(reason.decided), "by_rule": by_rule}
    return {
        "rule": reason.rule,
        "facts": dict(reason.facts),
        "step": step,
        "missing": list(reason.missing),
        "next": reason.next,
        "vi": vi,
        "en": en,
    }

"""What if: the leaves that would give an agency most, what each needs, and where it would then stand."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from parindex.scoring.digits import PLACES, half_up, places_text, scaled, shortest, unscaled
from parindex.scoring.facts.values import AgencyFacts, parse_value, write_value
from parindex.scoring.law.model import CriteriaSet
from parindex.scoring.points.compiled import Leaf, compiled
from parindex.scoring.points.documents import reason_document
from parindex.scoring.points.ranks import compared
from parindex.scoring.points.results import PointsState, Reason
from parindex.scoring.points.scores import AgencyScore, Scores, score_agency
from parindex.scoring.refusals import RefusedFacts, RefusedValue

After = tuple[int, int]
"""Points and applicable maximum of an agency, scaled."""


class Gain(msgspec.Struct, frozen=True, kw_only=True):
    """One leaf that can give more."""

    code: str
    """Of the leaf."""
    state: PointsState
    """As it is now: scored, unknown, or none where a bonus is not declared."""
    points: Decimal | None
    """As they are now; of a penalty what is lost."""
    max: Decimal
    """Of the leaf."""
    gain: Decimal
    """Points that the leaf would give more (a penalty: take less)."""
    at_most: bool
    """True: no next step can be named, so this is all that the leaf could still give."""
    total_gain: Decimal
    """Points that the agency would have more, caps of bonus and penalty considered."""
    index_gain: Decimal | None
    """Percentage points that the index would have more; None while it has none."""
    rank: int | None
    """The rank that it would have if nobody else changed; None where it has none."""
    facts: Mapping[str, str] = {}
    """What would have to be declared, in canonical text; empty where no fact can be named."""
    reason: Reason
    """Why it has its points now, with the next step and what is missing."""


def what_if(scores: Scores, agency: str) -> tuple[Gain, ...]:
    """The leaves that would give an agency more, those that would give most first.

    A leaf that is unknown could give all of its maximum. Nothing is said of a leaf that the appraisers decided,
    that does not apply, whose survey was not held or whose denominator is 0.

    Raises:
        KeyError: there are no facts of this agency.
    """
    one = scores.agency(agency)
    standing = _Standing(scores, one)
    found = [gain for leaf in compiled(scores.criteria_set).leaves if (gain := _gain(leaf, one, standing)) is not None]
    return tuple(sorted(found, key=lambda gain: (-gain.total_gain, -gain.gain)))


def _gain(leaf: Leaf, one: AgencyScore, standing: "_Standing") -> Gain | None:
    state, points, maximum = one.state_and_numbers(leaf.criterion.code)
    penalty = leaf.place.part == "penalty"
    step = one.reason(leaf.criterion.code).step or {}
    if (
        state == "not_applicable"
        or (penalty and state != "scored")
        or step.keys() & {"decided", "not_held", "when_zero"}
    ):
        return None
    reason = one.reason(leaf.criterion.code)
    following = None if penalty else reason.next
    room = points if penalty else maximum - (points if state == "scored" else 0)
    facts = {} if following is None else needed(leaf, one.facts, following)
    # A fact that other leaves use too changes them with it.
    after = standing.declared(one, facts) if facts else None
    if facts and after is None:
        following, facts = None, {}
    gain = room if following is None else scaled(Decimal(str(following["gain"])))
    after = after or standing.moved(leaf.place.part, gain)
    total = after[0] - standing.points
    if gain <= 0 or total < 0:
        return None
    return Gain(
        code=leaf.criterion.code,
        state=state,
        points=unscaled(points) if state == "scored" else None,
        max=unscaled(maximum),
        gain=unscaled(gain),
        at_most=following is None,
        total_gain=unscaled(total),
        index_gain=standing.index_gain(after),
        rank=standing.rank(after),
        facts=facts,
        reason=reason,
    )


def needed(leaf: Leaf, facts: AgencyFacts, following: Mapping[str, Any]) -> dict[str, str]:
    """The facts of the next step; empty where they are not the agency's to declare, or not a decimal."""
    name = str(following["fact"])
    if ":" in name:
        return {}
    for key in ("value", "until"):
        if key in following:
            return {name: str(following[key])}
    for key, sign in (("more", 1), ("fewer", -1)):
        if key in following:
            return {name: shortest(Decimal(write_value(facts[name])) + sign * Decimal(str(following[key])))}
    at = Fraction(next(str(following[key]) for key in ("from", "to", "at") if key in following))
    over: tuple[str, ...] = getattr(leaf.rule, "over", ())
    if len(over) > 1:
        below: Any = facts[leaf.names.of(over[1])]
        at *= Fraction(below)
    if len(over) > 1 and over[0] == over[1]:
        return {}
    exact = half_up(at.numerator, at.denominator, PLACES)
    return {name: places_text(exact, PLACES)} if Fraction(exact, 10**PLACES) == at else {}


class _Standing:
    """Where the agency stands, and where it would stand with more points."""

    def __init__(self, scores: Scores, one: AgencyScore):
        self.criteria_set = scores.criteria_set
        self.index = None if one.index is None else scaled(one.index)
        self.parts = {part: self._items(one, part) for part in ("bonus", "penalty")}
        self.points, self.max = self._totals(one)
        self.is_ranked = one.rank is not None
        others = [other for other in scores.agencies if other is not one and other.rank is not None]
        self.others = [compared(self.criteria_set, scaled(other.index)) for other in others if other.index is not None]

    def _totals(self, one: AgencyScore) -> After:
        areas = [one.state_and_numbers(area.code) for area in self.criteria_set.areas]
        bonus, penalty = (self._cap(part, self._items(one, part)) for part in ("bonus", "penalty"))
        return sum(points for _, points, _ in areas) + bonus - penalty, sum(maximum for _, _, maximum in areas)

    def _items(self, one: AgencyScore, part: str) -> int:
        adjustment = getattr(self.criteria_set, part)
        return sum(one.state_and_numbers(item.code)[1] for item in adjustment.items) if adjustment else 0

    def _cap(self, part: str, points: int) -> int:
        adjustment = getattr(self.criteria_set, part)
        return min(points, scaled(adjustment.cap)) if adjustment else 0

    def moved(self, part: str, gain: int) -> After:
        """Points and maximum after a gain of one leaf."""
        if part == "areas":
            return self.points + gain, self.max
        now = self.parts[part]
        change = self._cap(part, now - gain if part == "penalty" else now + gain) - self._cap(part, now)
        return self.points + abs(change), self.max

    def declared(self, one: AgencyScore, facts: Mapping[str, str]) -> After | None:
        """Points and maximum where other facts are declared; None where they would be refused."""
        try:
            given = {name: parse_value(self.criteria_set, name, text) for name, text in facts.items()}
            return self._totals(score_agency(self.criteria_set, {**one.facts, **given}))
        except (RefusedFacts, RefusedValue):
            return None

    @staticmethod
    def _index(after: After) -> int:
        return half_up(after[0] * 100, after[1], PLACES) if after[1] else 0

    def index_gain(self, after: After) -> Decimal | None:
        """What it means for the index."""
        return None if self.index is None else unscaled(self._index(after) - self.index)

    def rank(self, after: After) -> int | None:
        """The rank with these points and this maximum."""
        if not self.is_ranked:
            return None
        reached = compared(self.criteria_set, self._index(after))
        better = [other for other in self.others if other > reached]
        return 1 + len(set(better) if self.criteria_set.ties == "dense" else better)


def what_if_document(criteria_set: CriteriaSet, gains: tuple[Gain, ...], say: Any = None) -> list[dict[str, Any]]:
    """The gains as JSON-safe values; `say` makes the sentences of the reasons."""
    return list(_documents(criteria_set, gains, say))


def _documents(criteria_set: CriteriaSet, gains: tuple[Gain, ...], say: Any) -> Iterator[dict[str, Any]]:
    for one in gains:
        numbers = {
            "points": one.points, "max": one.max, "gain": one.gain, "total_gain": one.total_gain, "index_gain": one.index_gain,
        }  # fmt: skip
        yield {
            "code": one.code,
            "state": one.state,
            **{key: None if value is None else shortest(value) for key, value in numbers.items()},
            "at_most": one.at_most,
            "rank": one.rank,
            "facts": dict(one.facts),
            "reason": reason_document(one.reason, criteria_set, one.code, "full", say),
        }

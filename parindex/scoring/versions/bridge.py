"""The bridge between two years: what changed by performance, and what by a change of rules.

On the bridge stand the leaves that a crosswalk calls same or reworded. Each counts in both years the share of its
maximum that was reached, times its maximum in the newer set; caps of bonus and penalty are those of the newer set.
What applies to an agency in one of the years only (a survey that was not held is such a thing) counts in neither.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from parindex.scoring.digits import PLACES, half_up, scaled, shortest, unscaled
from parindex.scoring.facts.values import FactsByAgency
from parindex.scoring.law.model import CriteriaSet
from parindex.scoring.points.compiled import compiled
from parindex.scoring.points.ranks import ranks_of
from parindex.scoring.points.scores import AgencyScore, Scores, score
from parindex.scoring.refusals import Refusal, RefusedFacts
from parindex.scoring.rules.kinds import Survey
from parindex.scoring.versions.comparison import identity
from parindex.scoring.versions.crosswalk import Crosswalk

REASONS: Final = ("older_only", "newer_only", "incomplete", "not_ranked")
"""Why an agency has no ranks on the bridge."""


class YearOfBridge(msgspec.Struct, frozen=True, kw_only=True):
    """One agency in one of the two years."""

    index: Decimal | None
    """Of the whole set of that year; None while incomplete."""
    rank: int | None
    """Among all agencies of that year."""
    rank_compared: int | None
    """The same index ranked among the agencies that are compared."""
    points: Decimal
    """Known points on the bridge."""
    bridge_index: Decimal | None
    """Points on the bridge × 100 ÷ its maximum; None while a leaf of it is unknown, and where no leaf is on it."""
    bridge_rank: int | None
    """Among the agencies that are compared."""


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """A change and its two causes; positive is better."""

    whole: Decimal
    """From the older year to the newer."""
    performance: Decimal
    """On the bridge."""
    rules: Decimal
    """The rest."""


class AgencyOnBridge(msgspec.Struct, frozen=True, kw_only=True):
    """One agency of both years."""

    agency: str
    """As the facts name it."""
    older: YearOfBridge
    """The year before."""
    newer: YearOfBridge
    """The year after."""
    leaves: int
    """Leaves of its bridge, bonus and penalty too."""
    max: Decimal
    """What they give at most, bonus and penalty apart."""
    index_change: Split | None
    """In percentage points of the index; None without index in one of the years."""
    rank_change: Split | None
    """In ranks climbed; None where it is not compared."""


class Bridge(msgspec.Struct, frozen=True, kw_only=True):
    """Two years of one index."""

    older: CriteriaSet
    """The set of the year before."""
    newer: CriteriaSet
    """The set of the year after."""
    leaves: int
    """Leaves that the crosswalk calls same or reworded, bonus and penalty too."""
    max_before: Decimal
    """What those of areas give at most in the older set."""
    max_after: Decimal
    """What those of areas give at most in the newer set."""
    agencies: tuple[AgencyOnBridge, ...]
    """Agencies of both years, in the order of the newer."""
    left_out: Mapping[str, str]
    """Agencies without ranks on the bridge, with why (see `REASONS`)."""


class _Side(msgspec.Struct, frozen=True):
    """What the leaves of one agency are in one year, scaled."""

    points: int
    unknown: bool


def bridge(
    older: CriteriaSet, older_facts: FactsByAgency, newer: CriteriaSet, newer_facts: FactsByAgency, crosswalk: Crosswalk
) -> Bridge:
    """Compare two years.

    Args:
        older: The set of the year before.
        older_facts: Facts of that year by agency.
        newer: The set of the year after.
        newer_facts: Facts of that year by agency; agencies are matched by name.
        crosswalk: Between the two sets (`check_crosswalk`).

    Raises:
        RefusedFacts: with every refused leaf of both years.
        ValueError: the crosswalk is between other sets.
    """
    if (crosswalk.older, crosswalk.newer) != (identity(older), identity(newer)):
        raise ValueError("the crosswalk is between other sets")
    before, after = _scored(older, older_facts, newer, newer_facts)
    walk = _Walk(older, newer, crosswalk)
    later = {one.agency: one for one in after.agencies}
    former = {one.agency: one for one in before.agencies}
    both = [name for name in later if name in former]
    crossed = {name: walk.cross(former[name], later[name]) for name in both}
    left_out = {name: "older_only" for name in former if name not in later}
    left_out |= {name: "newer_only" for name in later if name not in former}
    left_out |= {name: why for name in both if (why := _why(former[name], later[name], crossed[name]))}
    field = [name for name in both if name not in left_out]
    standing = _standing(older, newer, former, later, crossed, field)
    areas = [(old, new) for old, new in walk.pairs if walk.is_area(new)]
    return Bridge(
        older=older,
        newer=newer,
        leaves=len(walk.pairs),
        max_before=unscaled(sum(walk.old_max(old) for old, _ in areas)),
        max_after=unscaled(sum(walk.new_max(new) for _, new in areas)),
        agencies=tuple(_agency(former[name], later[name], crossed[name], standing.get(name)) for name in both),
        left_out=left_out,
    )


def _scored(
    older: CriteriaSet, older_facts: FactsByAgency, newer: CriteriaSet, newer_facts: FactsByAgency
) -> tuple[Scores, Scores]:
    refusals: list[Refusal] = []
    found: list[Scores] = []
    for criteria_set, facts in ((older, older_facts), (newer, newer_facts)):
        try:
            found.append(score(criteria_set, facts))
        except RefusedFacts as error:
            refusals.extend(error.refusals)
    if refusals:
        raise RefusedFacts(refusals)
    return found[0], found[1]


class _Crossed(msgspec.Struct, frozen=True, kw_only=True):
    """One agency on the bridge, scaled."""

    older: _Side
    newer: _Side
    max: int
    leaves: int

    def index(self, side: _Side) -> int | None:
        return half_up(side.points * 100, self.max, PLACES) if self.max and not side.unknown else None


class _Walk:
    """Takes agencies over the bridge."""

    def __init__(self, older: CriteriaSet, newer: CriteriaSet, crosswalk: Crosswalk):
        self.older, self.newer = compiled(older), compiled(newer)
        self.pairs = [(old, new) for old, new, _ in crosswalk.pairs()]
        self.caps = {
            part: scaled(adjustment.cap)
            for part in ("bonus", "penalty")
            if (adjustment := getattr(newer, part)) is not None
        }

    def old_max(self, code: str) -> int:
        return self.older.leaf[code].max

    def new_max(self, code: str) -> int:
        return self.newer.leaf[code].max

    def is_area(self, code: str) -> bool:
        return self.newer.place[code].part == "areas"

    def cross(self, former: AgencyScore, later: AgencyScore) -> _Crossed:
        points = {"areas": [0, 0], "bonus": [0, 0], "penalty": [0, 0]}
        unknown = [False, False]
        maximum = leaves = 0
        for old, new in self.pairs:
            states = (self.state(former, self.older, old), self.state(later, self.newer, new))
            if None in states:
                continue
            leaves += 1
            part = self.newer.place[new].part
            maximum += self.new_max(new) if part == "areas" else 0
            unknown = [known or state == "unknown" for known, state in zip(unknown, states, strict=True)]
            before, after = former.state_and_numbers(old)[1], later.state_and_numbers(new)[1]
            points[part][0] += half_up(before * self.new_max(new), self.old_max(old), 0)
            points[part][1] += after
        sides = [_Side(self.total(points, year), unknown[year]) for year in (0, 1)]
        return _Crossed(older=sides[0], newer=sides[1], max=maximum, leaves=leaves)

    def total(self, points: Mapping[str, list[int]], year: int) -> int:
        bonus, penalty = (min(points[part][year], self.caps.get(part, 0)) for part in ("bonus", "penalty"))
        return points["areas"][year] + bonus - penalty

    @staticmethod
    def state(one: AgencyScore, ready: Any, code: str) -> str | None:
        """The state of a leaf; None where it does not apply or its survey was not held."""
        leaf = ready.leaf[code]
        state = one.state_and_numbers(code)[0]
        not_held = isinstance(leaf.rule, Survey) and one.facts.get(leaf.not_held) is True
        if state == "not_applicable" or (not_held and leaf.decided not in one.facts):
            return None
        return state


def _why(former: AgencyScore, later: AgencyScore, crossed: _Crossed) -> str | None:
    if False in (former.facts.get("@ranked"), later.facts.get("@ranked")):
        return "not_ranked"
    known = (former.index, later.index, crossed.index(crossed.older), crossed.index(crossed.newer))
    return "incomplete" if None in known else None


class _AgencyRanks(msgspec.Struct, frozen=True, kw_only=True):
    """Ranks of one agency among those compared."""

    older: int
    newer: int
    bridge_older: int
    bridge_newer: int


def _standing(
    older: CriteriaSet,
    newer: CriteriaSet,
    former: Mapping[str, AgencyScore],
    later: Mapping[str, AgencyScore],
    crossed: Mapping[str, _Crossed],
    field: Iterable[str],
) -> dict[str, _AgencyRanks]:
    def ranked(criteria_set: CriteriaSet, index: Callable[[str], int | None]) -> dict[str, int]:
        return ranks_of(criteria_set, {name: index(name) for name in field})

    before = ranked(older, lambda name: _scaled(former[name].index))
    after = ranked(newer, lambda name: _scaled(later[name].index))
    # Both ends of the bridge are ranked by the newer law, as they are weighed by it.
    start = ranked(newer, lambda name: crossed[name].index(crossed[name].older))
    end = ranked(newer, lambda name: crossed[name].index(crossed[name].newer))
    return {
        name: _AgencyRanks(older=before[name], newer=after[name], bridge_older=start[name], bridge_newer=end[name])
        for name in field
    }


def _scaled(value: Decimal | None) -> int | None:
    return None if value is None else scaled(value)


def _agency(
    former: AgencyScore, later: AgencyScore, crossed: _Crossed, standing: _AgencyRanks | None
) -> AgencyOnBridge:
    def year(one: AgencyScore, side: _Side, compared: int | None, rank: int | None) -> YearOfBridge:
        index = crossed.index(side)
        return YearOfBridge(
            index=one.index,
            rank=one.rank,
            rank_compared=compared,
            points=unscaled(side.points),
            bridge_index=None if index is None else unscaled(index),
            bridge_rank=rank,
        )

    ranked = (None,) * 4 if standing is None else msgspec.structs.astuple(standing)
    older = year(former, crossed.older, ranked[0], ranked[2])
    newer = year(later, crossed.newer, ranked[1], ranked[3])
    return AgencyOnBridge(
        agency=later.agency,
        older=older,
        newer=newer,
        leaves=crossed.leaves,
        max=unscaled(crossed.max),
        index_change=_index_split(older, newer),
        rank_change=None if standing is None else _rank_split(standing),
    )


def _index_split(older: YearOfBridge, newer: YearOfBridge) -> Split | None:
    values = [_scaled(one) for one in (older.index, newer.index, older.bridge_index, newer.bridge_index)]
    if any(value is None for value in values):
        return None
    before, after, start, end = (value or 0 for value in values)
    whole, performance = after - before, end - start
    return Split(whole=unscaled(whole), performance=unscaled(performance), rules=unscaled(whole - performance))


def _rank_split(standing: _AgencyRanks) -> Split:
    whole = standing.older - standing.newer
    performance = standing.bridge_older - standing.bridge_newer
    return Split(whole=Decimal(whole), performance=Decimal(performance), rules=Decimal(whole - performance))


# JSON


def bridge_document(one: Bridge) -> dict[str, Any]:
    """The bridge as JSON-safe values: decimals are strings, ranks integers."""
    return {
        "older": identity(one.older),
        "newer": identity(one.newer),
        "leaves": one.leaves,
        "max_before": shortest(one.max_before),
        "max_after": shortest(one.max_after),
        "agencies": [_agency_document(agency) for agency in one.agencies],
        "left_out": dict(one.left_out),
    }


def _agency_document(one: AgencyOnBridge) -> dict[str, Any]:
    return {
        "agency": one.agency,
        "leaves": one.leaves,
        "max": shortest(one.max),
        "older": _year_document(one.older),
        "newer": _year_document(one.newer),
        "index_change": one.index_change and {key: shortest(value) for key, value in _parts(one.index_change)},
        "rank_change": one.rank_change and {key: int(value) for key, value in _parts(one.rank_change)},
    }


def _year_document(one: YearOfBridge) -> dict[str, Any]:
    return {
        "index": None if one.index is None else shortest(one.index),
        "rank": one.rank,
        "rank_compared": one.rank_compared,
        "points": shortest(one.points),
        "bridge_index": None if one.bridge_index is None else shortest(one.bridge_index),
        "bridge_rank": one.bridge_rank,
    }


def _parts(split: Split) -> list[tuple[str, Decimal]]:
    return [("whole", split.whole), ("performance", split.performance), ("rules", split.rules)]

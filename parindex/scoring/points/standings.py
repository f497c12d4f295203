"""Index and ranks of all agencies: who is not ranked, or has not declared everything, has none."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from parindex.scoring.digits import PLACES, half_up
from parindex.scoring.facts.values import FactsByAgency
from parindex.scoring.points.compiled import Compiled
from parindex.scoring.points.ranks import ranks
from parindex.scoring.points.totals import Totals


class Standings(msgspec.Struct, frozen=True):
    """Index and ranks of all agencies, in their order."""

    index: list[int | None]
    """Scaled by 10¹²."""
    rank: list[int | None]
    """Among all."""
    group_rank: list[int | None]
    """Within each group."""
    areas: Mapping[str, list[int | None]]
    """Ranks by area."""


def index_of(totals: Totals, *, rank_incomplete: bool) -> int | None:
    """Points per 100 of what applies, scaled; none without submission, or of one that is incomplete unless those are ranked."""
    allowed = totals.status == "complete" or (rank_incomplete and totals.status == "incomplete")
    return half_up(totals.points * 100, totals.max, PLACES) if allowed and totals.max else None


def standings_of(
    ready: Compiled,
    facts: FactsByAgency,
    totals: Sequence[Totals],
    percents: Callable[[str], Sequence[int | None]],
    *,
    rank_incomplete: bool,
    group: str | None,
) -> Standings:
    """Index and ranks of all agencies.

    Args:
        ready: The set.
        facts: Of every agency.
        totals: Of every agency, in the same order.
        percents: Per cent of every agency by the code of an area, scaled.
        rank_incomplete: Whether those that are incomplete are ranked.
        group: The attribute within whose values agencies are ranked too.
    """
    index = [index_of(one, rank_incomplete=rank_incomplete) for one in totals]
    in_ranking = [own.get("@ranked") is not False for own in facts.values()]
    in_areas = [here and one.status != "no_submission" for here, one in zip(in_ranking, totals, strict=True)]

    def ranked(values: Sequence[int | None], counts: Iterable[bool]) -> list[int | None]:
        return ranks(ready.criteria_set, [value if here else None for value, here in zip(values, counts, strict=True)])

    groups: dict[Any, list[int]] = {}
    for place, own in enumerate(facts.values()):
        if group is not None and in_ranking[place] and own.get(f"@{group}") is not None:
            groups.setdefault(own[f"@{group}"], []).append(place)
    group_rank: list[int | None] = [None] * len(totals)
    for places in groups.values():
        for place, rank in zip(places, ranks(ready.criteria_set, [index[place] for place in places]), strict=True):
            group_rank[place] = rank
    return Standings(
        index,
        ranked(index, in_ranking),
        group_rank,
        {area.code: ranked(percents(area.code), in_areas) for area in ready.criteria_set.areas},
    )

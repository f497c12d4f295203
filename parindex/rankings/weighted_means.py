"""The result of an agency that took over within the year as the weighted mean of those it was formed from.

Points and maximum of every leaf are the exact weighted mean of those of its parts, rounded once; sums are sums of leaves, as
everywhere. So the index is points × 100 ÷ maximum again, and not a mean of percentages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from parindex import scoring
from parindex.rankings import groups
from parindex.rankings.digits import printed
from parindex.rankings.model import NodeDocument, ResultDocument, YearSources
from parindex.rankings.registry_documents import MergerDocument
from parindex.scoring import AgencyFacts, CriteriaSet
from parindex.scoring.digits import PLACES, half_up, scaled, scaled_text, unscaled
from parindex.scoring.points.compiled import compiled
from parindex.scoring.points.ranks import class_of, ranks
from parindex.scoring.points.results import PointsState, Status

NodeMean = tuple[PointsState, int, int]
"""State, known points and maximum, scaled by 10¹²."""

WeightedPart = tuple[Fraction, ResultDocument]
"""What a part counts, of all parts together 1, and its result."""


def known_sum(criteria_set: CriteriaSet, nodes: Mapping[str, NodeDocument], wanted: Callable[[str], bool]) -> str:
    """The known points of some leaves: exact, so the order does not matter."""
    codes = (place.code for place in scoring.leaves(criteria_set, adjustments=False) if wanted(place.code))
    return scaled_text(sum(scaled(Decimal(points)) for code in codes if (points := nodes[code].points) is not None))


def with_means(
    given: YearSources,
    criteria_set: CriteriaSet,
    facts: Mapping[str, AgencyFacts],
    results: Sequence[ResultDocument],
) -> tuple[ResultDocument, ...]:
    """Results in which those that are means stand in their place, ranked with the others.

    Args:
        given: What the year is computed from.
        criteria_set: Its law.
        facts: All facts of each agency; they say who is ranked.
        results: What each agency reached by its own facts.

    Raises:
        ValueError: the weights of a merger are none.
        KeyError: a merger names an agency that does not take part.
    """
    mergers = [one for one in given.methods.mergers if one.treatment == "weighted"] if given.methods else []
    if not mergers:
        return tuple(results)
    found = {one.agency: one for one in results}
    for merger in mergers:
        parts = parts_of(merger, found)
        for successor in merger.successors:
            found[successor] = _mean(given, criteria_set, found[successor], parts)
    return _ranked(given, criteria_set, facts, [found[one.agency] for one in results])


def parts_of(merger: MergerDocument, results: Mapping[str, ResultDocument]) -> list[WeightedPart]:
    """The parts of a mean with what each counts.

    Raises:
        ValueError: there are no weights, or they come to nothing.
        KeyError: a part does not take part in the year.
    """
    weights = merger.weights
    every = sum((one.fraction for one in weights.parts), Fraction(0)) if weights else Fraction(0)
    if weights is None or every <= 0:
        raise ValueError("a weighted mean without weights")
    return [(one.fraction / every, results[one.agency]) for one in weights.parts]


def base_parts(given: YearSources, declared: Mapping[str, ResultDocument]) -> dict[str, list[WeightedPart]]:
    """Of every agency that has a mean, those that it is the mean of in the end, each as it is by its own facts.

    What a part counts is a part of all, so that a mean of a mean counts each agency behind it by both weights.

    Args:
        given: What the year is computed from.
        declared: What each agency reached by its own facts.
    """
    found: dict[str, list[WeightedPart]] = {}
    for merger in given.methods.mergers if given.methods else ():
        if merger.treatment != "weighted":
            continue
        behind: list[WeightedPart] = []
        for weight, part in parts_of(merger, declared):
            behind += [(weight * own, one) for own, one in found.get(part.agency, [(Fraction(1), part)])]
        found |= dict.fromkeys(merger.successors, behind)
    return found


def _mean(
    given: YearSources, criteria_set: CriteriaSet, own: ResultDocument, parts: Sequence[WeightedPart]
) -> ResultDocument:
    numbers = _numbers(criteria_set, parts)
    nodes = {code: _node(numbers[code]) for code in own.nodes}
    areas = [numbers[area.code] for area in criteria_set.areas]
    bonus, penalty = _rounded([(w, one.bonus) for w, one in parts]), _rounded([(w, one.penalty) for w, one in parts])
    points = sum(one[1] for one in areas) + bonus - penalty
    most = sum(one[2] for one in areas)
    status = _status(parts)
    index = half_up(points * 100, most, PLACES) if status == "complete" and most else None
    handed_in = status != "no_submission"
    missing = dict.fromkeys(name for _, one in parts for name in one.missing)
    return ResultDocument(
        agency=own.agency,
        status=status,
        points=scaled_text(points) if handed_in else None,
        max=scaled_text(most) if handed_in else None,
        index=None if index is None else scaled_text(index),
        index_printed=None if index is None else printed(unscaled(index), criteria_set.print_places),
        class_=None if index is None else class_of(criteria_set, index),
        rank=None,
        group_rank=None,
        appraised=known_sum(criteria_set, nodes, lambda leaf: leaf not in given.survey_leaves) if handed_in else None,
        survey=known_sum(criteria_set, nodes, lambda leaf: leaf in given.survey_leaves) if handed_in else None,
        bonus=scaled_text(bonus) if handed_in else None,
        penalty=scaled_text(penalty) if handed_in else None,
        se=None,
        df=None,
        interval=None,
        rank_set=None,
        rank_marginal=None,
        missing=tuple(missing) if status == "incomplete" else (),
        nodes=nodes,
    )


def _status(parts: Sequence[WeightedPart]) -> Status:
    """One part without submission leaves nothing to take the mean of: what it would have reached is not 0."""
    known = {one.status for _, one in parts}
    if "no_submission" in known:
        return "no_submission"
    return "incomplete" if "incomplete" in known else "complete"


def _numbers(criteria_set: CriteriaSet, parts: Sequence[WeightedPart]) -> dict[str, NodeMean]:
    """Every node: leaves as the mean of the parts, sums as sums of leaves."""
    ready = compiled(criteria_set)
    numbers = {code: _leaf([(w, one.nodes[code]) for w, one in parts], leaf.max) for code, leaf in ready.leaf.items()}
    for one in ready.sums:
        below = [numbers[code] for code in one.parts if numbers[code][0] != "not_applicable"]
        unknown = any(state == "unknown" for state, _, _ in below)
        state: PointsState = "unknown" if unknown else "scored" if below else "not_applicable"
        numbers[one.code] = state, sum(part[1] for part in below), sum(part[2] for part in below)
    return numbers


def _leaf(parts: Sequence[tuple[Fraction, NodeDocument]], own: int) -> NodeMean:
    """A leaf; where it does not apply to a part, that part adds neither points nor maximum."""
    applies = [(w, one) for w, one in parts if one.state != "not_applicable"]
    if not applies:
        return "not_applicable", 0, own
    if all(one.state == "none" for _, one in applies):
        return "none", 0, own
    most = _rounded([(w, one.max) for w, one in applies])
    if any(one.state == "unknown" for _, one in applies):
        return "unknown", 0, most
    return "scored", _rounded([(w, one.points) for w, one in applies]), most


def _rounded(parts: Sequence[tuple[Fraction, str | None]]) -> int:
    """The exact mean of decimals, rounded once, scaled by 10¹²."""
    mean = sum((w * scaled(Decimal(text)) for w, text in parts if text is not None), Fraction(0))
    return half_up(mean.numerator, mean.denominator, 0)


def _node(number: NodeMean) -> NodeDocument:
    state, points, most = number
    scored = state == "scored"
    return NodeDocument(
        points=scaled_text(points) if scored else None,
        max=scaled_text(most),
        state=state,
        index=scaled_text(half_up(points * 100, most, PLACES)) if scored and most else None,
        rank=None,
    )


def _ranked(
    given: YearSources,
    criteria_set: CriteriaSet,
    facts: Mapping[str, AgencyFacts],
    results: Sequence[ResultDocument],
) -> tuple[ResultDocument, ...]:
    """Ranks among all, within groups and in every area, as scoring makes them."""
    here = [facts[one.agency].get("@ranked") is not False for one in results]
    index = [_scaled(one.index) if counts else None for one, counts in zip(results, here, strict=True)]
    overall = ranks(criteria_set, index)
    shared = f"@{given.group_by or groups.REGION}"
    together: dict[object, list[int]] = {}
    for place, one in enumerate(results):
        if here[place] and (value := facts[one.agency].get(shared)) is not None:
            together.setdefault(value, []).append(place)
    within: list[int | None] = [None] * len(results)
    for places in together.values():
        for place, rank in zip(places, ranks(criteria_set, [index[one] for one in places]), strict=True):
            within[place] = rank
    areas = {area.code: _area_ranks(criteria_set, area.code, here, results) for area in criteria_set.areas}
    return tuple(
        msgspec.structs.replace(
            one, rank=overall[place], group_rank=within[place],
            nodes={
                code: msgspec.structs.replace(node, rank=areas[code][place]) if code in areas else node
                for code, node in one.nodes.items()
            },
        )
        for place, one in enumerate(results)
    )  # fmt: skip


def _area_ranks(
    criteria_set: CriteriaSet, code: str, here: Sequence[bool], results: Sequence[ResultDocument]
) -> list[int | None]:
    return ranks(
        criteria_set,
        [
            _scaled(one.nodes[code].index) if counts and one.status != "no_submission" else None
            for one, counts in zip(results, here, strict=True)
        ],
    )


def _scaled(text: str | None) -> int | None:
    return None if text is None else scaled(Decimal(text))

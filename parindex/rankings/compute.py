"""A year computed: facts and estimates in, points, index, classes, ranks and rank sets out.

Pure: the same input gives the same document on any machine, so a published year is checked by computing it again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from parindex import scoring
from parindex.rankings import first_format, groups, year_rank_sets
from parindex.rankings.digits import double, optional, printed
from parindex.rankings.index_errors import (
    Errors,
    EstimateKey,
    SurveyLeaf,
    constants,
    mean_constants,
    survey_leaves,
)
from parindex.rankings.index_intervals import Joining, compared_by
from parindex.rankings.model import (
    AgencyDocument,
    Computation,
    EstimateDocument,
    NodeDocument,
    PrintedDocument,
    ResultDocument,
    YearSources,
)
from parindex.rankings.weighted_means import WeightedPart, base_parts, known_sum, with_means
from parindex.scoring import AgencyFacts, CriteriaSet
from parindex.scoring.digits import scaled
from parindex.scoring.points.ranks import class_of, ranks_of
from parindex.scoring.points.scores import AgencyScore


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """A year with its points, before anything is said of errors."""

    given: YearSources
    """What it is computed from."""

    criteria_set: CriteriaSet
    """The set that the document holds."""

    facts: Mapping[str, AgencyFacts]
    """All facts that score each agency."""

    declared: tuple[ResultDocument, ...]
    """What each agency reached by its own facts."""

    results: tuple[ResultDocument, ...]
    """Points, index, class and rank of each agency; of a successor that is weighted, the mean of its parts."""


def compute(given: YearSources) -> Computation:
    """Compute a year.

    Raises:
        BrokenSet: the criteria set in the document is none.
        RefusedFacts: facts that cannot be scored, all of them.
        RefusedValue: a fact's text is not of its type.
        ValueError: a merger that is weighted has no weights.
        KeyError: a merger names an agency that does not take part.
    """
    return compare(score(given))


def score(given: YearSources) -> Scored:
    """The first half of computing a year: points, index, classes and ranks.

    Raises:
        BrokenSet, RefusedFacts, RefusedValue: as :func:`compute`.
    """
    criteria_set = scoring.from_document(given.criteria_set.document)
    own: dict[str, list[EstimateDocument]] = {}
    for estimate in given.estimates:
        own.setdefault(estimate.agency, []).append(estimate)
    ended = given.methods.unranked if given.methods else frozenset()
    facts = {
        agency.code: facts_of(criteria_set, agency, own.get(agency.code, ()), ended=agency.code in ended)
        for agency in given.agencies
    }
    declared = _results(given, criteria_set, facts)
    results = with_means(given, criteria_set, facts, declared)
    return Scored(given=given, criteria_set=criteria_set, facts=facts, declared=declared, results=results)


def compare(scored: Scored) -> Computation:
    """The second half: errors, intervals and rank sets."""
    given, results = scored.given, scored.results
    law = survey_leaves(scored.criteria_set)
    if given.methods is None:
        errors = Errors(given.estimates, given.covariances, {r.agency: constants(r, law) for r in results})
        results = tuple(first_format.with_error(result, errors, float(given.level)) for result in results)
        sets = first_format.of_year(given, scored.criteria_set, law, scored.facts, results, errors)
        return _claimed(given, results, sets)  # the first format knew no groups
    means = base_parts(given, {one.agency: one for one in scored.declared}) if given.methods.mean_error else {}
    own = {r.agency: {} if r.agency in given.methods.means else constants(r, law) for r in results}
    behind = {r.agency: mean_constants(r, means[r.agency], law) for r in results if r.agency in means}
    errors = errors_of(given, own, behind)
    joining = Joining(scored.criteria_set, given.estimates, errors, float(given.level))
    results = tuple(_with_error(r, errors, joining, law, scored.facts, means.get(r.agency)) for r in results)

    def compared(some: Sequence[ResultDocument]) -> year_rank_sets.Claim | None:
        return year_rank_sets.of_year(given, scored.criteria_set, law, scored.facts, some, errors, means)

    return groups.with_rank_sets(_claimed(given, results, compared(results)), compared)


def _claimed(
    given: YearSources, results: Sequence[ResultDocument], sets: year_rank_sets.Claim | None
) -> Computation:  # fmt: skip
    document, together, alone = sets or (None, {}, {})
    claimed = tuple(
        msgspec.structs.replace(r, rank_set=together.get(r.agency), rank_marginal=alone.get(r.agency)) for r in results
    )
    return Computation(given=given, results=claimed, rank_sets=document)


def facts_of(
    criteria_set: CriteriaSet, agency: AgencyDocument, estimates: Sequence[EstimateDocument], *, ended: bool = False
) -> AgencyFacts:
    """All facts that score an agency: accepted ones, attributes, and the estimates as decimals; ``ended``: not ranked."""
    facts = {name: scoring.parse_value(criteria_set, name, text) for name, text in agency.facts.items()}
    if agency.region is not None:
        facts["@region"] = agency.region
    if ended or not agency.ranked:
        facts["@ranked"] = False
    for estimate in estimates:
        if estimate.agency != agency.code:
            continue
        if estimate.state == "not_held":
            facts[f"survey:{estimate.name.removeprefix('survey:').split('.', 1)[0]}.not_held"] = True
        elif estimate.decimal is not None:
            facts[estimate.name] = Decimal(estimate.decimal)
    return facts


def _results(
    given: YearSources, criteria_set: CriteriaSet, facts: Mapping[str, AgencyFacts]
) -> tuple[ResultDocument, ...]:
    regions = any(agency.region for agency in given.agencies)
    scores = scoring.score(criteria_set, facts, group=given.group_by or (groups.REGION if regions else None))
    shown = _shown(given.printed, criteria_set)
    return tuple(
        _result(given, criteria_set, scores.agency(agency.code), agency.code, shown) for agency in given.agencies
    )


class _Shown(msgspec.Struct, frozen=True):
    """What an imported year shows instead of its computed index."""

    index: str
    printed: str
    class_: str | None
    rank: int


def _shown(source: PrintedDocument | None, criteria_set: CriteriaSet) -> dict[str, _Shown]:
    """Ranks and classes that the engine gives the printed index."""
    if source is None:
        return {}
    ranked = ranks_of(criteria_set, {row.agency: scaled(Decimal(row.index)) for row in source.rows})
    return {
        row.agency: _Shown(
            index=optional(Decimal(row.index)) or "0",
            printed=printed(Decimal(row.index), criteria_set.print_places),
            class_=class_of(criteria_set, scaled(Decimal(row.index))),
            rank=ranked[row.agency],
        )
        for row in source.rows
    }


def _result(
    given: YearSources, criteria_set: CriteriaSet, score: AgencyScore, code: str, shown: Mapping[str, _Shown]
) -> ResultDocument:
    nodes = {
        key: NodeDocument(
            points=optional(node.points),
            max=optional(node.max) or "0",
            state=node.state,
            index=optional(node.index),
            rank=node.rank,
        )
        for key, node in score.nodes.items()
    }
    submitted = score.status != "no_submission"
    source = shown.get(code)
    index = source.index if source else optional(score.index)
    return ResultDocument(
        agency=code,
        status=score.status,
        points=optional(score.points),
        max=optional(score.max),
        index=index,
        index_printed=source.printed if source else _printed(score.index, criteria_set.print_places),
        class_=source.class_ if source else score.class_,
        rank=source.rank if source else score.rank,
        group_rank=None if source else score.group_rank,
        appraised=known_sum(criteria_set, nodes, lambda leaf: leaf not in given.survey_leaves) if submitted else None,
        survey=known_sum(criteria_set, nodes, lambda leaf: leaf in given.survey_leaves) if submitted else None,
        bonus=optional(score.bonus),
        penalty=optional(score.penalty),
        se=None,
        df=None,
        interval=None,
        rank_set=None,
        rank_marginal=None,
        missing=_missing(criteria_set, score, nodes),
        nodes=nodes,
    )


def _printed(index: Decimal | None, places: int) -> str | None:
    return None if index is None else printed(index, places)


def _missing(criteria_set: CriteriaSet, score: AgencyScore, nodes: Mapping[str, NodeDocument]) -> tuple[str, ...]:
    """Names of facts that are not known, once each, in the order of the law; none without submission."""
    if score.status != "incomplete":
        return ()
    unknown = (p.code for p in scoring.leaves(criteria_set, adjustments=False) if nodes[p.code].state == "unknown")
    return tuple(dict.fromkeys(name for code in unknown for name in score.reason(code).missing))


def errors_of(
    given: YearSources,
    a: Mapping[str, Mapping[str, float]],
    means: Mapping[str, Mapping[EstimateKey, float]] | None = None,
) -> Errors:
    """The errors that sums of a year's estimates are compared by."""
    doubted = given.methods is not None and given.methods.zero == "unplaced"
    estimates, covariances = compared_by(given.estimates, given.covariances, float(given.level), doubted=doubted)
    return Errors(estimates, covariances, a, means)


def _with_error(
    result: ResultDocument,
    errors: Errors,
    joining: Joining,
    law: Sequence[SurveyLeaf],
    facts: Mapping[str, AgencyFacts],
    behind: Sequence[WeightedPart] | None,
) -> ResultDocument:
    error = errors.of(result.agency)
    if error is None or result.index is None or result.max is None:
        return result
    scale = 100 / float(result.max)
    if behind is None:
        known = joining.of(float(result.index), result, law, scale, facts[result.agency])
    else:
        parts = [(float(weight), one, facts[one.agency]) for weight, one in behind]
        known = joining.of_mean(float(result.index), parts, law, scale)
    return msgspec.structs.replace(
        result,
        se=double(error.se),
        df=None if math.isinf(error.df) else double(error.df),
        interval=None if known is None else (double(known[0][0]), double(known[0][1])),
        interval_kind=None if known is None else known[1],
    )

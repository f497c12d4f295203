"""Rank sets of a year: which agencies' indices differ by more than the surveys' sampling error.

They cover sampling error only, not the appraisers' disagreement, and every page that shows them says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import scipy

from parindex import statistics
from parindex.rankings import index_intervals, intervals
from parindex.rankings.digits import double
from parindex.rankings.index_errors import Errors, SurveyLeaf
from parindex.rankings.methods import GATE
from parindex.rankings.model import RankSet, RankSetsDocument, ResultDocument, YearSources
from parindex.rankings.weighted_means import WeightedPart
from parindex.scoring import AgencyFacts, CriteriaSet
from parindex.statistics.ranks.rank_draws import GENERATOR
from parindex.statistics.survey.intervals import IntervalBounds

LIBRARIES: Final = f"numpy {np.__version__}, scipy {scipy.__version__}"
"""What draws here."""

Claim = tuple[RankSetsDocument, dict[str, RankSet], dict[str, RankSet]]
"""How they were made, the sets for all agencies together, and for each one alone."""


def of_year(
    given: YearSources,
    criteria_set: CriteriaSet,
    law: Sequence[SurveyLeaf],
    facts: Mapping[str, AgencyFacts],
    results: Sequence[ResultDocument],
    errors: Errors,
    means: Mapping[str, Sequence[WeightedPart]],
) -> Claim | None:
    """The rank sets; none where fewer than two ranked agencies have an index with a known error."""
    ranked = sorted(
        (result for result in results if result.rank is not None and result.index is not None),
        key=lambda result: (-float(result.index or 0), result.rank),
    )
    if all(leaf.linear for leaf in law):
        return _from_errors(given, ranked, errors, means)
    return _from_intervals(given, criteria_set, law, facts, ranked, means)


def _from_errors(
    given: YearSources,
    ranked: Sequence[ResultDocument],
    errors: Errors,
    means: Mapping[str, Sequence[WeightedPart]],
) -> Claim | None:
    partial = _not_to_compare(given, means)
    few = {
        result.agency for result in ranked if result.agency not in partial and errors.gated(result.agency, _gate(given))
    }
    compared = [
        (result, error)
        for result in ranked
        if result.agency not in partial | few and (error := errors.of(result.agency)) is not None
    ]
    if len(compared) < 2:
        return None
    codes = [result.agency for result, _ in compared]
    surveys = errors.by_survey(codes)
    together = any(survey.kind == "shared" for survey in surveys)
    sets = statistics.rank_sets(
        [float(result.index or 0) for result, _ in compared],
        None if together else [error.se for _, error in compared],
        df=None if together else [error.df for _, error in compared],
        surveys=surveys if together else (),
        level=float(given.level),
        draws=given.draws,
        seed=given.seed,
    )
    elsewhere = len(ranked) - len(compared)
    warnings = [warning.code for warning in sets.warnings]
    warnings += ["df_under_5"] if few else []
    warnings += ["not_compared"] if elsewhere > len(few) else []
    runs = statistics.lanes(range(len(codes)), sets.apart)
    drawn = sets.draws is not None
    document = RankSetsDocument(
        method="stepdown",
        level=given.level,
        compared=tuple(codes),
        runs=tuple(tuple(codes[i] for i in run) for run in runs),
        generator=GENERATOR if drawn else None,
        libraries=LIBRARIES if drawn else None,
        seed=sets.seed,
        draws=sets.draws,
        critical=double(sets.critical) if math.isfinite(sets.critical) else None,
        variance="own",
        df_rule=sets.df_rule,
        warnings=tuple(dict.fromkeys(warnings)),
    )
    anywhere = dict.fromkeys(sorted(few), (1, len(ranked)))
    alone = _widened(codes, sets.marginal, elsewhere)
    return document, anywhere | _widened(codes, sets.simultaneous, elsewhere), anywhere | alone


def _widened(codes: Sequence[str], sets: object, elsewhere: int) -> dict[str, RankSet]:
    """An agency without error may stand above or below anybody, so it widens every set at its lower end."""
    bounds = np.asarray(sets)
    return {code: (int(bounds[i, 0]), int(bounds[i, 1]) + elsewhere) for i, code in enumerate(codes)}


def _from_intervals(
    given: YearSources,
    criteria_set: CriteriaSet,
    law: Sequence[SurveyLeaf],
    facts: Mapping[str, AgencyFacts],
    ranked: Sequence[ResultDocument],
    means: Mapping[str, Sequence[WeightedPart]],
) -> Claim | None:
    behind = {result.agency: [one for _, one in means.get(result.agency, ((1, result),))] for result in ranked}
    used = {(one.agency, name) for own in behind.values() for one in own for name in _names(one, law)}
    usable = [e for e in given.estimates if (e.agency, e.name) in used and (e.gate is None or e.gate >= _gate(given))]
    partial = _not_to_compare(given, means)
    gated = {
        e.agency for e in given.estimates if (e.agency, e.name) in used and e.gate is not None and e.gate < _gate(given)
    }
    few = {code for code, own in behind.items() if code not in partial and gated & {one.agency for one in own}}
    level = 1 - (1 - float(given.level)) / max(1, len(usable))
    bounds = {
        (e.agency, e.name): known[0] for e in usable if (known := index_intervals.of_estimate(e, level)) is not None
    }

    def of_result(result: ResultDocument) -> IntervalBounds | None:
        if result.agency in means:
            return intervals.of_mean(criteria_set, law, result, means[result.agency], facts, bounds)
        return intervals.of_index(criteria_set, law, result, facts[result.agency], bounds)

    found = {
        result.agency: interval
        for result in ranked
        if _names(result, law) and result.agency not in partial and (interval := of_result(result)) is not None
    }
    if len(found) < 2:
        return None
    codes = list(found)
    elsewhere = len(ranked) - len(codes)
    sets = statistics.interval_ranks([found[code] for code in codes])
    document = RankSetsDocument(
        method="intervals",
        level=given.level,
        compared=tuple(codes),
        runs=tuple(tuple(codes[i] for i in run) for run in statistics.lanes(range(len(codes)), sets.apart)),
        generator=None,
        libraries=None,
        seed=None,
        draws=None,
        critical=None,
        variance=None,
        df_rule=None,
        warnings=(
            "steps",
            *(("df_under_5",) if few else ()),
            *(("not_compared",) if elsewhere > len(few) else ()),
        ),
    )
    anywhere = dict.fromkeys(sorted(few), (1, len(ranked)))
    return document, anywhere | _widened(codes, sets.simultaneous, elsewhere), {}


def _gate(given: YearSources) -> int:
    return GATE if given.methods is None else given.methods.gate


def _not_to_compare(given: YearSources, means: Mapping[str, Sequence[WeightedPart]]) -> set[str]:
    """Agencies for which no rank is claimed: a survey was not held, there or of one behind a mean, so that their index
    measures less; in a year that carries no errors to means, every mean."""
    less = {estimate.agency for estimate in given.estimates if estimate.state == "not_held"}
    if given.methods is None or not given.methods.mean_error:
        return less | (given.methods.means.keys() if given.methods else set())
    return (less - means.keys()) | {code for code, own in means.items() if less & {one.agency for _, one in own}}


def _names(result: ResultDocument, law: Sequence[SurveyLeaf]) -> list[str]:
    return [name for leaf in law if result.nodes[leaf.code].state == "scored" for name in leaf.weights]

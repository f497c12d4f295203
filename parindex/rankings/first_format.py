"""What ``parindex-edition/1`` was computed by. Frozen: editions of that format verify for ever, so nothing here changes.

An edition of the first format names no methods (``given.methods`` is absent); these are they:

- an interval of an index or an estimate is Student's t at the Welch-Satterthwaite degrees of freedom of the index;
- an index of fewer than 5 such degrees of freedom is not compared;
- draws of an agency are divided by √(χ²/df), its own where all agencies are independent, one a draw at the smallest
  degrees of freedom where any two share respondents or raters;
- the critical value lies between the draws at (draws − 1)·level;
- where a survey is scored in steps, t intervals of all estimates together (Bonferroni) are carried through the rules.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec
import numpy as np
import scipy
from numpy.typing import NDArray

from parindex import statistics
from parindex.rankings.digits import double, estimate_decimal
from parindex.rankings.index_errors import Errors, SamplingError, SurveyLeaf
from parindex.rankings.model import EstimateDocument, RankSet, RankSetsDocument, ResultDocument, YearSources
from parindex.scoring import AgencyFacts, CriteriaSet, score_leaf
from parindex.statistics.draws import normal_draws
from parindex.statistics.ranks.covariance_check import checked_covariance
from parindex.statistics.ranks.pair_tests import PairTests
from parindex.statistics.ranks.rank_draws import GENERATOR, independent_draws, noise_of_variance
from parindex.statistics.survey.intervals import IntervalBounds, quantile_of_t

LEAST_DF: Final = 5
FEW_DF: Final = 30
TOGETHER: Final = 1e-14
"""A variance of a difference below this part of the variances is 0."""

SAME_MACHINE: Final = 1e-9
BETWEEN_MACHINES: Final = 0.05
"""Part of a critical value: at 2,000 draws its own error is about 0.015; below 1e-9 the draws were the same."""

LIBRARIES: Final = f"numpy {np.__version__}, scipy {scipy.__version__}"

Floats = NDArray[np.float64]
Claim = tuple[RankSetsDocument, dict[str, RankSet], dict[str, RankSet]]
"""How they were made, the sets for all agencies together, and for each one alone."""


def interval(index: float, error: SamplingError, level: float) -> IntervalBounds:
    """The interval of an index at a level, this agency taken alone."""
    half = quantile_of_t((1 + level) / 2, error.df) * error.se
    return index - half, index + half


def with_error(result: ResultDocument, errors: Errors, level: float) -> ResultDocument:
    """A result with the error and the interval of its index."""
    error = errors.of(result.agency)
    if error is None or result.index is None:
        return result
    low, high = interval(float(result.index), error, level)
    return msgspec.structs.replace(
        result,
        se=double(error.se),
        df=None if math.isinf(error.df) else double(error.df),
        interval=(double(low), double(high)),
    )


def of_year(
    given: YearSources,
    criteria_set: CriteriaSet,
    law: Sequence[SurveyLeaf],
    facts: Mapping[str, AgencyFacts],
    results: Sequence[ResultDocument],
    errors: Errors,
) -> Claim | None:
    """The rank sets; none where fewer than two ranked agencies have an index with a known error."""
    ranked = sorted(
        (result for result in results if result.rank is not None and result.index is not None),
        key=lambda result: (-float(result.index or 0), result.rank),
    )
    if all(leaf.linear for leaf in law):
        return _from_errors(given, ranked, errors)
    return _from_intervals(given, criteria_set, law, facts, ranked)


def _from_errors(given: YearSources, ranked: Sequence[ResultDocument], errors: Errors) -> Claim | None:
    partial = _without_a_survey(given)
    known = [
        (result, error)
        for result in ranked
        if result.agency not in partial and (error := errors.of(result.agency)) is not None
    ]
    compared = [(result, error) for result, error in known if error.df >= LEAST_DF]
    if len(compared) < 2:
        return None
    codes = [result.agency for result, _ in compared]
    df = np.array([error.df for _, error in compared])
    tests, rule = _tests(given, [float(result.index or 0) for result, _ in compared], codes, compared, errors, df)
    better, critical = tests.simultaneous()
    alone = np.column_stack(_ends(*tests.marginal("two")))
    elsewhere = len(ranked) - len(compared)
    warnings = ["df_under_30"] if (df < FEW_DF).any() else []
    warnings += ["df_under_5"] if len(compared) < len(known) else []
    warnings += ["not_compared"] if elsewhere else []
    runs = statistics.lanes(range(len(codes)), better | better.T)
    document = RankSetsDocument(
        method="stepdown",
        level=given.level,
        compared=tuple(codes),
        runs=tuple(tuple(codes[i] for i in run) for run in runs),
        generator=GENERATOR,
        libraries=LIBRARIES,
        seed=given.seed,
        draws=given.draws,
        critical=None if math.isnan(critical) else double(critical),
        variance="own",
        df_rule=rule,
        warnings=tuple(warnings),
    )
    together = np.column_stack(_ends(better.sum(axis=0), better.sum(axis=1)))
    return document, _widened(codes, together, elsewhere), _widened(codes, alone, elsewhere)


def _tests(
    given: YearSources,
    index: Sequence[float],
    codes: Sequence[str],
    compared: Sequence[tuple[ResultDocument, SamplingError]],
    errors: Errors,
    df: Floats,
) -> tuple[PairTests, str]:
    """All pairs under the draws of the day, and how degrees of freedom entered."""
    own = np.array([error.se**2 for _, error in compared])
    matrix = np.array([[errors.covariance(one, other) for other in codes] for one in codes])
    np.fill_diagonal(matrix, own)
    exact = bool(np.isinf(df).all())
    if (matrix != np.diag(own)).any():
        matrix = checked_covariance(matrix, len(own))
        z, rule = _along_eigenvectors(matrix, float(df.min()), given.draws, given.seed), "smallest"
    else:
        z, rule = independent_draws(np.sqrt(own), df, given.draws, given.seed, pooled=False), "per_unit"
    sums = own[:, None] + own[None, :]
    squares = sums - 2 * matrix
    between = np.sqrt(np.where(squares <= TOGETHER * sums, 0.0, squares))
    tests = PairTests(np.array(index), between, z, float(given.level), stepdown=True, quantile="interpolated")
    return tests, "gaussian" if exact else rule


def _along_eigenvectors(matrix: Floats, df: float, draws: int, seed: int) -> Floats:
    """(p, draws) with a covariance. Eigenvectors differ from processor to processor: see ``drawn_elsewhere``."""
    generator = np.random.Generator(np.random.PCG64(seed))
    values, vectors = np.linalg.eigh(matrix)
    root = vectors * np.sqrt(np.maximum(values, 0))
    z = np.asarray(root @ normal_draws(len(matrix), draws, generator).T)
    return z if np.isinf(df) else np.asarray(z / noise_of_variance(generator, df, draws))


def drawn_elsewhere(given: YearSources, stored: RankSetsDocument, again: RankSetsDocument) -> bool:
    """Whether two documents of rank sets differ as those of two machines do.

    Draws of agencies that share respondents or raters lay along eigenvectors. These have either sign, and within a
    repeated eigenvalue any turn, as the processor's library happens to give them, so that the sets of the first format
    cannot be made again elsewhere to the last digit. All that does not hang on the draws is equal, and the critical
    values are within what draws make of them.
    """
    if not given.covariances or stored.critical is None or again.critical is None:
        return False
    same = msgspec.structs.replace(stored, critical=again.critical, runs=again.runs) == again
    apart = abs(float(stored.critical) / float(again.critical) - 1)
    return same and SAME_MACHINE < apart <= BETWEEN_MACHINES


def _ends(above: NDArray[np.int64], below: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return 1 + above, len(above) - below


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
) -> Claim | None:
    used = {(result.agency, name) for result in ranked for name in _names(result, law)}
    usable = [e for e in given.estimates if (e.agency, e.name) in used and (e.df is None or float(e.df) >= LEAST_DF)]
    partial = _without_a_survey(given)
    bounds = _joint_intervals(usable, float(given.level))
    found = {
        result.agency: interval
        for result in ranked
        if _names(result, law)
        and result.agency not in partial
        and (interval := _of_index(criteria_set, law, result, facts[result.agency], bounds)) is not None
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
        warnings=("steps", "not_compared") if elsewhere else ("steps",),
    )
    return document, _widened(codes, sets.simultaneous, elsewhere), {}


def _without_a_survey(given: YearSources) -> set[str]:
    """Agencies for which a survey was not held: their index measures less, so no rank is claimed for it."""
    return {estimate.agency for estimate in given.estimates if estimate.state == "not_held"}


def _names(result: ResultDocument, law: Sequence[SurveyLeaf]) -> list[str]:
    return [name for leaf in law if result.nodes[leaf.code].state == "scored" for name in leaf.weights]


def _joint_intervals(estimates: Sequence[EstimateDocument], level: float) -> dict[tuple[str, str], IntervalBounds]:
    """Intervals of all estimates that hold together at the level, cut to 0…1.

    Estimates of at most 0 degrees of freedom get the whole range.
    """
    known = [e for e in estimates if e.value is not None and e.se is not None]
    ends = statistics.joint_intervals(
        [float(e.value or 0) for e in known],
        [float(e.se or 0) for e in known],
        [math.inf if e.df is None else float(e.df) for e in known],
        level,
        within=(0.0, 1.0),
    )
    return {(e.agency, e.name): (low, high) for e, (low, high) in zip(known, ends.tolist(), strict=True)}


def _of_index(
    criteria_set: CriteriaSet,
    law: Sequence[SurveyLeaf],
    result: ResultDocument,
    facts: AgencyFacts,
    bounds: Mapping[tuple[str, str], IntervalBounds],
) -> IntervalBounds | None:
    """The interval of one agency's index; none without index or without the error of an estimate it rests on."""
    if result.index is None or result.max is None:
        return None
    low = high = float(Decimal(result.index)) * float(result.max) / 100
    for leaf in law:
        node = result.nodes[leaf.code]
        if node.state != "scored" or node.points is None:
            continue
        names = list(leaf.weights)
        if any((result.agency, name) not in bounds for name in names):
            return None
        ends = [_points(criteria_set, leaf, facts, {n: bounds[result.agency, n][end] for n in names}) for end in (0, 1)]
        points = float(node.points)
        low += min(*ends, points) - points
        high += max(*ends, points) - points
    scale = 100 / float(result.max)
    return low * scale, high * scale


def _points(criteria_set: CriteriaSet, leaf: SurveyLeaf, facts: AgencyFacts, values: Mapping[str, float]) -> float:
    if leaf.linear:
        return math.fsum(leaf.weights[name] * value for name, value in values.items())
    moved = {**facts, **{name: Decimal(estimate_decimal(value)) for name, value in values.items()}}
    return float(score_leaf(criteria_set, leaf.code, moved).points or 0)

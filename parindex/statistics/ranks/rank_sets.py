"""Confidence sets for ranks (Mogstad, Romano, Shaikh & Wilhelm 2024), aware of how noisy the errors are.

Every ordered pair (j, k) asks whether j is better than k: T_jk = (θ_j − θ_k)/σ_jk. The critical value is a
quantile of the largest such statistic under draws with the estimates' covariance and no differences. After a
rejection the draws are repeated over what is left, dropping only the direction that was rejected. A unit's
set runs from 1 + the number of units significantly better to p − the number significantly worse.

With few clusters a province the errors themselves are noisy, and Gaussian draws cover far less than they
say: a unit's draw is divided by √(χ²_df/df). Where units share PSUs or raters no draws cover what they say; pairs
are then tested by t (:mod:`parindex.statistics.ranks.holm_tests`). A unit of fewer than 5 degrees of freedom is not
placed: its set is all ranks, it is in no pair and no critical value, and it counts in everybody's upper rank.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy import __version__ as scipy_version

from parindex.statistics.errors import StatisticsError
from parindex.statistics.ranks.covariance_check import LARGEST, checked_covariance
from parindex.statistics.ranks.difference_errors import OfCovariance, OfVariances
from parindex.statistics.ranks.holm_tests import (
    SURVEY_KINDS,
    HolmTests,
    SurveyErrors,
    SurveyKind,
    kind_of_covariance,
)
from parindex.statistics.ranks.pair_tests import Flags, PairTests
from parindex.statistics.ranks.rank_draws import GENERATOR, correlated_draws, independent_draws
from parindex.statistics.survey.degrees_of_freedom import satterthwaite
from parindex.statistics.survey.design import Floats, Integers
from parindex.statistics.survey.intervals import quantile_of_t

VarianceRule = Literal["own", "pooled"]
Method = Literal["stepdown", "single"]
Side = Literal["two", "lower", "upper"]

SAME_SE: Final = 1e-6
FEW_DF: Final = 30
TOO_FEW_DF: Final = 5


@dataclass(frozen=True, slots=True)
class RankWarning:
    """What a reader of the sets must be told."""

    code: str
    """``df_under_30``: the draws allow for noisy errors; ``df_under_5``: an interval, no rank claim."""
    units: tuple[int, ...]
    """Places of the units that it concerns."""
    df: float
    """The smallest degrees of freedom among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankSets:
    """Ranks with their confidence sets. Rank 1 is the largest estimate unless the smallest is first."""

    rank: Integers
    """(p,) rank by the estimates; ties share the better rank."""
    marginal: Integers
    """(p, 2) set of each unit's rank, for that unit alone."""
    simultaneous: Integers
    """(p, 2) sets that hold for all units together."""
    better: Flags
    """(p, p) whether the row's unit is significantly better than the column's, simultaneously."""
    critical: float
    """The simultaneous critical value, of the last step; NaN where nothing was drawn."""
    intervals: Floats
    """(p, 2) interval of each estimate for that unit alone: t, or normal without df."""
    claimed: Flags
    """(p,) whether the unit is placed; the set of one that is not is all ranks, and one of too few df keeps its interval."""
    used_se: Floats
    """(p,) standard errors that were used: pooled ones where they were pooled."""
    used_df: Floats
    """(p,) degrees of freedom that were used; infinite without."""
    df_rule: str
    """``gaussian``, ``per_unit`` (a χ² a unit), ``pooled``, or ``holm_t`` (pairwise t, no draws)."""
    warnings: tuple[RankWarning, ...]
    """What must be said beside the sets."""
    level: float
    """Coverage."""
    draws: int | None
    """Number of draws; ``None`` where nothing was drawn."""
    seed: int | None
    """Seed of the draws."""
    generator: str | None
    """Generator with the versions of numpy and scipy: with them the draws can be made again."""

    @property
    def apart(self) -> Flags:
        """(p, p) symmetric: whether two units can be told apart, simultaneously."""
        return self.better | self.better.T

    def best(self, tau: int) -> Integers:
        """Units that may be among the best τ."""
        return np.flatnonzero(self.better.sum(axis=0) + 1 <= tau)

    def worst(self, tau: int) -> Integers:
        """Units that may be among the worst τ."""
        return np.flatnonzero(self.better.sum(axis=1) + 1 <= tau)


def rank_sets(
    estimates: ArrayLike,
    se: ArrayLike | None = None,
    covariance: ArrayLike | None = None,
    df: ArrayLike | None = None,
    level: float = 0.95,
    draws: int = 10_000,
    seed: int = 1,
    variance: str = "own",
    method: str = "stepdown",
    side: str = "two",
    smallest_first: bool = False,
    simple_variance: ArrayLike | None = None,
    least_df: float = TOO_FEW_DF,
    kind: SurveyKind | None = None,
    surveys: Sequence[SurveyErrors] = (),
    unplaced: Sequence[int] = (),
    df_least: ArrayLike | None = None,
) -> RankSets:
    """Rank units and give the confidence sets of their ranks.

    Args:
        estimates: (p,) finite.
        se: (p,) standard errors; 0 is allowed: between two such units any difference is certain.
        covariance: (p, p) replaces ``se``; symmetric and positive semidefinite to 1e-10.
        df: (p,) degrees of freedom; NaN or infinite: Gaussian draws for that unit. With a covariance pairs are
            tested by t; only where none is finite its draws are Gaussian.
        level: Coverage of the sets.
        draws: Number of draws.
        seed: Seed of the draws.
        variance: ``own``, or ``pooled``: the mean design effect × each ``simple_variance``; without
            these the mean variance (weighted by df); its df are the sum.
        method: ``stepdown`` or ``single``.
        side: ``two``, or only ``lower`` or ``upper`` bounds of ranks.
        smallest_first: Whether rank 1 is the smallest estimate.
        simple_variance: (p,) variance under simple random sampling, for ``pooled``.
        least_df: Units with fewer of their own are not placed.
        kind: Whether units share PSUs or raters in the covariance; not given: a diagonal one is ``blocks``.
        surveys: Instead of ``se``, ``covariance`` and ``df``: what each of several surveys brings.
        unplaced: Units that are not placed whatever their error says, as one of 0 at the end of a scale.
        df_least: (p,) the fewest degrees of freedom of anything that an estimate is made of, such as the items of an
            index: they alone are held against ``least_df``. Not given, NaN or more than ``df``: those of the estimate.

    Raises:
        StatisticsError: ``estimate_missing``, ``se_missing``, ``se_negative``, ``se_differs``, ``df_negative``,
            ``covariance_shape``, ``covariance_missing``, ``covariance_asymmetric``,
            ``covariance_not_semidefinite``, ``pooled_with_covariance``, ``out_of_range``, ``no_units``.

    >>> sets = rank_sets([3.0, 2.0, 1.9], [0.1, 0.1, 0.1])
    >>> sets.rank.tolist(), sets.simultaneous.tolist(), sets.df_rule
    ([1, 2, 3], [[1, 1], [2, 3], [2, 3]], 'gaussian')
    """
    _check_choices(level, draws, variance, method, side)
    theta = _vector(estimates, None, "estimate")
    errors = _errors(len(theta), se, covariance, df, variance, simple_variance, kind, surveys, least_df, df_least)
    theta = -theta if smallest_first else theta
    gated = errors.least < least_df
    claimed = ~gated
    claimed[list(unplaced)] = False
    placed = np.flatnonzero(claimed)
    tests, placed = _tests(theta, errors, placed, level, draws, seed, stepdown=method == "stepdown")
    better, critical = tests.simultaneous() if isinstance(tests, PairTests) else (tests.simultaneous(), math.nan)
    drawn = isinstance(tests, PairTests)
    every = np.zeros((len(theta), len(theta)), dtype=bool)
    every[np.ix_(placed, placed)] = better
    alone = np.zeros((2, len(theta)), dtype=np.int64)
    alone[:, placed] = tests.marginal(side)
    return RankSets(
        rank=1 + (theta[:, None] > theta[None, :]).sum(axis=0),
        marginal=_bounds(alone[0], alone[1], side),
        simultaneous=_bounds(every.sum(axis=0), every.sum(axis=1), side),
        better=every,
        critical=critical,
        intervals=_intervals(np.asarray(estimates, dtype=np.float64), errors.own, errors.freedom, level),
        claimed=claimed,
        used_se=np.sqrt(errors.own),
        used_df=errors.freedom,
        df_rule=errors.rule,
        warnings=_warnings(errors.least, gated),
        level=level,
        draws=draws if drawn else None,
        seed=seed if drawn else None,
        generator=f"{GENERATOR}, numpy {np.__version__}, scipy {scipy_version}" if drawn else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errors:
    """The errors of all units, checked, and what they are compared by."""

    own: Floats
    """(p,) variances, all surveys together."""
    covariance: Floats | None
    """(p, p) covariance, all surveys together; ``None`` where the units are independent."""
    freedom: Floats
    """(p,) degrees of freedom of each estimate."""
    least: Floats
    """(p,) the fewest degrees of freedom of anything that a unit's estimate is made of, before pooling."""
    rule: str
    """``gaussian``, ``per_unit``, ``pooled`` or ``holm_t``."""
    surveys: tuple[SurveyErrors, ...]
    """What pairs are tested by, where they are tested by t."""


def _errors(
    p: int,
    se: ArrayLike | None,
    covariance: ArrayLike | None,
    df: ArrayLike | None,
    variance: str,
    simple_variance: ArrayLike | None,
    kind: SurveyKind | None,
    surveys: Sequence[SurveyErrors],
    least_df: float,
    df_least: ArrayLike | None,
) -> _Errors:
    fewest = _degrees_of_freedom(df_least, p)
    if surveys:
        return _of_surveys(p, surveys, fewest)
    own = _degrees_of_freedom(df, p)
    if covariance is not None:
        if variance == "pooled":
            raise StatisticsError("pooled_with_covariance")
        if kind is not None and kind not in SURVEY_KINDS:
            raise StatisticsError("out_of_range", name="kind", found=kind, accepted=SURVEY_KINDS)
        matrix = checked_covariance(covariance, p)
        refuse_other_se(se, matrix)
        whole = SurveyErrors(covariance=matrix, df=own, kind=kind or kind_of_covariance(matrix))
        return _of_surveys(p, [whole], fewest)
    errors, freedom, least = _standard_errors(se, p), own, np.minimum(own, fewest)
    if variance == "pooled":
        errors, freedom = _pooled(errors, freedom, simple_variance, least >= least_df)
    rule = _df_rule(freedom, pooled=variance == "pooled")
    return _Errors(own=errors**2, covariance=None, freedom=freedom, least=least, rule=rule, surveys=())


def _of_surveys(p: int, surveys: Sequence[SurveyErrors], fewest: Floats) -> _Errors:
    """Errors from covariances: by t as soon as one degree of freedom is finite."""
    checked = [
        SurveyErrors(
            covariance=checked_covariance(each.covariance, p), df=_degrees_of_freedom(each.df, p), kind=each.kind
        )
        for each in surveys
    ]
    matrix = np.asarray(sum(each.covariance for each in checked))
    least = np.min([each.df for each in checked], axis=0)
    exact = bool(np.isinf(least).all())
    return _Errors(
        own=np.maximum(np.diag(matrix), 0.0),
        covariance=matrix,
        freedom=satterthwaite([each.own for each in checked], [each.df for each in checked]),
        least=np.minimum(least, fewest),
        rule="gaussian" if exact else "holm_t",
        surveys=() if exact else tuple(checked),
    )


def _tests(
    theta: Floats, errors: _Errors, placed: Integers, level: float, draws: int, seed: int, *, stepdown: bool
) -> tuple[PairTests | HolmTests, Integers]:
    """The tests of the pairs of those that are placed, and the units in their order."""
    if errors.surveys:
        surveys = [each.among(placed) for each in errors.surveys]
        return HolmTests(theta[placed], surveys, level, stepdown=stepdown), placed
    if errors.covariance is not None:
        matrix = errors.covariance[np.ix_(placed, placed)]
        z = correlated_draws(matrix, math.inf, draws, seed) if len(placed) else np.empty((0, draws))
        return PairTests(theta[placed], OfCovariance(matrix), z, level, stepdown=stepdown), placed
    own, freedom = errors.own[placed], errors.freedom[placed]
    order = np.argsort(own, kind="stable")
    z = np.empty((0, draws))
    if len(placed):
        z = independent_draws(np.sqrt(own), freedom, draws, seed, pooled=errors.rule == "pooled", order=order)
    placed = placed[order]
    return PairTests(theta[placed], OfVariances(own[order]), z, level, stepdown=stepdown), placed


def drawn_errors(
    estimates: ArrayLike,
    se: ArrayLike | None,
    covariance: ArrayLike | None,
    df: ArrayLike | None,
    draws: int,
    seed: int,
) -> tuple[Floats, Floats]:
    """Checked (p,) estimates and (p, draws) errors about them.

    Raises:
        StatisticsError: ``draws_shared`` where a covariance of shared PSUs or raters has degrees of freedom: no draw
            from it is as noisy as it is.
    """
    theta = _vector(estimates, None, "estimate")
    freedom = _degrees_of_freedom(df, len(theta))
    if draws < 1:
        raise StatisticsError("out_of_range", name="draws", found=draws)
    if covariance is not None:
        matrix = checked_covariance(covariance, len(theta))
        refuse_other_se(se, matrix)
        if np.isinf(freedom).all():
            return theta, correlated_draws(matrix, math.inf, draws, seed)
        if kind_of_covariance(matrix) == "shared":
            raise StatisticsError("draws_shared")
        return theta, independent_draws(np.sqrt(np.diag(matrix)), freedom, draws, seed, pooled=False)
    errors = np.sqrt(_standard_errors(se, len(theta)) ** 2)
    return theta, independent_draws(errors, freedom, draws, seed, pooled=False)


def _check_choices(level: float, draws: int, variance: str, method: str, side: str) -> None:
    if not 0 < level < 1:
        raise StatisticsError("out_of_range", name="level", found=level)
    if draws < 1:
        raise StatisticsError("out_of_range", name="draws", found=draws)
    for name, found, accepted in (
        ("variance", variance, get_args(VarianceRule)),
        ("method", method, get_args(Method)),
        ("side", side, get_args(Side)),
    ):
        if found not in accepted:
            raise StatisticsError("out_of_range", name=name, found=found, accepted=accepted)


def _vector(values: ArrayLike, p: int | None, name: str) -> Floats:
    vector = np.asarray(values, dtype=np.float64)
    if vector.ndim != 1 or len(vector) == 0:
        raise StatisticsError("no_units")
    if p is not None and len(vector) != p:
        raise StatisticsError("length_differs", column=name, rows=p, found=vector.shape)
    if not np.isfinite(vector).all():
        raise StatisticsError(f"{name}_missing", units=np.flatnonzero(~np.isfinite(vector)).tolist())
    if (np.abs(vector) > LARGEST).any():
        raise StatisticsError("out_of_range", name=name, found=float(vector[np.abs(vector).argmax()]))
    return vector


def _standard_errors(se: ArrayLike | None, p: int) -> Floats:
    if se is None:
        raise StatisticsError("se_missing", units=list(range(p)))
    errors = _vector(se, p, "se")
    if (errors < 0).any():
        raise StatisticsError("se_negative", units=np.flatnonzero(errors < 0).tolist())
    return errors


def _degrees_of_freedom(df: ArrayLike | None, p: int) -> Floats:
    """(p,) degrees of freedom, infinite where none are given."""
    if df is None:
        return np.full(p, np.inf)
    freedom = np.asarray(df, dtype=np.float64)
    if freedom.shape != (p,):
        raise StatisticsError("length_differs", column="df", rows=p, found=freedom.shape)
    freedom = np.where(np.isnan(freedom), np.inf, freedom)
    if (freedom < 0).any():
        raise StatisticsError("df_negative", units=np.flatnonzero(freedom < 0).tolist())
    return freedom


def refuse_other_se(se: ArrayLike | None, matrix: Floats) -> None:
    """Standard errors given beside a covariance are a check; NaN is not given."""
    if se is None:
        return
    errors = np.asarray(se, dtype=np.float64)
    if errors.shape != (len(matrix),):
        raise StatisticsError("length_differs", column="se", rows=len(matrix), found=errors.shape)
    own = np.sqrt(np.maximum(np.diag(matrix), 0))
    apart = np.abs(errors - own) > SAME_SE
    if apart.any():
        unit = int(np.flatnonzero(apart)[0])
        raise StatisticsError("se_differs", at=unit, found=float(errors[unit]), expected=float(own[unit]))


def _pooled(errors: Floats, freedom: Floats, simple: ArrayLike | None, placed: Flags) -> tuple[Floats, Floats]:
    """Errors from one variance pooled over those that are placed, and its degrees of freedom; the rest keep theirs."""
    drawn = (errors > 0) & placed
    if not drawn.any():
        return errors, freedom
    finite = bool(np.isfinite(freedom[drawn]).all())
    if simple is None:
        weights = freedom[drawn] if finite else np.ones(int(drawn.sum()))
        pooled = np.full(len(errors), np.average(errors[drawn] ** 2, weights=weights))
    else:
        alone = np.asarray(simple, dtype=np.float64)
        if alone.shape != errors.shape or not (alone[drawn] > 0).all():
            raise StatisticsError("out_of_range", name="simple_variance", found=alone.tolist())
        pooled = np.mean(errors[drawn] ** 2 / alone[drawn]) * alone
    total = float(freedom[drawn].sum()) if finite else np.inf
    return np.where(drawn, np.sqrt(pooled), errors), np.where(placed, total, freedom)


def _df_rule(freedom: Floats, *, pooled: bool) -> str:
    if np.isinf(freedom).all():
        return "gaussian"
    return "pooled" if pooled else "per_unit"


def _intervals(estimates: Floats, variances: Floats, freedom: Floats, level: float) -> Floats:
    """(p, 2) each estimate's own interval."""
    known = {df: quantile_of_t((1 + level) / 2, df) for df in set(freedom.tolist())}
    half = np.array([known[df] for df in freedom.tolist()]) * np.sqrt(variances)
    return np.column_stack([estimates - half, estimates + half])


def _warnings(own: Floats, gated: Flags) -> tuple[RankWarning, ...]:
    """Few degrees of freedom of the units' own errors, and units that no rank is claimed of for it."""
    found = []
    for code, few in (("df_under_30", np.flatnonzero(own < FEW_DF)), ("df_under_5", np.flatnonzero(gated))):
        if len(few):
            found.append(RankWarning(code, tuple(few.tolist()), float(own[few].min())))
    return tuple(found)


def _bounds(above: Integers, below: Integers, side: str) -> Integers:
    """(p, 2) sets from the numbers of significantly better and worse units."""
    p = len(above)
    low = np.ones(p, dtype=np.int64) if side == "upper" else 1 + above
    high = np.full(p, p) if side == "lower" else p - below
    return np.column_stack([low, high])

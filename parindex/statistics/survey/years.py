"""Comparing years: a change with its error where samples overlap, over breaks, and many changes at once.

Var(after − before) = V(after) + V(before) − 2·Cov. Two years that visit the same communes move together, and leaving
the covariance out makes most changes look less certain than they are. Where a question, a mode or a rule changed,
the difference holds the break as well: it is only taken out where one year was measured both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.degrees_of_freedom import satterthwaite
from parindex.statistics.survey.design import Design, Floats, Integers
from parindex.statistics.survey.intervals import quantile_of_t
from parindex.statistics.survey.linearisation import Target

Flags = NDArray[np.bool_]


def holm(p_values: ArrayLike) -> Floats:
    """p-values adjusted for being asked together (Holm 1979): reject those of at most α, and all hold at 1 − α.

    The smallest is multiplied by the number of tests, the next by one less, and none is less than the one before.

    Args:
        p_values: (m,) between 0 and 1; NaN is no test and stays NaN.

    Raises:
        StatisticsError: ``out_of_range``.

    >>> holm([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    tests = np.flatnonzero(~np.isnan(p))
    if ((p[tests] < 0) | (p[tests] > 1)).any():
        raise StatisticsError("out_of_range", name="p_values", found=p[tests].tolist())
    order = tests[np.argsort(p[tests], kind="stable")]
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1)), 1.0)
    return adjusted


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The change of every unit from one year to another."""

    change: Floats
    """(p,) after − before; NaN where a year or its error is missing."""
    se: Floats
    """(p,) standard error."""
    df: Floats
    """(p,) degrees of freedom."""
    interval: Floats
    """(p, 2) of each change by itself; NaN without degrees of freedom."""
    p: Floats
    """(p,) two-sided p-value of no change."""
    adjusted: Floats
    """(p,) the same by Holm: of all the units together."""
    direction: Integers
    """(p,) 1 risen, −1 fallen, 0 not told apart from no change: by ``adjusted``, so that together they hold."""
    level: float
    """Coverage of the intervals; 1 − it is what ``adjusted`` is held against."""


def changes(
    before: ArrayLike,
    before_se: ArrayLike,
    after: ArrayLike,
    after_se: ArrayLike,
    *,
    covariance: ArrayLike = 0.0,
    before_df: ArrayLike = np.inf,
    after_df: ArrayLike = np.inf,
    level: float = 0.95,
) -> Changes:
    """The change of every unit, and which of them are changes.

    Args:
        before: (p,) estimates of the earlier year, NaN where there is none.
        before_se: (p,) their standard errors.
        after: (p,) estimates of the later year.
        after_se: (p,) their standard errors.
        covariance: (p,) of each unit's two estimates, such as the diagonal of ``Overlap.covariance``; 0 where the
            samples are independent.
        before_df: (p,) degrees of freedom.
        after_df: (p,) degrees of freedom. Independent years join by Satterthwaite (1946), others have the smaller.
        level: Coverage of the intervals.

    Raises:
        StatisticsError: ``length_differs``, ``se_negative``, ``correlation_above_one`` naming the units,
            ``out_of_range``.

    >>> found = changes([80.0, 85.0], [1.0, 1.0], [86.0, 85.5], [1.0, 1.0])
    >>> found.change.tolist(), found.direction.tolist(), found.se.round(4).tolist()
    ([6.0, 0.5], [1, 0], [1.4142, 1.4142])
    """
    if not 0 < level < 1:
        raise StatisticsError("out_of_range", name="level", found=level)
    first = np.atleast_1d(np.asarray(before, dtype=np.float64))
    e1, second, e2, shared, df1, df2 = (
        _like(values, first, name)
        for name, values in (
            ("before_se", before_se),
            ("after", after),
            ("after_se", after_se),
            ("covariance", covariance),
            ("before_df", before_df),
            ("after_df", after_df),
        )
    )
    _check_errors(e1, e2, shared)
    difference = second - first
    variance = np.maximum(e1**2 + e2**2 - 2 * shared, 0.0)
    difference = np.where(np.isnan(variance), np.nan, difference)
    se = np.where(np.isnan(difference), np.nan, np.sqrt(variance))
    df = _joint_df(e1**2, e2**2, shared, df1, df2)
    p = _two_sided(difference, se, df)
    adjusted = holm(p)
    half = se * np.array([quantile_of_t((1 + level) / 2, one) if one > 0 else np.nan for one in df.tolist()])
    told = adjusted <= 1 - level
    return Changes(
        change=difference,
        se=se,
        df=df,
        interval=np.column_stack([difference - half, difference + half]),
        p=p,
        adjusted=adjusted,
        direction=np.where(told, np.sign(np.nan_to_num(difference)), 0).astype(np.int64),
        level=level,
    )


def _like(values: ArrayLike, first: Floats, name: str) -> Floats:
    vector = np.asarray(values, dtype=np.float64)
    if vector.ndim > 1 or (vector.ndim == 1 and vector.shape != first.shape):
        raise StatisticsError("length_differs", column=name, rows=len(first), found=vector.shape)
    return np.broadcast_to(vector, first.shape)


def _check_errors(e1: Floats, e2: Floats, shared: Floats) -> None:
    negative = (e1 < 0) | (e2 < 0)
    if negative.any():
        raise StatisticsError("se_negative", units=np.flatnonzero(negative).tolist())
    above = np.abs(shared) > e1 * e2 * (1 + 1e-9) + 1e-300
    if above.any():
        raise StatisticsError("correlation_above_one", units=np.flatnonzero(above).tolist())


def _joint_df(v1: Floats, v2: Floats, shared: Floats, df1: Floats, df2: Floats) -> Floats:
    """(p,) degrees of freedom of a difference."""
    smaller = np.minimum(df1, df2)
    return np.where((shared != 0) | ~(smaller > 0), smaller, satterthwaite([v1, v2], [df1, df2]))


def _two_sided(difference: Floats, se: Floats, df: Floats) -> Floats:
    """(p,) p-values of no difference; without error any difference is certain, without degrees of freedom none is."""
    exact = se == 0
    t = np.divide(np.abs(difference), se, out=np.zeros_like(difference), where=se > 0)
    normal = np.isinf(df)
    tail = np.where(normal, special.ndtr(-t), special.stdtr(np.where(normal | ~(df > 0), 1.0, df), -t))
    p = np.where(exact, np.where(difference == 0, 1.0, 0.0), np.minimum(2 * tail, 1.0))
    return np.asarray(np.where(np.isnan(difference) | ~(df > 0), np.nan, p))


@dataclass(frozen=True, slots=True)
class Linked:
    """A change over a break that was measured both ways in one year."""

    change: float
    """The change with the break taken out."""
    se: float
    """Its standard error: the break's own error is in it."""
    jump: float
    """The break: the year of both by the new way less by the old."""
    jump_se: float
    """Its standard error."""


def linked_change(old: Sequence[float], new: Sequence[float], covariance: ArrayLike) -> Linked:
    """Change over a break: (both_old − first_old) + (last_new − both_new).

    Without a year measured both ways a break cannot be told from a change: then the series is cut, and no
    difference over the cut is shown.

    Args:
        old: The first year and the year of both, by the old way.
        new: The year of both and the last year, by the new way.
        covariance: (4, 4) of these four; the two of the year of both mostly share respondents.

    Raises:
        StatisticsError: ``covariance_shape``, ``value_missing``.

    >>> found = linked_change([70.0, 72.0], [80.0, 83.0], np.diag([1.0, 1.0, 1.0, 1.0]))
    >>> found.change, found.se, found.jump
    (5.0, 2.0, 8.0)
    """
    values, matrix = np.array([*old, *new], dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    if matrix.shape != (4, 4) or values.shape != (4,):
        raise StatisticsError("covariance_shape", expected=(4, 4), found=matrix.shape)
    if not np.isfinite(values).all() or not np.isfinite(matrix).all():
        raise StatisticsError("value_missing", units=np.flatnonzero(~np.isfinite(values)).tolist())
    over, jump = np.array([-1.0, 1.0, -1.0, 1.0]), np.array([0.0, -1.0, 1.0, 0.0])
    errors = [float(np.sqrt(max(c @ matrix @ c, 0.0))) for c in (over, jump)]
    return Linked(float(over @ values), errors[0], float(jump @ values), errors[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What the estimates of two samples share through the PSUs that are in both."""

    covariance: Floats
    """(k₁, k₂) of the first sample's estimates with the second's."""
    common: dict[str, int]
    """PSUs in both, by stratum; strata without any are not named."""
    lonely: tuple[str, ...]
    """Strata with one common PSU: its part cannot be estimated and counts as 0."""
    bounded: Flags
    """(k₁, k₂) where chance made the common PSUs vary so much more than all that the covariance was cut off."""


def overlap_covariance(
    first: Design,
    first_psus: Sequence[str],
    first_targets: Sequence[Target],
    second: Design,
    second_psus: Sequence[str],
    second_targets: Sequence[Target],
) -> Overlap:
    """Covariance of two years' estimates from the PSUs that were visited in both (Tam 1984; Qualité & Tillé 2008).

    Per stratum with c common PSUs of n₁ and n₂, z the totals of linearised scores in a PSU:
    Cov = (1 − n₁·n₂/(N·c)) · c/(c−1) · Σ (z₁ − z̄₁)(z₂ − z̄₂) over the common. Where all PSUs are common it is the
    variance formula; where population counts are not given in both, N is infinite. Strata are matched by name. Below
    the PSU the years count as drawn anew.

    A few common PSUs may vary more than all do. What they say is cut off at the covariance of a correlation of 1 between
    PSUs that vary as all do, so that no change has a negative variance.

    Args:
        first: The earlier sample.
        first_psus: (n,) PSU of each of its rows, by a name that the years share.
        first_targets: Estimates from it.
        second: The later sample.
        second_psus: (n,) PSU of each of its rows.
        second_targets: Estimates from it.

    Raises:
        StatisticsError: ``length_differs``, ``psus_differ`` where the names do not name the PSUs of the design.
    """
    z1, names1 = _psu_totals(first, first_psus, first_targets)
    z2, names2 = _psu_totals(second, second_psus, second_targets)
    place = {name: number for number, name in enumerate(names2)}
    pairs: dict[str, list[tuple[int, int]]] = {}
    for number, name in enumerate(names1):
        if name in place:
            pairs.setdefault(name[0], []).append((number, place[name]))
    covariance = np.zeros((len(first_targets), len(second_targets)))
    most = np.zeros_like(covariance)
    for stratum, inside in pairs.items():
        c = len(inside)
        if c < 2:
            continue
        own, others = np.array(inside).T
        a, b = z1[own], z2[others]
        factor = _finite(first, second, stratum, c) * c
        covariance += factor * (a - a.mean(axis=0)).T @ (b - b.mean(axis=0)) / (c - 1)
        spreads = [_spread(d, z, stratum) for d, z in ((first, z1), (second, z2))]
        most += abs(factor) * np.outer(*spreads)
    return Overlap(
        covariance=np.clip(covariance, -most, most),
        common={stratum: len(inside) for stratum, inside in pairs.items()},
        lonely=tuple(stratum for stratum, inside in pairs.items() if len(inside) < 2),
        bounded=np.abs(covariance) > most * (1 + 1e-12),
    )


def _psu_totals(design: Design, psus: Sequence[str], targets: Sequence[Target]) -> tuple[Floats, list[tuple[str, str]]]:
    """(PSUs, k) totals of linearised scores, and stratum and name of each PSU."""
    labels = np.asarray(psus)
    if labels.shape != (design.n,):
        raise StatisticsError("length_differs", column="psus", rows=design.n, found=labels.shape)
    unit = design.stages[0].unit
    rows = np.empty(design.psus, dtype=np.int64)
    rows[unit] = np.arange(design.n)
    names = [
        (design.stratum_names[s], str(label)) for s, label in zip(design.stratum_of_psu, labels[rows], strict=True)
    ]
    wrong = np.flatnonzero(labels != labels[rows][unit])
    if len(wrong) or len(set(names)) != len(names):
        raise StatisticsError("psus_differ", rows=wrong.tolist())
    scores = np.zeros((design.n, len(targets)))
    for column, target in enumerate(targets):
        scores[target.rows, column] = target.scores(design.weights, target.value(design.weights))
    if design.projection is not None:
        scores = design.projection.residuals(scores)
    return np.asarray(design.sums[0] @ scores), names


def _spread(design: Design, totals: Floats, stratum: str) -> Floats:
    """(k,) standard deviations of the PSU totals of a stratum."""
    number = design.stratum_names.index(stratum)
    return np.asarray(totals[design.stratum_of_psu == number].std(axis=0, ddof=1))


def _finite(first: Design, second: Design, stratum: str, common: int) -> float:
    """1 − n₁·n₂/(N·c), with the mean N of the two years; 1 where one does not count its population."""
    stages = [(d.stages[0], d.stratum_names.index(stratum)) for d in (first, second)]
    counts = [float(stage.population[s]) for stage, s in stages if stage.population is not None]
    if len(counts) < 2:
        return 1.0
    drawn = [int(stage.sampled[s]) for stage, s in stages]
    return 1 - drawn[0] * drawn[1] / (sum(counts) / 2 * common)

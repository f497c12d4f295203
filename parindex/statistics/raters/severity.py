"""Severity of appraisers: who gives less than others for the same, by a two-way additive model with errors.

rating = what the unit deserves − severity of the appraiser + error, by least squares. Severities sum to 0. Nobody
has to rate everything, but all must be linked through units that they rated together: otherwise strict appraisers
of good units cannot be told from lenient ones of poor units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse, special
from scipy.sparse.csgraph import connected_components

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Floats
from parindex.statistics.survey.intervals import quantile_of_t
from parindex.statistics.survey.years import holm


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """Severities with their errors, and what the units would have got from appraisers of no severity."""

    severity: Floats
    """(appraisers,) points less than the others would give; negative: lenient."""
    se: Floats
    """(appraisers,) standard errors; NaN without degrees of freedom."""
    interval: Floats
    """(appraisers, 2) of each severity by itself."""
    adjusted: Floats
    """(appraisers,) p-value of no severity, by Holm over the appraisers."""
    fair: Floats
    """(units,) rating with the severities taken out; NaN where nobody rated."""
    fair_se: Floats
    """(units,) its standard error."""
    residual_sd: float
    """Standard deviation of what neither unit nor appraiser explains."""
    df: int
    """Ratings − rated units − appraisers + 1."""
    p: float
    """p-value of no differences in severity at all (F test)."""


def severities(ratings: ArrayLike, *, level: float = 0.95) -> Severity:
    """Severity of every appraiser from ratings with gaps.

    Args:
        ratings: (appraisers, units) points, NaN where not rated.
        level: Coverage of the intervals.

    Raises:
        StatisticsError: ``no_units``, ``too_few_appraisers``, ``value_infinite``, ``appraiser_without_ratings``
            naming them, ``appraisers_not_linked`` naming the groups.

    >>> found = severities([[8.0, 6.0, 7.0], [6.0, 4.0, 5.1]])
    >>> found.severity.round(4).tolist(), found.fair.round(4).tolist(), found.df
    ([-0.9833, 0.9833], [7.0, 5.0, 6.05], 2)
    """
    x = _checked(ratings)
    known = ~np.isnan(x)
    of_unit, of_appraiser = known.sum(axis=0), known.sum(axis=1)
    rated = of_unit > 0
    unit_mean = np.divide(np.where(known, x, 0.0).sum(axis=0), of_unit, out=np.full(x.shape[1], np.nan), where=rated)
    share = np.divide(known, of_unit, out=np.zeros(x.shape), where=rated)
    within = np.where(known, x - unit_mean, 0.0)
    information = np.diag(of_appraiser.astype(np.float64)) - share @ known.T
    inverse = np.linalg.pinv(information, hermitian=True)
    effect = inverse @ within.sum(axis=1)
    fair = unit_mean - share.T @ effect
    df = int(of_unit.sum() - rated.sum() - len(x) + 1)
    residuals = np.where(known, x - fair - effect[:, None], 0.0)
    variance = float((residuals**2).sum()) / df if df > 0 else math.nan
    se = np.sqrt(variance * np.diag(inverse))
    explained = float(effect @ information @ effect) / (len(x) - 1)
    half = se * (quantile_of_t((1 + level) / 2, df) if df > 0 else math.nan)
    through = np.einsum("ru,rs,su->u", share, inverse, share)
    fair_variance = variance * (np.divide(1.0, of_unit, out=np.full(len(rated), np.nan), where=rated) + through)
    return Severity(
        severity=-effect,
        se=se,
        interval=np.column_stack([-effect - half, -effect + half]),
        adjusted=holm(_p_values(effect, se, df)),
        fair=fair,
        fair_se=np.sqrt(fair_variance),
        residual_sd=math.sqrt(variance) if df > 0 else math.nan,
        df=df,
        p=_f_test(explained, variance, len(x) - 1, df),
    )


def _checked(ratings: ArrayLike) -> Floats:
    """Ratings in which all appraisers are linked."""
    x = np.asarray(ratings, dtype=np.float64)
    if x.ndim != 2 or not x.size:
        raise StatisticsError("no_units")
    if np.isinf(x).any():
        raise StatisticsError("value_infinite", rows=np.flatnonzero(np.isinf(x).any(axis=1)).tolist())
    if len(x) < 2:
        raise StatisticsError("too_few_appraisers", found=len(x))
    known = ~np.isnan(x)
    silent = np.flatnonzero(~known.any(axis=1))
    if len(silent):
        raise StatisticsError("appraiser_without_ratings", rows=silent.tolist())
    together = sparse.csr_array(known.astype(np.float64) @ known.T.astype(np.float64))
    count, group = connected_components(together, directed=False)
    if count > 1:
        groups = [np.flatnonzero(group == one).tolist() for one in range(count)]
        raise StatisticsError("appraisers_not_linked", groups=groups)
    return x


def _p_values(effect: Floats, se: Floats, df: int) -> Floats:
    """(appraisers,) two-sided p-values of no severity."""
    if df <= 0:
        return np.full(len(effect), np.nan)
    t = np.divide(np.abs(effect), se, out=np.full(len(effect), np.inf), where=se > 0)
    return np.where((se > 0) | (np.abs(effect) > 1e-12), np.minimum(2 * special.stdtr(df, -t), 1.0), 1.0)


def _f_test(explained: float, variance: float, between: int, df: int) -> float:
    if df <= 0:
        return math.nan
    if not variance > 0:
        return 0.0 if explained > 0 else 1.0
    return float(special.fdtrc(between, df, explained / variance))

"""Surveys of leaders: one rater rates several agencies, so agencies' means share raters and vary together.

Raters are the PSUs. The variance is that of the design (Särndal, Swensson & Wretman 1992, ch. 4-5) with one stage, a
domain for each agency; the finite correction is by the eligible raters. Who was asked and did not answer is told
apart: no error holds what they would have said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Design, Floats, Integers
from parindex.statistics.survey.domains import natural_key
from parindex.statistics.survey.estimates import TaylorSample, covariance
from parindex.statistics.survey.linearisation import mean_target


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterResponse:
    """Who could rate, who was asked and who answered, in one stratum of raters."""

    stratum: str
    """Name of the stratum; empty where there is one."""
    eligible: float
    """Raters that there are; infinite where not given."""
    answered: int
    """Raters who rated somebody."""

    @property
    def rate(self) -> float:
        """Answered ÷ eligible; NaN where the eligible are not given."""
        return self.answered / self.eligible if np.isfinite(self.eligible) else float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderEstimates:
    """The mean rating of every agency, with the covariance between agencies."""

    agencies: tuple[str, ...]
    """Agencies in natural order."""
    values: Floats
    """(A,) weighted mean rating."""
    covariance: Floats
    """(A, A) covariance of the means: not diagonal wherever two agencies share raters."""
    df: Integers
    """(A,) raters less strata, of those who rated the agency."""
    raters: Integers
    """(A,) raters who rated the agency."""
    response: tuple[RaterResponse, ...]
    """Response by stratum of raters, stated beside the errors and not in them."""

    @property
    def se(self) -> Floats:
        """(A,) standard errors."""
        return np.sqrt(np.diag(self.covariance))


def leader_estimates(
    raters: Sequence[str],
    agencies: Sequence[str],
    ratings: ArrayLike,
    *,
    strata: Sequence[str] | None = None,
    eligible: Mapping[str, float] | float | None = None,
    weights: ArrayLike | None = None,
    lonely: str = "fail",
) -> LeaderEstimates:
    """Estimate the mean rating of each agency from ratings, one row a rating.

    Args:
        raters: (n,) who rated.
        agencies: (n,) who was rated.
        ratings: (n,) the rating; NaN where left out.
        strata: (n,) stratum of the rater, such as the body that they lead; one stratum if not given.
        eligible: Raters that there are in each stratum, or in all; not given: no finite correction.
        weights: (n,) weight of the rater; equal if not given.
        lonely: What one rater of a stratum contributes, as in ``Design``.

    Raises:
        StatisticsError: as ``Design``, with ``rater_rates_twice`` naming a pair and ``eligible_missing`` naming
            strata.

    >>> found = leader_estimates(
    ...     ["r1", "r1", "r2", "r2", "r3", "r3"], ["a", "b"] * 3, [4.0, 5.0, 2.0, 3.0, 3.0, 4.0]
    ... )
    >>> found.values.tolist(), found.covariance.round(4).tolist()
    ([3.0, 4.0], [[0.3333, 0.3333], [0.3333, 0.3333]])
    """
    values = np.asarray(ratings, dtype=np.float64)
    n = len(values)
    _refuse_repeated(raters, agencies)
    groups = [""] * n if strata is None else [str(name) for name in strata]
    counts = _eligible(groups, eligible)
    design = Design(
        np.ones(n) if weights is None else weights,
        groups if strata is not None else None,
        [np.array([str(rater) for rater in raters], dtype=object)],
        [] if counts is None else [[counts[group] for group in groups]],
        lonely,
    )
    names = tuple(sorted(set(agencies), key=natural_key))
    rated = np.array(agencies, dtype=object)
    targets = [mean_target(values, np.flatnonzero(rated == name)) for name in names]
    used = [target.rows[design.used[target.rows]] for target in targets]
    return LeaderEstimates(
        agencies=names,
        values=np.array([target.value(design.weights) for target in targets]),
        covariance=covariance(TaylorSample(design), targets),
        df=np.array([design.df_of(rows) for rows in used], dtype=np.int64),
        raters=np.array([len(np.unique(design.stages[0].unit[rows])) for rows in used], dtype=np.int64),
        response=_response(groups, raters, values, counts),
    )


def _refuse_repeated(raters: Sequence[str], agencies: Sequence[str]) -> None:
    seen: set[tuple[str, str]] = set()
    for row, pair in enumerate(zip(raters, agencies, strict=True)):
        if pair in seen:
            raise StatisticsError("rater_rates_twice", rows=[row], rater=pair[0], agency=pair[1])
        seen.add(pair)


def _eligible(groups: Sequence[str], eligible: Mapping[str, float] | float | None) -> dict[str, float] | None:
    """Eligible raters of each stratum."""
    if eligible is None:
        return None
    present = sorted(set(groups))
    if not isinstance(eligible, Mapping):
        if len(present) > 1:
            raise StatisticsError("eligible_missing", names=present)
        return {present[0]: float(eligible)} if present else {}
    if missing := [name for name in present if name not in eligible]:
        raise StatisticsError("eligible_missing", names=missing)
    return {name: float(count) for name, count in eligible.items()}


def _response(
    groups: Sequence[str], raters: Sequence[str], ratings: Floats, counts: Mapping[str, float] | None
) -> tuple[RaterResponse, ...]:
    """Response by stratum; strata of which nobody answered are in it where their eligible are given."""
    answered: dict[str, set[str]] = {name: set() for name in (counts or {})}
    for group, rater, rating in zip(groups, raters, ratings.tolist(), strict=True):
        answered.setdefault(group, set())
        if not np.isnan(rating):
            answered[group].add(str(rater))
    return tuple(
        RaterResponse(stratum=name, eligible=float("inf") if counts is None else counts[name], answered=len(found))
        for name, found in sorted(answered.items(), key=lambda item: natural_key(item[0]))
    )

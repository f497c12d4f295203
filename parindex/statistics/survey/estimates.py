"""Estimates with their errors: value, standard error, interval, degrees of freedom, design effects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy import sparse

from parindex.statistics.survey.design import Design, Floats, Integers
from parindex.statistics.survey.intervals import (
    ICC,
    AnswersBehind,
    IntervalKind,
    UsedKind,
    at_edge,
    clustering,
    interval,
    kind_of,
)
from parindex.statistics.survey.linearisation import Target
from parindex.statistics.survey.replicates import Replicates
from parindex.statistics.survey.variance import (
    StageSums,
    average_factor,
    placed_scores,
    products_of,
    taylor_covariance,
    taylor_variances,
)

NAN = float("nan")
BATCH = 64
NOISE = 64 * float(np.finfo(float).eps)
"""A deviation smaller than this part of its value is rounding."""
SE_ZERO = "se_zero"
"""Note of an estimate whose error is 0 because everybody says the same: it is not certain for that."""
CENSUS = "census"
"""Note of an estimate whose error is 0 because everything that it is about was taken: nothing was drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One number about a population, and how far it may be trusted. What does not exist is NaN or ``None``."""

    value: float
    """The estimate."""
    se: float
    """Its standard error."""
    ci: tuple[float, float] | None
    """Its confidence interval; ``None`` without degrees of freedom."""
    df: int
    """Degrees of freedom of the standard error, of this domain and these answers."""
    deff: float
    """Design effect: variance ÷ that of simple random sampling without replacement."""
    deff_wr: float
    """Design effect against simple random sampling with replacement."""
    n: int
    """Rows used: in the domain, answered, with positive weight."""
    n_eff: float
    """(Σw)² ÷ Σw² of the rows used."""
    note: str | None = None
    """Why something is missing: ``no_answers``, ``no_value``, ``no_degrees_of_freedom``, ``no_variance``, ``no_interval``;
    ``tied_values``: a quantile by the inverted test; ``se_zero`` and ``census``: why the error is 0."""
    ci_kind: UsedKind | None = None
    """Which kind the interval is; ``None`` where there is none."""
    df_least: int | None = None
    """Of an index: the fewest degrees of freedom of an item in it, which decide whether a rank is claimed."""


class Sample(Protocol):
    """A sample that can say how uncertain an estimate from it is."""

    @property
    def design(self) -> Design:
        """The sample; its weights are the full-sample weights."""
        ...

    def covariance(self, targets: Sequence[Target], values: Floats) -> Floats:
        """(k, k) covariance of k estimates with these values."""
        ...

    def variances(self, targets: Sequence[Target], values: Floats) -> Floats:
        """(k,) variances of k estimates with these values."""
        ...

    def df(self, rows: Integers) -> int:
        """Degrees of freedom of an estimate that uses these rows."""
        ...


@dataclass(frozen=True, slots=True)
class TaylorSample:
    """Errors by linearisation over the stages of the design."""

    design: Design
    """The sample."""

    def covariance(self, targets: Sequence[Target], values: Floats) -> Floats:
        """(k, k) covariance of k estimates with these values."""
        return taylor_covariance(self.design, *self.scores(targets, values))

    def variances(self, targets: Sequence[Target], values: Floats) -> Floats:
        """(k,) variances of k estimates with these values, found in batches."""
        parts = [
            taylor_variances(self.design, *self.scores(targets[at : at + BATCH], values[at : at + BATCH]))
            for at in range(0, len(targets), BATCH)
        ]
        return np.concatenate(parts) if parts else np.empty(0)

    def scores(self, targets: Sequence[Target], values: Floats) -> tuple[sparse.csr_array, Floats]:
        """(n, k) linearised scores of estimates with these values, and their (k,) ``average_factor``."""
        weights = self.design.weights
        scores = [t.scores(weights, v) for t, v in zip(targets, values, strict=True)]
        average = np.array([average_factor(self.design, t.rows) for t in targets])
        return placed_scores(self.design.n, [t.rows for t in targets], scores), average

    def df(self, rows: Integers) -> int:
        """PSUs less strata with a used row."""
        return self.design.df_of(rows)


@dataclass(frozen=True, slots=True)
class ReplicateSample:
    """Errors by replicate weights."""

    design: Design
    """The sample; its weights are the full-sample weights."""
    replicates: Replicates
    """The replicate weights."""

    def covariance(self, targets: Sequence[Target], values: Floats) -> Floats:
        """(k, k) covariance of k estimates with these values."""
        return self.replicates.covariance(self.replicates.values_of(targets), _centred(targets, values))

    def variances(self, targets: Sequence[Target], values: Floats) -> Floats:
        """(k,) variances of k estimates with these values."""
        return self.replicates.variances(self.replicates.values_of(targets), _centred(targets, values))

    def df(self, rows: Integers) -> int:
        """Rank of the replicate weights less 1."""
        return self.replicates.df(rows)


def _centred(targets: Sequence[Target], values: Floats) -> Floats:
    """The estimates less what was taken off their answers, as those of replicates are."""
    return np.asarray(values - np.array([target.centre for target in targets]))


def estimate(
    sample: Sample, target: Target, *, level: float = 0.95, kind: IntervalKind = "t", share: bool = False
) -> Estimate:
    """Estimate one target; see ``estimates``."""
    return estimates(sample, [target], level=level, kind=kind, share=share)[0]


def estimates(
    sample: Sample,
    targets: Sequence[Target],
    *,
    level: float = 0.95,
    kind: IntervalKind = "t",
    share: bool = False,
    whole: Target | None = None,
    icc: float = ICC,
) -> list[Estimate]:
    """Estimate targets, such as one item in all domains.

    Args:
        sample: The sample, with the way its errors are found.
        targets: What is estimated, each on the rows of its domain.
        level: Coverage of the intervals.
        kind: Interval asked for.
        share: Whether the targets are shares, for which ``auto``, ``logit`` and ``beta`` know more than t.
        whole: The same item over all rows, whose design effect stands in where a share is 0 or 1.
        icc: What is supposed where the whole tells no design effect.
    """
    weights = sample.design.weights
    values = np.array([target.value(weights) for target in targets])
    exists = np.flatnonzero(np.isfinite(values)).tolist()
    variances = dict(zip(exists, sample.variances([targets[i] for i in exists], values[exists]).tolist(), strict=True))
    found = []
    edge = share and kind == "auto" and any(at_edge(float(values[i])) for i in exists)
    deff = _whole_deff(sample, whole) if edge else NAN
    for i, target in enumerate(targets):
        used = target.rows[sample.design.used[target.rows]]
        df = sample.df(used) if len(used) else 0
        if i in variances:
            behind = answers_behind(sample.design, used, deff, icc) if edge else None
            found.append(
                with_variance(
                    sample,
                    target,
                    float(values[i]),
                    variances[i],
                    df,
                    level=level,
                    kind=kind,
                    share=share,
                    behind=behind,
                )
            )
        else:
            found.append(without_value(sample, used, df))
    return found


def _whole_deff(sample: Sample, whole: Target | None) -> float:
    """``deff_wr`` of an item over all rows; NaN where all of them agree."""
    if whole is None:
        return NAN
    weights = sample.design.weights
    value = whole.value(weights)
    if not math.isfinite(value):
        return NAN
    variance = float(sample.variances([whole], np.array([value]))[0])
    return design_effects(whole, weights, value, variance)[1]


def answers_behind(design: Design, used: Integers, deff: float, icc: float) -> AnswersBehind:
    """What stands behind a share that is 0 or 1.

    Args:
        design: The sample.
        used: Rows of the share.
        deff: Design effect of the item over all rows; NaN where there is none.
        icc: What is supposed instead.
    """
    psus = len(np.unique(design.stages[0].unit[used]))
    size = effective_size(design.weights[used])
    return AnswersBehind(n=len(used), n_eff=size, deff=clustering(deff, len(used), psus, icc))


def without_value(sample: Sample, used: Integers, df: int) -> Estimate:
    """The estimate of a domain without answers, or without anything to divide by."""
    size = effective_size(sample.design.weights[used])
    note = "no_answers" if len(used) == 0 else "no_value"
    return Estimate(value=NAN, se=NAN, ci=None, df=df, deff=NAN, deff_wr=NAN, n=len(used), n_eff=size, note=note)


def with_variance(
    sample: Sample,
    target: Target,
    value: float,
    variance: float,
    df: int,
    *,
    level: float,
    kind: IntervalKind,
    share: bool,
    behind: AnswersBehind | None = None,
) -> Estimate:
    """An estimate whose variance is known."""
    weights = sample.design.weights
    used = target.rows[sample.design.used[target.rows]]
    se = math.sqrt(variance) if variance >= 0 else NAN
    deff, deff_wr = design_effects(target, weights, value, variance)
    note = "no_degrees_of_freedom" if df <= 0 else "no_variance" if math.isnan(se) else None
    ci = interval(kind, value, se, df, level, n=target.domain_rows, share=share, behind=behind)
    return Estimate(
        value=value,
        se=se,
        ci=ci,
        df=df,
        deff=deff,
        deff_wr=deff_wr,
        n=len(used),
        n_eff=effective_size(weights[used]),
        note=note,
        ci_kind=None if ci is None else kind_of(kind, value, share=share),
    )


def covariance(sample: Sample, targets: Sequence[Target]) -> Floats:
    """(k, k) covariance of estimates over domains and items; NaN rows where one has no value."""
    weights = sample.design.weights
    values = np.array([target.value(weights) for target in targets])
    exists = np.flatnonzero(np.isfinite(values) & [bool(len(target.rows)) for target in targets])
    if len(exists) == len(targets):
        return sample.covariance(targets, values)
    matrix = np.full((len(targets), len(targets)), NAN)
    if len(exists):
        chosen = [targets[i] for i in exists.tolist()]
        matrix[np.ix_(exists, exists)] = sample.covariance(chosen, values[exists])
    return matrix


def without_error(se: float, value: float) -> bool:
    """Whether a standard error is 0, or is what rounding makes of 0.

    >>> without_error(0.0, 4.2), without_error(1e-16, 4.0), without_error(1e-9, 4.0)
    (True, True, False)
    """
    return se <= NOISE * abs(value)


def noted(found: Estimate, design: Design, rows: Integers) -> Estimate:
    """An estimate that says, where its error is 0, whether that is certainty.

    Args:
        found: The estimate.
        design: The sample.
        rows: Rows of its domain.
    """
    if found.note is not None or not without_error(found.se, found.value):
        return found
    return replace(found, note=CENSUS if is_census(design, rows[design.used[rows]]) else SE_ZERO)


def is_census(design: Design, used: Integers) -> bool:
    """Whether everything that some rows are about was taken at every stage, so that nothing was drawn."""
    return all(bool(stage.whole[stage.parent[stage.unit[used]]].all()) for stage in design.stages)


class CovarianceInParts:
    """The covariance of many estimates that are added some at a time; what each is made of is not kept.

    Of a sample with errors by linearisation the totals of its units are kept, of one with replicate weights the targets.

    Args:
        sample: The sample, with the way its errors are found.
    """

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.sums = StageSums(sample.design) if isinstance(sample, TaylorSample) else None
        self.targets: list[Target] = []
        self.exists: list[bool] = []

    def add(self, targets: Sequence[Target]) -> None:
        """Add estimates, in the order of the matrix."""
        if self.sums is None or not isinstance(self.sample, TaylorSample):
            self.targets += targets
            return
        values = np.array([target.value(self.sample.design.weights) for target in targets])
        exists = np.isfinite(values) & np.array([bool(len(target.rows)) for target in targets])
        self.exists += exists.tolist()
        if exists.any():
            chosen = [target for target, there in zip(targets, exists.tolist(), strict=True) if there]
            self.sums.add(*self.sample.scores(chosen, values[exists]))

    def matrix(self) -> Floats:
        """(k, k); NaN rows of estimates that have no value."""
        if self.sums is None:
            return covariance(self.sample, self.targets)
        if not self.exists:
            return np.empty((0, 0))
        if all(self.exists):
            return products_of(self.sums)
        matrix = np.full((len(self.exists), len(self.exists)), NAN)
        if any(self.exists):
            there = np.flatnonzero(self.exists)
            matrix[np.ix_(there, there)] = products_of(self.sums)
        return matrix


def contrast(values: Floats, matrix: Floats, coefficients: Floats) -> tuple[float, float]:
    """A linear combination of estimates, and its standard error √(aᵀVa).

    >>> contrast(np.array([3.0, 1.0]), np.array([[0.25, 0.1], [0.1, 0.2]]), np.array([1.0, -1.0]))
    (2.0, 0.5)
    """
    variance = float(coefficients @ matrix @ coefficients)
    return float(coefficients @ values), math.sqrt(max(variance, 0.0)) if math.isfinite(variance) else NAN


def effective_size(weights: Floats) -> float:
    """Kish's effective sample size (Σw)² ÷ Σw²; NaN of nothing."""
    squares = float(weights @ weights)
    return float(weights.sum()) ** 2 / squares if squares > 0 else NAN


def design_effects(target: Target, weights: Floats, value: float, variance: float) -> tuple[float, float]:
    """V ÷ (s²/n·(1 − n/N)) and V ÷ (s²/n), s² with n − 1 of the residuals, N = Σw of the rows used."""
    w = weights[target.rows]
    used = w > 0
    w, residuals, numerator = w[used], target.residuals(value)[used], target.numerator[used]
    n, total = len(w), float(w.sum())
    if n < 2:
        return NAN, NAN
    centred = residuals - float(w @ residuals) / total
    squares = float(w @ centred**2)
    spread = squares / total * n / (n - 1)
    simple = spread / n * (total / target.scale(weights)) ** 2
    if squares <= NOISE**2 * float(w @ numerator**2) or simple <= 0:
        return NAN, NAN
    correction = 1 - n / total
    return (variance / (simple * correction) if correction > 0 else NAN), variance / simple

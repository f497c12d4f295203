"""An index of shares of one survey, I = Σ a_k·s_k, with the covariance of its items in its error.

Every row has one linearised score, z_i = Σ_k a_k·w_i·δ_ik·(y_ik − s_k) ÷ Σw·δ_k, δ_ik whether it answered item k: the
multi-stage variance of z is that of the index. Adding up a²·V item by item would leave out that the same people
answered all of them. n counts rows that answered at least one item, n_eff and df are theirs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from parindex.statistics.survey.design import Design, Floats, Integers
from parindex.statistics.survey.estimates import (
    NAN,
    Estimate,
    ReplicateSample,
    Sample,
    answers_behind,
    covariance,
    design_effects,
    with_variance,
    without_value,
)
from parindex.statistics.survey.intervals import ICC, IntervalKind, at_edge
from parindex.statistics.survey.linearisation import Target, mean_target


class IndexDomains:
    """The index in some domains of which no two share a row.

    Args:
        sample: The sample.
        items: (n,) each: 1 where an answer counts, 0 where another was given, NaN where none was. Read once, in turn.
        constants: What each item weighs, above 0 and adding up to 1.
        rows: Rows of each domain.
    """

    def __init__(
        self, sample: Sample, items: Iterable[Floats], constants: Sequence[float], rows: Sequence[Integers]
    ) -> None:
        self.sample, self.constants, self.domain_rows = sample, tuple(constants), rows
        n = sample.design.n
        domain = np.full(n, -1, dtype=np.int64)
        for place, some in enumerate(rows):
            domain[some] = place
        answered = np.zeros(n, dtype=bool)
        scores = np.zeros(n)
        parts: list[Floats] = []
        replicated = np.zeros((sample.replicates.count, len(rows))) if isinstance(sample, ReplicateSample) else None
        self.least = [n] * len(rows)
        for values, constant in zip(items, self.constants, strict=True):
            used = np.flatnonzero((domain >= 0) & ~np.isnan(values))
            answered[used] = True
            self._keep_least(used, domain)
            parts.append(_add_item(sample.design, domain[used], values[used], used, constant, scores, len(rows)))
            if replicated is not None and isinstance(sample, ReplicateSample):
                targets = [mean_target(values, some) for some in rows]
                replicated += constant * sample.replicates.values_of(targets)
        self.values = _combined(parts, self.constants, len(rows))
        self.replicated = replicated
        self.targets = [self._target(place, domain, answered, scores) for place in range(len(rows))]

    def _keep_least(self, used: Integers, domain: Integers) -> None:
        """Keep the fewest degrees of freedom that an item has in each domain."""
        used = used[self.sample.design.used[used]]
        used = used[np.argsort(domain[used], kind="stable")]
        parts = np.split(used, np.searchsorted(domain[used], np.arange(1, len(self.least))))
        self.least = [min(least, self.sample.df(part)) for least, part in zip(self.least, parts, strict=True)]

    def _target(self, place: int, domain: Integers, answered: NDArray[np.bool_], scores: Floats) -> Target:
        """The index of a domain as a mean whose residuals are its scores."""
        rows = np.flatnonzero((domain == place) & answered)
        value = float(self.values[place])
        level = 0.0 if math.isnan(value) else value
        total = float(self.sample.design.weights[rows].sum())
        return Target(rows, level + scores[rows] * total, np.ones(len(rows)), len(self.domain_rows[place]))

    def covariance(self) -> Floats:
        """(D, D) covariance of the index between domains; NaN rows where it has no value."""
        if self.replicated is not None and isinstance(self.sample, ReplicateSample):
            matrix = self.sample.replicates.covariance(self.replicated, self.values)
        else:
            matrix = covariance(self.sample, self.targets)
        gone = np.isnan(self.values)
        matrix[gone] = np.nan
        matrix[:, gone] = np.nan
        return matrix

    def variances(self) -> Floats:
        """(D,) variances; NaN where the index has no value."""
        found = np.full(len(self.values), NAN)
        exists = np.flatnonzero(~np.isnan(self.values))
        if self.replicated is not None and isinstance(self.sample, ReplicateSample):
            found[exists] = self.sample.replicates.variances(self.replicated[:, exists], self.values[exists])
        elif len(exists):
            found[exists] = self.sample.variances([self.targets[at] for at in exists.tolist()], self.values[exists])
        return found

    def whole_deff(self) -> float:
        """``deff_wr`` of the index where there is one domain, the whole sample."""
        value, variance = float(self.values[0]), float(self.variances()[0])
        return design_effects(self.targets[0], self.sample.design.weights, value, variance)[1]

    def estimates(
        self, *, level: float, kind: IntervalKind, whole_deff: float = NAN, icc: float = ICC
    ) -> list[Estimate]:
        """The index of every domain.

        Args:
            level: Coverage of the intervals.
            kind: Interval asked for; the index is a share.
            whole_deff: Design effect of the index over all rows, for an index of 0 or 1.
            icc: What is supposed where there is none.
        """
        design = self.sample.design
        found = []
        each = zip(self.values.tolist(), self.variances().tolist(), self.targets, self.least, strict=True)
        for value, variance, target, least in each:
            used = target.rows[design.used[target.rows]]
            df = self.sample.df(used) if len(used) else 0
            if math.isnan(value):
                found.append(without_value(self.sample, used, df))
                continue
            behind = answers_behind(design, used, whole_deff, icc) if at_edge(value) else None
            one = with_variance(
                self.sample, target, value, variance, df, level=level, kind=kind, share=True, behind=behind
            )
            found.append(replace(one, df_least=min(df, least)))
        return found

    @property
    def at_edge(self) -> bool:
        """Whether the index of a domain is 0 or 1."""
        return any(at_edge(value) for value in self.values.tolist() if not math.isnan(value))


def _add_item(
    design: Design, domain: Integers, values: Floats, used: Integers, constant: float, scores: Floats, count: int
) -> Floats:
    """Add an item's scores, without the weights of the rows, to those of the rows; (D,) its share in each domain."""
    weights = design.weights[used]
    total = np.bincount(domain, weights, minlength=count)
    top = np.bincount(domain, weights * values, minlength=count)
    share = np.divide(top, total, out=np.full(count, NAN), where=total > 0)
    exists = total[domain] > 0
    rows, places = used[exists], domain[exists]
    scores[rows] += constant * (values[exists] - share[places]) / total[places]
    return np.asarray(share)


def _combined(parts: Sequence[Floats], constants: Sequence[float], count: int) -> Floats:
    """(D,) Σ a_k·s_k, rounded once; no further than the items lie, so exactly 0 or 1 where all of them are."""
    found = np.full(count, NAN)
    for place in range(count):
        shares = [float(part[place]) for part in parts]
        if any(math.isnan(share) for share in shares):
            continue
        total = math.fsum(a * s for a, s in zip(constants, shares, strict=True))
        found[place] = min(max(total, min(shares)), max(shares))
    return found

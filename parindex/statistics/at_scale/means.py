"""Means, shares and totals of many domains and items at once, from the records of strata."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from parindex.statistics.at_scale.stratum_sums import StratumSums
from parindex.statistics.at_scale.survey_parts import Key
from parindex.statistics.survey.design import Floats, Integers
from parindex.statistics.survey.estimates import NAN, NOISE, Estimate
from parindex.statistics.survey.intervals import (
    ICC,
    AnswersBehind,
    IntervalKind,
    at_edge,
    clustering,
    interval,
    kind_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Estimates of D domains × k items; what does not exist is NaN."""

    keys: tuple[Key, ...]
    """(D,) values of the crossed variables of each domain."""
    value: Floats
    """(D, k) means, shares or totals."""
    se: Floats
    """(D, k) standard errors."""
    df: Integers
    """(D, k) PSUs less strata with a used row."""
    psus: Integers
    """(D, k) PSUs with a used row."""
    n: Integers
    """(D, k) rows used: in the domain, answered, with positive weight."""
    n_eff: Floats
    """(D, k) (Σw)² ÷ Σw² of the rows used."""
    deff: Floats
    """(D, k) design effect against simple random sampling without replacement."""
    deff_wr: Floats
    """(D, k) design effect against simple random sampling with replacement."""
    rows: Integers
    """(D,) rows of the domain, answered or not."""

    def behind(self, domain: int, item: int, deff: float = NAN, icc: float = ICC) -> AnswersBehind:
        """What stands behind a share of 0 or 1, with the design effect of the item over all rows if there is one."""
        n, psus = int(self.n[domain, item]), int(self.psus[domain, item])
        return AnswersBehind(n=n, n_eff=float(self.n_eff[domain, item]), deff=clustering(deff, n, psus, icc))

    def estimate(
        self,
        domain: int,
        item: int,
        *,
        level: float = 0.95,
        kind: IntervalKind = "t",
        share: bool = False,
        whole_deff: float = NAN,
        icc: float = ICC,
    ) -> Estimate:
        """One of them with its interval, as ``estimate`` of a sample gives it.

        Args:
            domain: Place in ``keys``.
            item: Place of the item.
            level: Coverage of the interval.
            kind: Interval asked for.
            share: Whether it is a share.
            whole_deff: ``deff_wr`` of the item over all rows, for a share of 0 or 1; NaN where there is none.
            icc: What is supposed instead.
        """
        at = domain, item
        value, se, df = float(self.value[at]), float(self.se[at]), int(self.df[at])
        notes = (
            (self.n[at] == 0, "no_answers"),
            (df <= 0, "no_degrees_of_freedom"),
            (np.isnan(se), "no_variance"),
        )
        behind = self.behind(domain, item, whole_deff, icc) if share and at_edge(value) else None
        ci = interval(kind, value, se, df, level, n=int(self.rows[domain]), share=share, behind=behind)
        return Estimate(
            value=value,
            se=se,
            ci=ci,
            df=df,
            deff=float(self.deff[at]),
            deff_wr=float(self.deff_wr[at]),
            n=int(self.n[at]),
            n_eff=float(self.n_eff[at]),
            note=next((note for applies, note in notes if applies), None),
            ci_kind=None if ci is None else kind_of(kind, value, share=share),
        )


def means_of(sums: StratumSums, keys: tuple[Key, ...], centre: tuple[float, ...], rule: str) -> Means:
    """Σwy ÷ Σw with the variance of its linearised scores (Woodruff 1971)."""
    domains = _Domains(sums, len(keys))
    weight, top = domains.sum(sums.weight), domains.sum(sums.top)
    exists = weight > 0
    mean = np.divide(top, weight, out=np.full(top.shape, NAN), where=exists)
    apart = sums.mean - mean[sums.domain]
    variance = _variance(domains, apart, rule) / np.where(exists, weight, NAN) ** 2
    spread = domains.sum(sums.spread + sums.weight * apart**2)
    return _described(domains, keys, mean + np.array(centre), variance, _simple(domains, spread, weight))


def totals_of(sums: StratumSums, keys: tuple[Key, ...], centre: tuple[float, ...], rule: str) -> Means:
    """Σwy with the variance of its unit totals."""
    domains = _Domains(sums, len(keys))
    weight, top = domains.sum(sums.weight), domains.sum(sums.top)
    exists = weight > 0
    off = np.array(centre)
    mean = np.divide(top, weight, out=np.full(top.shape, NAN), where=exists)
    variance = np.where(exists, _variance(domains, sums.mean + off, rule), NAN)
    spread = domains.sum(sums.spread + sums.weight * (sums.mean - mean[sums.domain]) ** 2)
    value = np.where(exists, top + off * weight, NAN)
    return _described(domains, keys, value, variance, _simple(domains, spread, weight) * weight**2)


class _Domains:
    """Adds records over the strata of a domain, in the order of the strata."""

    def __init__(self, sums: StratumSums, count: int) -> None:
        self.sums = sums
        self.count = count
        self.starts = np.flatnonzero(np.diff(sums.domain, prepend=-1))
        self.met = sums.domain[self.starts]

    def sum(self, values: Floats) -> Floats:
        """(D, …) sums; 0 for a domain that no row met."""
        found = np.zeros((self.count, *values.shape[1:]))
        if len(self.starts):
            found[self.met] = np.add.reduceat(values, self.starts, axis=0)
        return found


def _variance(domains: _Domains, apart: Floats, rule: str) -> Floats:
    """(D, k) design variance of Σ(B − cA) + apart·A over the strata."""
    sums = domains.sums
    first, below = (_combined(products, apart) for products in (sums.first, sums.below))
    if rule == "average":
        met = sums.answered
        strata, lonely = domains.sum(met.astype(float)), domains.sum((met & sums.lonely[:, None]).astype(float))
        enough = lonely < strata
        factor = np.divide(strata, strata - lonely, out=np.ones_like(strata), where=enough)
        factor[(lonely > 0) & ~enough] = NAN
        below = np.where(sums.undefined, NAN, below)
        return np.asarray(domains.sum(first) * factor + domains.sum(below))
    return np.asarray(domains.sum(first + below))


def _combined(products: Floats, apart: Floats) -> Floats:
    """Q of B + apart·A; 0 where it is no more than the rounding of what it is made of."""
    own, crossed, weights = np.split(products, 3, axis=1)
    double, square = 2 * apart * crossed, apart**2 * weights
    combined = own + double + square
    return np.where(combined > NOISE * (own + np.abs(double) + square), combined, 0.0)


def _simple(domains: _Domains, spread: Floats, weight: Floats) -> Floats:
    """(D, k) variance of the mean of a simple random sample with replacement of as many rows: s² ÷ n."""
    n = domains.sum(domains.sums.used)
    square = np.divide(spread, weight, out=np.full(spread.shape, NAN), where=(weight > 0) & (n > 1))
    return np.asarray(square / (n - 1))


def _described(domains: _Domains, keys: tuple[Key, ...], value: Floats, variance: Floats, simple: Floats) -> Means:
    sums = domains.sums
    n, weight, active = domains.sum(sums.used), domains.sum(sums.weight), domains.sum(sums.active)
    squares = domains.sum(sums.weight_square)
    nothing = np.full(n.shape, NAN)
    rest = 1 - np.divide(n, weight, out=nothing.copy(), where=weight > 0)
    return Means(
        keys=keys,
        value=value,
        se=np.sqrt(variance),
        df=(active - domains.sum((sums.active > 0).astype(float))).astype(np.int64),
        psus=active.astype(np.int64),
        n=n.astype(np.int64),
        n_eff=np.divide(weight**2, squares, out=nothing.copy(), where=squares > 0),
        deff=np.divide(variance, simple * rest, out=nothing.copy(), where=(simple > 0) & (rest > 0)),
        deff_wr=np.divide(variance, simple, out=nothing.copy(), where=simple > 0),
        rows=domains.sum(sums.rows.astype(float)).astype(np.int64),
    )

"""How much a ranking depends on what its makers chose: weights, normalisation, aggregation; and on sampling error.

All are varied together (Saisana, Saltelli & Tarantola 2005): every draw takes one normalisation, one aggregation, a
set of weights and one draw of the survey estimates, and gives a ranking. Sensitivity indices say which of them moves
the ranks; the mean absolute rank shift says by how much all of them do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from parindex.statistics.composite.aggregation import AGGREGATIONS, MEANS, aggregate
from parindex.statistics.composite.normalisation import minmax, rank_scores, standardised
from parindex.statistics.composite.rank_shifts import ranks_of_rows
from parindex.statistics.composite.sensitivity import Indices, checked_scores, indices, two_samples
from parindex.statistics.draws import root_of
from parindex.statistics.errors import StatisticsError
from parindex.statistics.ranks.covariance_check import checked_covariance
from parindex.statistics.survey.design import Floats, Integers

Normalisation = Callable[[Floats, Integers], Floats]
"""From (…, units, criteria) and the places of these criteria among all to the same shape, each criterion by itself."""

NORMALISATIONS: Final[Mapping[str, Normalisation]] = {
    "minmax": lambda values, _: minmax(values, 1, 100),
    "standardised": lambda values, _: standardised(values, 100, 10),
    "ranks": lambda values, _: rank_scores(values),
}
"""Scales above 0, which the geometric and the harmonic mean need: the first is the one that is published."""

ROWS_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceSensitivity:
    """Sensitivity of the ranks to the choices."""

    inputs: tuple[str, ...]
    """Which of ``weights``, ``normalisation``, ``aggregation``, ``sampling`` varied."""
    of_rank: Indices
    """(inputs, units) sensitivity of each unit's rank."""
    of_shift: Indices
    """(inputs, 1) sensitivity of the mean absolute rank shift."""
    mean_shift: float
    """Mean absolute shift of a rank from the reference, over units and draws."""
    rank: Integers
    """(units,) the reference: rank under the first normalisation and aggregation, weights and estimates as they are."""
    rank_quantiles: Floats
    """(units, 3) the 5 %, 50 % and 95 % quantile of the rank over the draws."""


@dataclass(frozen=True, slots=True)
class _Point:
    """A sample of all inputs, n rows."""

    weights: Floats
    """(n, k)."""
    normalisation: Integers
    """(n,) which one."""
    aggregation: Integers
    """(n,) which one."""
    sampling: Floats
    """(n, s, p) what the draws add to the criteria that have error; units last, for rules go along them."""


@dataclass(frozen=True)
class _Composite:
    """The index under any choice."""

    values: Floats
    """(p, k) criteria, best values highest."""
    uncertain: Integers
    """(s,) the criteria that have error."""
    normalisations: Sequence[Normalisation]
    aggregations: Sequence[str]

    @cached_property
    def certain(self) -> Integers:
        """The other criteria."""
        return np.setdiff1d(np.arange(self.values.shape[1]), self.uncertain)

    @cached_property
    def normalised(self) -> list[Floats]:
        """(p, certain) of each normalisation: what no draw changes."""
        return [
            rule(self.values[:, self.certain], self.certain) if len(self.certain) else self.values[:, :0]
            for rule in self.normalisations
        ]

    def ranks(self, point: _Point) -> Integers:
        """(n, p) ranks under each row."""
        index = np.empty((len(point.weights), len(self.values)))
        for number, rule in enumerate(self.normalisations):
            rows = np.flatnonzero(point.normalisation == number)
            for start in range(0, len(rows), ROWS_AT_ONCE):
                part = rows[start : start + ROWS_AT_ONCE]
                index[part] = self._index(point, part, number, rule)
        return ranks_of_rows(index)

    def _index(self, point: _Point, rows: Integers, number: int, rule: Normalisation) -> Floats:
        """(rows, p) under one normalisation."""
        weights = point.weights[rows]
        drawn = np.empty((len(rows), 0, len(self.values)))
        if len(self.uncertain):
            values = self.values[:, self.uncertain].T + point.sampling[rows]
            drawn = np.swapaxes(rule(np.swapaxes(values, 1, 2), self.uncertain), 1, 2)
        index = np.empty((len(rows), len(self.values)))
        for which, name in enumerate(self.aggregations):
            chosen = np.flatnonzero(point.aggregation[rows] == which)
            inward, outward = MEANS[name]
            own = weights[chosen]
            total = own[:, self.certain] @ inward(self.normalised[number]).T
            if len(self.uncertain):
                self._refuse_negative(drawn, name)
                total += np.matmul(own[:, None, self.uncertain], inward(drawn[chosen]))[:, 0]
            index[chosen] = outward(total / own.sum(axis=1, keepdims=True))
        return index

    def _refuse_negative(self, drawn: Floats, rule: str) -> None:
        """Raise where a draw gave a criterion a score that a mean cannot take."""
        if rule != "arithmetic" and not drawn.min(initial=1.0) > 0:
            wrong = ~(drawn > 0).all(axis=(0, 2))
            raise StatisticsError("not_positive", rule=rule, criteria=self.uncertain[wrong].tolist())


def choice_sensitivity(
    values: ArrayLike,
    weights: ArrayLike,
    *,
    spread: float = 0.25,
    normalisations: Mapping[str, Normalisation] = NORMALISATIONS,
    aggregations: Sequence[str] = AGGREGATIONS,
    se: ArrayLike | None = None,
    covariance: ArrayLike | None = None,
    n: int = 1024,
    seed: int = 1,
) -> ChoiceSensitivity:
    """Vary weights, normalisation, aggregation and estimates together.

    Args:
        values: (units, criteria), best values highest (see ``directed``), none missing.
        weights: (criteria,) effective weights.
        spread: Each weight is uniform within ± this part of its size.
        normalisations: Rules by name, on scales above 0 where a mean asks for it; the first is the reference.
        aggregations: Rules of ``aggregate``; the first is the reference.
        se: (units, criteria) standard errors of estimates that share nothing; 0 where a value has no error.
        covariance: (units·criteria,)² replaces ``se``; a unit's criteria stand together.
        n: Draws of each sample.
        seed: Seed of the draws.

    Raises:
        StatisticsError: ``value_missing``, ``length_differs``, ``out_of_range``, ``not_positive``, ``no_spread``,
            ``too_few_draws`` and what ``checked_covariance`` raises.
    """
    x, w = checked_scores(values, weights, spread)
    _check_rules(x, w, normalisations, aggregations)
    noise = _Noise.of(x.shape, se, covariance)
    uncertain = noise.criteria
    composite = _Composite(x, uncertain, list(normalisations.values()), list(aggregations))
    varied = {
        "weights": spread > 0,
        "normalisation": len(normalisations) > 1,
        "aggregation": len(aggregations) > 1,
        "sampling": len(uncertain) > 0,
    }
    names = tuple(name for name, varies in varied.items() if varies)
    a, b = _points(w * spread, w, (len(normalisations), len(aggregations)), noise, n, seed)
    one = np.zeros(1, dtype=np.int64)
    rank = composite.ranks(_Point(w[None, :], one, one, np.zeros((1, len(uncertain), len(x)))))[0]

    def outputs(point: _Point) -> Floats:
        found = composite.ranks(point)
        shift = np.abs(found - rank).mean(axis=1, keepdims=True)
        return np.concatenate([found, shift], axis=1)

    def changed() -> Iterable[Floats]:
        for name in names:
            yield outputs(replace(a, **{name: getattr(b, name)}))

    under_a, under_b = outputs(a), outputs(b)
    found = indices(under_a, under_b, changed())
    drawn = np.concatenate([under_a, under_b])
    return ChoiceSensitivity(
        inputs=names,
        of_rank=_outputs(found, slice(None, -1)),
        of_shift=_outputs(found, slice(-1, None)),
        mean_shift=float(drawn[:, -1].mean()),
        rank=rank,
        rank_quantiles=np.quantile(drawn[:, :-1], [0.05, 0.5, 0.95], axis=0).T,
    )


def _outputs(found: Indices, chosen: slice) -> Indices:
    return Indices(
        found.first[:, chosen],
        found.total[:, chosen],
        found.first_se[:, chosen],
        found.total_se[:, chosen],
        found.variance[chosen],
    )


def _check_rules(
    x: Floats, w: Floats, normalisations: Mapping[str, Normalisation], aggregations: Sequence[str]
) -> None:
    """Every combination gives an index of the values as they are."""
    if not normalisations or not aggregations:
        raise StatisticsError("out_of_range", name="normalisations, aggregations", found=0)
    for rule in normalisations.values():
        for name in aggregations:
            aggregate(rule(x, np.arange(x.shape[1])), w, name)


@dataclass(frozen=True, slots=True)
class _Noise:
    """How the estimates vary."""

    criteria: Integers
    """(s,) the criteria that have error."""
    places: Integers
    """(m,) the values that have error, among (s, p)."""
    root: Floats
    """(m, r) what normal draws are multiplied by; or (m,) standard errors of values that share nothing."""
    units: int
    """p."""

    @classmethod
    def of(cls, shape: tuple[int, ...], se: ArrayLike | None, covariance: ArrayLike | None) -> _Noise:
        p, k = shape
        if covariance is None:
            errors = np.zeros((p, k)) if se is None else np.asarray(se, dtype=np.float64)
            if errors.shape != (p, k):
                raise StatisticsError("length_differs", column="se", rows=(p, k), found=errors.shape)
            if not (errors >= 0).all():
                raise StatisticsError("se_negative", units=np.flatnonzero(~(errors >= 0).all(axis=1)).tolist())
            places, root = np.flatnonzero(errors), errors[errors > 0]
        else:
            matrix = np.asarray(covariance, dtype=np.float64)
            if matrix.shape != (p * k, p * k):
                raise StatisticsError("covariance_shape", expected=(p * k, p * k), found=matrix.shape)
            places = np.flatnonzero(np.diag(matrix) != 0)
            own = matrix[np.ix_(places, places)]
            root = root_of(checked_covariance(own, len(places))) if len(places) else own
        criteria = np.unique(places % k)
        among = np.searchsorted(criteria, places % k) * p + places // k
        return cls(criteria, among, root, p)

    def drawn(self, z: Floats) -> Floats:
        """(n, s, p) deviations from (n, r) normal draws."""
        found = np.zeros((len(z), self.units * len(self.criteria)))
        found[:, self.places] = z * self.root if self.root.ndim == 1 else z @ self.root.T
        return found.reshape(len(z), len(self.criteria), self.units)


def _points(
    width: Floats, w: Floats, rules: tuple[int, int], noise: _Noise, n: int, seed: int
) -> tuple[_Point, _Point]:
    """Samples A and B: choices spread evenly, errors drawn independently, for they are too many to be spread."""
    k, count = len(w), noise.root.shape[-1]
    generator = np.random.Generator(np.random.PCG64([seed, 1]))

    def point(u: Floats) -> _Point:
        chosen = [np.minimum((u[:, k + at] * many).astype(np.int64), many - 1) for at, many in enumerate(rules)]
        return _Point(
            w + width * (2 * u[:, :k] - 1), chosen[0], chosen[1], noise.drawn(generator.standard_normal((n, count)))
        )

    a, b = two_samples(k + 2, n, seed)
    return point(a), point(b)

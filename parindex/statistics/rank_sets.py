"""Confidence sets for ranks (Mogstad, Romano, Shaikh & Wilhelm 2024), aware of how noisy the errors are.

Every ordered pair (j, k) asks whether j is better than k: T_jk = (θ_j − θ_k)/σ_jk. The critical value is a
quantile of the largest such statistic under draws with the estimates' covariance and no differences. After a
rejection the draws are repeated over what is left, dropping only the direction that was rejected. A unit's
set runs from 1 + the number of units significantly better to p − the number significantly worse.

With few clusters a province the errors themselves are noisy, and Gaussian draws cover far less than they
say: a unit's draw is divided by √(χ²_df/df).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import __version__ as scipy_version
from scipy import special

from parindex.statistics.design import Floats, Integers
from parindex.statistics.errors import StatisticsError

Flags = NDArray[np.bool_]
VarianceRule = Literal["own", "pooled"]
Method = Literal["stepdown", "single"]
Side = Literal["two", "lower", "upper"]

GENERATOR: Final = "scrambled Sobol, PCG64"
TOLERANCE: Final = 1e-10
SAME_SE: Final = 1e-6
FEW_DF: Final = 30
TOO_FEW_DF: Final = 5
DRAWS_AT_ONCE: Final = 1000
ZERO_VARIANCE: Final = 1e-14
SMALLEST_PROBABILITY: Final = 1e-16


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
    """The simultaneous critical value, of the last step."""
    df_rule: str
    """``gaussian``, ``per_unit``, ``smallest`` (one χ² a draw) or ``pooled``."""
    warnings: tuple[RankWarning, ...]
    """What must be said beside the sets."""
    level: float
    """Coverage."""
    draws: int
    """Number of draws."""
    seed: int
    """Seed of the draws."""
    generator: str
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
) -> RankSets:
    """Rank units and give the confidence sets of their ranks.

    Args:
        estimates: (p,) finite.
        se: (p,) standard errors; 0 is allowed: between two such units any difference is certain.
        covariance: (p, p) replaces ``se``; symmetric and positive semidefinite to 1e-10.
        df: (p,) degrees of freedom; NaN or infinite: Gaussian draws for that unit. With a covariance
            one χ² a draw at the smallest.
        level: Coverage of the sets.
        draws: Number of draws.
        seed: Seed of the draws.
        variance: ``own``, or ``pooled``: the mean design effect × each ``simple_variance``; without
            these the mean variance (weighted by df); its df are the sum.
        method: ``stepdown`` or ``single``.
        side: ``two``, or only ``lower`` or ``upper`` bounds of ranks.
        smallest_first: Whether rank 1 is the smallest estimate.
        simple_variance: (p,) variance under simple random sampling, for ``pooled``.

    Raises:
        StatisticsError: ``estimate_missing``, ``se_missing``, ``se_negative``, ``se_differs``, ``df_not_positive``,
            ``covariance_shape``, ``covariance_missing``, ``covariance_asymmetric``,
            ``covariance_not_semidefinite``, ``pooled_with_covariance``, ``out_of_range``, ``no_units``.

    >>> sets = rank_sets([3.0, 2.0, 1.9], [0.1, 0.1, 0.1])
    >>> sets.rank.tolist(), sets.simultaneous.tolist(), sets.df_rule
    ([1, 2, 3], [[1, 1], [2, 3], [2, 3]], 'gaussian')
    """
    _check_choices(level, draws, variance, method, side)
    theta = _vector(estimates, None, "estimate")
    theta = -theta if smallest_first else theta
    freedom = _degrees_of_freedom(df, len(theta))
    if covariance is not None and variance == "pooled":
        raise StatisticsError("pooled_with_covariance")
    warnings = _warnings(freedom)
    if covariance is not None:
        matrix = checked_covariance(covariance, len(theta))
        _refuse_other_se(se, matrix)
        smallest = float(freedom.min())
        z, rule = _correlated_draws(matrix, smallest, draws, seed)
    else:
        errors = _standard_errors(se, len(theta))
        if variance == "pooled":
            errors, freedom = _pooled(errors, freedom, simple_variance)
        matrix = np.diag(errors**2)
        z, rule = _independent_draws(errors, freedom, draws, seed, pooled=variance == "pooled")
    comparison = _Comparison(theta, _difference_errors(matrix), z, level, method == "stepdown")
    better, critical = comparison.simultaneous()
    return RankSets(
        rank=1 + (theta[:, None] > theta[None, :]).sum(axis=0),
        marginal=_bounds(*comparison.marginal(side), side),
        simultaneous=_bounds(better.sum(axis=0), better.sum(axis=1), side),
        better=better,
        critical=critical,
        df_rule=rule,
        warnings=warnings,
        level=level,
        draws=draws,
        seed=seed,
        generator=f"{GENERATOR}, numpy {np.__version__}, scipy {scipy_version}",
    )


def checked_covariance(covariance: ArrayLike, p: int) -> Floats:
    """A covariance matrix made exactly symmetric, refused where it is not one to 1e-10."""
    matrix = np.asarray(covariance, dtype=np.float64)
    if matrix.shape != (p, p):
        raise StatisticsError("covariance_shape", expected=(p, p), found=matrix.shape)
    if not np.isfinite(matrix).all():
        row, column = np.argwhere(~np.isfinite(matrix))[0]
        raise StatisticsError("covariance_missing", at=(int(row), int(column)))
    scale = max(1.0, float(np.abs(matrix).max()))
    difference = np.abs(matrix - matrix.T)
    if difference.max() > TOLERANCE * scale:
        row, column = np.unravel_index(int(difference.argmax()), matrix.shape)
        raise StatisticsError(
            "covariance_asymmetric",
            at=(int(row), int(column)),
            found=(float(matrix[row, column]), float(matrix[column, row])),
        )
    matrix = (matrix + matrix.T) / 2
    values, vectors = np.linalg.eigh(matrix)
    if values[0] < -TOLERANCE * scale:
        heaviest = np.abs(vectors[:, 0]).argsort()[::-1][:2].tolist()
        raise StatisticsError("covariance_not_semidefinite", eigenvalue=float(values[0]), at=tuple(sorted(heaviest)))
    return matrix


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
    if (freedom <= 0).any():
        raise StatisticsError("df_not_positive", units=np.flatnonzero(freedom <= 0).tolist())
    return freedom


def _refuse_other_se(se: ArrayLike | None, matrix: Floats) -> None:
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


def _pooled(errors: Floats, freedom: Floats, simple: ArrayLike | None) -> tuple[Floats, Floats]:
    """Errors from one pooled variance, and its degrees of freedom; units without error keep none."""
    drawn = errors > 0
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
    return np.where(drawn, np.sqrt(pooled), 0.0), np.full(len(errors), total)


def _warnings(freedom: Floats) -> tuple[RankWarning, ...]:
    found = []
    for code, limit in (("df_under_30", FEW_DF), ("df_under_5", TOO_FEW_DF)):
        few = np.flatnonzero(freedom < limit)
        if len(few):
            found.append(RankWarning(code, tuple(few.tolist()), float(freedom[few].min())))
    return tuple(found)


def _normal_draws(p: int, draws: int, generator: np.random.Generator) -> Floats:
    """(p, draws) standard normal draws from a scrambled Sobol sequence.

    A critical value is a tail quantile: spread evenly, the same number of draws misses it by half as much.
    """
    from scipy.stats import qmc  # takes a second, and most processes never draw

    sequence = qmc.Sobol(p, rng=generator)
    uniform = sequence.random_base2(max(1, math.ceil(math.log2(draws))))[:draws]
    return np.asarray(special.ndtri(np.clip(uniform, SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)).T)


def _independent_draws(errors: Floats, freedom: Floats, draws: int, seed: int, *, pooled: bool) -> tuple[Floats, str]:
    """(p, draws) of independent units, each with the noise of its own error."""
    generator = np.random.Generator(np.random.PCG64(seed))
    z = _normal_draws(len(errors), draws, generator) * errors[:, None]
    if np.isinf(freedom).all():
        return z, "gaussian"
    if pooled:
        return z / np.sqrt(generator.chisquare(freedom[0], draws) / freedom[0]), "pooled"
    for unit in np.flatnonzero(np.isfinite(freedom)):
        z[unit] /= np.sqrt(generator.chisquare(freedom[unit], draws) / freedom[unit])
    return z, "per_unit"


def _correlated_draws(matrix: Floats, df: float, draws: int, seed: int) -> tuple[Floats, str]:
    """(p, draws) with a covariance; one χ² a draw at the smallest degrees of freedom."""
    generator = np.random.Generator(np.random.PCG64(seed))
    values, vectors = np.linalg.eigh(matrix)
    root = vectors * np.sqrt(np.maximum(values, 0))
    z = root @ _normal_draws(len(matrix), draws, generator)
    if np.isinf(df):
        return z, "gaussian"
    return z / np.sqrt(generator.chisquare(df, draws) / df), "smallest"


def _difference_errors(matrix: Floats) -> Floats:
    """(p, p) σ_jk; exactly 0 where the two move together."""
    own = np.diag(matrix)
    sums = own[:, None] + own[None, :]
    squares = sums - 2 * matrix
    return np.sqrt(np.where(squares <= ZERO_VARIANCE * sums, 0.0, squares))


def _bounds(above: Integers, below: Integers, side: str) -> Integers:
    """(p, 2) sets from the numbers of significantly better and worse units."""
    p = len(above)
    low = np.ones(p, dtype=np.int64) if side == "upper" else 1 + above
    high = np.full(p, p) if side == "lower" else p - below
    return np.column_stack([low, high])


def _later(compared: Flags, unit: int) -> slice | Integers:
    """The units after one that it is compared with: a slice where that is all of them."""
    later = compared[unit + 1 :]
    return slice(unit + 1, None) if later.all() else unit + 1 + np.flatnonzero(later)


class _Comparison:
    """All ordered pairs of units, their statistics and the draws of them."""

    def __init__(self, theta: Floats, errors: Floats, z: Floats, level: float, stepdown: bool) -> None:
        self.p, self.draws = z.shape
        self.z, self.level, self.stepdown = z, level, stepdown
        self.compared = errors > 0
        np.fill_diagonal(self.compared, False)
        self.inverse = np.divide(1.0, errors, out=np.zeros_like(errors), where=self.compared)
        difference = theta[:, None] - theta[None, :]
        self.certain = ~self.compared & (difference > 0)
        self.statistic = difference * self.inverse
        self.largest = self._largest()

    def _largest(self) -> Floats:
        """(p, draws) largest drawn statistic that a unit is part of, in either direction."""
        largest = np.full((self.p, self.draws), -np.inf)
        for start in range(0, self.draws, DRAWS_AT_ONCE):
            chosen = slice(start, start + DRAWS_AT_ONCE)
            z = np.ascontiguousarray(self.z[:, chosen])
            found, room = np.full_like(z, -np.inf), np.empty_like(z)
            for j in range(self.p - 1):
                later = _later(self.compared[j], j)
                others = z[later]
                if not len(others):
                    continue
                drawn = np.subtract(others, z[j], out=room[: len(others)])
                np.abs(drawn, out=drawn)
                drawn *= self.inverse[j, later, None]
                np.maximum(found[j], drawn.max(axis=0), out=found[j])
                found[later] = np.maximum(found[later], drawn)
            largest[:, chosen] = found
        return largest

    def simultaneous(self) -> tuple[Flags, float]:
        """Who is significantly better than whom, all pairs together, and the last critical value."""
        rejected, critical = self._reject(self.compared.copy(), self.largest.max(axis=0), exact=True)
        return rejected | self.certain, critical

    def marginal(self, side: str) -> tuple[Integers, Integers]:
        """(p,) numbers of significantly better and worse units, each unit on its own."""
        above = np.empty(self.p, dtype=np.int64)
        below = np.empty(self.p, dtype=np.int64)
        for j in range(self.p):
            active = np.zeros((self.p, self.p), dtype=bool)
            if side != "lower":
                active[j] = self.compared[j]
            if side != "upper":
                active[:, j] = self.compared[:, j]
            rejected, _ = self._reject(active, self.largest[j], exact=side == "two")
            above[j] = (rejected[:, j] | self.certain[:, j]).sum()
            below[j] = (rejected[j] | self.certain[j]).sum()
        return above, below

    def _reject(self, active: Flags, bound: Floats, *, exact: bool) -> tuple[Flags, float]:
        """Step down over the active ordered pairs.

        Args:
            active: (p, p) ordered pairs that are asked about.
            bound: (draws,) at least the largest active statistic of each draw.
            exact: Whether it is that statistic.
        """
        rejected = np.zeros_like(active)
        if not active.any():
            return rejected, float("nan")
        critical = float(np.quantile(bound, self.level)) if exact else self._quantile(active, bound)
        while True:
            new = active & (self.statistic > critical)
            rejected |= new
            active = active & ~new
            if not self.stepdown or not new.any() or not active.any():
                return rejected, critical
            critical = self._quantile(active, bound)

    def _quantile(self, active: Flags, bound: Floats) -> float:
        """The quantile of the largest active statistic, looking only at draws that can matter.

        A smaller set of pairs has a smaller maximum in every draw, so the draws are taken from the
        largest old maximum down until no other can reach the quantile.
        """
        place = (self.draws - 1) * self.level
        lower = int(np.floor(place))
        needed = self.draws - lower
        size = needed + needed // 4 + 16
        while True:
            size = min(self.draws, size)
            chosen = np.argpartition(bound, self.draws - size)[self.draws - size :]
            found = self._largest_active(active, chosen)
            found.partition((size - needed, min(size - needed + 1, size - 1)))
            smallest, next_up = found[size - needed], found[min(size - needed + 1, size - 1)]
            if size == self.draws or smallest >= bound[chosen].min():
                return float(smallest + (place - lower) * (next_up - smallest))
            size *= 2

    def _largest_active(self, active: Flags, chosen: Integers) -> Floats:
        """Largest active statistic of some draws."""
        z = self.z[:, chosen]
        first, second = np.nonzero(active)
        if len(first) <= 4 * self.p:
            drawn = (z[first] - z[second]) * self.inverse[first, second, None]
            return np.asarray(drawn.max(axis=0))
        largest = np.full(len(chosen), -np.inf)
        for j in np.flatnonzero(active.any(axis=1)):
            others = np.flatnonzero(active[j])
            drawn = (z[j] - z[others]) * self.inverse[j, others, None]
            np.maximum(largest, drawn.max(axis=0), out=largest)
        return largest

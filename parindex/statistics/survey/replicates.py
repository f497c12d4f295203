"""Replicate weights: jackknife, balanced half samples, Fay, Rao–Wu bootstrap, or as given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.linalg import hadamard as sylvester

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Design, Floats, Integers
from parindex.statistics.survey.linearisation import Target

RANK_TOLERANCE = 1e-5
DENSE = 4_000_000
"""Factors of units in replicates that are kept one by one."""
BATCH = 64
"""Targets that are estimated by one product of matrices."""


@dataclass(frozen=True, slots=True)
class Deletions:
    """Factors of replicates that leave out one unit each, without the matrix of all units × all replicates."""

    stratum: Integers
    """(groups,) stratum of each unit."""
    deleted: Integers
    """(R,) the unit that a replicate leaves out."""
    inside: Floats
    """(R,) factor of the other units of its stratum."""
    outside: Floats
    """(R,) factor of the units of the other strata."""

    __array_ufunc__ = None

    def __len__(self) -> int:
        return len(self.stratum)

    @property
    def shape(self) -> tuple[int, int]:
        """Units and replicates."""
        return len(self.stratum), len(self.deleted)

    def fitting(self) -> Floats | Deletions:
        """The matrix where it is small."""
        units, replicates = self.shape
        return self[np.arange(units)] if units * replicates <= DENSE else self

    def __getitem__(self, units: Integers) -> Floats:
        """(m, R) factors of some units."""
        same = self.stratum[units][:, None] == self.stratum[self.deleted]
        factors = np.where(same, self.inside, self.outside)
        factors[units[:, None] == self.deleted] = 0.0
        return factors

    def __rmatmul__(self, sums: Floats) -> Floats:
        """(k, R) sums of the replicates from (k, groups) sums of the units."""
        adding = sparse.csr_array((np.ones(len(self)), (np.arange(len(self)), self.stratum)))
        own = np.asarray(sums @ adding)[:, self.stratum[self.deleted]]
        rest = sums.sum(axis=1, keepdims=True) - own
        return np.asarray(self.outside * rest + self.inside * (own - sums[:, self.deleted]))

    def rank(self, units: Integers) -> int:
        """Rank of the rows of some units, each once.

        Units that no replicate leaves out have the same row. In a stratum of several units that are left out in turn
        and are all here, one row follows from the others and from that row.
        """
        left_out = np.zeros(len(self), dtype=bool)
        left_out[self.deleted] = True
        here = np.zeros(len(self), dtype=bool)
        here[units] = True
        drawn, met = (np.bincount(self.stratum, chosen) for chosen in (left_out, left_out & here))
        whole = (drawn > 1) & (met == drawn)
        ones = bool(whole.any() or (here & ~left_out).any())
        return int(met.sum()) - int(whole.sum()) + ones


@dataclass(frozen=True, slots=True)
class Replicates:
    """R sets of weights of one sample, kept as factors of groups of rows."""

    factors: Floats | Deletions
    """(groups, R) factor of the base weight in each replicate."""
    group: Integers
    """(n,) group of each row: its PSU, or the row itself."""
    base: Floats
    """(n,) what the factors multiply."""
    scale: float
    """What the sum of squares is multiplied by."""
    rscales: Floats
    """(R,) what each replicate's square is multiplied by."""
    mse: bool
    """Squares about the full-sample estimate, not about the replicates' mean."""
    uncalibrated: Replicates | None = None
    """What these were before calibration, which adds no degrees of freedom."""

    @property
    def count(self) -> int:
        """Number of replicates."""
        return int(self.factors.shape[1])

    def weights(self) -> Floats:
        """(n, R) replicate weights."""
        return np.asarray(self.base[:, None] * self.factors[self.group])

    def values(self, target: Target) -> Floats:
        """(R,) the estimate under each replicate; NaN where a replicate leaves nothing to divide by."""
        return self.values_of([target])[:, 0] + target.centre

    def values_of(self, targets: Sequence[Target]) -> Floats:
        """(R, k) the estimates under each replicate, less the centres of their targets, batch by batch."""
        found = [self._batch(targets[at : at + BATCH]) for at in range(0, len(targets), BATCH)]
        return np.concatenate(found).T if found else np.empty((self.count, 0))

    def _batch(self, targets: Sequence[Target]) -> Floats:
        """(k, R) values of some targets by one product of matrices."""
        ratios = [at for at, target in enumerate(targets) if target.denominator is not None]
        sums = [self._group_sums(target, target.numerator) for target in targets]
        sums += [self._group_sums(targets[at], targets[at].denominator) for at in ratios]
        products = np.stack(sums) @ self.factors
        values, bottom = products[: len(targets)], products[len(targets) :]
        missing = np.full(bottom.shape, np.nan)
        values[ratios] = np.divide(values[ratios], bottom, out=missing, where=bottom != 0)
        return np.asarray(values)

    def _group_sums(self, target: Target, values: Floats | None) -> Floats:
        """(groups,) weighted sums of the rows of each group."""
        weights = self.base[target.rows]
        weighted = weights if values is None else weights * values
        return np.bincount(self.group[target.rows], weighted, minlength=len(self.factors)).astype(np.float64)

    def covariance(self, values: Floats, full: Floats) -> Floats:
        """(k, k) from the (R, k) replicate values and the (k,) full-sample estimates."""
        deviations = self._deviations(values, full)
        matrix = self.scale * (deviations.T * self.rscales) @ deviations
        return np.asarray((matrix + matrix.T) / 2)

    def variances(self, values: Floats, full: Floats) -> Floats:
        """(k,) the diagonal of ``covariance``."""
        return np.asarray(self.scale * (self.rscales @ self._deviations(values, full) ** 2))

    def _deviations(self, values: Floats, full: Floats) -> Floats:
        counted = self.rscales > 0
        return values - (full if self.mse or not counted.any() else values[counted].mean(axis=0))

    def df(self, rows: Integers) -> int:
        """Rank of the replicate weights of these rows, less 1."""
        if self.uncalibrated is not None:
            return self.uncalibrated.df(rows)
        used = rows[self.base[rows] > 0]
        if len(used) == 0:
            return 0
        if isinstance(self.factors, Deletions):
            return self.factors.rank(self.group[used]) - 1
        matrix = self.factors[np.unique(self.group[used])]
        sums = matrix.sum(axis=1, keepdims=True)
        matrix = np.unique(np.round(np.divide(matrix, sums, out=np.zeros_like(matrix), where=sums != 0), 14), axis=0)
        return int(np.linalg.matrix_rank(matrix, rtol=RANK_TOLERANCE)) - 1

    def recalibrated(self, calibrate: Callable[[Floats], Floats]) -> Replicates:
        """The replicates with each set of weights calibrated as the full sample was."""
        matrix = np.column_stack([calibrate(column) for column in self.weights().T])
        n = len(self.group)
        return replace(self, factors=matrix, group=np.arange(n), base=np.ones(n), uncalibrated=self)


def _of_psus(
    design: Design, factors: Floats | Deletions, scale: float, rscales: ArrayLike | None = None, mse: bool = False
) -> Replicates:
    scales = np.ones(factors.shape[1]) if rscales is None else np.asarray(rscales, dtype=np.float64)
    return Replicates(factors, design.stages[0].unit, design.weights, scale, scales, mse)


def jk1(design: Design, *, mse: bool = False) -> Replicates:
    """Delete one PSU at a time from an unstratified sample: factor n/(n−1), scale (1−f)(n−1)/n.

    Raises:
        StatisticsError: ``jk1_with_strata``, ``too_few_psus``.
    """
    if design.strata_count > 1:
        raise StatisticsError("jk1_with_strata", strata=design.strata_count)
    n = design.psus
    if n < 2:
        raise StatisticsError("too_few_psus", psus=n)
    every = np.ones(n)
    factors = Deletions(design.stages[0].parent, np.arange(n), every * (n / (n - 1)), every).fitting()
    return _of_psus(design, factors, float(1 - design.stages[0].fraction[0]) * (n - 1) / n, mse=mse)


def jkn(design: Design, *, mse: bool = False) -> Replicates:
    """Delete one PSU at a time in its stratum: factor n/(n−1) there, scale (1−f)(n−1)/n per stratum.

    A stratum that was taken whole adds neither error nor degrees of freedom: no replicate, unless all were.
    Lonely strata: an error (``fail``), no replicate (``remove``, ``certainty``), no replicate and the sum
    enlarged by PSUs ÷ replicates (``average``), the PSU deleted and all others enlarged by H/(H−1)
    (``adjust``).
    """
    design.refuse_lonely()
    stage, strata = design.stages[0], design.strata_count
    n = stage.sampled[stage.parent].astype(np.float64)
    counts = ~stage.whole[stage.parent] if not stage.whole.all() else np.ones(design.psus, dtype=bool)
    several = counts & (n > 1)
    enlarged = counts & (n == 1) & stage.lonely[stage.parent] & (design.lonely_psu == "adjust") & (strata > 1)
    deleted = np.flatnonzero(several | enlarged)
    if not len(deleted):
        raise StatisticsError("too_few_psus", psus=design.psus)
    own, alone = n[deleted], enlarged[deleted]
    inside = np.divide(own, own - 1, out=np.ones(len(own)), where=~alone)
    outside = np.where(alone, strata / max(1, strata - 1), 1.0)
    correction = 1 - stage.fraction[stage.parent[deleted]]
    scales = np.where(alone, (strata - 1) / strata, correction * (own - 1) / own)
    skipped = int(counts.sum()) - len(deleted)
    scale = 1 + skipped / len(deleted) if design.lonely_psu == "average" else 1.0
    factors = Deletions(stage.parent, deleted, inside, outside).fitting()
    return _of_psus(design, factors, scale, scales, mse)


def brr(design: Design, *, rho: float = 0.0, mse: bool = False) -> Replicates:
    """Balanced half samples, with Fay's ρ: factors 2−ρ and ρ by a Hadamard matrix, scale 1/(R(1−ρ)²).

    Two PSUs a stratum; an even number is split into pairs in the order of their first rows. The all-ones
    row of the matrix is never used.

    Raises:
        StatisticsError: ``brr_needs_pairs`` naming the strata, ``rho_out_of_range``.
    """
    if not 0 <= rho < 1:
        raise StatisticsError("rho_out_of_range", found=rho)
    stage = design.stages[0]
    odd = np.flatnonzero(stage.sampled % 2 == 1)
    if len(odd):
        raise StatisticsError("brr_needs_pairs", names=[stage.parent_names[s] for s in odd])
    first_row = np.unique(stage.unit, return_index=True)[1]
    order = np.lexsort((first_row, stage.parent))
    pair = np.empty(design.psus, dtype=np.int64)
    first = np.empty(design.psus, dtype=bool)
    pair[order] = np.arange(design.psus) // 2
    first[order] = np.arange(design.psus) % 2 == 0
    signs = hadamard(design.psus // 2 + 1)[1 : design.psus // 2 + 1]
    chosen = (signs[pair] > 0) == first[:, None]
    factors = np.where(chosen, 2 - rho, rho)
    count = factors.shape[1]
    return _of_psus(design, factors, 1 / (count * (1 - rho) ** 2), mse=mse)


def rao_wu(design: Design, *, count: int, seed: int, mse: bool = False) -> Replicates:
    """Rao–Wu bootstrap: n−1 PSUs drawn with replacement in each stratum, factor n/(n−1)·times drawn.

    The draws are whole numbers of numpy's PCG64 with the seed, stratum by stratum, replicate by replicate.
    """
    if count < 2:
        raise StatisticsError("too_few_replicates", found=count)
    design.refuse_lonely()
    stage = design.stages[0]
    generator = np.random.Generator(np.random.PCG64(seed))
    factors = np.ones((design.psus, count))
    starts = np.searchsorted(stage.parent, np.arange(len(stage.sampled)))
    for first, n in zip(starts.tolist(), stage.sampled.tolist(), strict=True):
        if n > 1:
            drawn = generator.integers(0, n, size=(count, n - 1))
            drawn += n * np.arange(count)[:, None]
            times = np.bincount(drawn.ravel(), minlength=n * count).reshape(count, n)
            np.multiply(times.T, n / (n - 1), out=factors[first : first + n])
    return _of_psus(design, factors, 1 / (count - 1), mse=mse)


def given(
    design: Design,
    columns: ArrayLike,
    *,
    factors: bool = False,
    scale: float = 1.0,
    rscales: Sequence[float] | None = None,
    mse: bool = False,
) -> Replicates:
    """Replicate weights that came with the data.

    Args:
        design: The sample; its weights are the full-sample weights.
        columns: (n, R) replicate weights, or factors of the full-sample weights.
        factors: Whether they are factors.
        scale: What the sum of squares is multiplied by.
        rscales: (R,) what each replicate's square is multiplied by; all 1 if not given.
        mse: Squares about the full-sample estimate.

    Raises:
        StatisticsError: ``replicate_weight_missing``, ``replicate_weight_infinite``, ``rscales_differ``.
    """
    matrix = np.asarray(columns, dtype=np.float64)
    if matrix.ndim != 2 or len(matrix) != design.n:
        raise StatisticsError("length_differs", column="replicates", rows=design.n, found=matrix.shape)
    for code, wrong in (
        ("replicate_weight_missing", np.isnan(matrix)),
        ("replicate_weight_infinite", np.isinf(matrix)),
    ):
        if wrong.any():
            raise StatisticsError(code, rows=np.flatnonzero(wrong.any(axis=1)).tolist())
    scales = np.ones(matrix.shape[1]) if rscales is None else np.asarray(rscales, dtype=np.float64)
    if scales.shape != (matrix.shape[1],) or not np.isfinite(scales).all():
        raise StatisticsError("rscales_differ", replicates=matrix.shape[1], found=len(scales))
    base = design.weights if factors else np.ones(design.n)
    return Replicates(matrix, np.arange(design.n), base, scale, scales, mse)


def hadamard(least: int) -> NDArray[np.int64]:
    """A Hadamard matrix of ±1 with a first row of ones, of the least order found that is not below ``least``.

    Sylvester doublings of Paley's matrices of order q+1, q prime and q ≡ 3 (mod 4).

    >>> h = hadamard(9)
    >>> h.shape, bool((h @ h.T == 12 * np.eye(12)).all()), bool((h[0] == 1).all())
    ((12, 12), True, True)
    """
    order = max(1, least)
    while True:
        doubled = order
        while doubled % 2 == 0 and doubled >= 1:
            if _is_paley_prime(doubled - 1):
                return _doubled(_paley(doubled - 1), order // doubled)
            doubled //= 2
        if doubled == 1:
            return sylvester(order).astype(np.int64)
        order += 1


def _is_paley_prime(q: int) -> bool:
    return q > 2 and q % 4 == 3 and all(q % d for d in range(3, int(q**0.5) + 1, 2))


def _paley(q: int) -> NDArray[np.int64]:
    residues = {(i * i) % q for i in range(1, q)}
    character = np.array([0, *(1 if i in residues else -1 for i in range(1, q))])
    core = character[(np.arange(q)[:, None] - np.arange(q)) % q]
    skew = np.zeros((q + 1, q + 1), dtype=np.int64)
    skew[0, 1:] = 1
    skew[1:, 0] = -1
    skew[1:, 1:] = core
    matrix = skew + np.eye(q + 1, dtype=np.int64)
    return np.asarray(matrix * matrix[0], dtype=np.int64)


def _doubled(matrix: NDArray[np.int64], times: int) -> NDArray[np.int64]:
    return np.kron(sylvester(times).astype(np.int64), matrix) if times > 1 else matrix

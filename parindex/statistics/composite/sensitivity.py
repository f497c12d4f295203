"""Variance-based sensitivity: what part of an output's variance comes from which uncertain input.

S1 of an input is the part that goes if the input alone becomes known, ST the part that stays if all others become
known (Sobol 1993; Homma & Saltelli 1996). From two independent samples A and B of all inputs, and for every input a
third that is A with this input from B:

    S1 = Σ f(B)·(f(AB) − f(A)) / (n·V)     (Saltelli et al. 2010)
    ST = Σ (f(A) − f(AB))² / (2·n·V)        (Jansen 1999)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from parindex.statistics.composite.aggregation import Level, by_levels, checked_weights
from parindex.statistics.composite.rank_shifts import mean_shifts, ranks_of_rows
from parindex.statistics.draws import uniform_draws
from parindex.statistics.errors import StatisticsError
from parindex.statistics.ranks.plain_ranks import ranks
from parindex.statistics.survey.design import Floats, Integers

CONSTANT = 1e-24
"""An output whose variance is less than this part of its square does not vary but for rounding."""


@dataclass(frozen=True, slots=True)
class Indices:
    """Sensitivity of outputs to inputs; NaN for an output that does not vary."""

    first: Floats
    """(inputs, outputs) S1; small negative values are simulation error."""
    total: Floats
    """(inputs, outputs) ST."""
    first_se: Floats
    """(inputs, outputs) simulation error of S1, as of independent draws: evenly spread draws have less."""
    total_se: Floats
    """(inputs, outputs) simulation error of ST."""
    variance: Floats
    """(outputs,) variance of the output."""


def indices(a: Floats, b: Floats, changed: Iterable[Floats]) -> Indices:
    """The indices from the outputs under the samples.

    Args:
        a: (n, outputs) under A.
        b: (n, outputs) under B.
        changed: For every input the (n, outputs) under A with this input from B; read one after the other.
    """
    n = len(a)
    centre = (a.mean(axis=0) + b.mean(axis=0)) / 2
    own, other = a - centre, b - centre
    variance = (np.einsum("no,no->o", own, own) + np.einsum("no,no->o", other, other)) / (2 * n)
    sums = [_sums(other, one - a) for one in changed]
    parts = np.array(sums) / n if sums else np.empty((0, 4, a.shape[1]))
    varies = variance > CONSTANT * centre**2
    scale = np.where(varies, variance, np.nan)
    first, total = parts[:, 0] / scale, parts[:, 1] / (2 * scale)
    spread = [
        np.maximum(square - mean**2, 0) for mean, square in ((parts[:, 0], parts[:, 2]), (parts[:, 1], parts[:, 3]))
    ]
    errors = [np.sqrt(part / n) for part in spread]
    return Indices(first, total, errors[0] / scale, errors[1] / (2 * scale), np.where(varies, variance, 0.0))


def _sums(other: Floats, difference: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """(outputs,) sums of the terms of S1 and ST, and of their squares."""
    product, square = other * difference, difference * difference
    return (
        product.sum(axis=0),
        square.sum(axis=0),
        np.einsum("no,no->o", product, product),
        np.einsum("no,no->o", square, square),
    )


def two_samples(inputs: int, n: int, seed: int) -> tuple[Floats, Floats]:
    """Samples A and B, each (n, inputs) uniform between 0 and 1, from one sequence.

    Raises:
        StatisticsError: ``too_few_draws``.
    """
    if n < 2:
        raise StatisticsError("too_few_draws", found=n)
    both = uniform_draws(2 * inputs, n, np.random.Generator(np.random.PCG64(seed)))
    return both[:, :inputs], both[:, inputs:]


def sobol(
    model: Callable[[Floats], Floats],
    inputs: int | Sequence[Sequence[int]],
    *,
    n: int = 1024,
    seed: int = 1,
) -> Indices:
    """S1 and ST of any function of independent uniform inputs.

    Args:
        model: From (rows, columns) between 0 and 1 to (rows,) or (rows, outputs).
        inputs: How many columns there are, each an input; or the columns of every input, for inputs of several.
        n: Draws; the model is asked for n·(inputs + 2) rows. A power of two spreads them evenly.
        seed: Seed of the draws.

    Raises:
        StatisticsError: ``too_few_draws``.

    >>> found = sobol(lambda u: u[:, 0] + 2 * u[:, 1], 2, n=4096)
    >>> found.first.round(2).ravel().tolist(), found.total.round(2).ravel().tolist()
    ([0.2, 0.8], [0.2, 0.8])
    """
    groups = [[column] for column in range(inputs)] if isinstance(inputs, int) else [list(group) for group in inputs]
    a, b = two_samples(sum(map(len, groups)), n, seed)

    def outputs(sample: Floats) -> Floats:
        found = np.asarray(model(sample), dtype=np.float64)
        return found[:, None] if found.ndim == 1 else found

    def changed() -> Iterable[Floats]:
        for group in groups:
            mixed = a.copy()
            mixed[:, group] = b[:, group]
            yield outputs(mixed)

    return indices(outputs(a), outputs(b), changed())


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightSensitivity:
    """How an arithmetic index and its ranking answer to every weight."""

    index: Indices
    """(criteria, units) sensitivity of each unit's index."""
    shift: Indices
    """(criteria, 1) sensitivity of the mean absolute rank shift."""
    mean_shift: float
    """Mean absolute shift of a rank from that under the weights as they are, over units and draws."""
    rank: Integers
    """(units,) rank under the weights as they are."""
    rank_quantiles: Floats
    """(units, 3) the 5 %, 50 % and 95 % quantile of the rank over the draws."""


def weight_sensitivity(
    scores: ArrayLike, weights: ArrayLike, *, spread: float = 0.25, n: int = 1024, seed: int = 1
) -> WeightSensitivity:
    """Let every weight vary by itself, uniformly within ±``spread`` of its size; the weights then sum to 1 again.

    Args:
        scores: (units, criteria) normalised, none missing.
        weights: (criteria,) effective weights.
        spread: Largest relative change of a weight, 0 to 1.
        n: Draws.
        seed: Seed of the draws.

    Raises:
        StatisticsError: ``value_missing`` naming the units, ``length_differs``, ``weight_negative``,
            ``weights_all_zero``, ``out_of_range``, ``too_few_draws``.
    """
    x, w = checked_scores(scores, weights, spread)
    a, b = (w * (1 + spread * (2 * u - 1)) for u in two_samples(len(w), n, seed))
    total = a.sum(axis=1, keepdims=True)
    index_a, index_b = a @ x.T / total, b @ x.T / b.sum(axis=1, keepdims=True)
    rank = ranks_of_rows((w @ x.T / w.sum())[None, :])[0]
    shifts: list[Floats] = []

    def changed() -> Iterable[Floats]:
        for criterion in range(len(w)):
            step = b[:, criterion, None] - a[:, criterion, None]
            index = index_a + step / (total + step) * (x[:, criterion] - index_a)
            shifts.append(mean_shifts(index, rank)[:, None])
            yield index

    of_index = indices(index_a, index_b, changed())
    shift_a, shift_b = mean_shifts(index_a, rank)[:, None], mean_shifts(index_b, rank)[:, None]
    drawn = ranks_of_rows(np.concatenate([index_a, index_b]))
    return WeightSensitivity(
        index=of_index,
        shift=indices(shift_a, shift_b, shifts),
        mean_shift=float((shift_a.mean() + shift_b.mean()) / 2),
        rank=rank,
        rank_quantiles=np.quantile(drawn, [0.05, 0.5, 0.95], axis=0).T,
    )


def checked_scores(scores: ArrayLike, weights: ArrayLike, spread: float) -> tuple[Floats, Floats]:
    """(units, criteria) values without gaps and (criteria,) weights that fit them."""
    x, w = np.asarray(scores, dtype=np.float64), checked_weights(weights)
    if x.ndim != 2 or x.shape[1] != len(w):
        raise StatisticsError("length_differs", column="weights", rows=x.shape[-1], found=w.shape)
    if not np.isfinite(x).all():
        raise StatisticsError("value_missing", units=np.flatnonzero(~np.isfinite(x).all(axis=1)).tolist())
    if not 0 <= spread <= 1:
        raise StatisticsError("out_of_range", name="spread", found=spread)
    return x, w


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    """What becomes of the ranking when one criterion goes and the weights of its group are shared anew."""

    shift: Integers
    """(criteria, units) rank without the criterion less rank with it: positive is a fall."""
    mean_shift: Floats
    """(criteria,) mean of the absolute shifts."""


def leave_one_out(scores: ArrayLike, levels: Sequence[Level], rule: str = "arithmetic") -> LeaveOneOut:
    """Leave every criterion out in turn; a group that loses its last one goes too.

    Args:
        scores: (units, criteria) normalised, none missing.
        levels: See ``by_levels``.
        rule: See ``aggregate``.

    Raises:
        StatisticsError: ``too_few_criteria``, and what ``by_levels`` raises.

    >>> tree = [Level(np.array([1.0, 2.0]), np.zeros(2, int))]
    >>> leave_one_out([[1.0, 5.0], [2.0, 4.0]], tree).shift.tolist()
    [[0, 0], [1, -1]]
    """
    x = np.asarray(scores, dtype=np.float64)
    if x.shape[-1] < 2:
        raise StatisticsError("too_few_criteria", found=x.shape[-1])
    whole = ranks(by_levels(x, levels, rule)[-1][:, 0])
    shift = np.empty((x.shape[1], len(x)), dtype=np.int64)
    for criterion in range(x.shape[1]):
        rest = by_levels(np.delete(x, criterion, axis=1), _without(levels, criterion), rule)
        shift[criterion] = ranks(rest[-1][:, 0]) - whole
    return LeaveOneOut(shift, np.abs(shift).mean(axis=1))


def _without(levels: Sequence[Level], node: int) -> list[Level]:
    """The tree without a node of the first level, nor the parents that have no other child with weight."""
    first, *above = levels
    parent = int(first.parent[node])
    kept = np.delete(np.arange(len(first.weights)), node)
    weights, parents = first.weights[kept], first.parent[kept]
    if not above or weights[parents == parent].sum() > 0:
        return [Level(weights, parents), *above]
    if (parents == parent).any():
        raise StatisticsError("weights_all_zero", level=0)
    return [Level(weights, parents - (parents > parent)), *_without(above, parent)]

"""One stratum added up: what every estimate needs of it, without its units.

The variance of a mean r = Σwy ÷ Σw is that of the unit totals z = B − r·A, with A = Σw and B = Σwy of a unit. As r is
known only when all strata are, a stratum keeps the design covariance of A and of B − c·A, c its own mean: with
d = c − r the contribution is Q(B−cA, B−cA) + 2d·Q(A, B−cA) + d²·Q(A, A). No large number is taken from another, for
each Q is itself a sum of squares about a mean (Chan, Golub & LeVeque 1983).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from parindex.statistics.at_scale.cell_sums import Cells, Sums
from parindex.statistics.at_scale.stratum_rows import Grid
from parindex.statistics.at_scale.survey_parts import Units
from parindex.statistics.survey.design import Floats, Integers, Stage
from parindex.statistics.survey.estimates import NOISE
from parindex.statistics.survey.variance import StageFactors, stage_factors

CACHED: Final = 65_536
"""Doubles that stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class StratumSums:
    """Records of strata that are complete: one for each domain that a stratum meets."""

    stratum: NDArray[Any]
    """(R,) stratum of each record."""
    domain: Integers
    """(R,) its domain."""
    rows: Integers
    """(R,) rows, whether or not they answered."""
    lonely: NDArray[np.bool_]
    """(R,) whether the stratum has one designed PSU of several."""
    used: Floats
    """(R, k) rows that answered, with positive weight."""
    answered: NDArray[np.bool_]
    """(R, k) whether a row answered, with any weight."""
    weight: Floats
    """(R, k) Σw."""
    top: Floats
    """(R, k) Σwy, y less its centre."""
    weight_square: Floats
    """(R, k) Σw²."""
    mean: Floats
    """(R, k) c = Σwy ÷ Σw, 0 without weight."""
    spread: Floats
    """(R, k) Σw(y − c)²."""
    active: Floats
    """(R, k) PSUs with a used row."""
    first: Floats
    """(R, 3k) first stage: Q of B−cA with itself, of A with it, of A with itself."""
    below: Floats
    """(R, 3k) the same of all stages below."""
    undefined: NDArray[np.bool_]
    """(R, k) whether the rule ``average`` met a lonely unit below the first stage, where it has nothing to average."""

    def __len__(self) -> int:
        return len(self.stratum)


def joined(groups: Sequence[StratumSums]) -> StratumSums:
    """Records of several parts, in the order of domain and stratum."""
    columns = {field.name: np.concatenate([getattr(g, field.name) for g in groups]) for field in fields(StratumSums)}
    order = np.lexsort((columns["stratum"], columns["domain"]))
    return StratumSums(**{name: column[order] for name, column in columns.items()})


def added_up(units: Units, found: Grid | Cells, lonely_psu: str) -> tuple[StratumSums, list[dict[str, object]]]:
    """Add one stratum up.

    Args:
        units: All its units, with or without rows.
        found: Its cells, units counted from 0.
        lonely_psu: What a lonely unit contributes.

    Returns:
        Its records, and its lonely units as ``Design.lonely_units`` names them.

    Raises:
        StatisticsError: ``count_varies``, ``count_too_small``, ``count_is_fraction``.
    """
    design = units.design(lonely_psu)
    stages = design.reached
    layer: _Layer = _GridLayer.of(found) if isinstance(found, Grid) else _ListLayer.of(found)
    sums = layer.whole
    k = sums.weight.shape[1]
    mean = np.divide(sums.top, sums.weight, out=np.zeros_like(sums.top), where=sums.weight > 0)
    layer.centre(mean)
    products: list[Floats] = []
    undefined = np.zeros(mean.shape, dtype=bool)
    factors = _all_factors(stages, lonely_psu)
    for number in range(len(stages) - 1, -1, -1):
        stage = stages[number]
        above = layer.raised(stage) if number else None
        if number and lonely_psu == "average" and stage.lonely.any():
            undefined |= layer.meets(stage.lonely[stage.parent])
        if number == 0:
            active = layer.active()
        products.insert(0, layer.products(stage, factors[number]))
        layer = above if above is not None else layer
    spread = sums.top_square - mean * sums.top
    records = StratumSums(
        stratum=np.repeat(units.strata[:1], len(layer.domains)),
        domain=layer.domains,
        rows=layer.rows,
        lonely=np.repeat(stages[0].lonely[:1], len(layer.domains)),
        used=sums.used,
        answered=sums.known > 0,
        weight=sums.weight,
        top=sums.top,
        weight_square=sums.weight_square,
        mean=mean,
        spread=np.where(spread > NOISE * sums.top_square, spread, 0.0),
        active=active,
        first=products[0],
        below=sum(products[1:], np.zeros((len(mean), 3 * k))),
        undefined=undefined,
    )
    return records, design.lonely_units()


def _all_factors(stages: Sequence[Stage], rule: str) -> list[StageFactors]:
    above = np.ones(1)
    found = []
    for stage in stages:
        found.append(stage_factors(stage, above, rule))
        above = (above * stage.fraction)[stage.parent]
    return found


class _Layer:
    """Totals of the units of one stage in the domains that the stratum meets."""

    domains: Integers
    """(d,) the domains."""
    rows: Integers
    """(d,) their rows."""
    whole: Sums
    """(d, k) sums over all units."""

    def centre(self, mean: Floats) -> None:
        """Take c·A off B."""
        raise NotImplementedError

    def active(self) -> Floats:
        """(d, k) units with a used row."""
        raise NotImplementedError

    def meets(self, units: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(d, k) whether one of these units has a used row."""
        raise NotImplementedError

    def raised(self, stage: Stage) -> _Layer:
        """Totals of the parents."""
        raise NotImplementedError

    def products(self, stage: Stage, factors: StageFactors) -> Floats:
        """(d, 3k) Q of this stage."""
        raise NotImplementedError


class _GridLayer(_Layer):
    """All units × all domains."""

    def __init__(self, grid: Grid, weight: Floats, top: Floats, mean: Floats) -> None:
        self.grid, self.domains, self.rows, self.whole = grid, grid.domains, grid.rows, grid.whole
        self.weight, self.top, self.mean = weight, top, mean

    @classmethod
    def of(cls, grid: Grid) -> _GridLayer:
        """The units of the last stage."""
        return cls(grid, grid.weight, grid.top, np.zeros(grid.weight.shape[1]))

    def centre(self, mean: Floats) -> None:
        self.mean = mean.ravel()

    def active(self) -> Floats:
        return self._by_domain(np.count_nonzero(self.weight, axis=0).astype(np.float64))

    def meets(self, units: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return self._by_domain(np.asarray((self.weight[units] > 0).any(axis=0)))

    def raised(self, stage: Stage) -> _GridLayer:
        starts = np.flatnonzero(np.diff(stage.parent, prepend=-1))
        weight, top = (np.add.reduceat(values, starts, axis=0) for values in (self.weight, self.top))
        return _GridLayer(self.grid, weight, top, self.mean)

    def products(self, stage: Stage, factors: StageFactors) -> Floats:
        one = len(stage.sampled) == 1
        means, tops = self._means(stage, factors)
        root = np.sqrt(factors.square)[stage.parent][:, None]
        found = np.zeros((3, len(self.mean)))
        step = max(1, CACHED // max(1, len(self.mean)))
        for start in range(0, len(self.weight), step):
            here = slice(start, start + step)
            weight = self.weight[here]
            top = self.top[here] - weight * self.mean
            if one:
                weight = weight - means
            else:
                parent = stage.parent[here]
                weight = (weight - means[parent]) * root[here]
                top = (top - tops[parent]) * root[here]
            for at, (a, b) in enumerate(((top, top), (weight, top), (weight, weight))):
                found[at] += np.einsum("ij,ij->j", a, b)
        if one:
            found *= factors.square[0]
        return np.concatenate([self._by_domain(values) for values in found], axis=1)

    def _means(self, stage: Stage, factors: StageFactors) -> tuple[Floats, Floats]:
        """(parents, d·k) means of A and of B − cA; the latter adds up to 0 in the only parent, the stratum."""
        if len(stage.sampled) == 1:
            return self.weight.sum(axis=0) * factors.centre[0], np.zeros(0)
        starts = np.flatnonzero(np.diff(stage.parent, prepend=-1))
        means, tops = (
            np.add.reduceat(values, starts, axis=0) * factors.centre[:, None] for values in (self.weight, self.top)
        )
        return means, tops - means * self.mean

    def _by_domain(self, values: NDArray[Any]) -> NDArray[Any]:
        return values.reshape(len(self.domains), -1)


class _ListLayer(_Layer):
    """The cells that have a row; the others are 0 and counted all the same."""

    def __init__(
        self, of: Cells, domains: Integers, unit: Integers, place: Integers, weight: Floats, top: Floats
    ) -> None:
        self.cells, self.domains, self.unit, self.place = of, domains, unit, place
        self.weight, self.top = weight, top

    @classmethod
    def of(cls, cells: Cells) -> _ListLayer:
        """The units of the last stage."""
        domains, place = np.unique(cells.domain, return_inverse=True)
        layer = cls(cells, domains, cells.unit, place, cells.sums.weight, cells.sums.top)
        layer.rows = np.bincount(place, cells.rows, minlength=len(domains)).astype(np.int64)
        layer.whole = cells.sums.each(layer._by_domain)
        return layer

    def _by_domain(self, values: Floats) -> Floats:
        return np.asarray(_grouping(self.place, len(self.domains)) @ values)

    def centre(self, mean: Floats) -> None:
        self.top = self.top - self.weight * mean[self.place]

    def active(self) -> Floats:
        return self._by_domain((self.weight > 0).astype(np.float64))

    def meets(self, units: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return self._by_domain(self.weight * units[self.unit][:, None]) > 0

    def raised(self, stage: Stage) -> _ListLayer:
        key = stage.parent[self.unit] * len(self.domains) + self.place
        distinct, number = np.unique(key, return_inverse=True)
        adding = _grouping(number, len(distinct))
        unit, place = np.divmod(distinct, len(self.domains))
        weight, top = (np.asarray(adding @ values) for values in (self.weight, self.top))
        above = _ListLayer(self.cells, self.domains, unit, place, weight, top)
        above.rows, above.whole = self.rows, self.whole
        return above

    def products(self, stage: Stage, factors: StageFactors) -> Floats:
        parent = stage.parent[self.unit]
        distinct, pair = np.unique(parent * len(self.domains) + self.place, return_inverse=True)
        parent, place = np.divmod(distinct, len(self.domains))
        adding = _grouping(pair, len(distinct))
        present = np.bincount(pair, minlength=len(distinct))
        means, rest = [], []
        for values in (self.weight, self.top):
            mean = np.asarray(adding @ values) * factors.centre[parent][:, None]
            means.append(mean)
            rest.append(values - mean[pair])
        absent = (stage.sampled[parent] - present)[:, None]
        within = _grouping(place, len(self.domains))
        found = []
        for a, b in ((1, 1), (0, 1), (0, 0)):
            squares = adding @ (rest[a] * rest[b]) + absent * means[a] * means[b]
            found.append(np.asarray(within @ (squares * factors.square[parent][:, None])))
        return np.concatenate(found, axis=1)


def _grouping(group: Integers, groups: int) -> sparse.csr_array:
    """(groups, n) matrix that adds the rows of a group."""
    n = len(group)
    return sparse.csr_array((np.ones(n), (group, np.arange(n))), shape=(groups, n))

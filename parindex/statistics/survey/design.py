"""The sample as it was drawn: weights, strata, stages, population counts, and what to do with lonely units."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, Protocol, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from parindex.statistics.errors import StatisticsError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
LonelyRule = Literal["fail", "certainty", "remove", "adjust", "average"]
LONELY_RULES: Final[tuple[LonelyRule, ...]] = get_args(LonelyRule)


@dataclass(frozen=True, slots=True)
class Named:
    """A column of names as numbers: what a million rows say is compared once for each name."""

    codes: NDArray[Any]
    """(n,) place of each row's name, −1 where it is missing."""
    names: tuple[str, ...]
    """The names, ascending."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows, as an array has them."""
        return self.codes.shape

    def texts(self) -> NDArray[np.object_]:
        """(n,) the names row by row, ``None`` where missing."""
        return np.asarray(np.array([*self.names, None], dtype=object)[self.codes])

    def numbered(self) -> tuple[tuple[str, ...], Integers]:
        """The names that a row has, and (n,) the number of each row's among them; no row is missing."""
        met = np.flatnonzero(np.bincount(self.codes, minlength=len(self.names)))
        number = np.zeros(max(1, len(self.names)), dtype=np.int64)
        number[met] = np.arange(len(met))
        return tuple(self.names[at] for at in met.tolist()), number[self.codes]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of selection: its units, each inside a parent (a stratum at the first stage)."""

    unit: Integers
    """(rows,) number of the unit in which a row lies."""
    parent: Integers
    """(units,) number of the parent: the stratum, or the unit of the stage before."""
    parent_names: tuple[str, ...]
    """Name of each parent as the data wrote it, for messages."""
    sampled: Integers
    """(parents,) units drawn in each parent, by design: rows with missing answers count."""
    population: Floats | None
    """(parents,) units that the parent has; ``None`` where the stage counts as drawn with replacement."""

    @property
    def fraction(self) -> Floats:
        """(parents,) sampling fraction n/N, 0 without a population count."""
        if self.population is None:
            return np.zeros(len(self.sampled))
        return self.sampled / self.population

    @property
    def whole(self) -> NDArray[np.bool_]:
        """(parents,) whether every unit of the parent was taken, so that the stage adds no error."""
        return np.asarray(self.fraction > 1 - 1e-7, dtype=np.bool_)

    @property
    def lonely(self) -> NDArray[np.bool_]:
        """(parents,) whether one unit was drawn from a parent that has more."""
        lonely: NDArray[np.bool_] = (self.sampled == 1) & ~self.whole
        return lonely


class Projection(Protocol):
    """What calibration takes out of scores before their variance is estimated."""

    def residuals(self, scores: Floats) -> Floats:
        """(n, k) scores less the part that the calibration margins explain."""
        ...


class Design:
    """A stratified multi-stage sample, checked when it is made.

    Cluster ids are nested: the same id in two strata, or in two units of the stage before, names two
    clusters. Rows with weight 0 keep their units in the design.

    Args:
        weights: (n,) finite and not negative.
        strata: (n,) stratum of the first stage; ``None``: one stratum.
        stages: Cluster ids, first stage first, each (n,); empty: every row is its own unit.
        fpc: Population *counts* per stage, each (n,), constant in their stratum or parent. Fewer than
            the stages: the rest count as drawn with replacement. Without ``stages`` they count rows.
        lonely_psu: What one designed unit in a stratum contributes: an error (``fail``), nothing
            (``certainty``, ``remove``), its uncentred square (``adjust``) or the mean of the other
            strata (``average``).

    Raises:
        StatisticsError: ``weight_missing``, ``weight_infinite``, ``weight_negative``,
            ``weights_all_zero``, ``no_rows``, ``length_differs``, ``stratum_missing``,
            ``cluster_missing``, ``count_missing``, ``count_is_fraction``, ``count_varies``,
            ``count_too_small``, ``counts_exceed_stages``, ``unknown_lonely_rule``.

    >>> d = Design([2, 2, 3, 3], strata=["a", "a", "b", "b"], fpc=[[4, 4, 6, 6]])
    >>> d.df, d.psus, d.stages[0].fraction.round(3).tolist()
    (2, 4, [0.5, 0.333])
    """

    def __init__(
        self,
        weights: ArrayLike,
        strata: ArrayLike | Named | None = None,
        stages: Sequence[ArrayLike | Named] = (),
        fpc: Sequence[ArrayLike] = (),
        lonely_psu: str = "fail",
    ) -> None:
        if lonely_psu not in LONELY_RULES:
            raise StatisticsError("unknown_lonely_rule", found=lonely_psu, accepted=LONELY_RULES)
        self.lonely_psu = lonely_psu
        self.weights = _checked_weights(weights)
        self.n = len(self.weights)
        self.used: NDArray[np.bool_] = self.weights > 0
        self.stratum, self.stratum_names = self._strata(strata)
        self.stages = self._stages(stages, fpc)
        self.stratum_of_psu = self.stages[0].parent
        self.projection: Projection | None = None

    def _strata(self, strata: ArrayLike | Named | None) -> tuple[Integers, tuple[str, ...]]:
        if strata is None:
            return np.zeros(self.n, dtype=np.int64), ("",)
        values = _column(strata, self.n, "strata")
        refuse_missing(values, "stratum_missing")
        names, codes = _numbered(values)
        return codes.astype(np.int64), tuple(str(name) for name in names)

    @cached_property
    def sums(self) -> tuple[sparse.csr_array, ...]:
        """Per stage the (units, rows) matrix that adds the scores of a unit's rows."""
        return tuple(
            sparse.csr_array((np.ones(self.n), (s.unit, np.arange(self.n))), shape=(len(s.parent), self.n))
            for s in self.stages
        )

    def _stages(self, stages: Sequence[ArrayLike | Named], fpc: Sequence[ArrayLike]) -> tuple[Stage, ...]:
        if len(fpc) > max(1, len(stages)):
            raise StatisticsError("counts_exceed_stages", counts=len(fpc), stages=max(1, len(stages)))
        columns: list[ArrayLike | Named] = [np.arange(self.n)] if len(stages) == 0 else list(stages)
        built: list[Stage] = []
        parent_of_row, names = self.stratum, self.stratum_names
        for number, column in enumerate(columns, start=1):
            ids = _column(column, self.n, f"stages[{number - 1}]")
            refuse_missing(ids, "cluster_missing", stage=number)
            stage, unit_names = _stage(ids, parent_of_row, names, named=number < len(columns))
            if number <= len(fpc):
                population = _population(fpc[number - 1], parent_of_row, stage, number, names)
                stage = Stage(stage.unit, stage.parent, names, stage.sampled, population)
            built.append(stage)
            parent_of_row, names = stage.unit, unit_names
        return tuple(built)

    @property
    def reached(self) -> tuple[Stage, ...]:
        """The stages that add error: one follows another only where the other's population is counted."""
        for number, stage in enumerate(self.stages, start=1):
            if stage.population is None:
                return self.stages[:number]
        return self.stages

    @property
    def psus(self) -> int:
        """Units drawn at the first stage."""
        return len(self.stratum_of_psu)

    @property
    def strata_count(self) -> int:
        """Strata of the first stage."""
        return len(self.stratum_names)

    @property
    def df(self) -> int:
        """PSUs less strata, of those with a row of positive weight."""
        return self.df_of(np.flatnonzero(self.used))

    def df_of(self, rows: Integers) -> int:
        """PSUs less strata that have one of these rows with positive weight."""
        psus = np.unique(self.stages[0].unit[rows[self.used[rows]]])
        return len(psus) - len(np.unique(self.stratum_of_psu[psus]))

    def calibrated(self, weights: Floats, projection: Projection) -> Design:
        """The same sample under calibrated weights; its errors are those of the residuals."""
        design = copy.copy(self)
        design.weights = weights
        design.projection = projection
        return design

    def lonely_units(self) -> list[dict[str, object]]:
        """Strata and parents, at the stages that add error, from which only one unit was drawn."""
        return [
            {"stage": number, "name": stage.parent_names[parent]}
            for number, stage in enumerate(self.reached, start=1)
            for parent in np.flatnonzero(stage.lonely)
        ]

    def refuse_lonely(self) -> None:
        """Raise ``lonely_psu`` naming every lonely stratum where the rule is ``fail``."""
        if self.lonely_psu == "fail" and (lonely := self.lonely_units()):
            raise StatisticsError("lonely_psu", units=lonely, names=[unit["name"] for unit in lonely])


def _checked_weights(weights: ArrayLike) -> Floats:
    values = np.asarray(weights, dtype=np.float64)
    if values.ndim != 1 or len(values) == 0:
        raise StatisticsError("no_rows")
    finite_weights(values)
    if not (values > 0).any():
        raise StatisticsError("weights_all_zero")
    return values


def finite_weights(values: Floats) -> None:
    """Refuse weights that are missing, infinite or negative, naming their rows."""
    if len(values) == 0 or (values.min() >= 0 and values.max() < math.inf):
        return
    for code, wrong in (
        ("weight_missing", np.isnan(values)),
        ("weight_infinite", np.isinf(values)),
        ("weight_negative", values < 0),
    ):
        if wrong.any():
            raise StatisticsError(code, rows=np.flatnonzero(wrong).tolist())


def _column(values: ArrayLike | Named, n: int, name: str) -> NDArray[Any] | Named:
    """A column of the right length; mixed objects are compared by their text."""
    column = values if isinstance(values, Named) else np.asarray(values)
    if column.shape != (n,):
        raise StatisticsError("length_differs", column=name, rows=n, found=column.shape)
    return column


def _numbered(column: NDArray[Any] | Named) -> tuple[Sequence[Any], Integers]:
    """The names of a column in their order, and (n,) the number of each row's name."""
    if isinstance(column, Named):
        return column.numbered()
    names, codes = np.unique(column, return_inverse=True)
    return names.tolist(), codes.astype(np.int64)


def refuse_missing(column: NDArray[Any] | Named, code: str, **values: object) -> None:
    """Refuse a column with an empty cell, naming its rows."""
    if isinstance(column, Named):
        missing = column.codes < 0
    elif column.dtype.kind == "f":
        missing = np.isnan(column)
    elif column.dtype.kind == "O":
        missing = np.array(
            [v is None or v == "" or (isinstance(v, float) and math.isnan(v)) for v in column], dtype=bool
        )
    else:
        missing = column == "" if column.dtype.kind in "US" else np.zeros(len(column), dtype=bool)
    if missing.any():
        raise StatisticsError(code, rows=np.flatnonzero(missing).tolist(), **values)


def _stage(
    ids: NDArray[Any] | Named, parent_of_row: Integers, names: tuple[str, ...], *, named: bool
) -> tuple[Stage, tuple[str, ...]]:
    """Number the clusters inside their parents, in the order of parent and id; names only where they are parents."""
    labels, codes = _numbered(ids)
    key = parent_of_row * len(labels) + codes
    pairs, unit = np.unique(key, return_inverse=True)
    parent = pairs // len(labels)
    sampled = np.bincount(parent, minlength=len(names))
    if not named:
        return Stage(unit.astype(np.int64), parent, names, sampled, None), ()
    unit_names = tuple(
        f"{names[p]}/{labels[i]}" if names[p] else str(labels[i])
        for p, i in zip(parent.tolist(), (pairs % len(labels)).tolist(), strict=True)
    )
    return Stage(unit.astype(np.int64), parent, names, sampled, None), unit_names


def _population(
    counts: ArrayLike, parent_of_row: Integers, stage: Stage, number: int, names: tuple[str, ...]
) -> Floats:
    """Population count of each parent, refused where it is missing, a fraction, varying or too small."""
    values = np.asarray(counts, dtype=np.float64)
    if values.shape != parent_of_row.shape:
        raise StatisticsError(
            "length_differs", column=f"fpc[{number - 1}]", rows=len(parent_of_row), found=values.shape
        )
    if not np.isfinite(values).all():
        raise StatisticsError("count_missing", stage=number, rows=np.flatnonzero(~np.isfinite(values)).tolist())
    if (values < 1).any():
        raise StatisticsError("count_is_fraction", stage=number, rows=np.flatnonzero(values < 1).tolist())
    low = np.full(len(names), np.inf)
    high = np.full(len(names), -np.inf)
    np.minimum.at(low, parent_of_row, values)
    np.maximum.at(high, parent_of_row, values)
    for code, wrong in (("count_varies", low != high), ("count_too_small", low < stage.sampled)):
        if wrong.any():
            raise StatisticsError(
                code,
                stage=number,
                units=[
                    {"name": names[p], "counts": [float(low[p]), float(high[p])], "sampled": int(stage.sampled[p])}
                    for p in np.flatnonzero(wrong)
                ],
                names=[names[p] for p in np.flatnonzero(wrong)],
            )
    return low

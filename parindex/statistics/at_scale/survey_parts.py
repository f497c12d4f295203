"""A part of a survey: some of its rows, each with its place in the sample, and the units that they lie in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Design, Floats, Integers, finite_weights, refuse_missing
from parindex.statistics.survey.domains import natural_key

MISSING: Final = -128
"""What stands in an item of bytes where there is no answer."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyPart:
    """Rows of a survey in any order. Parts of one survey have the same stages, counts and items.

    Raises:
        StatisticsError: ``weight_missing``, ``weight_infinite``, ``weight_negative``, ``stratum_missing``,
            ``cluster_missing``, ``count_missing``, ``length_differs``; rows are counted from 0 in the part.
    """

    weights: Floats
    """(n,) finite and not negative."""
    items: NDArray[Any]
    """(n, k) doubles with NaN, or bytes (int8) with ``MISSING``; True and False are 1 and 0."""
    strata: NDArray[Any]
    """(n,) name or number of the stratum."""
    stages: tuple[NDArray[Any], ...]
    """Cluster ids, first stage first, each (n,); nested."""
    counts: tuple[Floats, ...] = ()
    """Population counts of the stages, each (n,); fewer than stages: the rest as drawn with replacement."""
    domain: Integers
    """(n,) place of the row's domain in ``keys``, −1 where it is in none."""
    keys: tuple[Key, ...] = ((),)
    """Values of the crossed variables of each domain."""

    def __post_init__(self) -> None:
        """Check what the arrays hold."""
        n = len(self.weights)
        finite_weights(self.weights)
        columns = [("items", self.items), ("strata", self.strata), ("domain", self.domain)]
        columns += [(f"stages[{i}]", column) for i, column in enumerate(self.stages)]
        columns += [(f"fpc[{i}]", column) for i, column in enumerate(self.counts)]
        for name, column in columns:
            if len(column) != n:
                raise StatisticsError("length_differs", column=name, rows=n, found=column.shape)
        if not self.stages or len(self.counts) > len(self.stages):
            raise StatisticsError("counts_exceed_stages", counts=len(self.counts), stages=len(self.stages))
        refuse_missing(self.strata, "stratum_missing")
        for stage, column in enumerate(self.stages, start=1):
            refuse_missing(column, "cluster_missing", stage=stage)
        for stage, count in enumerate(self.counts, start=1):
            if not np.isfinite(count).all():
                raise StatisticsError("count_missing", stage=stage, rows=np.flatnonzero(~np.isfinite(count)).tolist())

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def reached(self) -> int:
        """Stages that add error: those whose population is counted, and the one after."""
        return min(len(self.stages), len(self.counts) + 1)

    def rows(self, chosen: slice | Integers | NDArray[np.bool_]) -> SurveyPart:
        """Some of the rows."""
        return SurveyPart(
            weights=self.weights[chosen],
            items=self.items[chosen],
            strata=self.strata[chosen],
            stages=tuple(column[chosen] for column in self.stages),
            counts=tuple(column[chosen] for column in self.counts),
            domain=self.domain[chosen],
            keys=self.keys,
        )


def part_of(
    weights: ArrayLike,
    items: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    stages: Sequence[ArrayLike],
    fpc: Sequence[ArrayLike] = (),
    by: Sequence[Sequence[str | None]] = (),
) -> SurveyPart:
    """A part from columns.

    Args:
        weights: (n,).
        items: (n, k) doubles with NaN, or bytes with ``MISSING``.
        strata: (n,); ``None``: one stratum.
        stages: Cluster ids, first stage first, each (n,).
        fpc: Population counts per stage, each (n,).
        by: Columns of text whose crossing is the domain, ``None`` where missing; none: one domain.

    >>> part = part_of([1, 1, 2], [[1.0], [0.0], [1.0]], stages=[[7, 7, 8]], by=[["a", "b", None]])
    >>> part.domain.tolist(), part.keys
    ([0, 1, -1], (('a',), ('b',)))
    """
    w = np.asarray(weights, dtype=np.float64)
    domain, keys = domain_codes(by, len(w))
    values = np.asarray(items)
    return SurveyPart(
        weights=w,
        items=values if values.dtype in (np.int8, np.bool_) else values.astype(np.float64),
        strata=np.zeros(len(w), dtype=np.int64) if strata is None else _labels(strata),
        stages=tuple(_labels(column) for column in stages),
        counts=tuple(np.asarray(column, dtype=np.float64) for column in fpc),
        domain=domain,
        keys=keys,
    )


def domain_codes(by: Sequence[Sequence[str | None]], n: int) -> tuple[Integers, tuple[Key, ...]]:
    """(n,) place of each row's crossing, −1 where a value is missing, and the crossings in natural order."""
    if not by:
        return np.zeros(n, dtype=np.int64), ((),)
    pairs = [_codes(column) for column in by]
    return crossed([codes for codes, _ in pairs], [labels for _, labels in pairs])


def crossed(codes: Sequence[Integers], labels: Sequence[Sequence[str]]) -> tuple[Integers, tuple[Key, ...]]:
    """The domains of a crossing.

    Args:
        codes: Of each variable (n,) places in its labels, −1 where missing.
        labels: Of each variable its values.

    Returns:
        (n,) place of each row's crossing, −1 where a value is missing, and the crossings in natural order.
    """
    inside = np.logical_and.reduce([column >= 0 for column in codes])
    number = np.zeros(len(inside), dtype=np.int64)
    first: Integers
    for column, names in zip(codes, labels, strict=True):
        key = number * len(names) + np.maximum(column, 0)
        found = np.unique(key[inside], return_index=True, return_inverse=True)
        first, number[inside] = np.flatnonzero(inside)[found[1]], found[2]
    rows = list(zip(*(column[first].tolist() for column in codes), strict=True)) if inside.any() else []
    seen = [tuple(names[at] for names, at in zip(labels, row, strict=True)) for row in rows]
    keys = in_natural_order(seen)
    place = {key: at for at, key in enumerate(keys)}
    order = np.array([place[key] for key in seen], dtype=np.int64)
    domain = np.full(len(inside), -1, dtype=np.int64)
    domain[inside] = order[number[inside]]
    return domain, keys


def _codes(column: Sequence[str | None]) -> tuple[Integers, list[str]]:
    found: dict[str, int] = {}
    codes = [-1 if value is None else found.setdefault(value, len(found)) for value in column]
    return np.array(codes, dtype=np.int64), list(found)


def joined_parts(parts: Sequence[SurveyPart]) -> SurveyPart:
    """The rows of several parts, one after the other.

    Raises:
        StatisticsError: ``parts_differ`` where their items are of another kind or number.
    """
    if len(parts) == 1:
        return parts[0]
    kinds = {(part.items.dtype.str, part.items.shape[1], len(part.stages), len(part.counts)) for part in parts}
    if len(kinds) > 1:
        raise StatisticsError("parts_differ", frames=sorted(map(str, kinds)))
    keys = united_keys(part.keys for part in parts)
    place = {key: number for number, key in enumerate(keys)}
    domains = [np.array([*(place[key] for key in part.keys), -1], dtype=np.int64)[part.domain] for part in parts]
    return SurveyPart(
        weights=np.concatenate([part.weights for part in parts]),
        items=np.concatenate([part.items for part in parts]),
        strata=np.concatenate([part.strata for part in parts]),
        stages=tuple(np.concatenate(columns) for columns in zip(*(part.stages for part in parts), strict=True)),
        counts=tuple(np.concatenate(columns) for columns in zip(*(part.counts for part in parts), strict=True)),
        domain=np.concatenate(domains),
        keys=keys,
    )


def united_keys(groups: Iterable[tuple[Key, ...]]) -> tuple[Key, ...]:
    """Every domain of several parts: as they stand where all name the same, else in natural order."""
    groups = set(groups)
    if len(groups) == 1:
        return groups.pop()
    return in_natural_order({key for keys in groups for key in keys})


def in_natural_order(keys: Iterable[Key]) -> tuple[Key, ...]:
    """Domains sorted by the values of their variables, numbers in them by size."""
    keys = list(keys)
    ranked = {value: natural_key(value) for value in {value for key in keys for value in key}}
    return tuple(sorted(keys, key=lambda key: [ranked[value] for value in key]))


def _labels(column: ArrayLike) -> NDArray[Any]:
    """Names as text, numbers as they are: what can be sorted."""
    values = np.asarray(column)
    if values.dtype.kind != "O":
        return values
    refuse_missing(values, "cluster_missing", stage=0)
    return np.array([str(value) for value in values.tolist()], dtype=np.str_)


@dataclass(frozen=True, slots=True)
class Units:
    """The units of the last stage that adds error, in the order of their names: the same from any cut of the data."""

    strata: NDArray[Any]
    """(U,) stratum of each."""
    stages: tuple[NDArray[Any], ...]
    """Cluster ids of each, first stage first."""
    counts: tuple[Floats, ...]
    """Population counts of each."""

    def __len__(self) -> int:
        return len(self.strata)

    def chosen(self, places: NDArray[Any] | slice) -> Units:
        """Some of them."""
        return Units(
            self.strata[places],
            tuple(column[places] for column in self.stages),
            tuple(column[places] for column in self.counts),
        )

    def design(self, lonely_psu: str) -> Design:
        """The sample with a row for each unit.

        Raises:
            StatisticsError: ``count_varies``, ``count_too_small``, ``count_is_fraction``.
        """
        return Design(np.ones(len(self)), self.strata, self.stages, self.counts, lonely_psu)

    def stratum_starts(self) -> Integers:
        """First unit of each stratum."""
        if not len(self):
            return np.empty(0, dtype=np.int64)
        return np.concatenate([[0], np.flatnonzero(self.strata[1:] != self.strata[:-1]) + 1])


def units_of(part: SurveyPart) -> tuple[Units, Integers]:
    """The units of a part's rows, and (n,) the unit of each row.

    Raises:
        StatisticsError: ``count_varies`` where two rows of a unit disagree about a population count.
    """
    columns = [part.strata, *part.stages[: part.reached]]
    n = len(part)
    if n == 0:
        return Units(part.strata, part.stages[: part.reached], part.counts), np.empty(0, dtype=np.int64)
    changes = np.zeros(n - 1, dtype=bool)
    for column in columns:
        changes |= column[1:] != column[:-1]
    starts = np.concatenate([[0], np.flatnonzero(changes) + 1])
    first, number = _numbered([column[starts] for column in columns])
    unit = np.repeat(number, np.diff(np.concatenate([starts, [n]])))
    rows = starts[first]
    units = Units(
        part.strata[rows],
        tuple(column[rows] for column in part.stages[: part.reached]),
        tuple(column[rows] for column in part.counts),
    )
    for stage, count in enumerate(part.counts, start=1):
        _refuse_varying(part, unit, stage, count, units.counts[stage - 1])
    return units, unit


def _refuse_varying(part: SurveyPart, unit: Integers, stage: int, count: Floats, own: Floats) -> None:
    wrong = np.flatnonzero(count != own[unit])
    if len(wrong):
        names = list(dict.fromkeys(str(part.strata[row]) for row in wrong.tolist()))
        raise StatisticsError("count_varies", stage=stage, names=names, rows=wrong.tolist())


def united_units(groups: Sequence[Units]) -> tuple[Units, list[Integers]]:
    """The units of several parts, and where each part's units are among them.

    Raises:
        StatisticsError: ``count_varies`` where two parts disagree about a population count.
    """
    strata = np.concatenate([units.strata for units in groups])
    stages = tuple(np.concatenate(columns) for columns in zip(*(units.stages for units in groups), strict=True))
    counts = tuple(np.concatenate(columns) for columns in zip(*(units.counts for units in groups), strict=True))
    first, number = _numbered([strata, *stages])
    for stage, count in enumerate(counts, start=1):
        wrong = np.flatnonzero(count != count[first][number])
        if len(wrong):
            names = list(dict.fromkeys(str(strata[row]) for row in wrong.tolist()))
            raise StatisticsError("count_varies", stage=stage, names=names)
    united = Units(strata, stages, counts).chosen(first)
    cuts = np.cumsum([len(units) for units in groups])[:-1]
    return united, [np.asarray(places) for places in np.split(number, cuts)]


def _numbered(columns: Sequence[NDArray[Any]]) -> tuple[Integers, Integers]:
    """First place of each combination, combinations in the order of their columns, and the number of each place."""
    number = np.zeros(len(columns[0]), dtype=np.int64)
    first = np.zeros(1, dtype=np.int64)
    for column in columns:
        labels, codes = np.unique(column, return_inverse=True)
        _, first, number = np.unique(number * len(labels) + codes, return_index=True, return_inverse=True)
    return first, number

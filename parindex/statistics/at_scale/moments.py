"""Sums of any part of a survey that add up: means, shares and totals with their errors from data of any size.

A part becomes ``Moments``; moments of parts are merged in any order and any grouping. Every sum belongs to a unit of the
sample and is made from that unit's rows alone, and the units are put in the order of their names before anything is
added across them. So parts that are cut between units give the same result **bit by bit**; a cut through a unit adds
its rows in another grouping, which is one rounding (relative 1e-16) for each cut, and none where weights are whole
numbers.

A stratum that is complete can be *closed*: its units are added up (``stratum_sums``) and let go, which bounds the memory
by the largest stratum. Means and totals are the same from open and closed strata, for they are closed first; the
covariance between estimates and replicates need the units and so open strata.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from parindex.statistics.at_scale.cell_sums import Cells, merged_cells, no_cells
from parindex.statistics.at_scale.means import Means, means_of, totals_of
from parindex.statistics.at_scale.stratum_rows import Grid, StratumRows, Workspace, gridded
from parindex.statistics.at_scale.stratum_sums import StratumSums, added_up, joined
from parindex.statistics.at_scale.survey_parts import Key, SurveyPart, Units, united_keys, united_units, units_of
from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import LONELY_RULES, Design, Floats, Integers, LonelyRule
from parindex.statistics.survey.replicates import Replicates
from parindex.statistics.survey.variance import average_factor, taylor_covariance


@dataclass(frozen=True, slots=True)
class Frame:
    """What all parts of one survey share."""

    items: int
    """Items of each row."""
    stages: int
    """Stages that add error."""
    counts: int
    """Stages whose population is counted."""
    centre: tuple[float, ...]
    """What is taken off each item before it is squared."""
    lonely_psu: LonelyRule
    """What one designed unit in a stratum contributes."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A stratum that is complete."""

    stratum: Any
    """Its name."""
    lonely: tuple[dict[str, object], ...]
    """Its lonely units."""
    sums: StratumSums
    """Its records."""


@dataclass(frozen=True, slots=True)
class Moments:
    """The sums of some rows of a survey."""

    frame: Frame
    """What all parts share."""
    keys: tuple[Key, ...]
    """(D,) domains that were met or named, in natural order."""
    units: Units
    """Units of the open strata, with or without rows in a domain, in the order of their names."""
    cells: Cells
    """Sums of the open strata, by unit and domain."""
    closed: tuple[Closed, ...]
    """Strata that were closed."""
    rows: int
    """Rows added up."""
    unassigned: int
    """Of these, rows in no domain."""

    @classmethod
    def of(
        cls,
        part: SurveyPart,
        *,
        centre: Sequence[float] | None = None,
        lonely_psu: str = "fail",
        complete: bool = False,
    ) -> Moments:
        """Add up the rows of a part.

        Args:
            part: The rows. In the order of stratum and unit they are read where they stand, else gathered.
            centre: (k,) a value near each item's mean, the same for all parts, for items whose values are
                large against their spread; ``None``: 0.
            lonely_psu: The rule of ``Design``.
            complete: Whether the part holds all rows of its strata, which are then closed one by one.

        Raises:
            StatisticsError: ``unknown_lonely_rule``; those of ``Design`` about population counts.
        """
        frame = _frame(part, centre, lonely_psu)
        numbered = _Numbered.of(part)
        strata = numbered.strata(frame)
        if complete:
            space = Workspace()
            groups = [_close(numbered.units.chosen(span), rows.complete(space), frame) for span, rows in strata]
            units, cells, closed = numbered.units.chosen(slice(0, 0)), no_cells(frame.items), tuple(groups)
        else:
            parts = [_shifted(rows.cells(), span.start) for span, rows in strata]
            units, cells, closed = numbered.units, merged_cells(parts or [no_cells(frame.items)]), ()
        outside = int(np.count_nonzero(part.domain < 0))
        return cls(frame, part.keys, units, cells, closed, len(part), outside)

    def __add__(self, other: Moments) -> Moments:
        return merged([self, other])

    def complete(self) -> Moments:
        """Close the open strata, which then take no more rows."""
        groups = []
        for span in _spans(self.units.stratum_starts(), len(self.units)):
            found = gridded(_shifted(self._cells_of(span), -span.start), span.stop - span.start)
            groups.append(_close(self.units.chosen(span), found, self.frame))
        none = self.units.chosen(slice(0, 0))
        return replace(self, units=none, cells=no_cells(self.frame.items), closed=(*self.closed, *groups))

    def _cells_of(self, span: slice) -> Cells:
        low, high = np.searchsorted(self.cells.unit, [span.start, span.stop])
        return self.cells.chosen(np.arange(low, high))

    def means(self) -> Means:
        """(D, k) means or shares with their errors, by linearisation.

        Raises:
            StatisticsError: ``lonely_psu`` under the rule ``fail``; ``no_rows``.
        """
        return means_of(self._sums(), self.keys, self.frame.centre, self.frame.lonely_psu)

    def whole(self) -> Moments:
        """The same sums with every row that is in a domain in one, the whole.

        Raises:
            StatisticsError: ``units_closed`` where strata were closed.
        """
        self.design()
        cells = self.cells.renumbered(np.arange(len(self.units)), np.zeros(max(1, len(self.keys)), dtype=np.int64))
        return replace(self, keys=((),), cells=merged_cells([cells, no_cells(self.frame.items)]))

    def totals(self) -> Means:
        """(D, k) totals with their errors; see ``means``."""
        return totals_of(self._sums(), self.keys, self.frame.centre, self.frame.lonely_psu)

    def _sums(self) -> StratumSums:
        done = self.complete()
        if not done.closed or not self.rows:
            raise StatisticsError("no_rows")
        lonely = [unit for group in done.closed for unit in group.lonely]
        if lonely and self.frame.lonely_psu == "fail":
            raise StatisticsError("lonely_psu", units=lonely, names=[unit["name"] for unit in lonely])
        return joined([group.sums for group in done.closed])

    def design(self) -> Design:
        """The sample with a row for each open unit: for replicates of the units.

        Raises:
            StatisticsError: ``units_closed`` where strata were closed.
        """
        if self.closed:
            raise StatisticsError("units_closed", names=[str(group.stratum) for group in self.closed])
        return self.units.design(self.frame.lonely_psu)

    def covariance(self, chosen: Sequence[tuple[int, int]]) -> Floats:
        """Covariance of means across domains and items.

        Args:
            chosen: (place in ``keys``, item) of each of m means.

        Returns:
            (m, m); NaN rows where a mean does not exist.

        Raises:
            StatisticsError: ``units_closed``, ``lonely_psu``.
        """
        design = self.design()
        columns, met, exists = [], [], []
        for domain, item in chosen:
            places = np.flatnonzero(self.cells.domain == domain)
            weight, top = self.cells.sums.weight[places, item], self.cells.sums.top[places, item]
            total = float(weight.sum())
            exists.append(total > 0)
            held = total if total > 0 else 1.0
            mean = float(top.sum()) / held
            units, known = self.cells.unit[places], self.cells.sums.known[places, item] > 0
            column = np.zeros(len(self.units))
            column[units] = (top - mean * weight) / held
            columns.append(column)
            met.append(units[known])
        average = np.array([average_factor(design, units) for units in met])
        scores = sparse.csr_array(np.column_stack(columns))
        matrix = taylor_covariance(design, scores, average)
        gone = ~np.array(exists)
        matrix[gone] = np.nan
        matrix[:, gone] = np.nan
        return matrix

    def replicated(self, replicates: Replicates, domains: Sequence[int] | None = None) -> Floats:
        """Means under replicate weights: the factors of the units times their sums, one product of matrices.

        Args:
            replicates: Of ``design()``.
            domains: Places in ``keys``; ``None``: all.

        Returns:
            (R, domains, k); NaN where a replicate leaves nothing to divide by.
        """
        self.design()
        places = range(len(self.keys)) if domains is None else domains
        centre = np.array(self.frame.centre)
        found = []
        for domain in places:
            rows = np.flatnonzero(self.cells.domain == domain)
            group = replicates.group[self.cells.unit[rows]]
            every = np.array_equal(group, np.arange(len(replicates.factors)))
            factors = replicates.factors if every else replicates.factors[group]
            both = np.concatenate([self.cells.sums.weight[rows], self.cells.sums.top[rows]], axis=1)
            weight, top = np.split((both.T @ factors).T, 2, axis=1)
            missing = np.full(weight.shape, np.nan)
            found.append(np.divide(top, weight, out=missing, where=weight != 0) + centre)
        return np.stack(found, axis=1)


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A part whose rows know their units."""

    part: SurveyPart
    """The rows."""
    units: Units
    """Their units."""
    unit: Integers
    """(n,) unit of each row in the order of ``order``."""
    order: Integers | None
    """Rows in the order of their units; ``None`` where they stand in it."""

    @classmethod
    def of(cls, part: SurveyPart) -> _Numbered:
        """Number the units of a part."""
        units, unit = units_of(part)
        if (unit[1:] >= unit[:-1]).all():
            return cls(part, units, unit, None)
        order = np.argsort(unit, kind="stable")
        return cls(part, units, unit[order], order)

    def strata(self, frame: Frame) -> Iterator[tuple[slice, StratumRows]]:
        """Stratum by stratum its span of units and its rows."""
        centre = np.array(frame.centre)
        for span in _spans(self.units.stratum_starts(), len(self.units)):
            low, high = (int(place) for place in np.searchsorted(self.unit, [span.start, span.stop]))
            own = self.unit[low:high] - span.start
            yield span, StratumRows.of(self.part, self.order, (low, high), own, span.stop - span.start, centre)


def _shifted(cells: Cells, units: int) -> Cells:
    """The cells with their units counted from another one."""
    return replace(cells, unit=cells.unit + units)


def merged(parts: Iterable[Moments]) -> Moments:
    """The moments of all parts together, whatever their order.

    Raises:
        StatisticsError: ``parts_differ`` where they have other items, stages, counts, centre or lonely rule;
            ``stratum_closed`` naming a stratum that was closed and has rows elsewhere; ``count_varies``.
    """
    every = list(parts)
    if not every:
        raise StatisticsError("no_rows")
    frames = {one.frame for one in every}
    if len(frames) > 1:
        raise StatisticsError("parts_differ", frames=sorted(map(str, frames)))
    keys = united_keys(one.keys for one in every)
    place = {key: number for number, key in enumerate(keys)}
    units, numbers = united_units([one.units for one in every])
    cells, closed = [], []
    for one, number in zip(every, numbers, strict=True):
        domain = np.array([place[key] for key in one.keys], dtype=np.int64)
        cells.append(one.cells.renumbered(number, domain))
        closed += [replace(g, sums=replace(g.sums, domain=domain[g.sums.domain])) for g in one.closed]
    _refuse_reopened(closed, units)
    return Moments(
        frame=every[0].frame,
        keys=keys,
        units=units,
        cells=merged_cells(cells),
        closed=tuple(closed),
        rows=sum(one.rows for one in every),
        unassigned=sum(one.unassigned for one in every),
    )


def _refuse_reopened(closed: Sequence[Closed], units: Units) -> None:
    names = Counter(group.stratum for group in closed)
    twice = {name for name, times in names.items() if times > 1}
    twice |= set(names) & set(np.unique(units.strata).tolist())
    if twice:
        raise StatisticsError("stratum_closed", names=sorted(map(str, twice)))


def _frame(part: SurveyPart, centre: Sequence[float] | None, lonely_psu: str) -> Frame:
    if lonely_psu not in LONELY_RULES:
        raise StatisticsError("unknown_lonely_rule", found=lonely_psu, accepted=LONELY_RULES)
    k = part.items.shape[1]
    values = (0.0,) * k if centre is None else tuple(float(value) for value in centre)
    if len(values) != k:
        raise StatisticsError("length_differs", column="centre", rows=k, found=(len(values),))
    return Frame(k, part.reached, len(part.counts), values, lonely_psu)


def _spans(starts: NDArray[Any], end: int) -> Iterator[slice]:
    stops = np.append(starts, end)[1:]
    return (slice(start, stop) for start, stop in zip(starts.tolist(), stops.tolist(), strict=True))


def _close(units: Units, found: Grid | Cells, frame: Frame) -> Closed:
    sums, lonely = added_up(units, found, frame.lonely_psu)
    return Closed(units.strata[0].item(), tuple(lonely), sums)

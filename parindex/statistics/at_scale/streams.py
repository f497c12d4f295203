"""Moments of data that come part by part: memory holds the parts under way and the sums, never the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar, cast

import numpy as np

from parindex.statistics.at_scale.moments import Moments, merged
from parindex.statistics.at_scale.survey_parts import SurveyPart, joined_parts
from parindex.statistics.errors import StatisticsError
from parindex.statistics.optional_packages import extra

HELD: Final = 1 << 19
"""Rows of one stratum that wait for its end; more are added up unit by unit."""
FAN_IN: Final = 8
"""Moments that are merged at a time under Dask."""

Piece = TypeVar("Piece")


def streamed(
    parts: Iterable[SurveyPart],
    *,
    centre: Sequence[float] | None = None,
    lonely_psu: str = "fail",
    ordered: bool = False,
) -> Moments:
    """Add up parts one after the other.

    Args:
        parts: Parts of one survey, cut anywhere.
        centre: See ``Moments.of``.
        lonely_psu: The rule of ``Design``.
        ordered: Whether the rows come stratum by stratum and unit by unit. Then units stay whole however the
            parts are cut, so that the result is the same bit by bit, and strata are closed as soon as the next
            one begins, so that memory holds the rows of one stratum, or of a large one the sums of its units.

    Raises:
        StatisticsError: ``no_rows``; ``stratum_closed`` naming a stratum that comes back in ordered data.
    """
    if ordered:
        strata = _Strata(centre, lonely_psu)
        for part in parts:
            strata.take(part)
        return strata.all()
    waiting: list[Moments] = []
    for part in parts:
        waiting.append(Moments.of(part, centre=centre, lonely_psu=lonely_psu))
        if sum(len(one.cells) for one in waiting[1:]) > len(waiting[0].cells):
            waiting = [merged(waiting)]
    return merged(waiting)


class _Strata:
    """Rows that come stratum by stratum: those of the last stratum wait until it ends."""

    def __init__(self, centre: Sequence[float] | None, lonely_psu: str) -> None:
        self._options: dict[str, Any] = {"centre": centre, "lonely_psu": lonely_psu}
        self._waiting: list[SurveyPart] = []
        self._begun: list[Moments] = []
        self._done: list[Moments] = []

    def take(self, part: SurveyPart) -> None:
        """The next rows."""
        if not len(part):
            return
        others = np.flatnonzero(part.strata != part.strata[-1])
        last = int(others[-1]) + 1 if len(others) else 0
        if last:
            self._waiting.append(part.rows(slice(0, last)))
        if last or (self._waiting and self._waiting[-1].strata[-1] != part.strata[-1]):
            self._end()
        self._waiting.append(part.rows(slice(last, None)) if last else part)
        if sum(map(len, self._waiting)) > HELD:
            self._begin()

    def _begin(self) -> None:
        """Add up the whole units of a stratum that is too large to wait."""
        rows = joined_parts(self._waiting)
        last = _last_unit(rows)
        if last:
            self._begun.append(Moments.of(rows.rows(slice(0, last)), **self._options))
        self._waiting = [rows.rows(slice(last, None))]

    def _end(self) -> None:
        """Close the strata whose rows wait."""
        rows = joined_parts(self._waiting)
        if self._begun:
            own = rows.strata == rows.strata[0]
            self._done.append(merged([*self._begun, Moments.of(rows.rows(own), **self._options)]).complete())
            rows = rows.rows(~own)
        if len(rows):
            self._done.append(Moments.of(rows, complete=True, **self._options))
        self._waiting, self._begun = [], []

    def all(self) -> Moments:
        """Everything; the last stratum stays open."""
        rest = [Moments.of(joined_parts(self._waiting), **self._options)] if self._waiting else []
        return merged([*self._done, *self._begun, *rest])


def whole_units(parts: Iterable[SurveyPart]) -> Iterator[SurveyPart]:
    """The same rows cut between units: the rows of a part's last unit wait for the next part."""
    waiting: list[SurveyPart] = []
    for part in parts:
        if not len(part):
            continue
        start = _last_unit(part)
        if start == 0 and (not waiting or _same_unit(waiting[-1], part)):
            waiting.append(part)
            continue
        yield joined_parts([*waiting, part.rows(slice(0, start))] if start else waiting)
        waiting = [part.rows(slice(start, None))]
    if waiting:
        yield joined_parts(waiting)


def _last_unit(part: SurveyPart) -> int:
    """First of the last rows that lie in one unit."""
    same = np.ones(len(part), dtype=bool)
    for column in (part.strata, *part.stages[: part.reached]):
        same &= column == column[-1]
    others = np.flatnonzero(~same)
    return int(others[-1]) + 1 if len(others) else 0


def _same_unit(before: SurveyPart, after: SurveyPart) -> bool:
    """Whether the last row of one part and the first of the next lie in one unit."""
    columns = zip(
        (before.strata, *before.stages[: before.reached]), (after.strata, *after.stages[: after.reached]), strict=True
    )
    return all(one[-1] == other[0] for one, other in columns)


def under_dask(
    read: Callable[[Piece], Iterable[SurveyPart]],
    pieces: Sequence[Piece],
    *,
    centre: Sequence[float] | None = None,
    lonely_psu: str = "fail",
    ordered: bool = False,
    **compute: Any,
) -> Moments:
    """The same sums made by several processes or machines (``pip install parindex[dask]``).

    A worker reads a piece and adds it up with ``streamed``; moments are merged in a tree. Pieces that are cut
    between units give what one process gives, bit by bit. Workers need ``read`` and the pieces, not the data.

    Args:
        read: Makes parts of a piece; a function of a module.
        pieces: What the workers read: paths, ranges of keys.
        centre: See ``Moments.of``.
        lonely_psu: The rule of ``Design``.
        ordered: See ``streamed``; then a stratum lies in one piece.
        compute: For ``dask.compute``, such as ``scheduler="processes", num_workers=2``; a distributed client
            that is open is used by itself.

    Raises:
        StatisticsError: as ``streamed`` and ``merged`` do; ``no_rows`` without pieces; ``not_installed`` without Dask.
    """
    dask = extra("dask", of="dask")
    if not pieces:
        raise StatisticsError("no_rows")
    one = dask.delayed(_read_and_added)
    level = [one(read, piece, centre, lonely_psu, ordered) for piece in pieces]
    together = dask.delayed(merged)
    while len(level) > 1:
        level = [together(level[at : at + FAN_IN]) for at in range(0, len(level), FAN_IN)]
    (result,) = dask.compute(level[0], **compute)
    return cast(Moments, result)


def _read_and_added(
    read: Callable[[Piece], Iterable[SurveyPart]],
    piece: Piece,
    centre: Sequence[float] | None,
    lonely_psu: str,
    ordered: bool,
) -> Moments:
    """What one worker does; a stratum that ends with the piece is closed where pieces hold whole strata."""
    found = streamed(read(piece), centre=centre, lonely_psu=lonely_psu, ordered=ordered)
    return found.complete() if ordered else found

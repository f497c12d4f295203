"""Moments of data that come part by part: memory holds the parts under way and the sums, never the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any, Final, TypeVar, cast

import numpy as np

from parindex.statistics.errors import StatisticsError
from parindex.statistics.moments import Moments, merged
from parindex.statistics.parts import Part, joined_parts

FAN_IN: Final = 8
"""Moments that are merged at a time under Dask."""

Piece = TypeVar("Piece")


def streamed(
    parts: Iterable[Part],
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
            one begins, so that memory holds the units of one stratum.

    Raises:
        StatisticsError: ``no_rows``; ``stratum_closed`` naming a stratum that comes back in ordered data.
    """
    waiting: list[Moments] = []
    for part in whole_units(parts) if ordered else parts:
        waiting.append(Moments.of(part, centre=centre, lonely_psu=lonely_psu))
        if ordered:
            last = part.strata[-1]
            if part.strata[0] != last or waiting[0].units.strata[0] != last:
                waiting = [merged(waiting).complete(but=last)]
        elif sum(len(one.cells) for one in waiting[1:]) > len(waiting[0].cells):
            waiting = [merged(waiting)]
    return merged(waiting)


def whole_units(parts: Iterable[Part]) -> Iterator[Part]:
    """The same rows cut between units: the rows of a part's last unit wait for the next part."""
    waiting: list[Part] = []
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


def _last_unit(part: Part) -> int:
    """First of the last rows that lie in one unit."""
    same = np.ones(len(part), dtype=bool)
    for column in (part.strata, *part.stages[: part.reached]):
        same &= column == column[-1]
    others = np.flatnonzero(~same)
    return int(others[-1]) + 1 if len(others) else 0


def _same_unit(before: Part, after: Part) -> bool:
    """Whether the last row of one part and the first of the next lie in one unit."""
    columns = zip(
        (before.strata, *before.stages[: before.reached]), (after.strata, *after.stages[: after.reached]), strict=True
    )
    return all(one[-1] == other[0] for one, other in columns)


def under_dask(
    read: Callable[[Piece], Iterable[Part]],
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
        StatisticsError: as ``streamed`` and ``merged`` do; ``no_rows`` without pieces.
    """
    dask: Any = import_module("dask")
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
    read: Callable[[Piece], Iterable[Part]],
    piece: Piece,
    centre: Sequence[float] | None,
    lonely_psu: str,
    ordered: bool,
) -> Moments:
    """What one worker does; a stratum that ends with the piece is closed where pieces hold whole strata."""
    found = streamed(read(piece), centre=centre, lonely_psu=lonely_psu, ordered=ordered)
    return found.complete() if ordered else found

"""The axis of a column of strips: round ticks around what is shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec


class AxisLimit(msgspec.Struct, frozen=True, kw_only=True):
    """A limit that is drawn across a column of strips, such as that of a class."""

    at: Decimal
    """Where it stands, in the unit of the values."""

    name: str
    """What it is called."""


class Axis(msgspec.Struct, frozen=True, kw_only=True):
    """What ``components/strip.html`` draws by, in the unit of the values."""

    low: float
    """Where it begins."""

    high: float
    """Where it ends."""

    ticks: tuple[int, ...]
    """Numbers that are written."""

    limits: tuple[AxisLimit, ...] = ()
    """Limits that lie on it."""


def axis(
    values: Iterable[float | Decimal | None], limits: Sequence[tuple[Decimal, str]] = (), most: float = math.inf
) -> Axis:
    """The axis on which values lie.

    Args:
        values: Everything that must lie on the axis.
        limits: (where, name) of limits; those that lie off the axis are left out.
        most: The axis does not go beyond it, such as 100 for a share.

    >>> axis([76.2, 93.4]).ticks, axis([81, 84]).ticks, axis([]).ticks
    ((75, 80, 85, 90, 95), (81, 82, 83, 84), (0, 25, 50, 75, 100))
    """
    known = [float(value) for value in values if value is not None]
    if not known:
        known = [0.0, 100.0]
    spread = max(known) - min(known)
    step = next(step for step in (1, 2, 5, 10, 25, 50, 10**9) if spread <= step * 5)
    first, last = math.floor(min(known) / step) * step, math.ceil(max(known) / step) * step
    last = min(last, math.ceil(most / step) * step) if math.isfinite(most) else last
    last = max(last, first + step)
    margin = step / 5
    return Axis(
        low=first - margin,
        high=last + margin,
        ticks=tuple(range(first, last + 1, step)),
        limits=tuple(AxisLimit(at=at, name=name) for at, name in limits if first <= at <= last),
    )


def on_axis(value: float | Decimal, low: float | Decimal, high: float | Decimal) -> str:
    """Where a value stands between the ends of an axis, as a percent of the cell; what lies beyond stands at the end.

    >>> on_axis(Decimal("80"), 75, 95), on_axis(100, 75, 95)
    ('25.0%', '100%')

    Where an axis has no length, as that of a sheet of which nothing applies, everything stands at its beginning.

    >>> on_axis(0, 0, 0)
    '0%'
    """
    first, last = float(low), float(high)
    if last <= first:
        return "0%"
    place: float = round((float(value) - first) / (last - first) * 100, 2)
    return f"{max(0, min(100, place))}%"

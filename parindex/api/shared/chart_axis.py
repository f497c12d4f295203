"""The axis of a column of strips: round ticks around what is shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any


def axis(
    values: Iterable[float | Decimal | None], limits: Sequence[tuple[Decimal, str]] = (), most: float = math.inf
) -> dict[str, Any]:
    """What ``components/charts.html`` draws by.

    Args:
        values: Everything that must lie on the axis.
        limits: (where, name) of limits; those that lie off the axis are left out.
        most: The axis does not go beyond it, such as 100 for a share.

    >>> axis([76.2, 93.4])["ticks"], axis([81, 84])["ticks"], axis([])["ticks"]
    ([75, 80, 85, 90, 95], [81, 82, 83, 84], [0, 25, 50, 75, 100])
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
    return {
        "low": first - margin,
        "high": last + margin,
        "ticks": list(range(first, last + 1, step)),
        "limits": [{"at": at, "name": name} for at, name in limits if first <= at <= last],
    }


def on_axis(value: float | Decimal, axis: Mapping[str, Any]) -> str:
    """Where a value stands, as a percent of the cell; what lies off the axis stands at its end.

    >>> on_axis(Decimal("80"), {"low": 75, "high": 95}), on_axis(100, {"low": 75, "high": 95})
    ('25.0%', '100%')
    """
    low, high = float(axis["low"]), float(axis["high"])
    place: float = round((float(value) - low) / (high - low) * 100, 2)
    return f"{max(0, min(100, place))}%"

"""Means, shares and totals of a sample whose columns are in memory, stratum by stratum and some items at a time.

What is held beside the columns is bounded by the largest stratum, however many rows, domains and items there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from parindex.statistics.at_scale.means import Means
from parindex.statistics.at_scale.moments import Moments, merged
from parindex.statistics.at_scale.survey_parts import Key, SurveyPart
from parindex.statistics.survey.design import Design, Integers

ROWS: Final = 1 << 16
"""Rows of the strata that are added up together, at least where there are as many."""
HELD: Final = 1 << 23
"""Doubles that the items of one part and the sums of its cells may take."""
SUMS: Final = 6
"""Sums of a cell."""


class AnswerColumn(Protocol):
    """One column of answers."""

    def of(self, rows: Any) -> NDArray[Any]:
        """(m,) doubles with NaN, or bytes with ``MISSING``, of some rows."""
        ...


def means_in_blocks(
    design: Design,
    items: Sequence[AnswerColumn],
    domain: Integers,
    keys: tuple[Key, ...],
    *,
    centre: Sequence[float],
    totals: bool = False,
) -> Iterator[Means]:
    """Estimates of all items in all domains, some items at a time, in their order.

    Args:
        design: The sample; its errors are those of its stages, without calibration.
        items: k items.
        domain: (n,) place of each row's domain in ``keys``, −1 where it is in none.
        keys: The domains.
        centre: (k,) what is taken off each item before it is squared.
        totals: Totals instead of means.

    Raises:
        StatisticsError: ``lonely_psu`` under the rule ``fail``.
    """
    design.refuse_lonely()
    order = _by_unit(design.reached[-1].unit)
    spans = _spans(design.stratum if order is None else design.stratum[order])
    size = _items_at_once(design, spans, len(keys))
    for start in range(0, len(items), size):
        some, off = items[start : start + size], centre[start : start + size]
        parts = [
            Moments.of(
                _part(design, some, domain, keys, _rows(order, span)),
                centre=off,
                lonely_psu=design.lonely_psu,
                complete=True,
            )
            for span in spans
        ]
        every = merged(parts)
        yield every.totals() if totals else every.means()


def _by_unit(unit: Integers) -> Integers | None:
    """Rows in the order of their units, which is that of their strata; ``None`` where they stand in it."""
    return None if (unit[1:] >= unit[:-1]).all() else np.argsort(unit, kind="stable")


def _rows(order: Integers | None, span: slice) -> Any:
    return span if order is None else order[span]


def _spans(strata: Integers) -> list[slice]:
    """Whole strata, put together until they have rows enough."""
    ends = [*(np.flatnonzero(np.diff(strata)) + 1).tolist(), len(strata)]
    spans, start = [], 0
    for end in ends:
        if end - start >= ROWS or end == len(strata):
            spans.append(slice(start, end))
            start = end
    return spans


def _items_at_once(design: Design, spans: Sequence[slice], domains: int) -> int:
    """Items whose answers and sums fit into what may be held."""
    rows = max(span.stop - span.start for span in spans)
    cells = min(rows, len(design.reached[-1].parent) * domains)
    return max(1, HELD // int(max(rows, SUMS * cells)))


def _part(
    design: Design, items: Sequence[AnswerColumn], domain: Integers, keys: tuple[Key, ...], rows: Any
) -> SurveyPart:
    stages = design.reached
    weights = design.weights[rows]
    first = items[0].of(rows)
    answers = np.empty((len(weights), len(items)), dtype=first.dtype)
    answers[:, 0] = first
    for place, item in enumerate(items[1:], start=1):
        answers[:, place] = item.of(rows)
    return SurveyPart(
        weights=weights,
        items=answers,
        strata=design.stratum[rows],
        stages=tuple(stage.unit[rows] for stage in stages),
        counts=tuple(
            population[stage.parent[stage.unit[rows]]]
            for stage in stages
            if (population := stage.population) is not None
        ),
        domain=domain[rows],
        keys=keys,
    )

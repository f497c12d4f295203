"""Which survey cells an edition may not show: decided once, over all of its tables together (law 11).

A cell with fewer answers than the round's minimum is withheld. Where the total over the cells is shown too, the
withheld cells would follow from it by subtraction; so the total goes as well while the withheld cells together
hold fewer answers than the minimum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from parindex.rankings.model import SuppressedDocument
from parindex.surveys.results.cell_threshold import is_small


def decide(cells: Iterable[tuple[str, str, int | None]], minimum: Mapping[str, int]) -> tuple[SuppressedDocument, ...]:
    """The cells that no table shows.

    Args:
        cells: (agency, ``survey:<instrument>.<measure>``, answers) of every cell; unknown counts are not judged.
        minimum: Least number of answers, by instrument.

    >>> [s.agency for s in decide([("A", "survey:x.i", 4), ("B", "survey:x.i", 90)], {"x": 30})]
    ['A', None]
    >>> decide([("A", "survey:x.i", 40), ("B", "survey:x.i", 90)], {"x": 30})
    ()
    """
    few: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for agency, name, n in cells:
        if n is not None and is_small(n, minimum.get(instrument_of(name), 0)):
            few[name].append((agency, n))
    found: list[SuppressedDocument] = []
    for name, withheld in sorted(few.items()):
        found += [SuppressedDocument(agency=agency, name=name, reason="minimum") for agency, _ in sorted(withheld)]
        if sum(n for _, n in withheld) < minimum[instrument_of(name)]:
            found.append(SuppressedDocument(agency=None, name=name, reason="subtraction"))
    return tuple(found)


def instrument_of(name: str) -> str:
    """``survey:sipas.index`` → ``sipas``."""
    return name.removeprefix("survey:").partition(".")[0]

"""What changed since the edition before, and whether it is more than sampling error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from parindex.publication.model import Edition, EditionChange, Previous
from parindex.rankings.digits import double
from parindex.rankings.model import Computation, ResultDocument
from parindex.scoring.digits import shortest
from parindex.statistics import changes


def since(previous: Edition, digest: str, computation: Computation) -> tuple[Previous, tuple[EditionChange, ...]]:
    """Compare a computed year with an edition of an earlier one.

    Two years are compared only under the same criteria set: points under another law are other points, and
    no crosswalk joins the two. Then the series breaks, and every change is null. So is that of an agency that was formed
    from others since, whatever code it bears.
    """
    before = previous.computation
    comparable = before.given.criteria_set.digest == computation.given.criteria_set.digest
    reference = Previous(number=previous.number, year=before.given.year, digest=digest, comparable=comparable)
    old = {result.agency: result for result in before.results} if comparable else {}
    for agency in computation.given.agencies:
        if agency.formed is not None and agency.formed.on.year > before.given.year:
            old.pop(agency.code, None)  # the one that bore the code then was another
    pairs = [(old.get(result.agency), result) for result in computation.results]
    return reference, _changes(pairs, float(computation.given.level))


def _changes(pairs: Sequence[tuple[ResultDocument | None, ResultDocument]], level: float) -> tuple[EditionChange, ...]:
    # All agencies are asked about together, so that one in twenty does not change by chance alone (Holm).
    known = [(before, now) for before, now in pairs if before and before.se is not None and now.se is not None]
    tested = changes(
        *(column for one in (0, 1) for column in (_numbers(known, one, "index_printed"), _numbers(known, one, "se"))),
        before_df=_numbers(known, 0, "df"),
        after_df=_numbers(known, 1, "df"),
        level=level,
    )
    found = {
        now.agency: (double(se), bool(direction))
        for (_, now), se, direction in zip(known, tested.se.tolist(), tested.direction.tolist(), strict=True)
    }
    return tuple(_change(before, now, *found.get(now.agency, (None, None))) for before, now in pairs)


def _numbers(pairs: Sequence[tuple[ResultDocument, ResultDocument]], year: int, name: str) -> NDArray[np.float64]:
    values = [getattr(pair[year], name) for pair in pairs]
    return np.array([math.inf if value is None else float(value) for value in values])


def _change(old: ResultDocument | None, new: ResultDocument, se: str | None, beyond: bool | None) -> EditionChange:
    if old is None or old.index_printed is None or new.index_printed is None:
        return EditionChange(agency=new.agency, index=None, rank=None, se=None, beyond_error=None)
    difference = Decimal(new.index_printed) - Decimal(old.index_printed)
    rank = None if old.rank is None or new.rank is None else old.rank - new.rank
    return EditionChange(agency=new.agency, index=shortest(difference), rank=rank, se=se, beyond_error=beyond)

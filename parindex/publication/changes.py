"""What changed since the edition before, and whether it is more than sampling error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal

from parindex.publication.model import Change, Edition, Previous
from parindex.rankings.digits import double
from parindex.rankings.index_errors import satterthwaite
from parindex.rankings.model import Computation, ResultDocument
from parindex.scoring.digits import shortest
from parindex.statistics.intervals import quantile_of_t


def since(previous: Edition, digest: str, computation: Computation) -> tuple[Previous, tuple[Change, ...]]:
    """Compare a computed year with an edition of an earlier one.

    Two years are compared only under the same criteria set: points under another law are other points, and
    no crosswalk joins the two. Then the series breaks, and every change is null.
    """
    before = previous.computation
    comparable = before.given.criteria_set.digest == computation.given.criteria_set.digest
    reference = Previous(number=previous.number, year=before.given.year, digest=digest, comparable=comparable)
    old = {result.agency: result for result in before.results} if comparable else {}
    level = float(computation.given.level)
    return reference, tuple(_change(result, old, level) for result in computation.results)


def _change(new: ResultDocument, earlier: Mapping[str, ResultDocument], level: float) -> Change:
    old = earlier.get(new.agency)
    if old is None or old.index_printed is None or new.index_printed is None:
        return Change(agency=new.agency, index=None, rank=None, se=None, beyond_error=None)
    difference = Decimal(new.index_printed) - Decimal(old.index_printed)
    rank = None if old.rank is None or new.rank is None else old.rank - new.rank
    if old.se is None or new.se is None:
        return Change(agency=new.agency, index=shortest(difference), rank=rank, se=None, beyond_error=None)
    parts = [(float(one.se or 0) ** 2, math.inf if one.df is None else float(one.df)) for one in (old, new)]
    se = math.sqrt(math.fsum(variance for variance, _ in parts))
    limit = quantile_of_t((1 + level) / 2, satterthwaite(parts)) * se
    beyond = abs(float(difference)) > limit
    return Change(agency=new.agency, index=shortest(difference), rank=rank, se=double(se), beyond_error=beyond)

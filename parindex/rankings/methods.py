"""What a year that is computed now is computed by, named in the year itself.

A year without names is one of ``parindex-edition/1`` and keeps the rules of its day
(:mod:`parindex.rankings.first_format`). A rule that changes gets a name here, and what was computed by the name before
stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from parindex.rankings.methods_document import MethodsDocument
from parindex.rankings.model import NodeDocument, SurveyDocument
from parindex.rankings.registry_documents import MergerDocument, SetChangeDocument

GATE: Final = 5
"""Fewer degrees of freedom place nobody: intervals hold 75-91 % instead of 95 % (CONTRACTS-SURVEY.md, 3)."""


def current(
    surveys: Iterable[SurveyDocument] = (), mergers: Iterable[MergerDocument] = (),
    set_changes: Iterable[SetChangeDocument] = (),
) -> MethodsDocument:  # fmt: skip
    """The methods of today, with the lonely rule of each survey that was computed here, what was chosen for mergers, and how
    the set was corrected.

    >>> current().gate, current().leaf
    (5, ('points', 'max', 'state', 'index', 'rank'))
    """
    ended = tuple(mergers)
    return MethodsDocument(
        interval="auto",
        join="mover",
        gate=GATE,
        noise="per_unit, holm_t",
        quantile="order",
        lonely={s.instrument: str(s.method["lonely_psu"]) for s in surveys if "lonely_psu" in s.method},
        leaf=NodeDocument.__struct_fields__,
        zero="unplaced",
        mean_error="carried" if any(one.treatment == "weighted" for one in ended) else None,
        mergers=ended,
        set_changes=tuple(set_changes),
    )

"""How a deadline was moved, as the pages that move it show it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.text import Language, date_text


class MovedDeadline(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline that was moved."""

    whose: str
    """The agency, or all; empty where there is one deadline."""

    before: str
    """Last day before; empty where there was none."""

    after: str
    """Last day since."""

    taken: str
    """Until when late sheets are taken, where that is another moment; else empty."""

    decision: str
    """Number of the decision."""

    decided_on: str
    """Its day."""

    reason: str
    """Why."""

    who: str | None
    """Who entered it."""

    at: datetime
    """When."""


def moved_deadline(
    decided: ReasonedDecision, who: str | None, at: datetime, lang: Language, *,
    before: str, after: str, whose: str = "", taken: str = "",
) -> MovedDeadline:  # fmt: skip
    """A deadline that was moved, with the paper by which it was."""
    return MovedDeadline(
        whose=whose, before=before, after=after, taken=taken, decision=decided.number,
        decided_on=date_text(decided.date, lang), reason=decided.reason, who=who, at=at,
    )  # fmt: skip

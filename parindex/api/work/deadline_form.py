"""What every form that moves a deadline asks: the new last day, and the paper by which it is moved."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from parindex.access.tenants import today_in
from parindex.api.shared.forms import Line
from parindex.api.shared.requests import PageRequest
from parindex.audit import reasoned_decision
from parindex.audit.reasoned_decision import ReasonedDecision


class DeadlineForm(msgspec.Struct, frozen=True, kw_only=True):
    """To which day, by which decision."""

    last_day: date
    """The new last day."""

    number: Line
    """Số, ký hiệu of the decision."""

    date: date
    """Its day."""

    reason: Annotated[str, msgspec.Meta(max_length=reasoned_decision.LONGEST_REASON)]
    """Why; those whose deadline it is read it."""

    def decided(self, request: PageRequest) -> ReasonedDecision:
        """The decision.

        Raises:
            Refused: ``invalid_fields`` with each field that cannot be taken.
        """
        return reasoned_decision.decision(self.number, self.date, self.reason, today=today_in(request.tenant))

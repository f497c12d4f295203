"""The deadline of a year's step."""

from __future__ import annotations

from parindex.api.shared.countdown import Countdown, countdown
from parindex.api.shared.page import translate
from parindex.api.shared.requests import PageRequest
from parindex.assessments.model import Cycle


def cycle_countdown(request: PageRequest, cycle: Cycle) -> Countdown | None:
    """What is left of the step that a year is in; none where the step has no deadline."""
    if cycle.state == "self_assessment":
        return countdown(request, cycle.due)
    if cycle.state == "appraisal_1":
        _ = translate(request)
        return countdown(request, cycle.appraisal_due, what=_("Hạn thẩm định"))
    return None

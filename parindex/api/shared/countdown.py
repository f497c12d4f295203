"""Deadlines for people: what is left, then the exact time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from parindex.api.shared.page import AnyRequest, lang_of, translate
from parindex.assessments.cycles import deadlines
from parindex.text import N_, Language, date_text, translator


class Countdown(msgspec.Struct, frozen=True, kw_only=True):
    """What the component ``count`` says."""

    left: str
    """What is left, in words."""

    until: str
    """What is due, and the exact time."""

    level: str
    """``calm``, ``warn`` or ``bad``."""


def zone_of(request: AnyRequest) -> ZoneInfo:
    """The tenant's time."""
    return ZoneInfo(request.state.tenant.time_zone)


def deadline_text(deadline: datetime, zone: ZoneInfo, lang: Language) -> str:
    """``24:00 ngày 20/01/2027``: the last day counts to its end."""
    day, clock = deadlines.last_day(deadline, zone)
    return translator(lang)(N_("%(clock)s ngày %(day)s"), clock=clock, day=date_text(day, lang))


def countdown(request: AnyRequest, deadline: datetime | None, *, what: str = "") -> Countdown | None:
    """What is left until a deadline.

    Args:
        request: Gives language and time zone.
        deadline: The first moment that is too late; ``None``: nothing to count.
        what: What is due, translated; *Hạn nộp* when not given.
    """
    if deadline is None:
        return None
    _, lang = translate(request), lang_of(request)
    left = deadlines.remaining(deadline, datetime.now(UTC))
    due = what or _("Hạn nộp")
    if left.over:
        text = _("Quá hạn %(days)s ngày", days=left.days) if left.days else _("Đã hết hạn")
    elif left.days > 7:
        text = _("Còn %(days)s ngày", days=left.days)
    elif left.days:
        text = _("Còn %(days)s ngày %(hours)s giờ", days=left.days, hours=left.hours)
    else:
        text = _("Còn %(hours)s giờ", hours=left.hours)
    until = f"{due} {deadline_text(deadline, zone_of(request), lang)}"
    return Countdown(left=text, until=until, level=left.urgency)

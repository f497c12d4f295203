"""What the start page of whoever is signed in shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

import msgspec

from parindex import access
from parindex.access import Person
from parindex.api.shared.countdown import Countdown, countdown
from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.api.work.council.cycle_countdown import cycle_countdown
from parindex.api.work.notices_view import NoticeItem
from parindex.api.work.sheets.sheet_view import CHIPS
from parindex.assessments.appraisal.decisions import OpenRequest
from parindex.assessments.appraisal.queue import Queue
from parindex.assessments.model import CYCLE_STATES, SHEET_STATES, Cycle, Sheet


class SheetItem(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet of the person's agency."""

    title: str
    """Which year."""

    agency: str
    """Whose."""

    href: str
    """The sheet."""

    state: str
    """Its chip."""

    state_text: str
    """Its state in words."""

    progress: str
    """Leaves declared of leaves, in words."""

    action: Link | None
    """What the person may do now."""

    count: Countdown | None
    """Until the deadline, where the person may do something."""

    returned: str | None
    """Why the leader sent it back."""


class RequestItem(msgspec.Struct, frozen=True, kw_only=True):
    """A request for explanation."""

    code: str
    """The leaf."""

    reason: str
    """What is asked."""

    at: datetime
    """When."""

    href: str
    """Where it is answered."""


class QueueItem(msgspec.Struct, frozen=True, kw_only=True):
    """A year that the person appraises."""

    title: str
    """Which year."""

    href: str
    """The queue."""

    total: int
    """Entries to decide."""

    decided: int
    """Of them decided."""

    answered: int
    """Of them answered, waiting for the appraiser."""

    count: Countdown | None
    """Until the deadline."""

    correcting: bool
    """Whether a published year is being corrected."""


class YearItem(msgspec.Struct, frozen=True, kw_only=True):
    """A year that the person watches."""

    title: str
    """Which year."""

    href: str
    """Its matrix."""

    state_text: str
    """Its state in words."""

    count: Countdown | None
    """Until the deadline of its step."""


class WorklistPage(Page, frozen=True, kw_only=True):
    """Who owes what by when."""

    template: ClassVar[str] = "work/worklist.html"

    sheets: tuple[SheetItem, ...]
    """Sheets of the person's agency."""

    requests: tuple[RequestItem, ...]
    """Requests that the agency has not answered."""

    queues: tuple[QueueItem, ...]
    """Years that the person appraises."""

    years: tuple[YearItem, ...]
    """Years that the person watches."""

    notices: tuple[NoticeItem, ...]
    """What happened lately, newest first."""

    register: bool
    """Whether the person reads the evidence register."""


def worklist_page(
    request: PageRequest,
    person: Person,
    cycles: Sequence[Cycle],
    sheets: Mapping[UUID, Sheet],
    requests: Sequence[OpenRequest],
    queues: Sequence[Queue],
    notices: tuple[NoticeItem, ...],
) -> WorklistPage:
    """The work of a person.

    Args:
        request: Gives language and time zone.
        person: Who is signed in.
        cycles: Every year.
        sheets: The sheets of the person's agency, by cycle.
        requests: What the agency has to answer.
        queues: What the person appraises.
        notices: What happened lately.
    """
    return WorklistPage(
        sheets=tuple(_sheet(request, person, cycle, sheets[cycle.id]) for cycle in cycles if cycle.id in sheets),
        requests=tuple(
            RequestItem(
                code=asked.code, reason=asked.reason, at=asked.at, href=url(f"/work/sheets/{asked.sheet_id}/{asked.code}")
            )
            for asked in requests
        ),
        queues=tuple(_queue(request, queue) for queue in queues),
        years=tuple(
            _year(request, cycle) for cycle in cycles if access.may(person, "cycle:read", state=cycle.state)
        ),
        notices=notices,
        register=access.may(person, "evidence:read", own=person.agency_id is not None),
    )  # fmt: skip


def _sheet(request: PageRequest, person: Person, cycle: Cycle, sheet: Sheet) -> SheetItem:
    _ = translate(request)
    may_edit = access.may(person, "sheet:edit", state=sheet.state, own=True)
    may_approve = access.may(person, "sheet:submit", state=sheet.state, own=True)
    open_ = cycle.state == "self_assessment"
    here = url(f"/work/sheets/{sheet.id}")
    action = None
    if may_approve and open_:
        action = Link(href=here + "/decide", label=_("Duyệt phiếu"))
    elif may_edit and open_:
        action = Link(href=here, label=_("Kê khai tiếp") if sheet.declared else _("Bắt đầu kê khai"))
    return SheetItem(
        title=_("Phiếu tự đánh giá năm %(year)s", year=cycle.year),
        agency=sheet.agency_name,
        href=here,
        state=CHIPS[sheet.state],
        state_text=_(SHEET_STATES[sheet.state]),
        progress=_(
            "%(declared)s/%(leaves)s tiêu chí thành phần đã kê khai", declared=sheet.declared, leaves=sheet.applicable
        ),
        action=action,
        count=countdown(request, sheet.due) if open_ and (may_edit or may_approve) else None,
        returned=sheet.return_reason if may_edit else None,
    )


def _queue(request: PageRequest, queue: Queue) -> QueueItem:
    _ = translate(request)
    correcting = queue.correction is not None
    total, decided, answered = (sum(counts[part] for counts in queue.counts.values()) for part in range(3))
    return QueueItem(
        title=(
            _("Đính chính năm %(year)s", year=queue.cycle.year)
            if correcting
            else _("Hàng đợi thẩm định năm %(year)s", year=queue.cycle.year)
        ),
        href=url(f"/work/appraisals/{queue.cycle.id}"),
        total=total,
        decided=decided,
        answered=answered,
        count=None if correcting else countdown(request, queue.cycle.appraisal_due, what=_("Hạn thẩm định")),
        correcting=correcting,
    )


def _year(request: PageRequest, cycle: Cycle) -> YearItem:
    _ = translate(request)
    return YearItem(
        title=_("Kỳ đánh giá năm %(year)s", year=cycle.year),
        href=url(f"/work/cycles/{cycle.id}"),
        state_text=_(CYCLE_STATES[cycle.state]),
        count=cycle_countdown(request, cycle),
    )

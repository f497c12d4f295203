"""What the start page of whoever is signed in shows: what waits for them, what they follow, what is finished."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from parindex import access
from parindex.access import Person
from parindex.access.office.office_waits import OfficeWaits
from parindex.api.shared.countdown import Countdown, countdown
from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, lang_of, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.api.work.council.cycle_countdown import cycle_countdown
from parindex.api.work.notices_view import NoticeItem
from parindex.api.work.office_items import office_items, unheld_item
from parindex.api.work.reopened_items import reopened_items
from parindex.api.work.sheets.sheet_view import CHIPS
from parindex.api.work.waiting_item import WaitingItem
from parindex.assessments.amendments.model import ReopenedLeaf
from parindex.assessments.appraisal.decisions import OpenRequest
from parindex.assessments.appraisal.queue import Queue
from parindex.assessments.model import CYCLE_STATES, SHEET_STATES, Cycle, Sheet
from parindex.assessments.sheets import permission
from parindex.publication import titles
from parindex.surveys.model import Round

FINISHED: Final = frozenset({"published", "archived", "cancelled"})
"""States of a year in which nobody waits for anything."""

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class FollowedItem(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet or year under way that waits for others."""

    title: str
    """Which."""

    href: str
    """Where it is."""

    state_text: str
    """Where it stands."""

    count: Countdown | None
    """Until the deadline of its step."""


class WorklistPage(Page, frozen=True, kw_only=True):
    """Who owes what by when."""

    template: ClassVar[str] = "work/worklist.html"

    waiting: tuple[WaitingItem, ...]
    """What waits for the person, oldest first."""

    followed: tuple[FollowedItem, ...]
    """What is under way."""

    finished: tuple[Link, ...]
    """Years that are over, newest first."""

    notices: tuple[NoticeItem, ...]
    """What happened lately, newest first."""

    register: bool
    """Whether the person reads the evidence register."""


class WorkOf(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a person's work."""

    cycles: Sequence[Cycle]
    """Every year."""

    sheets: Mapping[UUID, Sheet]
    """The sheets of the person's agency, by cycle."""

    requests: Sequence[OpenRequest]
    """What the agency has to answer."""

    reopened: Sequence[ReopenedLeaf]
    """Leaves that a corrected set has opened again, oldest first."""

    assigned: Mapping[UUID, frozenset[str]]
    """The leaves that the person declares by assignment, by sheet."""

    parts: Sequence[Sheet]
    """Sheets of others of which the person's agency declares leaves."""

    queues: Sequence[Queue]
    """What the person appraises."""

    undecided: Mapping[UUID, int]
    """Entries of a year under appraisal that nobody has decided, by cycle."""

    computed: Mapping[UUID, datetime]
    """When the results of a year were computed last, by cycle."""

    ended: Sequence[Round]
    """Survey rounds whose last day is over and that are not locked, or locked without results."""

    failed: int
    """Jobs that failed for good."""

    unheld: int = 0
    """Kinds of work of an agency, or of the office, that nobody has the role to do."""

    office: OfficeWaits | None = None
    """What waits for whoever manages accounts."""


def worklist_page(request: PageRequest, person: Person, work: WorkOf, notices: tuple[NoticeItem, ...]) -> WorklistPage:
    """The work of a person.

    Args:
        request: Gives language and time zone.
        person: Who is signed in.
        work: What is known of it.
        notices: What happened lately.
    """
    waiting = sorted(_waiting(request, person, work), key=lambda item: item.since or _NEVER)
    taken = {item.href for item in waiting}
    shown = [cycle for cycle in work.cycles if access.may(person, "cycle:read", state=cycle.state)]
    return WorklistPage(
        waiting=tuple(waiting),
        followed=tuple(_followed(request, work, shown, taken)),
        finished=tuple(_finished(request, work, shown)),
        notices=notices,
        register=access.may(person, "evidence:read", own=person.agency_id is not None),
    )


def _waiting(request: PageRequest, person: Person, work: WorkOf) -> Iterator[WaitingItem]:
    yield from (_asked(request, asked) for asked in work.requests)
    yield from reopened_items(request, person, work.reopened)
    for cycle in work.cycles:
        if cycle.id in work.sheets:
            sheet = work.sheets[cycle.id]
            yield from _sheet(request, person, cycle, sheet, len(work.assigned.get(sheet.id, ())))
    years = {cycle.id: cycle for cycle in work.cycles}
    for sheet in work.parts:
        yield from _part(request, person, years[sheet.cycle_id], sheet)
    yield from _queues(request, work.queues)
    for cycle in work.cycles:
        yield from _year(request, person, cycle, work)
    yield from (_round(request, person, held) for held in work.ended)
    if work.office:
        yield from office_items(request, work.office)
    if work.unheld:
        yield unheld_item(request, work.unheld)
    if work.failed:
        _ = translate(request)
        title = _("%(n)s việc chạy nền không thực hiện được", n=work.failed)
        yield WaitingItem(title=title, href=url("/work/jobs"), verb=_("Xem và xử lý"), since=None)


def _asked(request: PageRequest, asked: OpenRequest) -> WaitingItem:
    _ = translate(request)
    return WaitingItem(
        title=_("Giải trình tiêu chí %(code)s", code=asked.code),
        href=url(f"/work/sheets/{asked.sheet_id}/{asked.code}"),
        verb=_("Trả lời"),
        since=asked.at,
        note=asked.reason,
    )


def _sheet(request: PageRequest, person: Person, cycle: Cycle, sheet: Sheet, assigned: int) -> Iterator[WaitingItem]:
    _, here = translate(request), url(f"/work/sheets/{sheet.id}")
    may_edit = access.may(person, "sheet:edit", state=sheet.state, own=True)
    may_approve = access.may(person, "sheet:submit", state=sheet.state, own=True)
    if cycle.state != "self_assessment" or sheet.shut or not (may_edit or may_approve):
        return
    verb = _("Kê khai tiếp") if sheet.declared else _("Bắt đầu kê khai")
    far = _("%(declared)s/%(leaves)s tiêu chí thành phần đã kê khai", declared=sheet.declared, leaves=sheet.applicable)
    yield WaitingItem(
        title=_sheet_title(request, cycle, sheet),
        href=here + ("/decide" if may_approve else "?show=mine" if assigned else ""),
        verb=_("Duyệt phiếu") if may_approve else verb,
        since=sheet.changed_at if may_approve or sheet.return_reason or sheet.formal_fault else cycle.opens_at,
        note=_("%(n)s tiêu chí được giao cho mình; %(far)s", n=assigned, far=far) if assigned else far,
        state=CHIPS[sheet.state],
        state_text=_(SHEET_STATES[sheet.state]),
        returned=sheet.return_reason if may_edit else None,
        fault=sheet.formal_fault if may_edit else None,
        count=countdown(request, sheet.due),
    )


def _part(request: PageRequest, person: Person, cycle: Cycle, sheet: Sheet) -> Iterator[WaitingItem]:
    """The leaves that the person's agency declares in the sheet of another."""
    mine = permission.part(person, sheet)
    if cycle.state != "self_assessment" or sheet.shut or not permission.may_part(person, "sheet:edit", sheet):
        return
    _ = translate(request)
    yield WaitingItem(
        title=_sheet_title(request, cycle, sheet),
        href=url(f"/work/sheets/{sheet.id}"),
        verb=_("Kê khai phần chủ trì"),
        since=cycle.opens_at,
        note=_("%(n)s tiêu chí thành phần do cơ quan mình chủ trì", n=len(mine)),
        count=countdown(request, sheet.due),
    )


def _queues(request: PageRequest, queues: Iterable[Queue]) -> Iterator[WaitingItem]:
    _ = translate(request)
    for queue in queues:
        if queue.correction is not None:
            yield WaitingItem(
                title=_("Đính chính: %(year)s", year=_year_title(request, queue.cycle)),
                href=url(f"/work/appraisals/{queue.cycle.id}"),
                verb=_("Mở danh sách sửa"),
                since=None,
                note=_("Năm đã công bố được mở lại theo quyết định"),
            )
            continue
        total, decided, answered = (sum(counts[part] for counts in queue.counts.values()) for part in range(3))
        if decided == total:
            continue
        note = _("%(decided)s/%(total)s mục đã quyết định", decided=decided, total=total)
        yield WaitingItem(
            title=_("Thẩm định: %(year)s", year=_year_title(request, queue.cycle)),
            href=url(f"/work/appraisals/{queue.cycle.id}"),
            verb=_("Thẩm định tiếp") if decided else _("Bắt đầu thẩm định"),
            since=queue.cycle.closes or queue.cycle.due,
            note=note + (" · " + _("%(n)s mục đơn vị đã bổ sung", n=answered) if answered else ""),
            count=countdown(request, queue.cycle.appraisal_due, what=_("Hạn thẩm định")),
        )


def _year(request: PageRequest, person: Person, cycle: Cycle, work: WorkOf) -> Iterator[WaitingItem]:
    """The step of a year that this person takes now."""
    _, council, results = translate(request), url(f"/work/cycles/{cycle.id}"), url(f"/work/years/{cycle.id}")
    computed, undecided = work.computed.get(cycle.id), work.undecided.get(cycle.id, 0)
    over = cycle.appraisal_due is not None and cycle.appraisal_due <= datetime.now(UTC)

    def may(action: str) -> bool:
        return access.may(person, action, state=cycle.state)

    step: tuple[str, str, datetime | None] | None = None
    if may("cycle:open") and cycle.opens_at is not None:
        step = _("Mở kỳ đánh giá"), council, cycle.opens_at
    elif may("cycle:close_appraisal") and (over or (cycle.id in work.undecided and undecided == 0)):
        step = _("Xem và kết thúc thẩm định"), council, cycle.appraisal_due
    elif may("year:submit") and computed:
        step = _("Trình phê duyệt"), results, computed
    elif may("year:compute"):
        step = _("Tổng hợp kết quả"), results, cycle.appraisal_due
    elif may("edition:publish"):
        step = _("Xem và ký công bố"), results, computed
    elif may("cycle:draft"):
        step = _("Hoàn thiện bản nháp"), f"{results}/draft", cycle.opens_at
    elif may("cycle:resume"):
        step = _("Xem và tiếp tục kỳ"), council, None
    if step:
        verb, href, since = step
        left = _("còn %(n)s mục chưa quyết định", n=undecided) if undecided else ""
        yield WaitingItem(
            title=_year_title(request, cycle), href=href, verb=verb, since=since,
            note=" · ".join(part for part in (_(CYCLE_STATES[cycle.state]), left) if part),
            count=cycle_countdown(request, cycle),
        )  # fmt: skip


def _round(request: PageRequest, person: Person, held: Round) -> WaitingItem:
    _ = translate(request)
    locks = access.may(person, "survey:lock", state=held.state)
    return WaitingItem(
        title=held.title(lang_of(request)),
        href=url(f"/work/surveys/{held.id}"),
        verb=_("Khóa đợt khảo sát") if locks else _("Tính kết quả khảo sát"),
        since=datetime.combine(held.closes_on, datetime.max.time(), tzinfo=UTC),
        note=_("Đã hết ngày thu phiếu") if locks else _("Đã khóa, chưa có kết quả"),
    )


def _followed(request: PageRequest, work: WorkOf, shown: Sequence[Cycle], taken: set[str]) -> Iterator[FollowedItem]:
    _ = translate(request)
    for cycle in work.cycles:
        sheet = work.sheets.get(cycle.id)
        here = url(f"/work/sheets/{sheet.id}") if sheet else ""
        if sheet and cycle.state not in FINISHED and not taken & {here, here + "/decide"}:
            yield FollowedItem(
                title=_sheet_title(request, cycle, sheet),
                href=here,
                state_text=_(SHEET_STATES[sheet.state]),
                count=None,
            )
    for cycle in shown:
        if cycle.state not in FINISHED:
            yield FollowedItem(
                title=_year_title(request, cycle),
                href=url(f"/work/cycles/{cycle.id}"),
                state_text=_(CYCLE_STATES[cycle.state]),
                count=cycle_countdown(request, cycle),
            )


def _finished(request: PageRequest, work: WorkOf, shown: Sequence[Cycle]) -> Iterator[Link]:
    for cycle in work.cycles:
        if cycle.state not in FINISHED:
            continue
        if sheet := work.sheets.get(cycle.id):
            yield Link(href=url(f"/work/sheets/{sheet.id}"), label=_sheet_title(request, cycle, sheet))
        elif cycle in shown:
            yield Link(href=url(f"/work/cycles/{cycle.id}"), label=_year_title(request, cycle))


def _sheet_title(request: PageRequest, cycle: Cycle, sheet: Sheet) -> str:
    return f"{titles.sheet(cycle.family, cycle.year, translate(request))} · {sheet.agency_name}"


def _year_title(request: PageRequest, cycle: Cycle) -> str:
    return titles.short(cycle.family, cycle.year, cycle.tier, translate(request))

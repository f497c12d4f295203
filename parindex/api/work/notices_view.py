"""What happened lately, in words, to whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from parindex import access
from parindex.access import Person
from parindex.access.account_links import RESET
from parindex.access.delegations.recording import DELEGATED
from parindex.access.handovers.handing_over import TAKEN_OVER
from parindex.access.sessions import GUESSED
from parindex.access.staff.grants import RAISED, RightsRaised
from parindex.api.shared.countdown import deadline_text, zone_of
from parindex.api.shared.page import lang_of, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.assessments.amendments.model import SetAmendment
from parindex.assessments.cycles.deadline_changes import DeadlineChange
from parindex.assessments.cycles.pausing import DecidedStep
from parindex.assessments.model import Sheet
from parindex.jobs import Registry
from parindex.jobs.notices import FAILED, JobFailed, Notice
from parindex.publication import titles
from parindex.publication.publish import PUBLISHED, EditionPublished
from parindex.surveys.rounds.lock import LOCKED, RoundLocked
from parindex.text import date_text

MOST: Final = 5
"""Notices that a page shows."""


class NoticeItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened."""

    text: str
    """What."""

    note: str = ""
    """What is to be read with it."""

    href: str | None
    """Where it is."""

    at: datetime
    """When."""


def notice_items(
    request: PageRequest, person: Person, registry: Registry, notices: Sequence[Notice]
) -> tuple[NoticeItem, ...]:
    """The newest notices that concern a person."""
    items = (_item(request, person, registry, notice) for notice in notices)
    return tuple([item for item in items if item is not None][:MOST])


def moved_deadlines(
    request: PageRequest, changes: Sequence[DeadlineChange], sheets: Mapping[UUID, Sheet]
) -> tuple[NoticeItem, ...]:
    """Deadlines that were moved lately, told to the agency whose sheets they are.

    Args:
        request: Gives language and time zone.
        changes: Newest first.
        sheets: Those of the agency, by year.
    """
    told = (change for change in changes if change.cycle_id in sheets)
    return tuple([_moved(request, change, sheets[change.cycle_id]) for change in told][:MOST])


def decided_steps(request: PageRequest, steps: Sequence[DecidedStep]) -> tuple[NoticeItem, ...]:
    """Years that decisions issued, stopped, resumed, gave up or archived, told to the agencies that take part."""
    _ = translate(request)
    said = {
        "issued": _("Kế hoạch của kỳ đánh giá đã ban hành theo %(number)s ngày %(day)s: %(year)s"),
        "paused": _("Kỳ đánh giá tạm dừng theo quyết định %(number)s ngày %(day)s: %(year)s"),
        "archived": _("Kỳ đánh giá được đưa vào lưu trữ theo %(number)s ngày %(day)s: %(year)s"),
        "cancelled": _("Kỳ đánh giá bị hủy theo quyết định %(number)s ngày %(day)s: %(year)s"),
        "resumed": _("Kỳ đánh giá tiếp tục theo quyết định %(number)s ngày %(day)s: %(year)s"),
    }
    kinds = ("resumed" if step.from_state == "paused" else step.to_state for step in steps)
    told = [(said[kind], step) for kind, step in zip(kinds, steps, strict=True) if kind in said]
    return tuple(
        NoticeItem(
            text=sentence % {
                "number": step.number, "day": date_text(step.day, lang_of(request)),
                "year": titles.short(step.family, step.year, step.tier, _),
            },
            note=step.reason, href=None, at=step.at,
        )
        for sentence, step in told[:MOST]
    )  # fmt: skip


def amended_sets(
    request: PageRequest, amendments: Sequence[SetAmendment], sheets: Mapping[UUID, Sheet]
) -> tuple[NoticeItem, ...]:
    """Criteria sets that were corrected lately within a year, told to the agencies that have a sheet in it."""
    _ = translate(request)
    told = (one for one in amendments if one.cycle_id in sheets)
    return tuple([
        NoticeItem(
            text=_("Bộ tiêu chí của kỳ được sửa theo quyết định %(number)s; kê khai lại: %(codes)s", number=one.decided.number,
                   codes=", ".join(one.reopened) or "–"),
            note=one.decided.reason, href=url(f"/work/sheets/{sheets[one.cycle_id].id}"), at=one.at,
        )
        for one in told
    ][:MOST])  # fmt: skip


def _moved(request: PageRequest, change: DeadlineChange, sheet: Sheet) -> NoticeItem:
    _, lang, zone = translate(request), lang_of(request), zone_of(request)
    before = deadline_text(change.due_before, zone, lang) if change.due_before else ""
    values = {"before": before, "after": deadline_text(change.due, zone, lang), "decision": change.decided.number}
    if change.due_before is not None and change.due <= change.due_before:
        text = _("Hạn nộp phiếu đóng sớm: từ %(before)s về %(after)s, theo quyết định %(decision)s", **values)
    elif before:
        text = _("Hạn nộp phiếu được gia hạn: từ %(before)s đến %(after)s, theo quyết định %(decision)s", **values)
    else:
        text = _("Hạn nộp phiếu được đặt đến %(after)s, theo quyết định %(decision)s", **values)
    return NoticeItem(text=text, note=change.decided.reason, href=url(f"/work/sheets/{sheet.id}"), at=change.at)


def _item(request: PageRequest, person: Person, registry: Registry, notice: Notice) -> NoticeItem | None:
    _ = translate(request)
    if notice.kind == PUBLISHED:
        number = notice.about(EditionPublished).number
        return NoticeItem(
            text=_("Đã công bố ấn bản %(number)s", number=number), href=url(f"/editions/{number}"), at=notice.at
        )
    if notice.kind in (GUESSED, RESET, DELEGATED, RAISED, TAKEN_OVER):
        return _of_account(request, person, notice)
    if notice.kind == LOCKED and access.may(person, "survey:read"):
        place = url(f"/work/surveys/{notice.about(RoundLocked).round}")
        return NoticeItem(text=_("Một đợt khảo sát đã khóa xong"), href=place, at=notice.at)
    if notice.kind == FAILED:
        failed = notice.about(JobFailed)
        kind = registry.kinds.get(failed.of)
        if kind is not None and (failed.asked_by == person.actor or access.may(person, "job:read")):
            text = _("Việc không thực hiện được: %(title)s", title=_(kind.title))
            return NoticeItem(text=text, href=url(f"/work/jobs/{failed.job}"), at=notice.at)
    return None


def _of_account(request: PageRequest, person: Person, notice: Notice) -> NoticeItem | None:
    """What concerns accounts: guessed at, given a right to use, raised by its own owner."""
    _ = translate(request)
    if notice.kind == GUESSED:
        text = _(
            "Có người đã nhập sai mật khẩu của tài khoản này nhiều lần. Nếu không phải anh/chị, đề nghị báo quản trị hệ thống "
            "gửi đường dẫn đặt mật khẩu mới"
        )
        return NoticeItem(text=text, href=None, at=notice.at)
    if notice.kind == RESET:
        text = _(
            "Quản trị hệ thống đã cấp liên kết đặt lại mật khẩu của tài khoản này. Nếu anh/chị không đề nghị việc đó, hãy báo "
            "ngay cho quản trị hệ thống"
        )
        return NoticeItem(text=text, href=url("/work/account"), at=notice.at)
    if notice.kind == DELEGATED:
        return NoticeItem(
            text=_("Anh/chị vừa được ủy quyền"), href=url("/work/account"), at=notice.at,
        )  # fmt: skip
    if notice.kind == TAKEN_OVER:
        text = _("Anh/chị vừa nhận bàn giao việc của đồng nghiệp; việc đang chờ hiện ở trang này")
        return NoticeItem(text=text, href=url("/work/account"), at=notice.at)
    if notice.kind == RAISED and access.may(person, "person:read"):
        place = url(f"/work/people/{notice.about(RightsRaised).of}")
        return NoticeItem(text=_("Một người quản trị đã tự giao vai trò cho mình"), href=place, at=notice.at)
    return None

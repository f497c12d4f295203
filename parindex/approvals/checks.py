"""What every check page before a step of a draft says the same way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from zoneinfo import ZoneInfo

from parindex.access import Person
from parindex.approvals import line_readings, remarks
from parindex.approvals.model import Drafted, Opened
from parindex.audit.confirmation import CheckNumber, CheckSentence, DeedCheck, OddLine, said
from parindex.audit.decision_lines import number_without_figure, signed_before
from parindex.errors import N_
from parindex.store.database import Connection
from parindex.text import local_day


def before_step(
    held: Opened, deed: str, title: str, about: CheckSentence, *, headline: CheckSentence, lines: Iterable[OddLine],
    lasting: Iterable[CheckSentence], numbers: Iterable[CheckNumber] = (), illustrative: bool,
) -> DeedCheck:  # fmt: skip
    """The check of a step of a draft."""
    return DeedCheck(
        deed=deed, subject=str(held.draft.id), title=said(title), about=about, headline=headline, numbers=tuple(numbers),
        lasting=tuple(lasting), lines=tuple(lines), marked="illustrative" if illustrative else None,
    )  # fmt: skip


def broken(held: Opened, here: str) -> Iterator[OddLine]:
    """Errors that keep a draft where it is."""
    if errors := len(held.revision.errors):
        told = said(N_("Còn %(count)s lỗi, nêu dưới từng dòng."), count=errors)
        yield OddLine(code="set_errors", told=told, href=here, impossible=True)


def disputed(held: Opened, here: str) -> Iterator[OddLine]:
    """Disputes that keep a draft where it is."""
    if left := remarks.open_disputes(held):
        told = said(N_("Còn %(count)s ý kiến chưa đồng ý chờ trả lời."), count=left)
        yield OddLine(code="set_disputed", told=told, href=f"{here}#remarks", impossible=True)


async def unread(
    kind: Drafted, connection: Connection, held: Opened, person: Person | None, here: str
) -> list[OddLine]:
    """Lines that whoever approves has not read as they are."""
    read = [
        one for one in await line_readings.readings(kind, connection, held) if person and one.person_id == person.id
    ]
    total, seen = len(kind.lines(held)), len(read[0].codes) if read else 0
    if seen >= total:
        return []
    told = said(N_("Mới xem %(seen)s trên %(total)s dòng ở nội dung hiện tại."), seen=seen, total=total)
    return [OddLine(code="lines_unread", told=told, href=f"{here}/lines")]


def approved_by(held: Opened) -> CheckNumber:
    """Who approved what is about to be published."""
    approver = held.steps[-1]
    return CheckNumber(
        value=approver.by_name or "–", what=said(N_("đã phê duyệt")), then=said(N_("lúc %(at)s"), at=approver.at)
    )


def of_decision(held: Opened, number: str, day: date, zone: ZoneInfo) -> list[OddLine | None]:
    """What looks wrong with the decision that was typed; the day of the approval is that of the tenant's time."""
    told = N_("Quyết định ngày %(day)s có trước ngày phê duyệt %(event)s.")
    return [number_without_figure(number), signed_before(day, local_day(held.steps[-1].at, zone), told)]

"""What is looked at before a year is published, an edition retracted, or a published year reopened for correction."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from parindex import access
from parindex.access import Person
from parindex.assessments.cycles import checked_year, listing, steps
from parindex.assessments.cycles import corrections as year_corrections
from parindex.assessments.model import Cycle
from parindex.audit.confirmation import CheckNumber, DeedCheck, OddLine, said
from parindex.audit.decision_lines import number_without_figure, signed_before, signer_of_one_word
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import N_, Refused
from parindex.publication import corrections, edition_cache, queries
from parindex.publication.model import EditionDecision, EditionRow, Superseded
from parindex.rankings import year_checks, years
from parindex.rankings.year_checks import ComputedCheck
from parindex.store.database import Connection
from parindex.text import TIME_ZONE


async def of_publishing(
    connection: Connection, person: Person | None, cycle_id: UUID, *, hold: bool = False
) -> DeedCheck:
    """Before a computed year is published.

    Args:
        connection: In a transaction of the tenant.
        person: Who would publish it.
        cycle_id: The year.
        hold: Nobody else moves the year until the transaction ends.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``cycle_wrong_state``.
    """
    found = await year_checks.of_computed(connection, person, "edition:publish", cycle_id, hold=hold)
    cycle = found.cycle
    corrected = None
    if found.computed is not None:
        corrected = await corrections.superseded(connection, cycle_id, found.computed)
    lines = [*found.lines, *await _fewer_than_before(connection, cycle, found)]
    if corrected is not None:
        lines += _corrected_lines(corrected)
    return DeedCheck(
        deed="edition:publish",
        subject=str(cycle_id),
        title=said(N_("Công bố")),
        about=checked_year.named(cycle),
        headline=found.headline,
        numbers=(*found.numbers, *_corrected_numbers(corrected)),
        lasting=(
            said(N_("Bảng kết quả được đóng băng, ký số và có địa chỉ riêng; ai cũng đọc và kiểm tra được.")),
            said(N_("Ấn bản đã công bố không sửa được: đính chính là một ấn bản mới, kèm thông báo từng ô thay đổi.")),
        ),
        lines=tuple(lines),
        marked=cycle.marked,
    )


async def of_publication_decision(
    connection: Connection, cycle_id: UUID, decided: EditionDecision, zone: ZoneInfo = TIME_ZONE
) -> tuple[OddLine | None, ...]:
    """What looks wrong with the decision to publish: it is older than the computation, used before, signed by half a name."""
    stored = await years.latest(connection, cycle_id)
    computed_on = stored.at.astimezone(zone).date() if stored else None
    told = N_("Quyết định ký ngày %(day)s, trước ngày tính kết quả %(event)s: người ký chưa thể thấy kết quả này.")
    return (
        signed_before(decided.date, computed_on, told),
        await _used_before(connection, decided.number or ""),
        *_paper(decided),
    )


async def of_retracting(connection: Connection, person: Person | None, number: str, *, hold: bool = False) -> DeedCheck:
    """Before an edition is retracted; ``hold``: no other edition of its year comes or goes until the transaction ends.

    Raises:
        Refused: ``not_found``, ``not_allowed``.
    """
    access.require(person, "edition:retract")
    row = await edition_cache.by_number(connection, number)
    if hold:
        await steps.locked(connection, row.cycle_id)
        row = await edition_cache.by_number(connection, number)
    others = [one for one in await queries.of_year(connection, row.family, row.year, row.tier) if one.id != row.id]
    standing = [one for one in others if not one.retracted]
    here = f"/editions/{row.number}"
    lines = []
    if row.retracted:
        told = said(N_("Ấn bản này đã được thu hồi."))
        lines.append(OddLine(code="already_retracted", told=told, href=here, impossible=True))
    elif not standing:
        told = said(
            N_("Không còn ấn bản nào khác của năm này: năm %(year)s sẽ không có kết quả công bố."), year=str(row.year)
        )
        lines.append(OddLine(code="nothing_left", told=told, href=f"/work/years/{row.cycle_id}"))
    elif any(one.serial > row.serial for one in standing):
        told = said(N_("Ấn bản này đã được thay bằng %(number)s và chỉ còn để tra cứu."), number=standing[0].number)
        lines.append(OddLine(code="superseded", told=told, href=f"/editions/{standing[0].number}"))
    return DeedCheck(
        deed="edition:retract",
        subject=str(row.id),
        title=said(N_("Thu hồi ấn bản")),
        about=said(N_("Ấn bản %(number)s"), number=row.number),
        headline=said(N_("Nội dung ấn bản %(number)s không hiển thị nữa"), number=row.number),
        numbers=(
            CheckNumber(value=row.published_on, what=said(N_("ngày công bố"))),
            CheckNumber(value=len(standing), what=said(N_("ấn bản khác của năm này còn hiển thị"))),
        ),
        lasting=(
            said(N_("Địa chỉ của ấn bản còn quyết định, mã SHA-256 và ấn bản thay thế; nội dung không hiển thị nữa.")),
            said(N_("Không thể hủy việc thu hồi. Nếu chỉ sai một số ô, đính chính giữ ấn bản cũ đọc được.")),
        ),
        lines=tuple(lines),
        marked=row.marked,
    )  # fmt: skip


async def of_reopening(
    connection: Connection, person: Person | None, cycle_id: UUID, *, hold: bool = False
) -> DeedCheck:
    """Before a published year is reopened for correction; as :func:`of_publishing`."""
    cycle = await checked_year.allowed(connection, person, "year:reopen", cycle_id, hold=hold)
    last = await queries.last(connection, cycle.family, cycle.year, cycle.tier)
    if last is None:
        raise Refused("cycle_wrong_state")
    here = f"/editions/{last.number}"
    lines = []
    if cycle.marked == "imported":
        told = said(N_("Năm này nhập từ kết quả đã công bố ở nơi khác, không đính chính ở đây."))
        lines.append(OddLine(code="year_imported", told=told, href=here, impossible=True))
    later = await queries.next_after(connection, cycle.family, cycle.tier, cycle.year)
    if later is not None:
        told = said(
            N_("Năm %(year)s đã công bố và so sánh với năm này; so sánh đó không tự thay đổi."), year=str(later.year)
        )
        lines.append(OddLine(code="later_year", told=told, href=f"/editions/{later.number}"))
    before = await year_corrections.newest(connection, cycle_id)
    if before is not None and before.edition_id == last.id:
        told = said(
            N_("Năm này đã được mở lại lúc %(at)s theo quyết định %(number)s và kết thúc không có ấn bản mới."),
            at=before.at, number=before.decided.number,
        )  # fmt: skip
        lines.append(OddLine(code="given_up_before", told=told, href=f"/work/years/{cycle_id}"))
    if last.serial > 1:
        told = said(N_("Năm này đã có %(n)s ấn bản."), n=last.serial)
        lines.append(OddLine(code="corrected_before", told=told, href=here))
    return DeedCheck(
        deed="year:reopen",
        subject=str(cycle_id),
        title=said(N_("Mở lại để đính chính")),
        about=checked_year.named(cycle),
        headline=said(N_("Ấn bản %(number)s được đính chính bằng một ấn bản mới"), number=last.number),
        numbers=_of_edition(last),
        lasting=(
            said(N_("Ấn bản %(number)s giữ nguyên ở địa chỉ của nó; khi có ấn bản đính chính, trang đó dẫn sang ấn bản mới."), number=last.number),
            said(N_("Quyết định và lý do được in trong ấn bản đính chính, kèm từng ô thay đổi.")),
            said(N_("Nếu không có gì để sửa, đợt đính chính kết thúc được mà không có ấn bản mới.")),
        ),
        lines=tuple(lines),
        marked=cycle.marked,
    )  # fmt: skip


async def of_reopening_decision(
    connection: Connection, cycle_id: UUID, decided: ReasonedDecision
) -> tuple[OddLine | None, ...]:
    """What looks wrong with the decision to reopen a year."""
    cycle = await listing.by_id(connection, cycle_id)
    last = await queries.last(connection, cycle.family, cycle.year, cycle.tier)
    told = N_("Quyết định ký ngày %(day)s, trước ngày công bố %(event)s.")
    published_on = last.published_on if last else None
    return (signed_before(decided.date, published_on, told), number_without_figure(decided.number))


async def of_retraction_decision(
    connection: Connection, number: str, decided: EditionDecision
) -> tuple[OddLine | None, ...]:
    """What looks wrong with the decision to retract an edition."""
    row = await edition_cache.by_number(connection, number)
    told = N_("Quyết định ký ngày %(day)s, trước ngày công bố %(event)s.")
    return (signed_before(decided.date, row.published_on, told), *_paper(decided))


def _paper(decided: EditionDecision) -> tuple[OddLine | None, ...]:
    return (number_without_figure(decided.number or ""), signer_of_one_word(decided.signer or ""))


async def _used_before(connection: Connection, number: str) -> OddLine | None:
    used = await queries.by_decision(connection, number)
    if used is None:
        return None
    told = said(N_("Số quyết định này đã dùng cho ấn bản %(number)s."), number=used.number)
    return OddLine(code="decision_used", told=told, href=f"/editions/{used.number}", bound=number)


async def _fewer_than_before(connection: Connection, cycle: Cycle, found: ComputedCheck) -> list[OddLine]:
    """Whether the edition before ranked more agencies."""
    before = await queries.newest(connection, cycle.family, cycle.tier, cycle.year)
    if before is None or found.computed is None:
        return []
    edition = await edition_cache.opened(connection, before)
    was = sum(one.rank is not None for one in edition.computation.results)
    now = sum(one.rank is not None for one in found.computed.results)
    if now >= was:
        return []
    told = said(
        N_("Ít hơn năm trước: %(now)s đơn vị được xếp hạng, ấn bản %(number)s có %(was)s."), now=now, was=was,
        number=before.number,
    )  # fmt: skip
    return [OddLine(code="fewer_ranked", told=told, href=f"/editions/{before.number}")]


def _corrected_lines(corrected: Superseded) -> list[OddLine]:
    if not corrected.retracted:
        return []
    told = said(
        N_("Ấn bản %(number)s đã bị thu hồi: thông báo đính chính không nhắc lại giá trị cũ."), number=corrected.number
    )
    return [OddLine(code="before_retracted", told=told, href=f"/editions/{corrected.number}")]


def _corrected_numbers(corrected: Superseded | None) -> tuple[CheckNumber, ...]:
    if corrected is None:
        return ()
    then = said(N_("Nêu từng ô trong thông báo đính chính của ấn bản mới."))
    what = said(N_("ô khác với ấn bản %(number)s"), number=corrected.number)
    return (CheckNumber(value=len(corrected.cells), what=what, then=then),)


def _of_edition(row: EditionRow) -> tuple[CheckNumber, ...]:
    return (
        CheckNumber(value=row.published_on, what=said(N_("ngày công bố ấn bản %(number)s"), number=row.number)),
        CheckNumber(value=row.decision_number or "–", what=said(N_("quyết định công bố"))),
    )

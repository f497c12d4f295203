"""What is looked at before a year is computed, and before its computation is handed over or published."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec

from parindex.access import Person
from parindex.assessments.appraisal import correcting
from parindex.assessments.cycles import checked_year, corrections
from parindex.assessments.model import Cycle, Sheet
from parindex.assessments.sheets import queries as sheet_queries
from parindex.audit.confirmation import CheckNumber, CheckSentence, DeedCheck, OddLine, said
from parindex.errors import CATALOGUE, N_, Refused
from parindex.rankings import groups, queries, years
from parindex.rankings.model import Computation
from parindex.rankings.stored import StoredComputation
from parindex.store.database import Connection
from parindex.surveys.model import Round
from parindex.surveys.results import estimates
from parindex.surveys.rounds import lock_check, opening, progress

FEW_RANKED: Final = 50
"""Percent of the agencies below which it is told that few are ranked: chosen here, no law sets one."""

FEW_DEGREES: Final = "df_under_5"
"""Warning of rank sets that no conclusion on ranks holds."""


async def of_computing(
    connection: Connection, person: Person | None, cycle_id: UUID, *, hold: bool = False
) -> DeedCheck:
    """Before a year is computed: who will be ranked, from which answers, and what is missing.

    Args:
        connection: In a transaction of the tenant.
        person: Who would compute it.
        cycle_id: The year.
        hold: Nobody else moves the year until the transaction ends.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``cycle_wrong_state``.
    """
    cycle = await checked_year.allowed(connection, person, "year:compute", cycle_id, hold=hold)
    known = await years.by_id(connection, cycle_id)
    taking_part = await queries.agencies(connection, cycle_id)
    sheets = await sheet_queries.of_cycle(connection, cycle_id)
    silent = [sheet for sheet in sheets if sheet.state == "no_submission"]
    closed = {sheet.agency_id for sheet in sheets if sheet.state == "closed"}
    ranked = [one for one in taking_part if one.ranked and (cycle.marked == "imported" or one.id in closed)]
    lines = [
        OddLine(code=gap.code, told=CheckSentence(message=gap.message, values=gap.values), href=gap.href, impossible=True)
        for gap in await years.missing(connection, known)
    ]  # fmt: skip
    lines += _few_ranked(cycle, len(ranked), len(taking_part))
    lines += _silent(cycle, silent)
    lines += await _thin_surveys(connection, cycle_id, {one.code: one.name_vi for one in taking_part})
    corrected = await _corrected(connection, cycle)
    if corrected is not None and not corrected.value:
        told = said(N_("Kỳ đã mở lại để đính chính nhưng chưa tiêu chí nào được sửa."))
        lines.append(OddLine(code="nothing_corrected", told=told, href=f"/work/appraisals/{cycle.id}"))
    numbers = await _sources(connection, cycle_id, len(taking_part), len(closed), silent)
    return DeedCheck(
        deed="year:compute",
        subject=str(cycle_id),
        title=said(N_("Tính kết quả")),
        about=checked_year.named(cycle),
        headline=said(N_("%(n)s trong %(all)s đơn vị có thể được xếp hạng"), n=len(ranked), all=len(taking_part)),
        numbers=numbers if corrected is None else (*numbers, corrected),
        lasting=(
            said(N_("Kết quả tính được giữ lại cùng số liệu gốc; tính lại thì thêm một kết quả mới, kết quả cũ không mất.")),
            said(N_("Chỉ người phê duyệt công bố được; trước đó không ai ngoài Hội đồng thấy kết quả này.")),
        ),
        lines=tuple(lines),
        marked=cycle.marked,
    )  # fmt: skip


class ComputedCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A computed year with what is looked at before it goes on."""

    cycle: Cycle
    """The year."""

    stored: StoredComputation | None
    """Its newest computation."""

    computed: Computation | None
    """The same, opened."""

    numbers: tuple[CheckNumber, ...]
    """What it says."""

    lines: tuple[OddLine, ...]
    """What looks wrong with it."""

    headline: CheckSentence
    """How many are ranked."""


async def of_submitting(
    connection: Connection, person: Person | None, cycle_id: UUID, *, hold: bool = False
) -> DeedCheck:
    """Before a computed year is handed to the approver; as :func:`of_computing`."""
    found = await of_computed(connection, person, "year:submit", cycle_id, hold=hold)
    return DeedCheck(
        deed="year:submit",
        subject=str(cycle_id),
        title=said(N_("Trình phê duyệt")),
        about=checked_year.named(found.cycle),
        headline=found.headline,
        numbers=found.numbers,
        lasting=(said(N_("Sau khi trình, thư ký không tính lại được, trừ khi người phê duyệt trả lại.")),),
        lines=found.lines,
        marked=found.cycle.marked,
    )


async def of_computed(
    connection: Connection, person: Person | None, action: str, cycle_id: UUID, *, hold: bool
) -> ComputedCheck:
    """What a year's newest computation says and what looks wrong with it.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``cycle_wrong_state``.
    """
    cycle = await checked_year.allowed(connection, person, action, cycle_id, hold=hold)
    stored = await years.latest(connection, cycle_id)
    here = f"/work/years/{cycle_id}"
    lines: list[OddLine] = []
    try:
        await years.require_computed(connection, cycle)
    except Refused as refused:
        told = said(CATALOGUE[refused.code].title)
        lines.append(OddLine(code=refused.code, told=told, href=here, impossible=True))
    if stored is None:
        nothing = said(N_("Chưa có kết quả tính"))
        return ComputedCheck(cycle=cycle, stored=None, computed=None, numbers=(), lines=tuple(lines), headline=nothing)
    computed = await asyncio.to_thread(years.decoded, stored)
    ranked = [one for one in computed.results if one.rank is not None]
    every = len(computed.results)
    lines += [*_few_ranked(cycle, len(ranked), every), *_unranked(cycle, computed), *_errors(computed, here)]
    return ComputedCheck(
        cycle=cycle,
        stored=stored,
        computed=computed,
        numbers=_of_results(stored, computed, len(ranked)),
        lines=tuple(lines),
        headline=said(N_("%(n)s trong %(all)s đơn vị được xếp hạng"), n=len(ranked), all=every),
    )


async def _sources(
    connection: Connection, cycle_id: UUID, taking_part: int, closed: int, silent: Sequence[Sheet]
) -> tuple[CheckNumber, ...]:
    numbers = [
        CheckNumber(value=taking_part, what=said(N_("đơn vị tham gia"))),
        CheckNumber(value=closed, what=said(N_("phiếu đã chốt điểm thẩm định"))),
    ]
    if silent:
        then = said(N_("Không xếp hạng, không tính là 0 điểm."))
        names = tuple(sheet.agency_short for sheet in silent)
        numbers.append(CheckNumber(value=len(silent), what=said(N_("đơn vị không nộp phiếu")), then=then, names=names))
    totals = await progress.totals(connection)
    for held in await opening.of_cycle(connection, cycle_id):
        if held.id in totals and totals[held.id].drawn:
            what = said(
                N_("phiếu trả lời của %(title)s, trên %(drawn)s người được chọn"),
                title=held.title_vi,
                drawn=totals[held.id].drawn,
            )
            numbers.append(CheckNumber(value=totals[held.id].answered, what=what))
    return tuple(numbers)


def _few_ranked(cycle: Cycle, ranked: int, every: int) -> list[OddLine]:
    here = f"/work/cycles/{cycle.id}"
    if not ranked:
        told = said(N_("Bảng xếp hạng có 0 đơn vị: không đơn vị nào được xếp hạng."))
        return [OddLine(code="nobody_ranked", told=told, href=here)]
    if 100 * ranked < FEW_RANKED * every:
        told = said(N_("Chỉ %(n)s trong %(all)s đơn vị được xếp hạng."), n=ranked, all=every)
        return [OddLine(code="few_ranked", told=told, href=here)]
    return []


def _silent(cycle: Cycle, silent: Sequence[Sheet]) -> list[OddLine]:
    if not silent:
        return []
    told = said(
        N_("%(n)s đơn vị không nộp phiếu nên không được xếp hạng: %(agencies)s."), n=len(silent),
        agencies=tuple(sheet.agency_short for sheet in silent),
    )  # fmt: skip
    return [OddLine(code="no_submission", told=told, href=f"/work/cycles/{cycle.id}")]


async def _thin_surveys(connection: Connection, cycle_id: UUID, names: Mapping[str, str]) -> list[OddLine]:
    """Locked rounds that few answered, and agencies whose results stay below the least number."""
    totals = await progress.totals(connection)
    known = await estimates.of_cycle(connection, cycle_id)
    lines = []
    for held in await opening.of_cycle(connection, cycle_id):
        here = f"/work/surveys/{held.id}"
        field = totals.get(held.id)
        share = lock_check.rate(field.answered, field.drawn) if field and held.state == "locked" else None
        if share is not None and share < lock_check.LOW:
            told = said(N_("%(title)s chỉ thu được %(rate)s%% số phiếu của mẫu."), title=held.title_vi, rate=share)
            lines.append(OddLine(code="few_answers", told=told, href=here))
        hidden = {one.agency for one in known if one.round_id == held.id and one.suppressed}
        lines += _hidden(held, tuple(name for code, name in names.items() if code in hidden), here)
    return lines


def _hidden(held: Round, agencies: tuple[str, ...], here: str) -> list[OddLine]:
    if not agencies:
        return []
    told = said(
        N_("%(title)s: kết quả của %(n)s đơn vị dưới mức tối thiểu %(least)s phiếu, không được công bố: %(agencies)s."),
        title=held.title_vi, n=len(agencies), least=held.min_n, agencies=agencies,
    )  # fmt: skip
    return [OddLine(code="below_least", told=told, href=here)]


async def _corrected(connection: Connection, cycle: Cycle) -> CheckNumber | None:
    """How many leaves were corrected, and when last; none of a year that was not reopened."""
    correction = await corrections.standing(connection, cycle)
    if correction is None:
        return None
    leaves = await correcting.of_correction(connection, correction.id)
    last = said(N_("Lần sửa cuối lúc %(at)s."), at=await corrections.corrected_at(connection, correction))
    what = said(N_("tiêu chí thành phần đã đính chính"))
    return CheckNumber(value=len(leaves), what=what, then=last if leaves else None)


def _of_results(stored: StoredComputation, computed: Computation, ranked: int) -> tuple[CheckNumber, ...]:
    return (
        CheckNumber(value=ranked, what=said(N_("đơn vị được xếp hạng"))),
        CheckNumber(value=len(computed.results) - ranked, what=said(N_("đơn vị không xếp hạng, có nêu lý do"))),
        *_groups(computed),
        CheckNumber(
            value=len(computed.given.suppressed), what=said(N_("ô kết quả khảo sát bị ẩn")),
            then=said(N_("Dưới mức tối thiểu, hoặc để không suy ra được ô khác.")),
        ),
        CheckNumber(value=stored.at, what=said(N_("lúc tính kết quả"))),
    )  # fmt: skip


def _groups(computed: Computation) -> tuple[CheckNumber, ...]:
    found = groups.members(computed.given)
    then = said(N_("Mỗi nhóm có thứ hạng riêng, ngoài bảng xếp hạng chung."))
    return (CheckNumber(value=len(found), what=said(N_("nhóm được xếp hạng riêng")), then=then),) if found else ()


def _unranked(cycle: Cycle, computed: Computation) -> list[OddLine]:
    names = {agency.code: agency.name_vi for agency in computed.given.agencies}
    left = tuple(names[one.agency] for one in computed.results if one.rank is None)
    if not left or len(left) == len(names):
        return []
    told = said(N_("%(n)s đơn vị không được xếp hạng: %(agencies)s."), n=len(left), agencies=left)
    return [OddLine(code="unranked", told=told, href=f"/work/years/{cycle.id}")]


def _errors(computed: Computation, here: str) -> list[OddLine]:
    sets = computed.rank_sets
    if sets is None or FEW_DEGREES not in sets.warnings:
        return []
    told = said(N_("Có đơn vị dưới 5 bậc tự do: chỉ nêu được khoảng tin cậy, không kết luận được về thứ hạng."))
    return [OddLine(code=FEW_DEGREES, told=told, href=here)]

"""What the matrix of a year shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final

import msgspec

from parindex import access
from parindex.api.shared.countdown import Countdown, deadline_text, zone_of
from parindex.api.shared.page import Page, lang_of, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.api.work.council.cycle_countdown import cycle_countdown
from parindex.api.work.council.members_changes_view import MembersChange, members_changes
from parindex.api.work.sheets.sheet_view import CHIPS
from parindex.assessments.council.matrix import AreaCounts, Matrix
from parindex.assessments.cycles.joining import JoinedAgency
from parindex.assessments.mergers.treatments import EndedInYear
from parindex.assessments.model import CYCLE_STATES, SHEET_STATES, Cycle, Sheet
from parindex.text import number, words

LATER: Final = ("consolidation", "approval", "published", "archived")
"""States of a year whose results have a page of their own."""


class AreaColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the matrix."""

    code: str
    """The area."""

    title: str
    """Its title."""


class MatrixCell(msgspec.Struct, frozen=True, kw_only=True):
    """One area of one agency."""

    area: str
    """Code of the area."""

    state: str
    """Its chip."""

    text: str | None
    """Another word than the chip's own."""

    box: bool
    """Whether somebody must act."""


class MatrixRow(msgspec.Struct, frozen=True, kw_only=True):
    """One agency."""

    name: str
    """Name for narrow columns."""

    href: str | None
    """Its sheet, where the secretary may read it."""

    note: str | None
    """What is odd about its sheet."""

    state: str
    """Chip of the sheet."""

    sentence: str | None
    """Stands in place of the cells, where appraisal has not begun."""

    missing: bool
    """Whether it handed in nothing."""

    cells: tuple[MatrixCell, ...]
    """One an area."""

    gap: Decimal | None
    """Self-assessed minus appraised points of what was decided."""


class KeyFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure above the matrix."""

    value: str
    """The number."""

    label: str
    """What it counts."""


class Milestone(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the year."""

    label: str
    """Its name."""

    when: str
    """Its deadline, or when it was reached; empty where nobody knows."""

    state: str
    """``done``, ``now`` or ``later``."""


class MatrixDeeds(msgspec.Struct, frozen=True, kw_only=True):
    """What the person may do with the year now."""

    open: bool
    """Begin self-assessment."""

    extend: bool
    """Whether its deadline may be moved."""

    close_self_assessment: bool
    """Lock the sheets."""

    close_appraisal: bool
    """Keep the points as final."""

    pause: bool
    """Let the year stand still."""

    resume: bool
    """Let it go on."""

    cancel: bool
    """Give it up."""

    join: bool
    """Add an agency to it."""


class MatrixPage(Page, frozen=True, kw_only=True):
    """Agencies × areas."""

    template: ClassVar[str] = "work/council/matrix.html"

    cycle: Cycle
    """The year."""

    state: str
    """Its state in words."""

    areas: tuple[AreaColumn, ...]
    """Columns."""

    rows: tuple[MatrixRow, ...]
    """Agencies in official order."""

    most_gap: Decimal
    """The widest gap, by which all are drawn."""

    mean_gap: Decimal | None
    """Mean of the gaps."""

    figures: tuple[KeyFigure, ...]
    """What is decided, asked, answered, missing."""

    milestones: tuple[Milestone, ...]
    """The steps of the year."""

    count: Countdown | None
    """Until the deadline of the step."""

    may: MatrixDeeds
    """What the person may do."""

    later: bool
    """Whether the year has come to its results."""

    drafted: bool
    """Whether it is not open yet."""

    changes: tuple[MembersChange, ...]
    """How those that take part became others since the plan was issued, the earliest first."""


def matrix_page(
    request: PageRequest,
    matrix: Matrix,
    reached: Mapping[str, datetime],
    joined: Sequence[JoinedAgency] = (),
    ended: Sequence[EndedInYear] = (),
) -> MatrixPage:
    """The matrix of a year.

    Args:
        request: Gives language, time zone and person.
        matrix: Agencies × areas.
        reached: When the year came to each of its states.
        joined: Agencies that were added to it.
        ended: What was chosen for agencies that ended in it.
    """
    _, lang = translate(request), lang_of(request)
    cycle, person = matrix.cycle, request.person
    rows = tuple(_row(request, matrix, sheet) for sheet in matrix.sheets)
    gaps = [row.gap for row in rows if row.gap is not None]
    return MatrixPage(
        cycle=cycle,
        state=_(CYCLE_STATES[cycle.state]),
        areas=tuple(
            AreaColumn(code=area.code, title=words(area.title, lang)) for area in matrix.published.criteria_set.areas
        ),
        rows=rows,
        most_gap=max([abs(gap) for gap in gaps], default=Decimal(1)) or Decimal(1),
        mean_gap=sum(gaps, Decimal(0)) / len(gaps) if gaps else None,
        figures=_figures(request, matrix),
        milestones=tuple(_milestones(request, cycle, reached)),
        count=cycle_countdown(request, cycle),
        may=MatrixDeeds(
            open=access.may(person, "cycle:open", state=cycle.state),
            extend=access.may(person, "cycle:extend", state=cycle.state),
            close_self_assessment=access.may(person, "cycle:close_self_assessment", state=cycle.state),
            close_appraisal=access.may(person, "cycle:close_appraisal", state=cycle.state),
            pause=access.may(person, "cycle:pause", state=cycle.state),
            resume=access.may(person, "cycle:resume", state=cycle.state),
            cancel=access.may(person, "cycle:cancel", state=cycle.state),
            join=access.may(person, "cycle:join", state=cycle.state),
        ),
        drafted=cycle.state in ("draft", "issued"),
        later=cycle.state in LATER,
        changes=members_changes(joined, ended, lang),
    )


def _figures(request: PageRequest, matrix: Matrix) -> tuple[KeyFigure, ...]:
    _, lang = translate(request), lang_of(request)
    counts = matrix.cells.values()
    decided, total = sum(area.decided for area in counts), sum(area.total for area in counts)
    missing = sum(sheet.state == "no_submission" for sheet in matrix.sheets)
    return (
        KeyFigure(value=f"{number(decided, lang=lang)}/{number(total, lang=lang)}", label=_("mục đã quyết định")),
        KeyFigure(value=str(sum(area.asked for area in counts)), label=_("chờ đơn vị giải trình")),
        KeyFigure(value=str(sum(area.answered for area in counts)), label=_("đã bổ sung, chờ xem lại")),
        KeyFigure(value=str(missing), label=_("đơn vị không nộp")),
    )


def _row(request: PageRequest, matrix: Matrix, sheet: Sheet) -> MatrixRow:
    _ = translate(request)
    counts = {area.code: matrix.cells.get((sheet.id, area.code)) for area in matrix.published.criteria_set.areas}
    with_appraisers = any(counts.values())
    decided = any(area.decided for area in counts.values() if area)
    sentence = None
    if sheet.state == "no_submission":
        sentence = _("Chưa nộp phiếu; không tính là 0 điểm.")
    elif not with_appraisers:
        sentence = _("%(state)s, %(declared)s trên %(leaves)s tiêu chí", state=_(SHEET_STATES[sheet.state]),
                     declared=sheet.declared, leaves=sheet.applicable)  # fmt: skip
    return MatrixRow(
        name=sheet.agency_short,
        href=url(f"/work/sheets/{sheet.id}") if with_appraisers else None,
        note=_("chốt tự động, chưa ký") if sheet.receipt is None and with_appraisers else None,
        state=CHIPS[sheet.state],
        sentence=sentence,
        missing=sheet.state == "no_submission",
        cells=_cells(request, matrix, sheet, counts),
        gap=sum((area.gap for area in counts.values() if area), Decimal(0)) if decided else None,
    )


def _cells(
    request: PageRequest, matrix: Matrix, sheet: Sheet, counts: Mapping[str, AreaCounts | None]
) -> tuple[MatrixCell, ...]:
    _ = translate(request)
    declared = {place.area for place in matrix.published.leaves}
    nothing: str = _("Không kê khai")
    return tuple(
        _cell(code, sheet, area, nothing)
        if code in declared
        else MatrixCell(area=code, state="survey", text=None, box=False)
        for code, area in counts.items()
    )


def _cell(code: str, sheet: Sheet, counts: AreaCounts | None, nothing: str) -> MatrixCell:
    if counts is None or counts.total == 0:
        return MatrixCell(area=code, state="incomplete", text=nothing, box=False)
    if sheet.state == "closed":
        return MatrixCell(area=code, state="locked", text=None, box=False)
    if counts.asked:
        return MatrixCell(area=code, state="explain", text=None, box=True)
    if counts.answered:
        return MatrixCell(area=code, state="supplemented", text=None, box=False)
    if counts.decided == counts.total:
        return MatrixCell(area=code, state="agreed", text=None, box=False)
    return MatrixCell(area=code, state="appraising", text=f"{counts.decided}/{counts.total}", box=False)


def _milestones(request: PageRequest, cycle: Cycle, reached: Mapping[str, datetime]) -> Sequence[Milestone]:
    _, lang, zone = translate(request), lang_of(request), zone_of(request)
    steps: tuple[tuple[str, str, datetime | None], ...] = (
        ("self_assessment", _("Nộp phiếu tự đánh giá"), cycle.due),
        ("appraisal_1", _("Thẩm định"), cycle.appraisal_due),
        ("consolidation", _("Tổng hợp, tính chỉ số"), None),
        ("approval", _("Trình phê duyệt"), None),
        ("published", _("Công bố"), None),
    )
    here = next((place for place, (state, _label, _until) in enumerate(steps) if state == cycle.state), -1)
    milestones = []
    for place, (state, label, deadline) in enumerate(steps):
        when = deadline or reached.get(state)
        milestones.append(
            Milestone(
                label=label,
                when=deadline_text(when, zone, lang) if when else "",
                state="done" if place < here else "now" if place == here else "later",
            )
        )
    return milestones

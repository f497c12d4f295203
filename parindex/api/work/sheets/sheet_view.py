"""What every page of a sheet shows, its overview, and its steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from parindex.access import Person
from parindex.api.shared.acting_names import who_text
from parindex.api.shared.countdown import Countdown, countdown
from parindex.api.shared.page import Page, lang_of, translate, url
from parindex.api.shared.problems import field_problem, problem
from parindex.api.shared.requests import PageRequest
from parindex.api.work.sheets import sheet_tree
from parindex.api.work.sheets.amended_view import AmendedSheet
from parindex.api.work.sheets.closed_sheet_view import ClosedSheet, closed_sheet
from parindex.api.work.sheets.sheet_tree import TreeArea
from parindex.assessments.appraisal.decisions import SheetOutcome
from parindex.assessments.model import SENT, SHEET_STATES, WITH_AGENCIES
from parindex.assessments.sheets import permission, submission
from parindex.assessments.sheets.board import Board
from parindex.assessments.sheets.transition import Transition
from parindex.errors import FieldError, Refused
from parindex.publication import titles
from parindex.text import number, words

CHIPS: Final[Mapping[str, str]] = {
    "not_started": "not_started",
    "drafting": "editing",
    "with_leader": "awaiting",
    "submitted": "sent",
    "auto_locked": "overdue",
    "no_submission": "no_submission",
    "appraisal_1": "appraising",
    "closed": "locked",
    "handed_over": "closed",
}
"""State of a sheet to its chip."""


class SheetHeader(msgspec.Struct, frozen=True, kw_only=True):
    """Whose sheet, its state, and what the person may do with it."""

    id: UUID
    """Of the sheet."""

    title: str
    """What it is called: with its year, and the index where that is another than the usual."""

    agency: str
    """Whose it is."""

    owner: str | None
    """The owner body whose leaves alone are shown."""

    state: str
    """Its chip."""

    state_text: str
    """Its state in words."""

    receipt: str | None
    """Mã biên nhận, where it was sent."""

    days_late: int
    """Days after it was due that it was sent or locked; 0 in time, and while it is with the agency."""

    return_reason: str | None
    """Why the leader sent it back."""

    formal_fault: str | None
    """Why the council's office gave it back."""

    editable: bool
    """Whether the person may declare."""

    may_hand_in: bool
    """Whether the person may put it before the leader."""

    assigned: bool
    """Whether the page of assigned leaves has something for the person: leaves that were given, or that they may give."""

    may_approve: bool
    """Whether the person may approve and send it."""

    may_withdraw: bool
    """Whether the person may take it back."""


class SheetTotal(msgspec.Struct, frozen=True, kw_only=True):
    """Points of the whole sheet now."""

    points: Decimal
    """Known points of all areas with the bonus, less the penalty."""

    adjusted: str
    """What of it is bonus and penalty, in words; empty where there is neither."""

    max: Decimal
    """Maximum of what applies."""

    declared: int
    """Leaves declared."""

    leaves: int
    """Leaves to declare."""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """What a leaf lacks."""

    id: str
    """Code of the leaf."""

    title: str
    """Its title."""

    href: str
    """Its page."""

    message: str
    """What it lacks."""


class Tab(msgspec.Struct, frozen=True, kw_only=True):
    """A choice of what is listed."""

    href: str
    """Its address."""

    label: str
    """Its name."""

    current: bool
    """Whether it is chosen."""

    count: int | None = None
    """How many it lists."""


class SheetSide(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside every page of a sheet."""

    count: Countdown | None
    """Until the deadline, while the agency has the sheet."""

    total: SheetTotal
    """Points now."""

    gaps: tuple[Gap, ...]
    """What is missing, in the order of the law."""

    lacking: str
    """How many leaves lack what, in words; empty where nothing is missing."""

    tree: tuple[TreeArea, ...]
    """All leaves, those of the person, or those that are missing."""

    tabs: tuple[Tab, ...]
    """All, those of the person, or missing."""


class StepTaken(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a sheet's way."""

    at: datetime
    """When."""

    state: str
    """Chip of what it became."""

    text: str
    """What it became, in words."""

    who: str | None
    """Who took it; none for the system."""

    reason: str | None
    """Why, where a reason was asked for."""


class SheetPage(Page, frozen=True, kw_only=True):
    """A sheet at a glance."""

    template: ClassVar[str] = "work/sheets/sheet.html"

    sheet: SheetHeader
    """The sheet."""

    side: SheetSide
    """Points and tree."""

    steps: tuple[StepTaken, ...]
    """How it got here, oldest first."""

    closed: ClosedSheet | None
    """What became of it, once it is closed."""

    amended: AmendedSheet | None
    """What corrections of the set within the year mean for it."""

    may_give_back: bool
    """Whether the person may give it back to its agency for a formal fault."""


class AreaLine(msgspec.Struct, frozen=True, kw_only=True):
    """An area in the leader's table."""

    code: str
    """Its code."""

    title: str
    """Its title."""

    points: Decimal | None
    """Points now."""

    max: Decimal
    """Maximum of what applies."""

    declared: int | None
    """Leaves declared; none where surveys decide."""

    leaves: int | None
    """Leaves to declare."""


class SheetStepPage(Page, frozen=True, kw_only=True):
    """The sheet with one thing to do: hand in, decide, withdraw, or read the receipt."""

    template: ClassVar[str] = "work/sheets/step.html"

    sheet: SheetHeader
    """The sheet."""

    side: SheetSide
    """Points and tree."""

    step: str
    """``hand-in``, ``decide``, ``withdraw`` or ``receipt``."""

    problem_text: str | None
    """Why it was refused."""

    typed_reason: str | None
    """The reason as it was typed; ``None`` before anything was."""

    areas: tuple[AreaLine, ...]
    """Areas with their points."""

    sent_at: datetime | None
    """When the leader sent it."""

    locked_at: datetime | None
    """When it was locked unsigned."""


def address(sheet_id: UUID, rest: str = "") -> str:
    """An address of a sheet."""
    return url(f"/work/sheets/{sheet_id}" + (f"/{rest}" if rest else ""))


def marked(board: Board) -> str | None:
    """The mark that every page of the year bears."""
    return board.cycle.marked or ("illustrative" if board.published.criteria_set.status == "illustrative" else None)


def header(request: PageRequest, board: Board) -> SheetHeader:
    """Whose sheet, its state, and what the person may do with it."""
    sheet, person = board.sheet, request.person
    return SheetHeader(
        id=sheet.id,
        title=titles.sheet(board.cycle.family, board.cycle.year, translate(request)),
        agency=sheet.agency_name,
        state=CHIPS[sheet.state],
        state_text=translate(request)(SHEET_STATES[sheet.state]),
        receipt=sheet.receipt if sheet.state in SENT else None,
        days_late=sheet.days_late if sheet.state not in WITH_AGENCIES else 0,
        return_reason=sheet.return_reason,
        formal_fault=sheet.formal_fault,
        owner=board.owner,
        editable=permission.may_part(person, "sheet:edit", sheet),
        may_hand_in=permission.may_bundle(person, sheet),
        assigned=_assigned(person, board),
        may_approve=permission.may(person, "sheet:submit", sheet),
        may_withdraw=permission.may(person, "sheet:withdraw", sheet) and sheet.withdrawals < board.cycle.withdrawals,
    )


def _assigned(person: Person | None, board: Board) -> bool:
    own = permission.own(person, board.sheet) or bool(permission.part(person, board.sheet))
    return own and (bool(board.sheet.assignments.by_code) or permission.may_part(person, "leaf:assign", board.sheet))


def side(request: PageRequest, board: Board, code: str | None = None, show: str = "all") -> SheetSide:
    """Points and tree.

    Args:
        request: Gives language and time zone.
        board: The sheet.
        code: The leaf that is open.
        show: ``all``, ``missing`` or ``mine``.
    """
    _ = translate(request)
    gaps = {gap.field: gap for gap in submission.gaps(board)}
    total = board.points_now.total
    mine = board.sheet.assignments.held_by(request.person.id) if request.person else frozenset()
    only = {"missing": gaps.keys(), "mine": mine}.get(show)
    return SheetSide(
        count=countdown(request, board.sheet.due) if board.sheet.state in WITH_AGENCIES else None,
        total=SheetTotal(
            points=board.points_now.points,
            adjusted=_adjusted(request, board.points_now.bonus, board.points_now.penalty),
            max=total.max,
            declared=total.declared,
            leaves=total.leaves,
        ),
        gaps=tuple(_gap(request, board, gap) for gap in gaps.values()),
        lacking=_lacking(request, gaps.values()),
        tree=sheet_tree.tree(board, code, set(gaps), lang_of(request), only=only),
        tabs=(
            Tab(href="?show=all", label=_("Tất cả"), count=total.leaves, current=only is None),
            *((Tab(href="?show=mine", label=_("Của tôi"), count=len(mine), current=show == "mine"),) if mine else ()),
            Tab(href="?show=missing", label=_("Chưa đủ"), count=len(gaps), current=show == "missing"),
        ),
    )


def _adjusted(request: PageRequest, bonus: Decimal, penalty: Decimal) -> str:
    _, lang = translate(request), lang_of(request)
    parts = []
    if bonus:
        parts.append(_("cộng thưởng %(points)s", points=number(bonus, 2, lang)))
    if penalty:
        parts.append(_("trừ %(points)s", points=number(penalty, 2, lang)))
    return _("Đã %(parts)s", parts=", ".join(parts)) if parts else ""


def _lacking(request: PageRequest, gaps: Iterable[FieldError]) -> str:
    _, counts = translate(request), Counter(gap.code for gap in gaps)
    parts = (
        (_("%(n)s chưa kê khai", n=counts["gap_facts"]), counts["gap_facts"]),
        (_("%(n)s có số liệu chưa đúng", n=counts["gap_refused"]), counts["gap_refused"]),
        (_("%(n)s chưa có tài liệu kiểm chứng", n=counts["gap_evidence"]), counts["gap_evidence"]),
        (_("%(n)s chưa nêu lý do không áp dụng", n=counts["gap_why_inapplicable"]), counts["gap_why_inapplicable"]),
    )
    return ", ".join(words for words, count in parts if count)


def sheet_page(
    request: PageRequest,
    board: Board,
    steps: Sequence[Transition],
    show: str,
    outcome: SheetOutcome | None,
    amended: AmendedSheet | None = None,
    *,
    returnable: bool = False,
) -> SheetPage:
    """Where a sheet stands: points, what is missing, what can be done next.

    Args:
        request: Gives language and time zone.
        board: The sheet.
        steps: Its way, oldest first.
        show: ``all``, ``missing`` or ``mine``: what the tree lists.
        outcome: What became of it, once it is closed.
        amended: What corrections of the set within the year mean for it.
        returnable: Whether the reader may give it back for a formal fault.
    """
    return SheetPage(
        may_give_back=returnable,
        amended=amended,
        closed=closed_sheet(request, board, outcome) if outcome else None,
        sheet=header(request, board),
        side=side(request, board, show=show),
        steps=tuple(_step(request, step) for step in steps),
    )


def sheet_step_page(
    request: PageRequest,
    board: Board,
    steps: Sequence[Transition],
    step: str,
    *,
    refused: Refused | None = None,
    typed_reason: str | None = None,
) -> SheetStepPage:
    """One of the pages between drafting and appraisal."""
    told = problem(refused, lang_of(request)) if refused else None
    return SheetStepPage(
        sheet=header(request, board),
        side=side(request, board),
        step=step,
        problem_text=f"{told.title}. {told.detail}" if told else None,
        typed_reason=typed_reason,
        areas=_areas(request, board),
        sent_at=next((one.at for one in steps if one.to_state == "submitted"), None),
        locked_at=next((one.at for one in steps if one.to_state == "auto_locked"), None),
    )


def _gap(request: PageRequest, board: Board, gap: FieldError) -> Gap:
    lang = lang_of(request)
    return Gap(
        id=gap.field,
        title=words(board.published.places[gap.field].node.title, lang),
        href=address(board.sheet.id, gap.field),
        message=field_problem(gap, lang).detail,
    )


def _step(request: PageRequest, step: Transition) -> StepTaken:
    return StepTaken(
        at=step.at,
        state=CHIPS[step.to_state],
        text=translate(request)(SHEET_STATES[step.to_state]),
        who=who_text(step.by_name, step.for_name, translate(request)),
        reason=step.reason,
    )


def _areas(request: PageRequest, board: Board) -> tuple[AreaLine, ...]:
    lang = lang_of(request)
    lines = []
    for area in board.published.criteria_set.areas:
        known = board.points_now.sums.get(area.code)
        lines.append(
            AreaLine(
                code=area.code,
                title=words(area.title, lang),
                points=sheet_tree.points_of(known),
                max=known.max if known else area.max,
                declared=known.declared if known else None,
                leaves=known.leaves if known else None,
            )
        )
    return tuple(lines)

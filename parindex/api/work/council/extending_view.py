"""What is asked before a deadline is moved, and how it was moved before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from parindex.api.shared.countdown import deadline_text, zone_of
from parindex.api.shared.page import Page, lang_of, translate
from parindex.api.shared.requests import PageRequest
from parindex.api.work.moved_deadlines_view import MovedDeadline, moved_deadline
from parindex.api.work.sheets.entry_view import FieldFault, faults, told_by_field
from parindex.api.work.years.refusal_view import RefusalTold, refusal_told
from parindex.assessments.council.matrix import Matrix
from parindex.assessments.cycles.deadline_changes import DeadlineChange
from parindex.assessments.cycles.extending import UNDER_APPRAISAL
from parindex.assessments.model import SHEET_STATES, Cycle, Sheet
from parindex.errors import Refused


class AgencyBox(msgspec.Struct, frozen=True, kw_only=True):
    """An agency whose deadline may be moved."""

    id: str
    """Of the agency."""

    name: str
    """Its name for narrow columns."""

    note: str
    """State of its sheet, and its own deadline where it has one."""

    ticked: bool
    """Whether it is chosen."""


class ExtensionPage(Page, frozen=True, kw_only=True):
    """The deadline of a year, and the form that moves it."""

    template: ClassVar[str] = "work/council/extension.html"

    cycle: Cycle
    """The year."""

    due: str
    """Its last day; empty where it has none."""

    closes: str
    """Until when late sheets are taken, where that is another moment; else empty."""

    agencies: tuple[AgencyBox, ...]
    """Whose sheets may be given more time; none where they are too many to be looked through."""

    everybody: bool
    """Whether all are chosen."""

    moved: tuple[MovedDeadline, ...]
    """What was moved before, newest first."""

    problem: RefusalTold | None
    """Why it was refused, where no field tells it."""

    faults: tuple[FieldFault, ...]
    """What is wrong, in the order of the fields."""

    error_of: Mapping[str, str]
    """The same by field."""

    typed: Mapping[str, str]
    """What stands in the fields."""


MOST_BOXES = 100
"""Agencies that are listed to be ticked; of more the codes or names are written."""

FIELDS = ("agency", "names", "last_day", "closing_day", "number", "date", "reason")


def extension_page(
    request: PageRequest,
    matrix: Matrix,
    moved: Sequence[DeadlineChange],
    *,
    typed: Mapping[str, str],
    ticked: Collection[str],
    refused: Refused | None,
) -> ExtensionPage:
    """The form that moves deadlines.

    Args:
        request: Gives language and time zone.
        matrix: The year with its sheets.
        moved: What was moved before.
        typed: What a refused form held.
        ticked: Agencies that a refused form had chosen.
        refused: Why it was refused.
    """
    lang, cycle = lang_of(request), matrix.cycle
    told = told_by_field(refused.fields, lang) if refused else {}
    listed = [sheet for sheet in matrix.sheets if sheet.state not in (*UNDER_APPRAISAL, "handed_over")]
    return ExtensionPage(
        cycle=cycle,
        due=_text(request, cycle.due),
        closes=_text(request, cycle.closes) if cycle.closes != cycle.due else "",
        agencies=tuple(_box(request, sheet, ticked) for sheet in listed) if len(listed) <= MOST_BOXES else (),
        everybody="all" in ticked,
        moved=tuple(_moved(request, change) for change in moved),
        problem=refusal_told(refused, lang) if refused and not told else None,
        faults=faults({field: told[field] for field in FIELDS if field in told}, lang),
        error_of=told,
        typed={field: typed.get(field, "") for field in FIELDS},
    )


def _box(request: PageRequest, sheet: Sheet, ticked: Collection[str]) -> AgencyBox:
    _ = translate(request)
    note = _(SHEET_STATES[sheet.state])
    if sheet.extended:
        note += " · " + _("được gia hạn đến %(until)s", until=_text(request, sheet.due))
    return AgencyBox(id=str(sheet.agency_id), name=sheet.agency_short, note=note, ticked=str(sheet.agency_id) in ticked)


def _moved(request: PageRequest, change: DeadlineChange) -> MovedDeadline:
    _ = translate(request)
    return moved_deadline(
        change.decided, change.by_name, change.at, lang_of(request), whose=change.agency or _("Tất cả đơn vị"),
        before=_text(request, change.due_before), after=_text(request, change.due),
        taken=_text(request, change.closes) if change.closes != change.due else "",
    )  # fmt: skip


def _text(request: PageRequest, moment: datetime | None) -> str:
    return deadline_text(moment, zone_of(request), lang_of(request)) if moment else ""

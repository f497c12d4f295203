"""What is asked before a sheet is given back to its agency for a formal fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from parindex.api.shared.countdown import deadline_text, zone_of
from parindex.api.shared.page import Page, lang_of, translate
from parindex.api.shared.requests import PageRequest
from parindex.api.work.sheets.entry_view import FieldFault, faults, told_by_field
from parindex.assessments.model import SHEET_STATES, Cycle, Sheet
from parindex.errors import Refused
from parindex.publication import titles


class GivingBackPage(Page, frozen=True, kw_only=True):
    """A sheet, and the form by which it goes back."""

    template: ClassVar[str] = "work/council/giving_back.html"

    sheet_id: UUID
    """The sheet."""

    title: str
    """What it is called."""

    agency: str
    """Whose it is."""

    state: str
    """Where it stands, in words."""

    due: str
    """Its last day so far; empty where it has none."""

    under_appraisal: bool
    """Whether the year goes back to self-assessment with it."""

    faults: tuple[FieldFault, ...]
    """What is wrong, in the order of the fields."""

    error_of: Mapping[str, str]
    """The same by field."""

    typed: Mapping[str, str]
    """What stands in the fields."""


FIELDS = ("last_day", "number", "date", "reason")


def giving_back_page(
    request: PageRequest, cycle: Cycle, sheet: Sheet, *, typed: Mapping[str, str], refused: Refused | None
) -> GivingBackPage:
    """The form; ``typed`` and ``refused``: what a refused one held, and why."""
    lang, _ = lang_of(request), translate(request)
    told = told_by_field(refused.fields, lang) if refused else {}
    return GivingBackPage(
        sheet_id=sheet.id,
        title=titles.sheet(cycle.family, cycle.year, _),
        agency=sheet.agency_name,
        state=_(SHEET_STATES[sheet.state]),
        due=deadline_text(sheet.due, zone_of(request), lang) if sheet.due else "",
        under_appraisal=cycle.state == "appraisal_1",
        faults=faults({field: told[field] for field in FIELDS if field in told}, lang),
        error_of=told,
        typed={field: typed.get(field, "") for field in FIELDS},
    )

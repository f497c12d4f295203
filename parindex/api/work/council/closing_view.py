"""What is asked before a step of a year is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from parindex.api.shared.countdown import deadline_text, zone_of
from parindex.api.shared.page import Page, lang_of
from parindex.api.shared.problems import problem
from parindex.api.shared.requests import PageRequest
from parindex.api.work.sheets.entry_view import FieldFault, told_by_field
from parindex.assessments.council.matrix import Matrix
from parindex.assessments.model import WITH_AGENCIES, Cycle
from parindex.errors import Refused

DECISION: Final = ("number", "date", "reason")
"""Fields of the decision to close early."""


class ClosingPage(Page, frozen=True, kw_only=True):
    """One step of a year, before it is taken."""

    template: ClassVar[str] = "work/council/step.html"

    cycle: Cycle
    """The year."""

    step: str
    """``open``, ``close-self-assessment`` or ``close-appraisal``."""

    problem_text: str | None
    """Why it was refused."""

    open_sheets: int
    """Sheets that would be locked with what is there."""

    untouched: int
    """Sheets that nobody began."""

    sent: int
    """Sheets that were submitted."""

    undecided: int
    """Entries that wait for a decision."""

    taken_until: str
    """Until when sheets would still be taken, where it is closed early: a decision is asked for; else empty."""

    extended: tuple[str, ...]
    """Agencies with an extension of their own, and until when: they keep it."""

    faults: tuple[FieldFault, ...]
    """What is wrong with the decision."""

    error_of: Mapping[str, str]
    """The same by field."""

    typed: Mapping[str, str]
    """What stands in the fields."""


def closing_page(
    request: PageRequest,
    matrix: Matrix,
    step: str,
    refused: Refused | None,
    *,
    early: bool = False,
    typed: Mapping[str, str],
) -> ClosingPage:
    """What a step would lock, from the matrix of the year.

    Args:
        request: Gives language and time zone.
        matrix: The year with its sheets.
        step: Which step.
        refused: Why it was refused.
        early: Whether the year still takes sheets.
        typed: What a refused form held.
    """
    lang, zone = lang_of(request), zone_of(request)
    fields = told_by_field(refused.fields, lang) if refused else {}
    told = problem(refused, lang) if refused and not fields else None
    waiting = [s for s in matrix.sheets if s.extended and s.state in WITH_AGENCIES and not s.shut and s.closes]
    given_time = {sheet.id for sheet in waiting}
    locked = [sheet.state for sheet in matrix.sheets if sheet.id not in given_time]
    return ClosingPage(
        cycle=matrix.cycle,
        step=step,
        problem_text=f"{told.title}. {told.detail}" if told else None,
        open_sheets=sum(state in ("drafting", "with_leader") for state in locked),
        untouched=locked.count("not_started"),
        sent=sum(sheet.state not in WITH_AGENCIES for sheet in matrix.sheets),
        undecided=sum(counts.total - counts.decided for counts in matrix.cells.values()),
        taken_until=deadline_text(matrix.cycle.closes, zone, lang) if early and matrix.cycle.closes else "",
        extended=tuple(f"{s.agency_short} ({deadline_text(s.closes, zone, lang)})" for s in waiting if s.closes),
        faults=tuple(FieldFault(id=name, message=fields[name]) for name in DECISION if name in fields),
        error_of=fields,
        typed={name: typed.get(name, "") for name in DECISION},
    )

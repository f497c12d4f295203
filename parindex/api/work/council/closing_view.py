"""What is asked before a step of a year is taken."""

from __future__ import annotations

from typing import ClassVar

from parindex.api.shared.page import Page, lang_of
from parindex.api.shared.problems import problem
from parindex.api.shared.requests import PageRequest
from parindex.assessments.council.matrix import Matrix
from parindex.assessments.model import Cycle
from parindex.errors import Refused


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


def closing_page(request: PageRequest, matrix: Matrix, step: str, refused: Refused | None) -> ClosingPage:
    """What a step would lock, from the matrix of the year."""
    told = problem(refused, lang_of(request)) if refused else None
    states = [sheet.state for sheet in matrix.sheets]
    return ClosingPage(
        cycle=matrix.cycle,
        step=step,
        problem_text=f"{told.title}. {told.detail}" if told else None,
        open_sheets=sum(state in ("drafting", "with_leader") for state in states),
        untouched=states.count("not_started"),
        sent=len(states) - sum(state in ("drafting", "with_leader", "not_started") for state in states),
        undecided=sum(counts.total - counts.decided for counts in matrix.cells.values()),
    )

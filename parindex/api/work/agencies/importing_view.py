"""What is shown of a list before it is entered: every row that is new, corrected or wrong."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

import msgspec

from parindex.agencies.importing import NEEDED, OPTIONAL
from parindex.agencies.list_entry import PlannedList
from parindex.agencies.model import TIERS
from parindex.agencies.planning import PlannedRow
from parindex.api.shared.page import Page, url
from parindex.api.shared.problems import sentence
from parindex.api.work.agencies.deed_forms import value_shown
from parindex.api.work.years.refusal_view import RefusalTold, refusal_told
from parindex.errors import Refused
from parindex.text import Language, translator

SHOWN: Final = 300
"""Rows of each kind that the page lists; it counts all."""


class ColumnTold(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the list."""

    name: str
    """As the head writes it."""

    needed: bool
    """Whether it has to be there."""


class UploadListPage(Page, frozen=True, kw_only=True):
    """Choosing a list."""

    template: ClassVar[str] = "work/agencies/import.html"

    columns: tuple[ColumnTold, ...]
    """What the list may have."""

    tiers: str
    """What the column ``tier`` may hold."""

    problem: RefusalTold | None
    """Why a list was refused whole."""

    told: tuple[str, ...]
    """What is wrong with it."""

    template_href: str
    """The registry of today as a list to begin with."""


class RowTold(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the list."""

    row: int
    """Its number."""

    code: str
    """The code in it."""

    name: str
    """The name in it."""

    told: str
    """What becomes of it, or what is wrong with it."""


class ListReportPage(Page, frozen=True, kw_only=True):
    """A list beside the registry."""

    template: ClassVar[str] = "work/agencies/import_report.html"

    new: tuple[RowTold, ...]
    """Agencies that begin."""

    new_count: int
    """How many."""

    changed: tuple[RowTold, ...]
    """Agencies that are corrected."""

    changed_count: int
    """How many."""

    same_count: int
    """Agencies that are so already."""

    bad: tuple[RowTold, ...]
    """What is wrong, cell by cell."""

    bad_count: int
    """Rows that are not entered."""

    action: str
    """Where the good rows are entered."""

    left_href: str
    """The bad rows as a list."""

    back: str
    """Where another list is chosen."""

    problem: RefusalTold | None
    """Why the good rows were not entered."""


def upload_list_page(lang: Language, refused: Refused | None = None) -> UploadListPage:
    """Choosing a list, and why the last one was refused."""
    told = tuple(sentence(one.code, one.values, lang)[1] for one in refused.fields[:SHOWN]) if refused else ()
    return UploadListPage(
        columns=tuple(ColumnTold(name=name, needed=name in NEEDED) for name in (*NEEDED, *OPTIONAL)),
        tiers=", ".join(f"{tier} ({translator(lang)(name)})" for tier, name in TIERS.items()),
        problem=refusal_told(refused, lang) if refused else None,
        told=told,
        template_href=url("/work/agencies.xlsx"),
    )


def list_report_page(
    found: PlannedList, list_id: UUID, lang: Language, refused: Refused | None = None
) -> ListReportPage:
    """A list beside the registry, and why it was not entered."""
    here = f"/work/agencies/import/{list_id}"
    cells = found.read.cells
    return ListReportPage(
        new=tuple(_row(one, "") for one in found.new[:SHOWN]),
        new_count=len(found.new),
        changed=tuple(_row(one, _changes(one)) for one in found.changed[:SHOWN]),
        changed_count=len(found.changed),
        same_count=len(found.same),
        bad=tuple(
            RowTold(
                row=int(fault.values["row"]), code=cells.get(int(fault.values["row"]), {}).get("code", ""),
                name=cells.get(int(fault.values["row"]), {}).get("name_vi", ""),
                told=sentence(fault.code, fault.values, lang)[1],
            )
            for fault in found.faults[:SHOWN]
        ),
        bad_count=len(found.bad_rows),
        action=url(here),
        left_href=url(f"{here}/left.csv"),
        back=url("/work/agencies/import"),
        problem=refusal_told(refused, lang) if refused else None,
    )  # fmt: skip


def _row(one: PlannedRow, told: str) -> RowTold:
    return RowTold(row=one.row.row, code=one.row.agency.code, name=one.row.agency.name_vi, told=told)


def _changes(one: PlannedRow) -> str:
    return "; ".join(
        f"{name}: {value_shown(getattr(one.kept, name))} → {value_shown(value)}" for name, value in one.changes.items()
    )

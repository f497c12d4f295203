"""What is shown of a list of owner bodies before it is entered: every row that changes something or is wrong."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

import msgspec

from parindex.api.shared.page import Page, url
from parindex.api.shared.problems import sentence
from parindex.api.work.years.refusal_view import RefusalTold, refusal_told
from parindex.assessments.model import Cycle
from parindex.assessments.owners.entering import PlannedOwners
from parindex.errors import Refused
from parindex.publication import titles
from parindex.text import Language, translator

SHOWN: Final = 300
"""Rows of each kind that the page lists; it counts all."""


class OwnersUploadPage(Page, frozen=True, kw_only=True):
    """Choosing a list."""

    template: ClassVar[str] = "work/years/owners_import.html"

    title: str
    """Which year."""

    action: str
    """Where the file goes."""

    back: str
    """The page of owner bodies."""

    template_href: str
    """What stands, as a list to begin with."""

    problem: RefusalTold | None
    """Why a list was refused whole."""

    told: tuple[str, ...]
    """What is wrong with it."""


class OwnerRowTold(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the list."""

    row: int
    """Its number."""

    agency: str
    """The code of the sheet's agency in it."""

    leaf: str
    """The leaf in it."""

    told: str
    """What becomes of it, or what is wrong with it."""


class OwnersReportPage(Page, frozen=True, kw_only=True):
    """A list beside what stands."""

    template: ClassVar[str] = "work/years/owners_report.html"

    title: str
    """Which year."""

    changed: tuple[OwnerRowTold, ...]
    """Rows that say otherwise."""

    changed_count: int
    """How many."""

    same_count: int
    """Rows that stand so already."""

    bad: tuple[OwnerRowTold, ...]
    """What is wrong, cell by cell."""

    bad_count: int
    """Rows that are not entered."""

    action: str
    """Where the good rows are entered."""

    left_href: str
    """The bad rows as a list."""

    back: str
    """Where another list is chosen."""

    owners_href: str
    """The page of owner bodies."""


def owners_upload_page(cycle: Cycle, lang: Language, refused: Refused | None = None) -> OwnersUploadPage:
    """Choosing a list, and why the last one was refused."""
    here = f"/work/years/{cycle.id}/owners"
    return OwnersUploadPage(
        title=titles.short(cycle.family, cycle.year, cycle.tier, translator(lang)),
        action=url(f"{here}/import"),
        back=url(here),
        template_href=url(f"{here}.xlsx"),
        problem=refusal_told(refused, lang) if refused else None,
        told=tuple(sentence(one.code, one.values, lang)[1] for one in refused.fields[:SHOWN]) if refused else (),
    )


def owners_report_page(cycle: Cycle, found: PlannedOwners, list_id: UUID, lang: Language) -> OwnersReportPage:
    """A list beside what stands."""
    _ = translator(lang)
    here, cells = f"/work/years/{cycle.id}/owners", found.read.cells
    alone: str = _("đơn vị tự kê khai")
    return OwnersReportPage(
        title=titles.short(cycle.family, cycle.year, cycle.tier, _),
        changed=tuple(
            OwnerRowTold(
                row=one.row.row, agency=one.row.agency, leaf=one.row.leaf,
                told=f"{one.before or alone} → {one.row.owner or alone}",
            )
            for one in found.changed[:SHOWN]
        ),
        changed_count=len(found.changed),
        same_count=found.same,
        bad=tuple(
            OwnerRowTold(
                row=int(fault.values["row"]), agency=cells.get(int(fault.values["row"]), {}).get("agency", ""),
                leaf=cells.get(int(fault.values["row"]), {}).get("leaf", ""),
                told=sentence(fault.code, fault.values, lang)[1],
            )
            for fault in found.faults[:SHOWN]
        ),
        bad_count=len(found.bad_rows),
        action=url(f"{here}/import/{list_id}"),
        left_href=url(f"{here}/import/{list_id}/left.csv"),
        back=url(f"{here}/import"),
        owners_href=url(here),
    )  # fmt: skip

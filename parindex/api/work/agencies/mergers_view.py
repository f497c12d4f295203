"""What the list of mergers shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

import msgspec

from parindex.agencies.ended import A_PAGE, AgencyNamed, EndingDeed, EndingDeeds
from parindex.agencies.model import DEED_KINDS
from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, url
from parindex.api.work.agencies.listing_view import CrumbItem
from parindex.api.work.sheets.entry_view import FieldOption
from parindex.assessments.mergers.treatments import MERGER_TREATMENTS, YearOfDeed
from parindex.text import Language, date_text, translator


class EndingShown(msgspec.Struct, frozen=True, kw_only=True):
    """A deed by which agencies ended."""

    kind: str
    """What was done."""

    day: str
    """From which day."""

    paper: str
    """By which document; empty where none was entered."""

    ended: tuple[Link, ...]
    """Agencies that ended, on their last day."""

    successors: tuple[Link, ...]
    """Who took over, on their first."""

    years: tuple[str, ...]
    """What became of sheets of open years."""


class MergersPage(Page, frozen=True, kw_only=True):
    """Agencies that ended."""

    template: ClassVar[str] = "work/agencies/mergers.html"

    crumbs: tuple[CrumbItem, ...]
    """From the registry."""

    total: int
    """Of all pages."""

    rows: tuple[EndingShown, ...]
    """The latest first."""

    years: tuple[FieldOption, ...]
    """By which the list can be narrowed."""

    year: str
    """The one that was chosen; empty for all."""

    page: int
    """Of the list."""

    pages: int
    """How many."""

    pager_href: str
    """Prefix to which the number of a page is added."""

    may_edit: bool
    """Whether the reader may enter another."""


def mergers_page(
    found: EndingDeeds,
    years: Mapping[UUID, Sequence[YearOfDeed]],
    year: int | None,
    number: int,
    lang: Language,
    *,
    may_edit: bool,
) -> MergersPage:
    """Agencies that ended.

    Args:
        found: A page of the deeds.
        years: What they did to years, by deed.
        year: By which the list was narrowed.
        number: Of the page.
        lang: The reader's language.
        may_edit: Whether the reader may enter another.
    """
    _ = translator(lang)
    query = {"year": str(year)} if year is not None else {}
    return MergersPage(
        crumbs=(
            CrumbItem(href=url("/work/agencies"), label=_("Danh mục cơ quan")),
            CrumbItem(href=None, label=_("Sáp nhập, chia tách, kết thúc")),
        ),
        total=found.total,
        rows=tuple(_row(one, years.get(one.id, ()), lang) for one in found.deeds),
        years=(
            FieldOption(value="", label=_("Mọi năm")),
            *(FieldOption(value=str(one), label=str(one)) for one in found.years),
        ),
        year=query.get("year", ""),
        page=number,
        pages=max(1, -(-found.total // A_PAGE)),
        pager_href=url("/work/agencies/mergers", **query) + ("&" if query else "?") + "page=",
        may_edit=may_edit,
    )


def _row(one: EndingDeed, years: Sequence[YearOfDeed], lang: Language) -> EndingShown:
    _ = translator(lang)
    last = date.fromordinal(one.effective_on.toordinal() - 1)
    paper = ""
    if one.basis_number is not None:
        paper = _("theo %(paper)s ngày %(day)s", paper=one.basis_number, day=date_text(one.basis_date, lang))
    return EndingShown(
        kind=_(DEED_KINDS[one.kind]),
        day=date_text(one.effective_on, lang),
        paper=paper,
        ended=_links(one.ended, last),
        successors=_links(one.successors, one.effective_on),
        years=tuple(
            _("Kỳ năm %(year)s: %(choice)s", year=told.label, choice=_(MERGER_TREATMENTS[told.choice]).lower())
            for told in years
        ),
    )  # fmt: skip


def _links(agencies: Sequence[AgencyNamed], day: date) -> tuple[Link, ...]:
    return tuple(
        Link(href=url("/work/agencies", one.code, day=day.isoformat()), label=f"{one.name} ({one.code})")
        for one in agencies
    )

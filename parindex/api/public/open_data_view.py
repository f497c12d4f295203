"""What the page of open data shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar, Final

import msgspec

from parindex.api.public.edition_names import path_of
from parindex.api.public.survey_results_view import SURVEY_COLUMNS
from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, url
from parindex.publication import titles
from parindex.publication.model import EditionRow
from parindex.publication.ranking_rows import COLUMNS, GROUP_COLUMNS, OF_EDITION, OF_INTERVAL, Meaning
from parindex.text import N_, Language, translator

LICENCE: Final = N_("được dùng lại tự do khi ghi nguồn và số ấn bản")


class Dataset(msgspec.Struct, frozen=True, kw_only=True):
    """An edition with its files."""

    id: str
    """Number of the edition."""

    title: str
    """Index, tier and year."""

    description: str
    """What the files hold."""

    updated: date
    """The day of publication."""

    files: tuple[Link, ...]
    """All of them."""

    marked: str | None
    """Mark of the data."""


class ColumnMeaning(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the ranking."""

    name: str
    """Its name in the files."""

    title: str
    """What it is."""

    unit: str | None
    """Its unit."""

    note: str | None
    """What else to know."""


class OpenDataPage(Page, frozen=True, kw_only=True):
    """Every published ranking with its files, and what the columns mean."""

    template: ClassVar[str] = "public/open_data.html"

    datasets: tuple[Dataset, ...]
    """The edition shown for each year, newest first."""

    fields: tuple[ColumnMeaning, ...]
    """Columns of the ranking."""

    survey_fields: tuple[ColumnMeaning, ...]
    """Columns of the table of a survey."""

    licence: str
    """On what terms the data may be used."""

    api_href: str
    """The reference of the API."""


def open_data_page(rows: Sequence[EditionRow], lang: Language) -> OpenDataPage:
    """The page over editions."""
    _ = translator(lang)
    return OpenDataPage(
        datasets=tuple(_dataset(row, lang) for row in rows),
        fields=_told({**COLUMNS, **GROUP_COLUMNS, **OF_INTERVAL, **OF_EDITION}, lang),
        survey_fields=_told(SURVEY_COLUMNS, lang),
        licence=_(LICENCE),
        api_href=url("/api/v1"),
    )


def _told(columns: Mapping[str, Meaning], lang: Language) -> tuple[ColumnMeaning, ...]:
    _ = translator(lang)
    return tuple(
        ColumnMeaning(name=name, title=_(of.title), unit=of.unit and _(of.unit), note=of.note and _(of.note))
        for name, of in columns.items()
    )


def _dataset(row: EditionRow, lang: Language) -> Dataset:
    _ = translator(lang)
    path, edition = path_of(row.family, row.year, row.tier), f"/editions/{row.number}"
    files = [
        (f"{path}.csv", "CSV"), (f"{path}.xlsx", "XLSX"), (f"{path}.json", "JSON"),
        (f"{edition}/criteria.csv", _("Từng tiêu chí, CSV")), (f"{edition}.json", _("Ấn bản đã ký, JSON")),
    ]  # fmt: skip
    return Dataset(
        id=row.number,
        title=titles.index(row.family, _) + ", " + titles.short(row.family, row.year, row.tier, _).lower(),
        description=_(
            "Ấn bản %(number)s: bảng xếp hạng, điểm từng tiêu chí, số liệu được chấp nhận và sai số.", number=row.number
        ),
        updated=row.published_on,
        files=tuple(Link(href=url(href), label=label) for href, label in files),
        marked=row.marked,
    )

"""What the page of one document shows."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec

from parindex.api.shared.page import Page, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.api.work.sheets import entry_view
from parindex.api.work.sheets.entry_view import DocumentItem
from parindex.assessments.evidence.looking import DocumentFile
from parindex.publication import titles


class UseLine(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf that a document proves."""

    year: int
    """The year that is assessed."""

    index: str
    """What the index is called."""

    code: str
    """The leaf."""

    href: str
    """Its page."""

    pages: str
    """Where to look."""


class DocumentPage(Page, frozen=True, kw_only=True):
    """One document of the register."""

    template: ClassVar[str] = "work/evidence/document.html"

    item: DocumentItem
    """What it is."""

    sha256: str
    """Digest of its file."""

    registered_by: str | None
    """Who entered it."""

    registered_at: datetime
    """When."""

    withdrawn_at: datetime | None
    """When it was taken out of the register."""

    uses: tuple[UseLine, ...]
    """Where it is used, newest year first."""

    picture: str
    """Address of the page that is shown; empty where nothing can be shown."""

    page: int
    """Which page that is."""

    pages: int
    """How many there are."""

    paged: str
    """Address to which the number of a page is added."""


def document_page(request: PageRequest, shown: DocumentFile, asked: int, pages: int) -> DocumentPage:
    """One document with the leaves that the person may see, and one of its pages.

    Args:
        request: Gives language and person.
        shown: The document.
        asked: Number of the page to be shown; the nearest is.
        pages: How many pages can be shown.
    """
    number, here = min(max(asked, 1), max(pages, 1)), url(f"/work/documents/{shown.document.id}")
    document, own = shown.document, request.person is not None and request.person.agency_id == shown.document.agency_id
    return DocumentPage(
        item=msgspec.structs.replace(entry_view.document_item(request, document, document.id, ""), look=""),
        sha256=document.sha256,
        registered_by=shown.registered_by if own else None,
        registered_at=document.registered_at,
        picture=f"{here}/pages/{number}" if pages else "",
        page=number,
        pages=pages,
        paged=f"{here}?page=",
        withdrawn_at=document.withdrawn_at,
        uses=tuple(
            UseLine(
                year=use.year,
                index=titles.index(use.family, translate(request)),
                code=use.code,
                href=url(f"/work/sheets/{use.sheet_id}/{use.code}"),
                pages=use.pages,
            )
            for use in shown.uses
        ),
    )

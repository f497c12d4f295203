"""What the evidence register shows, and the page that puts a document to a leaf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from parindex.agencies.code_lists.document_kinds import kind_of
from parindex.agencies.code_lists.model import CodeEntry
from parindex.api.shared.page import Page, lang_of, url
from parindex.api.shared.requests import PageRequest
from parindex.api.work.sheets import entry_view, sheet_view
from parindex.api.work.sheets.entry_view import DocumentItem, FieldFault
from parindex.api.work.sheets.sheet_view import SheetHeader, SheetSide
from parindex.assessments.evidence.looking import RegisterPart
from parindex.assessments.model import Document
from parindex.assessments.sheets.board import Board
from parindex.errors import FieldError
from parindex.store.evidence_contents import ALLOWED
from parindex.text import date_text, file_size, words

ACCEPT: Final = ".pdf,.docx,.xlsx,.png,.jpg,.jpeg"
"""What a browser offers for choosing; the content decides."""


class RegisterPage(Page, frozen=True, kw_only=True):
    """The documents of an agency."""

    template: ClassVar[str] = "work/evidence/documents.html"

    documents: tuple[DocumentItem, ...]
    """Newest first."""

    search: str
    """What was searched for."""

    total: int
    """How many documents there are on all pages."""

    page: int
    """This page."""

    pages: int
    """How many pages there are."""

    paged: str
    """Address to which the number of a page is added."""


class DoubleLine(msgspec.Struct, frozen=True, kw_only=True):
    """A document that may be the one that is registered."""

    text: str
    """Number, day, subject."""

    href: str
    """Where it is put to the leaf."""


class LeafName(msgspec.Struct, frozen=True, kw_only=True):
    """The leaf that a document is put to."""

    code: str
    """Its code."""

    title: str
    """Its title."""


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """Room for files of an agency, in bytes."""

    limit: int
    """Of the largest file."""

    used: int
    """That the agency's files take."""

    quota: int
    """That they may take."""


class LeafEvidencePage(Page, frozen=True, kw_only=True):
    """Putting a document of the register to a leaf, or registering a new one."""

    template: ClassVar[str] = "work/evidence/leaf_evidence.html"

    sheet: SheetHeader
    """The sheet."""

    side: SheetSide
    """Points and tree."""

    leaf: LeafName
    """The leaf."""

    documents: tuple[DocumentItem, ...]
    """Of the register, without those that the leaf has."""

    search: str
    """What was searched for."""

    typed: Mapping[str, str]
    """What a refused form held, by field."""

    errors: tuple[FieldFault, ...]
    """Why it was refused."""

    error_of: Mapping[str, str]
    """The same by field."""

    accept: str
    """Endings that a browser offers."""

    allowed: str
    """Kinds of files that are taken."""

    limit: str
    """Largest file."""

    used: str
    """What the agency's files take."""

    quota: str
    """What they may take."""

    doubles: tuple[DoubleLine, ...] = ()
    """Documents of the agency that may be the one that was to be registered."""


def register_page(
    request: PageRequest, part: RegisterPart, search: str, kinds: Mapping[str, CodeEntry]
) -> RegisterPage:
    """The register of an agency; each document with its kind where the tenant's list names it."""
    return RegisterPage(
        documents=_items(request, part.documents, kinds),
        search=search,
        total=part.total,
        page=part.page,
        pages=part.pages,
        paged=url("/work/documents", search=search) + ("&" if search else "?") + "page=",
    )


def double_lines(
    request: PageRequest, sheet_id: UUID, code: str, documents: Sequence[Document]
) -> tuple[DoubleLine, ...]:
    """Each double with the address at which it can be put to the leaf instead."""
    lang = lang_of(request)
    return tuple(
        DoubleLine(
            text=f"{one.number}, {date_text(one.issued_on, lang)}: {one.abstract}",
            href=url(f"/work/sheets/{sheet_id}/{code}/evidence", search=one.number),
        )
        for one in documents
    )


def leaf_evidence_page(
    request: PageRequest,
    board: Board,
    code: str,
    documents: Sequence[Document],
    *,
    room: Room,
    search: str = "",
    typed: Mapping[str, str] | None = None,
    errors: Sequence[FieldError] = (),
) -> LeafEvidencePage:
    """The documents that may be put to a leaf.

    Args:
        request: Gives language and person.
        board: The sheet.
        code: The leaf.
        documents: What the register holds.
        room: What may be stored, and what is.
        search: What was searched for.
        typed: What a refused form held, shown again as it was.
        errors: Why it was refused.
    """
    lang = lang_of(request)
    here = {one.document.id for one in board.attached.get(board.entries[code].id, ())}
    told = entry_view.told_by_field(errors, lang)
    return LeafEvidencePage(
        sheet=sheet_view.header(request, board),
        side=sheet_view.side(request, board, code),
        leaf=LeafName(code=code, title=words(board.published.leaf(code).node.title, lang)),
        documents=_items(request, [document for document in documents if document.id not in here], {}),
        search=search,
        typed=typed or {},
        errors=entry_view.faults(told, lang),
        error_of=told,
        accept=ACCEPT,
        allowed=", ".join(ALLOWED.values()),
        limit=file_size(room.limit, lang),
        used=file_size(room.used, lang),
        quota=file_size(room.quota, lang),
    )


def _items(
    request: PageRequest, documents: Sequence[Document], kinds: Mapping[str, CodeEntry]
) -> tuple[DocumentItem, ...]:
    lang = lang_of(request)
    items = []
    for document in documents:
        kind = kind_of(document.number, kinds)
        items.append(entry_view.register_item(request, document, "" if kind is None else kind.name(lang)))
    return tuple(items)

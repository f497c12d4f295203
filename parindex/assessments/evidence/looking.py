"""Looking into the register: a page of it, one document with its uses, and what may be the same document again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from parindex import access
from parindex.access import Person
from parindex.assessments.evidence import queries, register
from parindex.assessments.evidence.register import Record
from parindex.assessments.model import Document
from parindex.store.database import Connection
from parindex.text import fold

PAGE: Final = 50
"""Documents of one page of the register."""


class RegisterPart(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the register."""

    documents: Sequence[Document]
    """Newest first."""

    total: int
    """How many there are on all pages."""

    pages: int
    """How many pages that makes, at least one."""

    page: int
    """Which page this is, from 1."""


class DocumentUse(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf that a document is attached to."""

    year: int
    """The year that is assessed."""

    family: str
    """The index."""

    sheet_id: UUID
    """The sheet."""

    code: str
    """The leaf."""

    pages: str
    """Where to look."""


class DocumentFile(msgspec.Struct, frozen=True, kw_only=True):
    """One document as its page tells it."""

    document: Document
    """The record."""

    registered_by: str | None
    """Who entered it; ``None`` for the system."""

    uses: Sequence[DocumentUse]
    """The leaves that the person may see."""


async def part_of(connection: Connection, person: Person | None, search: str, page: int) -> RegisterPart:
    """A page of the register of the person's agency; the nearest where there is no such page.

    Raises:
        Refused: ``not_allowed``, ``sign_in_needed``.
    """
    actor = access.require(person, "evidence:read", own=person is not None and person.agency_id is not None)
    assert actor.agency_id is not None
    total = await queries.counted(connection, actor.agency_id, search)
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    documents = await queries.of_agency(connection, actor.agency_id, search, most=PAGE, after=PAGE * (page - 1))
    return RegisterPart(documents=documents, total=total, pages=pages, page=page)


async def document_file(connection: Connection, person: Person | None, document_id: UUID) -> DocumentFile:
    """A document, if this person may read it, with the leaves of the sheets that this person may read.

    Raises:
        Refused: ``sign_in_needed``, else ``not_found``.
    """
    document = await register.readable(connection, person, document_id)
    assert person is not None
    uses = [
        DocumentUse(**{name: row[name] for name in DocumentUse.__struct_fields__})
        for row in await queries.uses_of(connection, document_id)
        if access.may(
            person, "sheet:read", state=row["state"],
            own=person.agency_id is not None and person.agency_id in (row["agency_id"], row["owner_id"]),
        )
    ]  # fmt: skip
    return DocumentFile(
        document=document, registered_by=await queries.registered_by(connection, document_id), uses=uses
    )


async def doubles(connection: Connection, person: Person, record: Record, sha256: str) -> list[Document]:
    """Documents of the person's own agency that may be this one again: the same content, or number, issuer and day.

    The record itself is none: registering it again changes nothing. Nothing of another agency is looked at, so that
    nobody learns by it what others have.
    """
    assert person.agency_id is not None
    found = await queries.perhaps_same(connection, person.agency_id, record.issued_on, sha256)
    told = (fold(record.number), fold(record.issuer))
    if any((one.sha256, one.issued_on, fold(one.number)) == (sha256, record.issued_on, told[0]) for one in found):
        return []
    return [one for one in found if one.sha256 == sha256 or (fold(one.number), fold(one.issuer)) == told]

"""The evidence register: a document is registered once and proves many criteria."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final
from uuid import UUID

import msgspec

from parindex import access, audit
from parindex.access import Person
from parindex.assessments.evidence import queries
from parindex.assessments.model import Attached, Document, SheetEntry
from parindex.assessments.sheets import declaring, permission
from parindex.assessments.sheets import queries as sheet_queries
from parindex.assessments.sheets.board import Board, cycle_of
from parindex.errors import FieldError, Refused
from parindex.reading import secrecy_marks
from parindex.reading.text import nfc
from parindex.store.database import Connection
from parindex.store.evidence_contents import ENDINGS
from parindex.store.evidence_files import StoredFile
from parindex.store.ids import new_id
from parindex.text import file_size, local_day

LIMITS: Final = {"number": 200, "issuer": 300, "abstract": 1000, "pages": 200}
"""Longest texts of a record, in characters."""


_MARKS: Final = {
    "number": secrecy_marks.in_number, "issuer": secrecy_marks.in_words, "abstract": secrecy_marks.in_words,
}  # fmt: skip

LONGEST_NAME: Final = 200
"""Characters of a file's name, its ending included."""
LONGEST_ENDING: Final = 10


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is written about a document when it is registered."""

    number: str
    """Số, ký hiệu."""

    issued_on: date
    """Ngày ban hành."""

    issuer: str
    """Cơ quan ban hành."""

    abstract: str
    """Trích yếu."""

    file_name: str
    """Name that the file came under."""

    not_secret: bool
    """Confirmed: it is no state secret."""


async def register(
    connection: Connection, person: Person | None, record: Record, file: StoredFile, *, quota: int | None = None
) -> UUID:
    """Enter a document of the person's agency; the same record with the same file gives the same id.

    The content's row is held until the transaction ends: nobody else takes the content for stored before.

    Args:
        connection: In a transaction.
        person: Who enters it.
        record: What is written about it.
        file: Its content.
        quota: Bytes that all files of the agency may take; a content that it has already takes none.

    Raises:
        Refused: ``invalid_fields`` naming each field; ``quota_reached``; ``not_allowed``.
    """
    actor = access.require(person, "evidence:register", own=person is not None and person.agency_id is not None)
    assert actor.agency_id is not None
    if wrong := defects(record):
        raise Refused("invalid_fields", fields=tuple(wrong))
    if quota is not None:
        await _require_room(connection, actor.agency_id, file, quota)
    await queries.insert_file(connection, file.sha256, file.size, file.media_type)
    clean = _clean(record, file.media_type)
    made = await queries.insert_document(
        connection, new_id(), actor.agency_id, clean.number, clean.issued_on, clean.issuer, clean.abstract,
        file.sha256, clean.file_name, actor.actor,
    )  # fmt: skip
    if made is None:
        known = await queries.same_record(connection, actor.agency_id, clean.number, clean.issued_on, file.sha256)
        assert known is not None
        return known
    await audit.record(
        connection, actor=actor.actor, tag="agency:document:register", subject=str(made),
        after={"number": clean.number, "issued_on": clean.issued_on, "sha256": file.sha256, "size": file.size},
    )  # fmt: skip
    return made


async def used(connection: Connection, agency_id: UUID) -> int:
    """Bytes that the files of an agency take, each content counted once."""
    return await queries.used_bytes(connection, agency_id)


async def _require_room(connection: Connection, agency_id: UUID, file: StoredFile, quota: int) -> None:
    await queries.lock_room(connection, agency_id)
    taken = await queries.used_bytes(connection, agency_id)
    others = await queries.used_bytes(connection, agency_id, without=file.sha256)
    if others + file.size > max(quota, taken):
        raise Refused("quota_reached", used=file_size(taken), quota=file_size(quota))


def defects(record: Record) -> list[FieldError]:
    """Every field of a record that cannot be taken."""
    found = []
    for name in ("number", "issuer", "abstract"):
        text = nfc(getattr(record, name))
        if not text:
            found.append(FieldError(field=name, code="document_field_missing"))
        elif len(text) > LIMITS[name]:
            found.append(FieldError(field=name, code="text_too_long", values={"limit": LIMITS[name]}))
        elif level := _MARKS[name](text):
            found.append(FieldError(field=name, code="secret_marked", values={"mark": level}))
    if level := secrecy_marks.in_name(record.file_name):
        found.append(FieldError(field="file", code="secret_marked", values={"mark": level}))
    if record.issued_on > local_day(datetime.now(UTC)):
        found.append(FieldError(field="issued_on", code="document_future"))
    if not record.not_secret:
        found.append(FieldError(field="not_secret", code="secret_not_excluded"))
    return found


def safe_name(name: str, media_type: str = "") -> str:
    """The last part of a file's name, whatever system it came from; never a path. Its ending fits the content.

    >>> safe_name("..\\\\..\\\\Báo cáo.pdf"), safe_name("/etc/passwd"), safe_name("..")
    ('Báo cáo.pdf', 'passwd', 'tai-lieu')
    >>> safe_name("bao-cao.exe", "application/pdf"), safe_name("Anh.JPEG", "image/jpeg")
    ('bao-cao.exe.pdf', 'Anh.JPEG')
    """
    last = PurePosixPath(PureWindowsPath(nfc(name)).name).name
    printable = "".join(c for c in last if c.isprintable()).strip(". ") or "tai-lieu"
    stem, point, ending = printable.rpartition(".")
    suffix = f".{ending}" if point and len(ending) <= LONGEST_ENDING else ""
    fitting = ENDINGS.get(media_type, ())
    if fitting and suffix.lower() not in fitting:
        stem, suffix = printable, fitting[0]
    elif not suffix:
        stem = printable
    return stem[: LONGEST_NAME - len(suffix)].rstrip(". ") + suffix


def _clean(record: Record, media_type: str) -> Record:
    return msgspec.structs.replace(
        record,
        number=nfc(record.number),
        issuer=nfc(record.issuer),
        abstract=nfc(record.abstract),
        file_name=safe_name(record.file_name, media_type),
    )


async def register_of(connection: Connection, person: Person | None, search: str = "") -> list[Document]:
    """The register of the person's agency.

    Raises:
        Refused: ``not_allowed``, ``sign_in_needed``.
    """
    actor = access.require(person, "evidence:read", own=person is not None and person.agency_id is not None)
    assert actor.agency_id is not None
    return await queries.of_agency(connection, actor.agency_id, search)


class Attachment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document put to a leaf."""

    code: str
    """The leaf."""

    document_id: UUID
    """A record of the agency that puts it there: the sheet's, or the leaf's owner body."""

    pages: str = ""
    """Where to look."""

    still_in_force: bool = False
    """Carried from the year before: whoever puts it there confirms that it is still in force."""


async def of_year_before(connection: Connection, person: Person, board: Board, code: str) -> list[Attached]:
    """What the person's agency had put to a leaf of this code in the year before and has not put there this year."""
    if person.agency_id is None:
        return []
    here = {one.document.id for one in board.attached.get(board.entries[code].id, ())}
    sheet, cycle = board.sheet, board.cycle
    found = await queries.of_year_before(
        connection, person.agency_id, sheet.agency_id, cycle.family, cycle.year, cycle.tier, code
    )
    return [one for one in found if one.document.id not in here]


async def attach(
    connection: Connection, person: Person | None, sheet_id: UUID, attachments: Sequence[Attachment]
) -> None:
    """Put documents to leaves of a sheet: all or none. Putting one twice changes nothing.

    Raises:
        Refused: ``not_found`` for a document of another agency or a withdrawn one, ``not_declared_by_agencies``,
            ``sheet_wrong_state``, ``not_allowed``, ``text_too_long``.
    """
    sheet = await declaring.locked(connection, sheet_id)
    cycle = await cycle_of(connection, sheet)
    entries = {entry.code: entry for entry in await sheet_queries.entries(connection, sheet_id)}
    actor = permission.require(person, "sheet:read", sheet, attachments[0].code if attachments else None)
    for attachment in attachments:
        permission.require_declaring(person, sheet, cycle, _entry(entries, attachment.code))
    for document_id in {attachment.document_id for attachment in attachments}:
        document = await queries.document(connection, document_id)
        if document is None or document.agency_id != actor.agency_id or document.withdrawn_at:
            raise Refused("not_found")
    rows = [(new_id(), _entry(entries, a.code).id, a.document_id, _pages(a.pages)) for a in attachments]
    confirmed = [{"still_in_force": True} if a.still_in_force else {} for a in attachments]
    if sheet.state == "not_started" and rows:
        await declaring.move(connection, sheet, "drafting", by=actor.actor)
    await queries.attach(connection, rows, actor.actor)
    await audit.record_all(
        connection,
        actor.actor,
        [
            audit.Change(
                tag="agency:document:attach",
                subject=str(entry_id),
                after={"document": document_id, "pages": pages, **told},
            )
            for (_, entry_id, document_id, pages), told in zip(rows, confirmed, strict=True)
        ],
    )


async def detach(connection: Connection, person: Person | None, sheet_id: UUID, code: str, attachment_id: UUID) -> None:
    """Take a document off a leaf while the sheet is being drafted; it stays in the register. Twice changes nothing.

    Raises:
        Refused: ``sheet_wrong_state``, ``not_allowed``, ``not_found``.
    """
    await declaring.held_for(connection, person, sheet_id, code)
    assert person is not None
    entries = {entry.code: entry for entry in await sheet_queries.entries(connection, sheet_id)}
    entry, actor = _entry(entries, code), person
    document_id = await queries.detach(connection, attachment_id, entry.id, actor.actor)
    if document_id is not None:
        await audit.record(
            connection, actor=actor.actor, tag="agency:document:detach", subject=str(entry.id),
            before={"document": document_id},
        )  # fmt: skip


async def withdraw(connection: Connection, person: Person | None, document_id: UUID, reason: str) -> None:
    """Take a document out of the register; where it is attached it stays readable.

    Raises:
        Refused: ``not_found``, ``reason_missing``, ``not_allowed``.
    """
    document = await queries.document(connection, document_id)
    own = document is not None and person is not None and document.agency_id == person.agency_id
    if document is None or not own:
        raise Refused("not_found")
    actor = access.require(person, "evidence:register", own=own)
    if not nfc(reason):
        raise Refused("reason_missing")
    if await queries.withdraw(connection, document_id, actor.actor, nfc(reason)):
        await audit.record(
            connection, actor=actor.actor, tag="agency:document:withdraw", subject=str(document_id),
            after={"reason": nfc(reason)},
        )  # fmt: skip


async def readable(connection: Connection, person: Person | None, document_id: UUID) -> Document:
    """A document, if this person may read its file: of the own agency, or attached to a sheet that is readable.

    Raises:
        Refused: ``sign_in_needed``, else ``not_found``, which also hides that it exists.
    """
    if person is None:
        raise Refused("sign_in_needed")
    document = await queries.document(connection, document_id)
    if document is None:
        raise Refused("not_found")
    own = document.agency_id == person.agency_id
    if access.may(person, "evidence:read", own=own):
        return document
    for row in await queries.sheets_using(connection, document_id):
        of_leaf = person.agency_id is not None and person.agency_id in (row["agency_id"], row["owner_id"])
        if access.may(person, "evidence:read", state=row["state"], own=own or of_leaf):
            return document
    raise Refused("not_found")


def _entry(entries: dict[str, SheetEntry], code: str) -> SheetEntry:
    if code not in entries:
        raise Refused("not_declared_by_agencies", criterion=code)
    return entries[code]


def _pages(text: str) -> str:
    if len(nfc(text)) > LIMITS["pages"]:
        raise Refused("text_too_long", limit=LIMITS["pages"])
    return nfc(text)

"""The register: a document once, its file by content, readable by whom it concerns."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from parindex.access import Person
from parindex.assessments.cycles import closing
from parindex.assessments.evidence import register as evidence
from parindex.assessments.evidence.register import Attachment, Record, safe_name
from parindex.assessments.model import Declaration
from parindex.errors import Refused
from parindex.store.evidence_files import EvidenceStore
from tests.assessments.conftest import EARLY, Year
from tests.assessments.sheets.test_declaring import board, save

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
RECORD = Record(
    number="318/BC-VP", issued_on=date(2026, 1, 8), issuer="Văn phòng UBND tỉnh", abstract="Báo cáo kết quả năm",
    file_name="Báo cáo.pdf", not_secret=True,
)  # fmt: skip


async def register(year: Year, person: Person, tmp_path: Path, **changes: object) -> UUID:
    store = EvidenceStore(tmp_path, limit=1_000_000)
    async with year.db.transaction(year.tenant) as connection:
        stored = await store.keep(year.tenant, PDF)
        return await evidence.register(connection, person, msgspec.structs.replace(RECORD, **changes), stored)


async def attach(year: Year, person: Person, agency: str, *attachments: Attachment) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await evidence.attach(connection, person, year.sheets[agency], attachments)


async def test_a_document_is_registered_once_and_proves_many_criteria(year: Year, tmp_path: Path) -> None:
    person = await year.person("specialist", agency="HL")
    document = await register(year, person, tmp_path)
    assert await register(year, person, tmp_path) == document
    await attach(
        year, person, "HL",
        Attachment(code="1.1", document_id=document, pages="trang 2"), Attachment(code="1.3", document_id=document),
        Attachment(code="1.1", document_id=document),
    )  # fmt: skip
    found = await board(year, person, "HL")
    [one] = found.attached[found.entries["1.1"].id]
    assert (one.pages, one.document.uses, one.document.media_type) == ("trang 2", 2, "application/pdf")
    assert found.sheet.state == "drafting"


async def test_detaching_keeps_the_document_and_the_trace(
    year: Year, tmp_path: Path, owner: asyncpg.Connection
) -> None:
    person = await year.person("specialist", agency="HL")
    document = await register(year, person, tmp_path)
    await attach(year, person, "HL", Attachment(code="1.1", document_id=document))
    found = await board(year, person, "HL")
    [one] = found.attached[found.entries["1.1"].id]
    for _ in range(2):
        async with year.db.transaction(year.tenant) as connection:
            await evidence.detach(connection, person, year.sheets["HL"], "1.1", one.id)
    assert (await board(year, person, "HL")).attached == {}
    assert await owner.fetchval("select count(*) from entry_documents where detached_at is not null") == 1
    async with year.db.transaction(year.tenant) as connection:
        assert [d.id for d in await evidence.register_of(connection, person, "bao cao KET QUA")] == [document]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"number": " "}, "number", "document_field_missing"),
        ({"abstract": "x" * 1001}, "abstract", "text_too_long"),
        ({"issued_on": date(2999, 1, 1)}, "issued_on", "document_future"),
        ({"not_secret": False}, "not_secret", "secret_not_excluded"),
    ],
)
async def test_a_record_says_what_it_lacks(
    year: Year, tmp_path: Path, changes: dict[str, object], field: str, code: str
) -> None:
    person = await year.person("specialist", agency="HL")
    with pytest.raises(Refused, match="invalid_fields") as told:
        await register(year, person, tmp_path, **changes)
    assert [(error.field, error.code) for error in told.value.fields] == [(field, code)]


async def test_a_file_is_read_by_its_agency_and_once_sent_by_its_appraisers(year: Year, tmp_path: Path) -> None:
    person = await year.person("specialist", agency="HL")
    document = await register(year, person, tmp_path)
    await attach(year, person, "HL", Attachment(code="1.1", document_id=document))
    await save(year, person, "HL", Declaration(code="1.1", facts={"1.1.issued": "true"}))
    appraiser = await year.person("appraiser", agency="BNV")
    neighbour = await year.person("specialist", "leader", agency="TH")

    async def read(who: Person | None) -> str:
        async with year.db.transaction(year.tenant) as connection:
            return (await evidence.readable(connection, who, document)).number

    assert await read(person) == "318/BC-VP"
    for stranger in (appraiser, neighbour):
        with pytest.raises(Refused, match="not_found"):
            await read(stranger)
    with pytest.raises(Refused, match="sign_in_needed"):
        await read(None)
    async with year.db.transaction(year.tenant) as connection:
        await closing.close_self_assessment(connection, year.people["secretary"], year.cycle, EARLY)
    assert await read(appraiser) == "318/BC-VP"
    with pytest.raises(Refused, match="not_found"):
        await read(neighbour)


async def test_a_document_of_another_agency_cannot_be_attached(year: Year, tmp_path: Path) -> None:
    document = await register(year, await year.person("specialist", agency="TH"), tmp_path)
    person = await year.person("specialist", agency="HL")
    for unknown in (document, uuid4()):
        with pytest.raises(Refused, match="not_found"):
            await attach(year, person, "HL", Attachment(code="1.1", document_id=unknown))


async def test_another_tenants_document_does_not_exist(year: Year, tmp_path: Path, other_tenant: UUID) -> None:
    person = await year.person("specialist", agency="HL")
    document = await register(year, person, tmp_path)
    async with year.db.transaction(other_tenant) as connection:
        with pytest.raises(Refused, match="not_found"):
            await evidence.readable(connection, person, document)


async def test_a_withdrawn_document_leaves_the_register_and_stays_where_it_proves(year: Year, tmp_path: Path) -> None:
    person = await year.person("specialist", agency="HL")
    document = await register(year, person, tmp_path)
    await attach(year, person, "HL", Attachment(code="1.1", document_id=document))
    async with year.db.transaction(year.tenant) as connection:
        with pytest.raises(Refused, match="reason_missing"):
            await evidence.withdraw(connection, person, document, "")
        await evidence.withdraw(connection, person, document, "Thay bằng bản ký số")
        assert await evidence.register_of(connection, person) == []
    assert len((await board(year, person, "HL")).attached) == 1
    with pytest.raises(Refused, match="not_found"):
        await attach(year, person, "HL", Attachment(code="1.3", document_id=document))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\an\\Báo cáo.pdf", "Báo cáo.pdf"),
        ("../../x.pdf", "x.pdf"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("", "tai-lieu"),
    ],
)
def test_a_file_name_is_never_a_path(given: str, kept: str) -> None:
    assert safe_name(given) == kept


OF_PDF, OF_JPEG = "application/pdf", "image/jpeg"


@pytest.mark.parametrize(
    ("given", "media", "kept"),
    [
        ("Kế hoạch.pdf", OF_PDF, "Kế hoạch.pdf"),
        ("Kế hoạch.PDF", OF_PDF, "Kế hoạch.PDF"),
        ("Kế hoạch.doc", OF_PDF, "Kế hoạch.doc.pdf"),
        ("Kế hoạch", OF_PDF, "Kế hoạch.pdf"),
        ("214.QĐ-UBND", OF_PDF, "214.QĐ-UBND.pdf"),
        ("anh.jpeg", OF_JPEG, "anh.jpeg"),
        ("gpj.exe\u202efdp.jpg", OF_JPEG, "gpj.exefdp.jpg"),
    ],
)
def test_the_ending_of_a_name_fits_the_content(given: str, media: str, kept: str) -> None:
    assert safe_name(given, media) == kept


@pytest.mark.parametrize("length", [195, 196, 197, 1000])
def test_a_long_name_keeps_its_ending(length: int) -> None:
    kept = safe_name("a" * length + ".pdf", OF_PDF)
    assert kept == "a" * min(length, 196) + ".pdf"

"""Uploads: what is refused leaves nothing, an agency has its room, and what a document holds is looked at."""

from __future__ import annotations

import asyncio
import errno
import io
import struct
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from httpx import AsyncClient

from parindex.api.shared.services import Services
from parindex.errors import Refused
from parindex.reading import packed_file
from parindex.reading.packed_file import BrokenPackage, PackedFile
from parindex.store import evidence_contents, evidence_files
from parindex.store.database import Database
from parindex.store.evidence_contents import TEST_VIRUS
from parindex.store.evidence_files import EvidenceStore
from tests.api.work.sheets.test_declaring import upload
from tests.assessments.conftest import Year, open_year

SignIn = Callable[..., Awaitable[UUID]]
TENANT = UUID(int=1)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def types(**parts: str) -> str:
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in parts.items())
    return f'<?xml version="1.0"?><Types xmlns="{RELATIONS}">{overrides}</Types>'


def package(members: Mapping[str, str | bytes], *, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", packed) as archive:
        for name, inside in {"[Content_Types].xml": types(), "word/document.xml": "<w/>", **members}.items():
            archive.writestr(name, inside)
    return content.getvalue()


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence", limit=20_000_000)


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def rows_of(db: Database, tenant: UUID) -> int:
    async with db.transaction(tenant) as connection:
        return int(
            await connection.fetchval("select (select count(*) from evidence_files) + (select count(*) from documents)")
        )


# Nothing is left


REFUSED = ({"number": ""}, {"issued_on": "32/13/2026"}, {"not_secret": ""}, {"abstract": "x" * 1001}, {"pages": "x" * 201},
           {"number": "a\0b"}, {"_csrf_token": "x" * 128})  # fmt: skip


async def test_a_form_that_is_refused_leaves_no_file_and_no_row(
    client: AsyncClient, services: Services, year: Year, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    path = f"/work/sheets/{year.sheets['HL']}/1.1/evidence"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    for fields in REFUSED:
        assert (await upload(client, path, PDF, **fields)).status_code in (400, 403, 422), fields
        assert files_of(services.evidence.folder) == []
        assert await rows_of(db, tenant) == 0


async def test_a_sheet_that_closes_while_the_file_is_sent_leaves_nothing_of_it(
    client: AsyncClient, services: Services, year: Year, signed_in: SignIn, db: Database, tenant: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from parindex.assessments.evidence import register

    async def refuses(*_: object) -> None:
        raise Refused("sheet_shut", until="1/3/2026")

    path = f"/work/sheets/{year.sheets['HL']}/1.1/evidence"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    with monkeypatch.context() as patch:
        patch.setattr(register, "attach", refuses)
        assert (await upload(client, path, PDF)).status_code == 409
    assert files_of(services.evidence.folder) == []
    assert await rows_of(db, tenant) == 0
    assert (await upload(client, path, PDF)).status_code == 303
    with monkeypatch.context() as patch:
        patch.setattr(register, "attach", refuses)
        assert (await upload(client, path, PDF, number="2/BC")).status_code == 409
    assert len(files_of(services.evidence.folder)) == 1, "what was registered before stays"


async def test_two_files_in_one_form_are_refused_and_leave_nothing(
    client: AsyncClient, services: Services, year: Year, signed_in: SignIn
) -> None:
    path = f"/work/sheets/{year.sheets['HL']}/1.1/evidence"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    await client.get(path)
    two = [("file", ("a.pdf", PDF)), ("file", ("b.pdf", PDF + b"2"))]
    answer = await client.post(path, data={"_csrf_token": client.cookies["csrftoken"]}, files=two)
    assert answer.status_code == 400
    assert files_of(services.evidence.folder) == []


async def test_what_a_killed_process_received_is_removed_after_a_day(store: EvidenceStore) -> None:
    import os

    received = await store.receive(TENANT, _once(PDF))
    store.forget_interrupted()
    assert received.waiting.exists()
    old = received.waiting.stat().st_mtime - timedelta(days=1, seconds=1).total_seconds()
    os.utime(received.waiting, (old, old))
    store.forget_interrupted()
    assert files_of(store.folder) == []


async def _once(content: bytes):  # type: ignore[no-untyped-def]
    yield content


FULL, CLOSED = "kho lưu trữ đã đầy", "thư mục dữ liệu chỉ cho đọc hoặc ổ đĩa bị lỗi"
DISKS = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EROFS: CLOSED, errno.EACCES: CLOSED, errno.EIO: CLOSED,
         errno.ENOTDIR: CLOSED}  # fmt: skip


async def test_a_folder_that_is_full_or_read_only_is_told_and_what_was_typed_is_shown(
    client: AsyncClient, services: Services, year: Year, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/work/sheets/{year.sheets['HL']}/1.1/evidence"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    for owner, at in ((evidence_files, "private_folder"), (evidence_files, "_sync"), (EvidenceStore, "_settle")):
        for number, told in DISKS.items():

            def fails(*_: object, number: int = number) -> None:
                raise OSError(number, "no")

            with monkeypatch.context() as patch:
                patch.setattr(owner, at, staticmethod(fails) if at == "_settle" else fails)
                answer = await upload(client, path, PDF)
            assert answer.status_code == 507
            assert told in answer.text
            assert "Báo cáo kết quả năm" in answer.text
            assert files_of(services.evidence.folder) == []
    assert (await upload(client, path, PDF)).status_code == 303


async def test_a_file_that_cannot_be_read_is_told(
    client: AsyncClient, services: Services, year: Year, signed_in: SignIn
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    sheet = f"/work/sheets/{year.sheets['HL']}"
    assert (await upload(client, sheet + "/1.1/evidence", PDF)).status_code == 303
    page = (await client.get(sheet + "/1.1")).text
    href = page[page.index("/work/documents/") :].split('"')[0]
    (stored,) = files_of(services.evidence.folder)
    stored.unlink()
    assert (await client.get(href)).status_code == 404


# Room


async def test_an_agency_has_its_room_and_is_told_before_it_sends(
    client: AsyncClient, services: Services, year: Year, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    services.settings = msgspec.structs.replace(services.settings, evidence_quota=2 * len(PDF) + 2)
    sheet = f"/work/sheets/{year.sheets['HL']}"
    path = sheet + "/1.1/evidence"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    assert f"Kho của đơn vị đã dùng 0 B trong {2 * len(PDF) + 2} B" in (await client.get(path)).text
    assert (await upload(client, path, PDF)).status_code == 303
    assert (await upload(client, path, PDF + b"1")).status_code == 303
    assert f"đã dùng {2 * len(PDF) + 1} B" in (await client.get(path)).text
    rows = await rows_of(db, tenant)
    full = await upload(client, path, PDF + b"22", number="9/BC")
    assert full.status_code == 422
    assert f"đã dùng {2 * len(PDF) + 1} B trong {2 * len(PDF) + 2} B. Tài liệu đã đăng ký" in full.text
    assert "Báo cáo kết quả năm" in full.text
    assert (len(files_of(services.evidence.folder)), await rows_of(db, tenant)) == (2, rows)
    same = await upload(client, path, PDF, number="10/BC")
    assert same.status_code == 303, "what is there already takes no room"
    await signed_in("specialist", agency_id=year.agencies["TH"])
    other = f"/work/sheets/{year.sheets['TH']}/1.1/evidence"
    assert (await upload(client, other, PDF + b"22")).status_code == 303, "each agency has its own"


async def test_side_by_side_uploads_of_an_agency_do_not_pass_its_room(
    client: AsyncClient, services: Services, year: Year, signed_in: SignIn
) -> None:
    services.settings = msgspec.structs.replace(services.settings, evidence_quota=2 * len(PDF) + 10)
    path = f"/work/sheets/{year.sheets['HL']}/1.1/evidence"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    await client.get(path)
    sent = [upload(client, path, PDF + b"%d" % number, number=f"{number}/BC") for number in range(5)]
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*sent))
    assert statuses == [303, 303, 422, 422, 422]
    assert len(files_of(services.evidence.folder)) == 2


# What a document holds


MACROS = {
    "renamed, told by its type": {
        "[Content_Types].xml": types(**{"word/media.bin": "application/vnd.ms-office.vbaProject"}), "word/media.bin": b"x",
    },
    "a main part with macros": {
        "[Content_Types].xml": types(**{"word/document.xml": "application/vnd.ms-word.document.macroEnabled.main+xml"}),
    },
    "other letters": {"[Content_Types].xml": types(**{"a": "APPLICATION/VND.MS-WORD.DOCUMENT.MACROENABLED.MAIN+XML"})},
    "types in UTF-16": {
        "[Content_Types].xml": types(**{"a.bin": "application/vnd.ms-office.vbaProject"})
        .replace('version="1.0"', 'version="1.0" encoding="utf-16"').encode("utf-16"),
    },
    "a character written by its number": {
        "[Content_Types].xml": types(**{"a.bin": "application/vnd.ms-office.vba&#80;roject"}),
    },
    "told by a relation": {
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Target="a.bin" '
        'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/></Relationships>',
    },
    "told by nobody": {"word/a.dat": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "_VBA_PROJECT".encode("utf-16-le")},
    "its own name": {"word/vbaProject.bin": b"x"},
    "its own name in other letters": {"word/VBAPROJECT.BIN": b"x"},
    "macros of old workbooks": {"[Content_Types].xml": types(**{"xl/macrosheets/sheet1.xml": "application/vnd.ms-excel.macrosheet+xml"})},
}  # fmt: skip


@pytest.mark.parametrize("how", MACROS)
async def test_macros_are_found_under_any_name(store: EvidenceStore, how: str) -> None:
    with pytest.raises(Refused, match="file_type_refused"):
        await store.keep(TENANT, package(MACROS[how]))
    inner = package(MACROS[how])
    with pytest.raises(Refused, match="file_type_refused"):
        await store.keep(TENANT, package({"word/embeddings/one.docx": inner}))
    assert files_of(store.folder) == []


async def test_a_store_of_something_else_in_a_document_is_no_macro(store: EvidenceStore) -> None:
    drawing = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Equation Native".encode("utf-16-le")
    assert await store.keep(TENANT, package({"word/embeddings/oleObject1.bin": drawing, "word/media/image1.png": b"x"}))
    assert await store.keep(TENANT, package({"[Content_Types].xml": types(**{"word/document.xml": MAIN})}))


EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + TEST_VIRUS + b"!$H+H*"


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
@pytest.mark.parametrize("before", [0, 65_530, 65_536, 200_001])
async def test_harm_inside_a_document_is_found(store: EvidenceStore, packed: int, before: int) -> None:
    harmful = package({"word/media/image1.png": b"x" * before + EICAR + b"y" * 1000}, packed=packed)
    within = package({"word/embeddings/one.docx": harmful})
    for content in (harmful, within, package({"word/embeddings/two.docx": within})):
        with pytest.raises(Refused, match="file_harmful"):
            await store.keep(TENANT, content)
    assert files_of(store.folder) == []


async def test_documents_within_one_another_end_somewhere(store: EvidenceStore) -> None:
    content = package({})
    for _ in range(evidence_contents.DEEPEST - 1):
        content = package({"word/embeddings/one.docx": content})
    assert await store.keep(TENANT, content)
    with pytest.raises(Refused, match="file_overpacked"):
        await store.keep(TENANT, package({"word/embeddings/one.docx": content}))


@pytest.mark.parametrize("more", [0, 1])
async def test_the_number_of_members_is_bounded_before_they_are_listed(
    store: EvidenceStore, monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    monkeypatch.setattr(evidence_contents, "MOST_MEMBERS", 40)
    content = package({f"word/media/{number}.png": b"x" for number in range(38 + more)})
    if not more:
        assert await store.keep(TENANT, content)
        return
    listed: list[object] = []
    monkeypatch.setattr(packed_file.zipfile, "ZipFile", lambda *given: listed.append(given))
    with pytest.raises(Refused, match="file_overpacked"):
        await store.keep(TENANT, content)
    assert listed == []


@pytest.mark.parametrize("more", [0, 1])
async def test_the_unpacked_size_is_bounded_before_anything_is_unpacked(
    store: EvidenceStore, monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    rest = len(types()) + len("<w/>")
    monkeypatch.setattr(evidence_contents, "MOST_UNPACKED", 1_000_000)
    content = package({"word/media/1.png": b"\0" * (1_000_000 - rest + more)})
    assert len(content) < 3_000
    if not more:
        assert await store.keep(TENANT, content)
        return

    def unpacks(*_: object) -> None:
        raise AssertionError("nothing is unpacked")

    monkeypatch.setattr(PackedFile, "pieces", unpacks)
    with pytest.raises(Refused, match="file_overpacked"):
        await store.keep(TENANT, content)


def test_a_list_that_is_longer_than_it_says_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of the file says one member; the list before it has ten thousand."""
    content = bytearray(package({f"{number:0>200}.png": b"" for number in range(2_000)}))
    end = content.rfind(b"PK\x05\x06")
    content[end + 8 : end + 12] = struct.pack("<HH", 1, 1)
    with pytest.raises(BrokenPackage, match="too_large"):
        PackedFile(io.BytesIO(content), most_members=100, most_unpacked=10_000_000)
    with pytest.raises(BrokenPackage, match="too_large"):
        PackedFile(io.BytesIO(content), most_members=1_000, most_unpacked=10_000_000)


def test_a_member_that_unpacks_to_more_than_it_says_is_left_there() -> None:
    content = bytearray(package({"word/a.xml": b"\0" * 500_000}))
    central = content.find(b"PK\x01\x02", content.find(b"word/a.xml", content.find(b"PK\x01\x02")) - 46)
    content[central + 24 : central + 28] = struct.pack("<I", 1000)
    opened = PackedFile(io.BytesIO(content), most_members=10, most_unpacked=10_000_000)
    read = 0
    with pytest.raises(BrokenPackage, match="too_large"):
        for piece in opened.pieces(opened.members[-1]):
            read += len(piece)
    assert read <= 1000


@pytest.mark.parametrize("cut", [1, 10, 22, 30, 60, 100])
async def test_a_package_that_is_broken_is_no_document(store: EvidenceStore, cut: int) -> None:
    whole = package({"word/media/1.png": b"x" * 100})
    for content in (whole[:-cut], whole[: len(whole) // 2] + b"\xff" * cut + whole[len(whole) // 2 + cut :]):
        with suppress(Refused):
            await store.keep(TENANT, content)


async def test_a_package_under_a_password_is_no_document(store: EvidenceStore) -> None:
    content = bytearray(package({"word/a.xml": b"x"}))
    central = content.rfind(b"PK\x01\x02")
    content[central + 8] |= 1
    with pytest.raises(Refused, match="file_type_refused"):
        await store.keep(TENANT, bytes(content))

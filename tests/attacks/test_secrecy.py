"""What says of itself that it is a state secret is not stored: its number, its name, its own text."""

from __future__ import annotations

import zipfile
from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.api.shared.services import Services
from parindex.errors import Refused
from parindex.store import pdf_process
from parindex.store.database import Database
from parindex.store.evidence_files import EvidenceStore
from parindex.store.pdf_process import PdfReader, UnreadablePdf
from tests.api.work.sheets.test_declaring import upload
from tests.assessments.conftest import Year, open_year
from tests.attacks.test_uploads import files_of, package, rows_of
from tests.pdf_files import pdf_of

SignIn = Callable[..., Awaitable[UUID]]
TENANT = UUID(int=1)
HEAD = "ỦY BAN NHÂN DÂN TỈNH\nSố: 12/BC-UBND\n"
PLAIN = pdf_of(HEAD + "BÁO CÁO\nvề công tác bảo vệ bí mật nhà nước")
SECRET = pdf_of(HEAD + "BÁO CÁO", "Phụ lục\nTỐI MẬT\nBảng 1")


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence", limit=20_000_000)


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


def word(*paragraphs: str, part: str = "word/document.xml") -> bytes:
    runs = "".join(
        f"<w:p><w:r><w:t>{text[:3]}</w:t></w:r><w:r><w:t>{text[3:]}</w:t></w:r></w:p>" for text in paragraphs
    )
    return package({part: f'<w:document xmlns:w="w"><w:body>{runs}</w:body></w:document>'})


def sheet(**parts: str) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, inside in {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>", **parts}.items():
            archive.writestr(name, inside)
    return content.getvalue()


MARKED = {
    "a later page of a PDF": SECRET,
    "a paragraph": word("UBND TỈNH", "TUYỆT MẬT", "BÁO CÁO"),
    "a header": word("MẬT", part="word/header1.xml"),
    "a cell": sheet(**{"xl/sharedStrings.xml": "<sst><si><t>Độ mật: Mật</t></si></sst>"}),
    "a header of a sheet": sheet(**{
        "xl/worksheets/sheet1.xml": '<worksheet><headerFooter><oddHeader>&amp;C&amp;"Arial,Bold"&amp;14MẬT</oddHeader></headerFooter></worksheet>'
    }),
}  # fmt: skip


@pytest.mark.parametrize("where", MARKED)
async def test_a_stamp_in_a_files_own_text_is_refused_and_nothing_is_kept(store: EvidenceStore, where: str) -> None:
    with pytest.raises(Refused, match="file_secret_marked"):
        await store.keep(TENANT, MARKED[where])
    assert files_of(store.folder) == []


@pytest.mark.parametrize(
    "content",
    [PLAIN, word("BẢO VỆ BÍ MẬT NHÀ NƯỚC", "Mật độ"), b"%PDF-1.7\nbroken\n%%EOF"],
    ids=["pdf", "word", "broken"],
)
async def test_a_text_about_secrecy_and_one_that_cannot_be_read_are_kept(store: EvidenceStore, content: bytes) -> None:
    assert await store.keep(TENANT, content)


async def test_a_marked_number_name_or_abstract_is_told_at_its_field(
    client: AsyncClient, services: Services, year: Year, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    path = f"/work/sheets/{year.sheets['HL']}/1.1/evidence"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    refused: tuple[tuple[bytes, dict[str, str], str], ...] = (
        (PLAIN, {"number": "12/BC-UBND (Mật)"}, "number"),
        (PLAIN, {"abstract": "TỐI MẬT: Kế hoạch"}, "abstract"),
        (PLAIN, {"name": "BC (Mật).pdf"}, "file"),
        (SECRET, {}, "file"),
    )
    for content, fields, field in refused:
        answer = await upload(client, path, content, **fields)
        assert answer.status_code == 422, fields
        assert f'id="{field}-error"' in answer.text, fields
        assert "bí mật nhà nước không được" in answer.text
        assert files_of(services.evidence.folder) == []
        assert await rows_of(db, tenant) == 0
    kept = {"number": "12/BC-UBND", "abstract": "Kế hoạch bảo vệ bí mật nhà nước", "name": "Bảo vệ bí mật.pdf"}
    assert (await upload(client, path, PLAIN, **kept)).status_code == 303


# The process that reads


async def test_a_pdf_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(PLAIN)
    assert "bảo vệ bí mật" in await PdfReader().text(path)
    with pytest.raises(UnreadablePdf):
        await PdfReader(seconds=0.001).text(path)
    monkeypatch.setattr(pdf_process, "MOST_TOLD", 10)
    with pytest.raises(UnreadablePdf):
        await PdfReader().text(path)


async def test_the_process_holds_itself_to_its_memory(tmp_path: Path) -> None:
    """A bomb: one stream that unpacks to two gigabytes."""
    import zlib

    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 16_000_000) for _ in range(125)) + packer.flush()
    again = zlib.compress(packed, 9)
    content = pdf_of("x").replace(b"<< /Length", b"<< /Type /X /Length", 1)
    head = content.rindex(b"<< /Length")
    tail = content.index(b"endstream", head)
    stream = b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\n" % (len(again), again)
    path = tmp_path / "bomb.pdf"
    path.write_bytes(content[:head] + stream + content[tail:])
    with pytest.raises(UnreadablePdf):
        await PdfReader().text(path)

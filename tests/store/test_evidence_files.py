"""Evidence on disk: whole or not at all, once for the same bytes, by content and not by name."""

from __future__ import annotations

import errno
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from parindex.errors import Refused
from parindex.store import evidence_files
from parindex.store.evidence_contents import media_type_of
from parindex.store.evidence_files import EvidenceStore

TENANT, OTHER = UUID(int=1), UUID(int=2)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def office(*members: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for member in ("[Content_Types].xml", *members):
            archive.writestr(member, "<x/>")
    return content.getvalue()


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence", limit=10_000)


def kept(store: EvidenceStore) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.is_file()]


async def test_the_same_bytes_are_stored_once_and_read_back(store: EvidenceStore) -> None:
    first, second = await store.keep(TENANT, PDF), await store.keep(TENANT, PDF)
    assert first == second
    assert first.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (first.size, first.media_type) == (len(PDF), "application/pdf")
    assert len(kept(store)) == 1
    assert b"".join([piece async for piece in store.read(TENANT, first.sha256)]) == PDF


async def test_one_tenants_content_is_not_at_another_tenants_address(store: EvidenceStore) -> None:
    stored = await store.keep(TENANT, PDF)
    with pytest.raises(FileNotFoundError):
        _ = [piece async for piece in store.read(OTHER, stored.sha256)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (PDF + b"x" * 10_000, "file_too_large"),
        (b"MZ\x90\x00" + b"\x00" * 60, "file_type_refused"),
        (b"<html><script>1</script></html>", "file_type_refused"),
        (b"chi la chu", "file_type_refused"),
        (b"PK\x03\x04 not an archive", "file_type_refused"),
        (office("a.txt"), "file_type_refused"),
        (office("word/document.xml", "word/vbaProject.bin"), "file_type_refused"),
        (b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*", "file_harmful"),
    ],
)
async def test_what_is_refused_leaves_nothing(store: EvidenceStore, content: bytes, code: str) -> None:
    with pytest.raises(Refused, match=code):
        await store.keep(TENANT, content)
    assert kept(store) == []


@pytest.mark.parametrize("member", ["word/document.xml", "xl/workbook.xml"])
async def test_office_files_are_told_by_what_they_hold(store: EvidenceStore, member: str) -> None:
    assert "openxmlformats" in (await store.keep(TENANT, office(member))).media_type


async def test_harm_is_found_across_pieces(store: EvidenceStore) -> None:
    harmful = PDF + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!"

    async def one_by_one() -> AsyncIterator[bytes]:
        for position in range(len(harmful)):
            yield harmful[position : position + 1]

    with pytest.raises(Refused, match="file_harmful"):
        await store.receive(TENANT, one_by_one())


async def test_a_full_disk_says_so_and_leaves_nothing(store: EvidenceStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(evidence_files, "_sync", full)
    with pytest.raises(Refused, match="storage_full"):
        await store.keep(TENANT, PDF)
    assert kept(store) == []


async def test_a_connection_that_breaks_leaves_nothing(store: EvidenceStore) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield PDF
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await store.receive(TENANT, broken())
    assert kept(store) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63])
def test_an_address_is_made_of_a_digest_only(store: EvidenceStore, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.path(TENANT, name)


async def test_files_are_nobody_elses(store: EvidenceStore) -> None:
    stored = await store.keep(TENANT, PDF)
    assert store.path(TENANT, stored.sha256).stat().st_mode & 0o777 == 0o400
    assert store.folder.stat().st_mode & 0o777 == 0o700


async def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(tmp_path: Path) -> None:
    exact = EvidenceStore(tmp_path / "exact", limit=len(PDF))
    assert (await exact.keep(TENANT, PDF)).size == len(PDF)
    short = EvidenceStore(tmp_path / "short", limit=len(PDF) - 1)
    with pytest.raises(Refused, match="file_too_large"):
        await short.keep(TENANT, PDF)
    assert kept(short) == []


@pytest.mark.parametrize(
    ("before", "media"),
    [(0, "application/pdf"), (1, "application/pdf"), (1_019, "application/pdf"), (1_020, None)],
)
def test_a_pdf_whose_head_stands_within_1024_bytes_is_a_pdf(tmp_path: Path, before: int, media: str | None) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"\n" * before + b"%PDF-1.7\n" + b"x" * 5_000)
    assert media_type_of(path) == media


@pytest.mark.parametrize("head", [b"MZ", b"\x7fELF", b"#!/bin/sh\n", b"PK\x03\x04"])
def test_a_program_with_the_head_of_a_pdf_is_none(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(head + b"%PDF-1.7\n" + b"x" * 5_000)
    assert media_type_of(path) is None

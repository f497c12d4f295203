"""A document is shown as pictures to whom it concerns, drawn apart and within limits."""

from __future__ import annotations

import struct
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.api.shared.services import Services
from parindex.store.database import Database
from parindex.store.pdf_process import PdfReader
from tests.api.work.evidence.test_looking import documents_of
from tests.api.work.sheets.test_declaring import PDF, upload
from tests.assessments.conftest import Year, open_year
from tests.pdf_files import pdf_of

SignIn: TypeAlias = Callable[..., Awaitable[UUID]]
PNG = b"\x89PNG\r\n\x1a\n"
LARGE = pdf_of("x").replace(b"[0 0 595 842]", b"[0 0 99999 99999]")


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


async def test_each_page_of_a_pdf_is_a_picture_and_there_are_no_others(
    client: AsyncClient, services: Services, year: Year, signed_in: SignIn
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    await upload(client, f"/work/sheets/{year.sheets['HL']}/1.1/evidence", pdf_of("một", "hai"))
    (href,) = await documents_of(client)
    page = (await client.get(href + "?page=9")).text
    assert f'src="{href}/pages/2"' in page
    assert "Trang 2 trong 2" in page
    drawn = await client.get(href + "/pages/1")
    assert drawn.headers["content-type"] == "image/png"
    assert drawn.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert drawn.content.startswith(PNG)
    assert struct.unpack(">I", drawn.content[16:20]) == (1000,)
    for number in ("0", "3", "-1", "x", "9" * 40, "01", "000001" + "9" * 5_000, "١"):
        assert (await client.get(f"{href}/pages/{number}")).status_code == 404
    await signed_in("specialist", agency_id=year.agencies["TH"])
    assert (await client.get(href + "/pages/1")).status_code == 404


async def test_a_pdf_that_cannot_be_drawn_says_so_and_a_picture_is_its_own(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    path = f"/work/sheets/{year.sheets['HL']}/1.1/evidence"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    await upload(client, path, PDF)
    (broken,) = await documents_of(client)
    assert "Không xem trước được tệp này" in (await client.get(broken)).text
    assert (await client.get(broken + "/pages/1")).status_code == 404
    image = PNG + b"\0\0\0\rIHDR" + b"\0" * 30
    assert (await upload(client, path, image, name="a.png", number="2/A")).status_code == 303
    shown = next(one for one in await documents_of(client) if one != broken)
    answer = await client.get(shown + "/pages/1")
    assert (answer.content, answer.headers["x-content-type-options"]) == (image, "nosniff")
    assert (await client.get(shown + "/pages/2")).status_code == 404


async def test_a_page_of_any_size_becomes_a_picture_of_a_bounded_one(tmp_path: Path) -> None:
    path = tmp_path / "large.pdf"
    path.write_bytes(LARGE)
    drawn = await PdfReader().picture(path, 1, 1_000)
    assert struct.unpack(">II", drawn[16:24]) == (1000, 1000)

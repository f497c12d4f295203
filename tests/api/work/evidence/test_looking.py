"""The register: pages of it, one document with its uses, and what may be the same document again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.assessments.evidence import looking
from parindex.store.database import Database
from tests.api.work.sheets.test_declaring import PDF, upload
from tests.assessments.conftest import Year, open_year

SignIn: TypeAlias = Callable[..., Awaitable[UUID]]


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


async def documents_of(client: AsyncClient, path: str = "/work/documents") -> list[str]:
    return re.findall(r'href="(/work/documents/[0-9a-f-]{36})"', (await client.get(path)).text)


async def test_one_document_tells_its_digest_and_where_it_is_used_and_no_stranger_sees_it(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    sheet = f"/work/sheets/{year.sheets['HL']}"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    await upload(client, sheet + "/1.1/evidence", PDF)
    (href,) = await documents_of(client)
    await client.post(
        sheet + "/2.2/attach",
        data={"_csrf_token": client.cookies["csrftoken"], "document": href.rpartition("/")[2], "pages": "mục II"},
    )
    page = (await client.get(href)).text
    assert hashlib.sha256(PDF).hexdigest() in page
    assert re.findall(rf'href="{sheet}/([^"]+)"', page) == ["1.1", "2.2"]
    assert "mục II" in page
    await signed_in("specialist", agency_id=year.agencies["TH"])
    assert (await client.get(href)).status_code == 404
    assert await documents_of(client) == []


async def test_the_register_is_paged_and_an_odd_page_is_the_nearest(
    client: AsyncClient, year: Year, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "PAGE", 2)
    await signed_in("specialist", agency_id=year.agencies["HL"])
    for number in range(3):
        await upload(client, f"/work/sheets/{year.sheets['HL']}/1.1/evidence", PDF, number=f"{number}/BC")
    first, second = await documents_of(client), await documents_of(client, "/work/documents?page=2")
    assert (len(first), len(second), len({*first, *second})) == (2, 1, 3)
    assert "3 tài liệu" in (await client.get("/work/documents")).text
    for odd in ("3", "999999", "9999999999"):
        expected = first if len(odd) > 6 else second
        assert await documents_of(client, f"/work/documents?page={odd}") == expected
    for odd in ("0", "-1", "x", ""):
        assert await documents_of(client, f"/work/documents?page={odd}") == first
    assert len(await documents_of(client, "/work/documents?search=2/bc")) == 1


DOUBLES = {
    "the same content": (PDF, {"number": "9/KH"}),
    "the same number, day and issuer": (PDF + b"2", {"number": "318/bc-vp", "issuer": "VĂN PHÒNG UBND TỈNH"}),
}


@pytest.mark.parametrize("how", DOUBLES)
async def test_a_double_is_told_before_it_is_kept_and_may_be_confirmed(
    client: AsyncClient, year: Year, signed_in: SignIn, how: str
) -> None:
    path = f"/work/sheets/{year.sheets['HL']}/1.1/evidence"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    assert (await upload(client, path, PDF, separate="")).status_code == 303
    content, fields = DOUBLES[how]
    other = path.replace("/1.1/", "/2.2/")
    told = await upload(client, other, content, separate="", **fields)
    assert told.status_code == 422
    assert "Kho của đơn vị đã có:" in told.text
    href = re.search(r'href="([^"]+)">Dùng lại văn bản này', told.text)
    assert href is not None
    assert 'name="document"' in (await client.get(href[1].replace("&amp;", "&"))).text
    assert len(await documents_of(client)) == 1
    assert (await upload(client, other, content, **fields)).status_code == 303
    assert len(await documents_of(client)) == 2


async def test_what_differs_in_number_issuer_or_day_is_no_double_nor_is_the_record_itself(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    path = f"/work/sheets/{year.sheets['HL']}/1.1/evidence"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    assert (await upload(client, path, PDF, separate="")).status_code == 303
    assert (await upload(client, path, PDF, separate="")).status_code == 303
    for number, fields in enumerate(({"number": "319/BC-VP"}, {"issuer": "Sở Nội vụ"}, {"issued_on": "2026-01-07"})):
        assert (await upload(client, path, PDF + b"%d" % number, separate="", **fields)).status_code == 303
    assert len(await documents_of(client)) == 4


async def test_nobody_learns_by_the_check_what_another_agency_has(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    await upload(client, f"/work/sheets/{year.sheets['HL']}/1.1/evidence", PDF)
    await signed_in("specialist", agency_id=year.agencies["TH"])
    path = f"/work/sheets/{year.sheets['TH']}/1.1/evidence"
    assert (await upload(client, path, PDF, separate="")).status_code == 303

"""Documents of the year before are put to a leaf again by one click, and a sheet's evidence is a list."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest
from httpx import AsyncClient
from python_calamine import CalamineWorkbook

from parindex.store.database import Database
from tests.api.work.sheets.test_beside_the_field import next_year
from tests.api.work.sheets.test_declaring import PDF, upload
from tests.assessments.conftest import Year, open_year

SignIn: TypeAlias = Callable[..., Awaitable[UUID]]
Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
FORM = re.compile(r'name="document" value="([^"]+)"><input type="hidden" name="still_in_force" value="true">')


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


async def test_a_document_of_the_year_before_is_confirmed_and_attached_by_one_click(
    client: AsyncClient, year: Year, signed_in: SignIn, owner: Owner
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    assert (await upload(client, f"/work/sheets/{year.sheets['HL']}/1.1/evidence", PDF)).status_code == 303
    leaf = f"/work/sheets/{await next_year(year, owner)}/1.1"
    page = (await client.get(leaf)).text
    assert "Tài liệu của năm trước: còn hiệu lực?" in page
    assert "Ban hành trước năm đánh giá" in page, "the days of this year judge it"
    assert 'value="trang 2"' in page
    (document,) = FORM.findall(page)
    form = {
        "_csrf_token": client.cookies["csrftoken"],
        "document": document,
        "still_in_force": "true",
        "pages": "trang 3",
    }
    assert (await client.post(leaf + "/attach", data=form)).status_code == 303
    after = (await client.get(leaf)).text
    assert FORM.findall(after) == []
    assert "trang 3" in after
    told = await owner.fetchval(
        "select after ->> 'still_in_force' from audit_rows where tag = 'agency:document:attach' order by id desc limit 1"
    )
    assert told == "true"
    assert "Tài liệu của năm trước" not in (await client.get(leaf.replace("/1.1", "/1.3"))).text


async def test_nothing_is_offered_of_another_agency_or_of_what_was_withdrawn(
    client: AsyncClient, year: Year, signed_in: SignIn, owner: Owner
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    await upload(client, f"/work/sheets/{year.sheets['HL']}/1.1/evidence", PDF)
    leaf = f"/work/sheets/{await next_year(year, owner)}/1.1"
    assert "còn hiệu lực?" in (await client.get(leaf)).text
    await owner.execute("update documents set withdrawn_at = now(), withdrawn_by = 'x', withdrawal_reason = 'x'")
    assert "còn hiệu lực?" not in (await client.get(leaf)).text


async def test_the_list_of_evidence_is_the_same_in_both_forms_and_bears_the_mark_of_the_year(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    sheet = f"/work/sheets/{year.sheets['HL']}"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    await upload(client, sheet + "/2.2/evidence", PDF, number="=2+2")
    await upload(client, sheet + "/1.1/evidence", PDF + b"2")
    given = await client.get(sheet + "/documents.csv")
    rows = list(csv.reader(io.StringIO(given.content.decode("utf-8-sig"))))
    assert rows[0] == [
        "STT",
        "Mã TCTP",
        "Số, ký hiệu",
        "Ngày ban hành",
        "Cơ quan ban hành",
        "Trích yếu",
        "Tệp",
        "Mã băm",
        "Dấu",
    ]
    assert [row[:4] for row in rows[1:]] == [
        ["1", "1.1", "318/BC-VP", "08/01/2026"],
        ["2", "2.2", "'=2+2", "08/01/2026"],
    ]
    assert rows[1][7:] == [hashlib.sha256(PDF + b"2").hexdigest(), "simulated"]
    book = CalamineWorkbook.from_filelike(io.BytesIO((await client.get(sheet + "/documents.xlsx")).content))
    cells = book.get_sheet_by_index(0).to_python()
    at = next(number for number, row in enumerate(cells) if row[0] == "STT")
    assert [str(cell) for cell in cells[at + 1]][1:] == rows[1][1:]
    assert cells[at + 2][2] == "=2+2"
    await signed_in("specialist", agency_id=year.agencies["TH"])
    assert (await client.get(sheet + "/documents.csv")).status_code == 404

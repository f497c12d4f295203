"""The page by which a sheet goes back: the secretary finds it on the sheet, the agency reads fault and day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.assessments.appraisal import deciding
from parindex.assessments.appraisal.deciding import Ruling
from parindex.store.database import Database
from tests.assessments.conftest import Year, open_year
from tests.assessments.sheets.test_declaring import complete, hand_in, submit
from tests.conftest import post_form

SignIn = Callable[..., Awaitable[UUID]]

FORM = {
    "last_day": "25/01/2099",
    "number": "21/TB-HĐ",
    "date": "02/11/2026",
    "reason": "Báo cáo chưa ký, tệp 2 không mở được",
}


@pytest.fixture
async def sent(db: Database, tenant: UUID) -> Year:
    year = await open_year(db, tenant)
    await hand_in(year, await complete(year, "HL"), "HL")
    await submit(year, await year.person("leader", agency="HL"), "HL")
    return year


async def test_a_sheet_is_given_back_and_its_agency_reads_the_fault(
    client: AsyncClient, sent: Year, signed_in: SignIn
) -> None:
    sheet = f"/work/sheets/{sent.sheets['HL']}"
    await signed_in("secretary")
    assert f"{sheet}/give-back" in (await client.get(sheet)).text
    asked = (await client.get(f"{sheet}/give-back")).text
    assert "Hạn nộp hiện nay: 24:00 ngày 20/01/2099" in asked
    refused = await post_form(client, f"{sheet}/give-back", **(FORM | {"number": "", "last_day": "20/01/2099"}))
    assert refused.status_code == 422
    assert 'id="number-error"' in refused.text
    assert FORM["reason"] in refused.text
    done = await post_form(client, f"{sheet}/give-back", **FORM)
    assert done.headers["location"] == f"/work/cycles/{sent.cycle}"
    assert (await client.get(f"{sheet}/give-back")).status_code == 404
    await signed_in("specialist", agency_id=sent.agencies["HL"])
    for path in (sheet, f"{sheet}/1.1"):
        page = (await client.get(path)).text
        assert "Hội đồng trả lại phiếu để bổ sung vì lỗi hình thức" in page
        assert FORM["reason"] in page
    worklist = (await client.get("/work")).text
    assert f"Trả lại để bổ sung vì lỗi hình thức: {FORM['reason']}" in worklist
    assert "21/TB-HĐ" in worklist


async def test_nobody_else_is_shown_the_way(client: AsyncClient, sent: Year, signed_in: SignIn) -> None:
    sheet = f"/work/sheets/{sent.sheets['HL']}"
    for role, agency, status in (("leader", "HL", 403), ("council_member", None, 403), ("specialist", "TH", 404)):
        await signed_in(role, agency_id=sent.agencies[agency] if agency else None)
        assert "give-back" not in (await client.get(sheet)).text
        assert (await client.get(f"{sheet}/give-back")).status_code == status


async def test_the_way_is_gone_once_an_appraiser_has_decided(
    client: AsyncClient, sent: Year, signed_in: SignIn
) -> None:
    sheet = f"/work/sheets/{sent.sheets['HL']}"
    appraiser = await sent.person("appraiser", agency="BNV")
    async with sent.db.transaction(sent.tenant) as connection:
        await deciding.decide(connection, appraiser, sent.sheets["HL"], [Ruling(code="1.1", kind="accept")])
    await signed_in("secretary")
    assert "give-back" not in (await client.get(sheet)).text
    assert (await client.get(f"{sheet}/give-back")).status_code == 409

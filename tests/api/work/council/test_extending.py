"""The page that moves a deadline: for whom, until when, by which paper; what it had locked is open again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.api.work.council import extending_view
from parindex.assessments.cycles import closing
from parindex.assessments.sheets import submission
from parindex.store.database import Database
from parindex.text import TIME_ZONE
from tests.assessments.conftest import Year, open_year
from tests.assessments.sheets.test_declaring import complete
from tests.conftest import post_form

SignIn = Callable[..., Awaitable[UUID]]

FORM = {"last_day": "25/01/2099", "number": "15/QĐ-HĐ", "date": "02/11/2026", "reason": "Hệ thống gián đoạn hai ngày"}


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


async def test_an_extension_is_entered_shown_and_told_to_the_agency(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    path = f"/work/cycles/{year.cycle}/extend"
    assert path in (await client.get(f"/work/cycles/{year.cycle}")).text
    assert "Hạn nộp hiện nay: 24:00 ngày 20/01/2099" in (await client.get(path)).text
    done = await post_form(client, path, agency=[str(year.agencies["HL"])], **FORM)
    assert done.headers["location"] == path
    page = (await client.get(path)).text
    assert "<b>Hòa Lâm</b>: 24:00 ngày 20/01/2099 → 24:00 ngày 25/01/2099" in page
    assert "Quyết định 15/QĐ-HĐ ngày 02/11/2026" in page
    assert "được gia hạn đến 24:00 ngày 25/01/2099" in page
    await signed_in("specialist", agency_id=year.agencies["HL"])
    assert "Hạn nộp 24:00 ngày 25/01/2099" in (await client.get(f"/work/sheets/{year.sheets['HL']}")).text
    told = "Hạn nộp phiếu được gia hạn: từ 24:00 ngày 20/01/2099 đến 24:00 ngày 25/01/2099, theo quyết định 15/QĐ-HĐ"
    worklist = (await client.get("/work")).text
    assert told in worklist
    assert FORM["reason"] in worklist
    await signed_in("specialist", agency_id=year.agencies["TH"])
    assert "Hạn nộp 24:00 ngày 20/01/2099" in (await client.get(f"/work/sheets/{year.sheets['TH']}")).text
    assert "gia hạn" not in (await client.get("/work")).text


async def test_closing_early_counts_no_sheet_that_was_given_time(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    await post_form(client, f"/work/cycles/{year.cycle}/extend", agency=[str(year.agencies["HL"])], **FORM)
    asked = (await client.get(f"/work/cycles/{year.cycle}/close-self-assessment")).text
    assert '<b class="num">2</b> đơn vị chưa bắt đầu' in asked
    assert "Vẫn mở đến hạn riêng, không bị chốt lúc này." in asked
    assert "Hòa Lâm (25/01/2099)" in asked


async def test_everything_that_is_wrong_is_told_at_once_and_what_was_typed_stays(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    path = f"/work/cycles/{year.cycle}/extend"
    refused = await post_form(client, path, agency=["all"], last_day="30/02/2099", reason="Mưa lũ")
    assert refused.status_code == 422
    for field in ("last_day", "number", "date"):
        assert f'id="{field}-error"' in refused.text
    assert "Mưa lũ" in refused.text
    assert 'value="30/02/2099"' in refused.text
    assert 'value="all" checked' in refused.text
    nobody = await post_form(client, path, **FORM)
    assert "Chưa chọn đơn vị nào của kỳ đánh giá này." in nobody.text
    assert "24:00 ngày 20/01/2099 →" not in (await client.get(path)).text


async def test_agencies_are_written_by_code_or_name_one_a_line(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    path = f"/work/cycles/{year.cycle}/extend"
    done = await post_form(client, path, names="  hòa   lâm \r\n\r\nTH\r\n", **FORM)
    assert done.status_code == 303
    page = (await client.get(path)).text
    assert page.count("được gia hạn đến 24:00 ngày 25/01/2099") == 2


async def test_a_line_that_is_nobodys_is_named_and_nobody_gets_time(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    path = f"/work/cycles/{year.cycle}/extend"
    refused = await post_form(client, path, names="Hòa Lâm\nHòa Lam", **FORM)
    assert refused.status_code == 422
    assert "Không có trong kỳ đánh giá này: Hòa Lam." in refused.text
    assert "Hòa Lâm\nHòa Lam</textarea>" in refused.text
    assert "25/01/2099 →" not in (await client.get(path)).text


async def test_agencies_too_many_to_be_looked_through_are_not_listed(
    client: AsyncClient, year: Year, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await signed_in("secretary")
    path, box = f"/work/cycles/{year.cycle}/extend", f'value="{year.agencies["HL"]}"'
    monkeypatch.setattr(extending_view, "MOST_BOXES", 3)
    assert box in (await client.get(path)).text
    monkeypatch.setattr(extending_view, "MOST_BOXES", 2)
    assert box not in (await client.get(path)).text


async def test_an_agency_that_is_no_id_is_a_bad_request(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("secretary")
    answer = await post_form(client, f"/work/cycles/{year.cycle}/extend", agency=["Hòa Lâm"], **FORM)
    assert answer.status_code == 400


@pytest.mark.parametrize("role", ["specialist", "council_member", "approver", "auditor"])
async def test_others_move_no_deadline(client: AsyncClient, year: Year, signed_in: SignIn, role: str) -> None:
    await signed_in(role, agency_id=year.agencies["HL"])
    path = f"/work/cycles/{year.cycle}/extend"
    assert (await client.get(path)).status_code == 403
    assert (await post_form(client, path, agency=["all"], **FORM)).status_code == 403


async def test_receipt_and_appraiser_say_that_a_sheet_came_late(
    client: AsyncClient, year: Year, signed_in: SignIn, clocked: Database
) -> None:
    await signed_in("secretary")
    path = f"/work/cycles/{year.cycle}/extend"
    await post_form(client, path, agency=["all"], closing_day="31/01/2099", **FORM)
    year.db, clocked.clock = clocked, datetime(2099, 1, 28, 9, tzinfo=TIME_ZONE)
    specialist, leader = await complete(year, "HL"), await year.person("leader", agency="HL")
    async with clocked.transaction(year.tenant) as connection:
        await submission.hand_in(connection, specialist, year.sheets["HL"])
        await submission.submit(connection, leader, year.sheets["HL"])
    await signed_in("leader", agency_id=year.agencies["HL"])
    assert "Nộp chậm 3 ngày" in (await client.get(f"/work/sheets/{year.sheets['HL']}/receipt")).text
    await signed_in("appraiser", agency_id=year.agencies["BNV"])
    assert "Nộp chậm 3 ngày" in (await client.get(f"/work/appraisals/{year.cycle}/1.1?agency=HL")).text


async def test_a_late_click_is_refused_in_words_on_the_same_page(
    client: AsyncClient, year: Year, signed_in: SignIn, clocked: Database
) -> None:
    await complete(year, "HL")
    clocked.clock = datetime.now(TIME_ZONE)
    await clocked.pool.execute("select 1")
    async with clocked.transaction(year.tenant) as connection:
        await connection.execute(
            "update cycles set opens_at = $1, deadline = $2, closes = $2", clocked.clock - timedelta(days=9),
            clocked.clock - timedelta(minutes=1),
        )  # fmt: skip
    await signed_in("specialist", agency_id=year.agencies["HL"])
    refused = await post_form(client, f"/work/sheets/{year.sheets['HL']}/hand-in")
    assert refused.status_code == 409
    assert "Đã hết hạn nhận phiếu" in refused.text
    async with clocked.transaction(year.tenant) as connection:
        assert await closing.lock_what_is_over(connection, year.cycle) == 3

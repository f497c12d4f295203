"""An agency is added to a year from its page: chosen, checked, told on the page of the year."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from httpx import AsyncClient

from parindex.agencies import NewAgency, add
from parindex.assessments.sheets import queries as sheet_queries
from tests.api.work.years.test_drafting import year as drafting_year
from tests.assessments.conftest import Year
from tests.conftest import post_checked

SignIn = Callable[..., Awaitable[UUID]]

PAPER = {"number": "40/QĐ-HĐ", "date": "09/11/2026", "reason": "Cơ quan mới thành lập"}

year = drafting_year


async def entered(year: Year) -> None:
    async with year.db.transaction(year.tenant) as connection:
        new = NewAgency(code="MM", name_vi="Tỉnh Mai Mộc", tier="province", valid_from=date(2020, 1, 1))
        await add(connection, new, by="system")


async def test_it_is_chosen_checked_and_told(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await entered(year)
    await signed_in("secretary")
    path = f"/work/years/{year.cycle}/join"
    assert path in (await client.get(f"/work/cycles/{year.cycle}")).text
    chosen = (await client.get(path)).text
    assert "Tỉnh Mai Mộc (MM)" in chosen
    assert "Tỉnh Hòa Lâm (HL)" not in chosen
    check = f"{path}/check?agency=MM"
    asked = (await client.get(check)).text
    assert "chưa có tài khoản nào" in asked
    assert 'name="attribute:has_ports"' in asked
    refused = await post_checked(client, check, **PAPER)
    assert refused.status_code == 422  # nothing is ranked by itself
    assert PAPER["reason"] in refused.text
    done = await post_checked(client, check, **PAPER, ranked="no", **{"attribute:has_ports": "true"})
    assert done.headers["location"] == f"/work/cycles/{year.cycle}"
    shown = (await client.get(f"/work/cycles/{year.cycle}")).text
    assert "Thêm Tỉnh Mai Mộc (MM), không xếp hạng" in shown
    assert "theo 40/QĐ-HĐ ngày 09/11/2026: Cơ quan mới thành lập" in shown
    async with year.db.transaction(year.tenant) as connection:
        sheets = {one.agency_code: one for one in await sheet_queries.of_cycle(connection, year.cycle)}
    assert (sheets["MM"].ranked, sheets["MM"].attributes) == (False, {"has_ports": "true"})
    again = await client.get(check)
    assert again.status_code == 422
    assert "Mã này đã có trong kỳ đánh giá" in again.text


async def test_the_page_of_the_agency_leads_there(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await entered(year)
    await signed_in("secretary")
    link = f"/work/years/{year.cycle}/join/check?agency=MM"
    assert link in (await client.get("/work/agencies/MM")).text
    assert "/join/check" not in (await client.get("/work/agencies/HL")).text
    await signed_in("index_manager")
    assert "/join/check" not in (await client.get("/work/agencies/MM")).text


async def test_an_attribute_that_is_none_is_told_at_its_field(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await entered(year)
    await signed_in("secretary")
    check = f"/work/years/{year.cycle}/join/check?agency=MM"
    refused = await post_checked(client, check, **PAPER, ranked="yes", **{"attribute:has_ports": "có lẽ"})
    assert refused.status_code == 422
    unknown = await client.get(f"/work/years/{year.cycle}/join/check?agency=%3Cscript%3E")
    assert unknown.status_code == 422
    assert "<script>" not in unknown.text.split("<main", 1)[-1].split("</main>", 1)[0]

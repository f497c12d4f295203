"""The list of mergers: who ended, who took over, by which document, and what became of open years."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.agencies import deeds
from parindex.agencies.model import Basis
from parindex.assessments.mergers.treatments import field_of
from parindex.store.database import Database
from tests.assessments.conftest import Year, open_year
from tests.conftest import post_checked

SignIn = Callable[..., Awaitable[UUID]]

TYPED = {
    "day": "01/07/2026", "number": "12/NQ-HĐND", "date": "03/02/2026", "others": "NL", "code": "TN",
    "name_vi": "Tỉnh Tân Ngọc",
}  # fmt: skip


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


async def test_each_is_told_with_what_became_of_the_sheets(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    assert "Chưa có cơ quan nào kết thúc" in (await client.get("/work/agencies/mergers")).text
    path = "/work/agencies/TH/merge/check?" + urlencode(TYPED)
    await post_checked(client, path, **{field_of(year.cycle): "weighted_months"})
    async with year.db.transaction(year.tenant) as connection:
        paper = Basis(number="5/QĐ", date=date(2025, 12, 1))
        await deeds.close(connection, year.agencies["BTP"], day=date(2025, 12, 31), basis=paper, by="system")
    shown = (await client.get("/work/agencies/mergers")).text
    assert "Thành phố Tân Hải (TH)" in shown
    assert "/work/agencies/TN?day=2026-07-01" in shown
    assert "Kỳ năm 2026: cơ quan kế thừa lấy điểm bình quân" in shown
    assert "theo 5/QĐ ngày 01/12/2025" in shown
    assert shown.index("Tân Hải (TH)") < shown.index("Bộ Tư pháp (mô phỏng) (BTP)")
    earlier = (await client.get("/work/agencies/mergers?year=2025")).text
    assert "Bộ Tư pháp" in earlier
    assert "Tân Hải (TH)" not in earlier
    for odd in ("year=x", "year=20260", "page=0", "page=99999999999"):
        assert (await client.get(f"/work/agencies/mergers?{odd}")).status_code == 200


async def test_the_year_tells_who_ended_in_it_and_what_each_counts(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    path = "/work/agencies/TH/merge/check?" + urlencode(TYPED)
    await post_checked(client, path, **{field_of(year.cycle): "weighted_months"})
    await signed_in("secretary")
    shown = (await client.get(f"/work/cycles/{year.cycle}")).text
    assert "TP Tân Hải, Ngọc Lũng → Tỉnh Tân Ngọc" in shown
    assert "(TP Tân Hải: 6; Ngọc Lũng: 6)" in shown

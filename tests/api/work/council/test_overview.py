"""Totals of the years under way, for those who are shown no agency and no points."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.assessments.appraisal import deciding
from parindex.assessments.appraisal.deciding import Ruling
from parindex.store.database import Database
from tests.api.work.council.test_matrix import half_way
from tests.assessments.conftest import Year

SignIn = Callable[..., Awaitable[UUID]]


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    """One sheet sent and asked about, one in the making, one not begun."""
    return await half_way(db, tenant)


def figures(page: str) -> dict[str, str]:
    """What is counted and how many."""
    return dict(re.findall(r"<dt>([^<]+)</dt><dd[^>]*>([^<]+)</dd>", page))


async def test_sheets_are_counted_by_state_and_no_agency_is_named(
    client: AsyncClient,
    year: Year,
    signed_in: SignIn,
) -> None:
    await signed_in("steering_reader")
    page = (await client.get("/work/overview")).text
    assert "Cấp tỉnh năm 2026" in page
    told = figures(page)
    assert told["phiếu đã gửi, trên 3"] == "1"
    assert (told["Đang thẩm định"], told["Đang nhập"], told["Chưa bắt đầu"]) == ("1", "1", "1")
    assert told["tiêu chí thành phần chờ đơn vị giải trình"] == "1"
    assert "phiếu quá hạn chưa gửi" not in page
    for name in ("Tỉnh TH", "Tỉnh HL", "/work/sheets/", f"/work/cycles/{year.cycle}"):
        assert name not in page


async def test_what_is_decided_is_counted(
    client: AsyncClient,
    year: Year,
    signed_in: SignIn,
) -> None:
    await signed_in("steering_reader")
    before = decided(await text(client))
    appraiser = await year.person("appraiser", agency="BNV")
    async with year.db.transaction(year.tenant) as connection:
        await deciding.decide(connection, appraiser, year.sheets["TH"], [Ruling(code="1.2", kind="accept")])
    assert decided(await text(client)) == (before[0] + 1, before[1])


def decided(page: str) -> tuple[int, int]:
    """(decided, to decide) of the only year."""
    (found,) = re.findall(r"tiêu chí thành phần đã thẩm định, trên (\d+)</dt>\s*<dd>(\d+)</dd>", page)
    return int(found[1]), int(found[0])


async def text(client: AsyncClient) -> str:
    return (await client.get("/work/overview")).text


@pytest.mark.parametrize(
    ("role", "status"),
    [("steering_reader", 200), ("council_chair", 200), ("approver", 200), ("auditor", 200), ("secretary", 403),
     ("specialist", 403), ("field_supervisor", 403), ("system_account", 403)],
)  # fmt: skip
async def test_who_may_look(client: AsyncClient, signed_in: SignIn, role: str, status: int) -> None:
    await signed_in(role)
    assert (await client.get("/work/overview")).status_code == status


async def test_a_reader_of_totals_reads_nothing_else(
    client: AsyncClient,
    year: Year,
    signed_in: SignIn,
) -> None:
    await signed_in("steering_reader")
    for path in (
        "/work/cycles", f"/work/cycles/{year.cycle}", "/work/years", "/work/people", "/work/surveys", "/work/criteria",
        f"/work/sheets/{year.sheets['TH']}", f"/work/appraisals/{year.cycle}", "/work/jobs", "/work/agencies",
    ):  # fmt: skip
        assert (await client.get(path)).status_code in (403, 404), path
    assert 'href="/work/overview"' in (await client.get("/work")).text


async def test_without_a_year_it_says_so(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("steering_reader")
    assert "Không có kỳ đánh giá nào đang thực hiện." in await text(client)

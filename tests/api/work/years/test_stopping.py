"""A year is issued, stopped, resumed and given up from pages that say what it means, under a decision that agencies read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.assessments.cycles import listing
from parindex.store.database import Database
from tests.api.work.years.test_drafting import drafted
from tests.api.work.years.test_drafting import year as drafting_year
from tests.assessments.conftest import Year
from tests.conftest import post_checked, post_form

SignIn = Callable[..., Awaitable[UUID]]

PAPER = {"number": "31/QĐ-HĐ", "date": "05/11/2026", "reason": "Sắp xếp lại đơn vị hành chính"}

year = drafting_year


async def state(year: Year, cycle_id: UUID | None = None) -> str:
    async with year.db.transaction(year.tenant) as connection:
        return (await listing.by_id(connection, cycle_id or year.cycle)).state


async def test_a_year_is_stopped_and_goes_on(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("secretary")
    path = f"/work/years/{year.cycle}"
    assert f"{path}/pause" in (await client.get(f"/work/cycles/{year.cycle}")).text
    asked = (await client.get(f"{path}/pause")).text
    assert "Trong lúc tạm dừng không ai kê khai" in asked
    done = await post_checked(client, f"{path}/pause", **PAPER)
    assert done.headers["location"] == f"/work/cycles/{year.cycle}"
    assert await state(year) == "paused"
    shown = (await client.get(f"/work/cycles/{year.cycle}")).text
    assert "tạm dừng" in shown
    assert f"{path}/pause" not in shown
    await post_checked(client, f"{path}/resume", **PAPER)
    assert await state(year) == "self_assessment"


async def test_agencies_read_why_their_year_stands_still_and_that_it_goes_on(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    await post_checked(client, f"/work/years/{year.cycle}/pause", **PAPER)
    await signed_in("specialist", agency_id=year.agencies["HL"])
    told = (await client.get("/work")).text
    assert "Kỳ đánh giá tạm dừng theo quyết định 31/QĐ-HĐ ngày 05/11/2026" in told
    assert PAPER["reason"] in told
    assert "Bắt đầu kê khai" not in told
    await signed_in("secretary")
    await post_checked(client, f"/work/years/{year.cycle}/resume", **PAPER)
    await signed_in("specialist", agency_id=year.agencies["HL"])
    assert "Kỳ đánh giá tiếp tục theo quyết định 31/QĐ-HĐ ngày 05/11/2026" in (await client.get("/work")).text


async def test_a_stop_needs_its_decision(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("secretary")
    refused = await post_form(client, f"/work/years/{year.cycle}/pause", number="", date="", reason="vì bão")
    assert refused.status_code == 422
    assert "vì bão" in refused.text
    assert await state(year) == "self_assessment"


async def test_going_on_takes_a_later_last_day(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("secretary")
    path = f"/work/years/{year.cycle}"
    await post_checked(client, f"{path}/pause", **PAPER)
    earlier = await post_form(client, f"{path}/resume", **PAPER, last_day="01/01/2099")
    assert earlier.status_code in (409, 422)
    await post_checked(client, f"{path}/resume", **PAPER, last_day="30/01/2099")
    async with year.db.transaction(year.tenant) as connection:
        cycle = await listing.by_id(connection, year.cycle)
    assert cycle.due is not None
    assert (cycle.due.year, cycle.state) == (2099, "self_assessment")
    assert "24:00 ngày 30/01/2099" in (await client.get(f"/work/cycles/{year.cycle}")).text


async def test_a_year_is_given_up_by_the_chair_and_says_so(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("council_chair")
    path = f"/work/years/{year.cycle}"
    assert "Kỳ đã hủy không mở lại được" in (await client.get(f"{path}/cancel")).text
    await post_checked(client, f"{path}/cancel", **PAPER)
    assert await state(year) == "cancelled"
    assert (await client.get(f"{path}/cancel")).status_code == 409
    assert "Đã hủy" in (await client.get("/work/years")).text


async def test_a_plan_is_issued_and_the_draft_changes_no_more(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    path = (await drafted(client, year)).removesuffix("/draft")
    await post_form(
        client, f"{path}/draft/bodies",
        **{"body:home-affairs": "BNV", "substitute:home-affairs": "BTP", "body:government-office": "HL",
           "substitute:government-office": "BTP"},
    )  # fmt: skip
    assert "Các đơn vị được báo kế hoạch của kỳ" in (await client.get(f"{path}/issue")).text
    done = await post_checked(client, f"{path}/issue", **PAPER)
    assert done.headers["location"] == f"{path}/draft"
    assert await state(year, UUID(path.rsplit("/", maxsplit=1)[-1])) == "issued"
    shown = (await client.get(f"{path}/draft")).text
    assert "Đã ban hành" in shown
    assert "Lưu cơ quan thẩm định</button>" not in shown
    assert (await post_form(client, f"{path}/draft/bodies")).status_code == 409


@pytest.mark.parametrize(
    ("role", "step"),
    [
        ("secretary", "cancel"), ("index_manager", "pause"), ("approver", "pause"), ("specialist", "cancel"),
        ("index_manager", "issue"), ("auditor", "resume"), ("leader", "delete"),
    ],
)  # fmt: skip
async def test_others_are_refused(client: AsyncClient, year: Year, signed_in: SignIn, role: str, step: str) -> None:
    await signed_in(role)
    assert (await client.get(f"/work/years/{year.cycle}/{step}")).status_code in (403, 409)
    assert (await post_form(client, f"/work/years/{year.cycle}/{step}", **PAPER)).status_code in (403, 409)
    assert await state(year) == "self_assessment"


async def test_a_year_of_another_tenant_is_not_found(
    client: AsyncClient, year: Year, signed_in: SignIn, db: Database, other_tenant: UUID
) -> None:
    del db, other_tenant
    await signed_in("secretary")
    strange = UUID(int=year.cycle.int ^ 1)
    assert (await client.get(f"/work/years/{strange}/pause")).status_code == 404

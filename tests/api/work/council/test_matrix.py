"""The secretary's pages: the matrix, closing after a question, what is refused by name."""

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
from tests.conftest import post_checked, post_form

SignIn = Callable[..., Awaitable[UUID]]

DECIDED = {"number": "12/QĐ-HĐ", "date": "02/11/2026", "reason": "Mọi đơn vị đã gửi phiếu"}
"""A decision as a form is filled in."""


async def half_way(db: Database, tenant: UUID) -> Year:
    """A year in which TH sent its sheet and one entry is asked about; HL drafts; NL has not begun."""
    made = await open_year(db, tenant)
    await hand_in(made, await complete(made, "TH"), "TH")
    await submit(made, await made.person("leader", agency="TH"), "TH")
    await complete(made, "HL")
    appraiser = await made.person("appraiser", agency="BNV")
    async with db.transaction(tenant) as connection:
        await deciding.decide(
            connection, appraiser, made.sheets["TH"], [Ruling(code="1.1", kind="ask", reason="Bổ sung.")]
        )
    return made


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    """As :func:`half_way`."""
    return await half_way(db, tenant)


async def test_the_matrix_tells_states_in_words(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("secretary")
    page = (await client.get(f"/work/cycles/{year.cycle}")).text
    assert "3 đơn vị × 3 lĩnh vực" in page
    assert "Giải trình" in page
    assert "Đang nhập, 6 trên 6 tiêu chí" in page
    assert "Chưa bắt đầu, 0 trên 5 tiêu chí" in page
    assert "24:00 ngày 20/01/2099" in page
    assert f"/work/sheets/{year.sheets['TH']}" in page
    assert f"/work/sheets/{year.sheets['HL']}" not in page
    assert f"/work/cycles/{year.cycle}" in (await client.get("/work/cycles")).text


async def test_self_assessment_is_closed_after_a_question(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("secretary")
    path = f"/work/cycles/{year.cycle}/close-self-assessment"
    asked = (await client.get(path)).text
    for count, group in ((1, "phiếu đã gửi"), (1, "phiếu đang nhập"), (1, "đơn vị chưa bắt đầu")):
        assert f'<b class="num">{count}</b> {group}' in asked
    assert "Đóng tự đánh giá trước hạn" in asked
    assert "2 trong 3 đơn vị chưa gửi phiếu" in asked
    refused = await post_checked(client, path)
    assert refused.status_code == 422
    assert 'id="number-error"' in refused.text
    assert (await post_checked(client, path, **DECIDED)).headers["location"] == f"/work/cycles/{year.cycle}"
    page = (await client.get(f"/work/cycles/{year.cycle}")).text
    assert "Chưa nộp phiếu; không tính là 0 điểm." in page
    assert "chốt tự động, chưa ký" in page
    again = await post_form(client, path)
    assert again.status_code == 409
    assert "Kỳ đánh giá không ở bước này" in again.text


async def test_what_a_decision_to_close_early_lacks_is_told_by_its_field(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    path = f"/work/cycles/{year.cycle}/close-self-assessment"
    for left_out, told in (("number", "Mục này chưa có nội dung"), ("date", "Mục này chưa có nội dung")):
        refused = await post_checked(client, path, **DECIDED | {left_out: ""})
        assert refused.status_code == 422
        assert f'id="{left_out}-error"' in refused.text
        assert told in refused.text
        assert DECIDED["reason"] in refused.text


async def test_appraisal_is_not_closed_over_undecided_entries(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    await post_checked(client, f"/work/cycles/{year.cycle}/close-self-assessment", **DECIDED)
    refused = await post_checked(client, f"/work/cycles/{year.cycle}/close-appraisal")
    assert refused.status_code == 409
    assert "Còn 12 mục chưa quyết định" in refused.text
    assert "TP Tân Hải 1.1" in refused.text


@pytest.mark.parametrize("role", ["specialist", "leader", "appraiser", "administrator"])
async def test_others_do_not_see_the_matrix(client: AsyncClient, year: Year, signed_in: SignIn, role: str) -> None:
    await signed_in(role, agency_id=year.agencies["HL"])
    assert (await client.get(f"/work/cycles/{year.cycle}")).status_code == 403
    assert (await post_form(client, f"/work/cycles/{year.cycle}/close-self-assessment")).status_code == 403


@pytest.mark.parametrize("role", ["council_member", "council_chair", "auditor", "approver"])
async def test_the_council_reads_and_closes_nothing(
    client: AsyncClient, year: Year, signed_in: SignIn, role: str
) -> None:
    await signed_in(role)
    page = await client.get(f"/work/cycles/{year.cycle}")
    assert page.status_code == 200
    assert "Đóng tự đánh giá" not in page.text
    assert (await post_form(client, f"/work/cycles/{year.cycle}/close-self-assessment")).status_code == 403
    assert (await client.get(f"/work/sheets/{year.sheets['TH']}")).status_code == 200
    assert (await client.get(f"/work/sheets/{year.sheets['HL']}")).status_code == 404


async def test_an_unknown_year_is_not_there(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("secretary")
    for path in (f"/work/cycles/{UUID(int=1)}", f"/work/cycles/{year.cycle}/burn"):
        assert (await client.get(path)).status_code == 404


async def test_the_matrix_makes_a_fixed_number_of_queries(
    client: AsyncClient, year: Year, signed_in: SignIn, count_queries: Callable[[], int]
) -> None:
    await signed_in("secretary")

    async def cost(path: str) -> int:
        await client.get(path)
        start = count_queries()
        await client.get(path)
        return count_queries() - start

    path = f"/work/cycles/{year.cycle}"
    before = await cost(path)
    await post_checked(client, path + "/close-self-assessment", **DECIDED)
    assert await cost(path) == before <= 16

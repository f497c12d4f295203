"""Appraisal pages without JavaScript: one leaf across agencies, nothing chosen at first, on to the next."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from parindex.store.database import Database
from tests.assessments.conftest import Year, open_year
from tests.assessments.sheets.test_declaring import complete, hand_in, submit
from tests.conftest import post_checked, post_form

SignIn = Callable[..., Awaitable[UUID]]


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    """HL and TH have sent their sheets, NL has not begun."""
    made = await open_year(db, tenant)
    for agency in ("TH", "HL"):
        await hand_in(made, await complete(made, agency), agency)
        await submit(made, await made.person("leader", agency=agency), agency)
    return made


def leaf(year: Year, code: str, agency: str = "") -> str:
    return f"/work/appraisals/{year.cycle}/{code}" + (f"?agency={agency}" if agency else "")


async def decide(client: AsyncClient, year: Year, code: str, agency: str, **fields: str) -> Response:
    shown = await client.get(leaf(year, code, agency))
    version = re.search(r'name="row_version" value="(\d+)"', shown.text)
    return await post_form(
        client, leaf(year, code), agency=agency, row_version=version[1] if version else "1", **fields
    )


async def test_the_queue_shows_the_own_areas_only(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("appraiser", agency_id=year.agencies["BNV"])
    queue = (await client.get(f"/work/appraisals/{year.cycle}")).text
    assert leaf(year, "1.1") in queue
    assert leaf(year, "2.1.1") not in queue
    assert "0/6 mục đã quyết định" in queue
    assert (await client.get(leaf(year, "2.1.1", "TH"))).status_code == 403
    assert f"/work/appraisals/{year.cycle}" in (await client.get("/work")).text


async def test_nothing_is_chosen_at_first_and_a_decision_goes_to_the_next(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("appraiser", agency_id=year.agencies["BNV"])
    opened = await client.get(leaf(year, "1.1"))
    assert opened.headers["location"] == leaf(year, "1.1", "TH")
    page = (await client.get(leaf(year, "1.1", "TH"))).text
    assert " checked" not in page
    assert "Ghi quyết định, sang Tỉnh Hòa Lâm" in page
    nothing = await decide(client, year, "1.1", "TH")
    assert nothing.status_code == 422
    assert "Đề nghị chọn một trong các quyết định." in nothing.text
    assert (await decide(client, year, "1.1", "TH", kind="accept")).headers["location"] == leaf(year, "1.1", "HL")


async def test_a_changed_fact_is_computed_again_and_the_agency_reads_the_reason(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("appraiser", agency_id=year.agencies["BNV"])
    unreasoned = await decide(client, year, "1.3", "TH", kind="change_facts", **{"fact:1.3.ports": "2"})
    assert unreasoned.status_code == 422
    assert 'href="#reason:change_facts"' in unreasoned.text
    assert re.search(r'value="change_facts" checked', unreasoned.text)
    done = await decide(
        client, year, "1.3", "TH", kind="change_facts",
        **{"fact:1.3.ports": "2", "reason:change_facts": "Một cảng chưa hoạt động."},
    )  # fmt: skip
    assert done.status_code == 303
    page = (await client.get(leaf(year, "1.3", "TH"))).text
    assert "còn 2,00" in page
    assert "Sau thẩm định" in page
    await signed_in("specialist", agency_id=year.agencies["TH"])
    own = (await client.get(f"/work/sheets/{year.sheets['TH']}/1.3")).text
    assert "Một cảng chưa hoạt động." in own
    assert "Số cảng: 2" in own


async def test_points_are_set_within_their_maximum(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("appraiser", agency_id=year.agencies["BNV"])
    reason = {"reason:set_points": "Chưa nhân rộng."}
    over = await decide(client, year, "1.2", "TH", kind="set_points", points="3,5", **reason)
    assert over.status_code == 422
    assert "Điểm phải từ 0 đến 3" in over.text
    assert 'value="3,5"' in over.text
    assert (await decide(client, year, "1.2", "TH", kind="set_points", points="1,25", **reason)).status_code == 303
    assert "1,25" in (await client.get(leaf(year, "1.2", "TH"))).text


async def test_the_own_agency_is_locked(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("appraiser", agency_id=year.agencies["HL"])
    page = await client.get(leaf(year, "2.1.1", "HL"))
    assert "Đơn vị của mình, đã khóa" in page.text
    assert "Cơ quan thay thế thẩm định phiếu này." in page.text
    assert (await decide(client, year, "2.1.1", "HL", kind="accept")).status_code == 403
    await signed_in("appraiser", agency_id=year.agencies["BTP"])
    assert (await decide(client, year, "2.1.1", "HL", kind="accept")).status_code == 303


async def test_a_stale_decision_is_told(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("appraiser", agency_id=year.agencies["BNV"])
    await decide(client, year, "1.1", "TH", kind="accept")
    stale = await post_form(
        client, leaf(year, "1.1"), agency="TH", row_version="1", kind="ask", **{"reason:ask": "Bổ sung."}
    )
    assert stale.status_code == 409
    assert "chưa có gì bị ghi đè" in stale.text
    assert "Bổ sung." in stale.text


async def test_a_request_reaches_the_agency_and_its_answer_comes_back(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("appraiser", agency_id=year.agencies["BNV"])
    await decide(client, year, "1.1", "TH", kind="ask", **{"reason:ask": "Đề nghị nêu số văn bản."})
    await signed_in("specialist", agency_id=year.agencies["TH"])
    assert "Đề nghị nêu số văn bản." in (await client.get("/work")).text
    path = f"/work/sheets/{year.sheets['TH']}/1.1"
    assert (await post_form(client, path + "/answer", answer=" ")).status_code == 422
    for _ in range(2):
        assert (await post_form(client, path + "/answer", answer="Số 12/KH-UBND.")).status_code == 303
    assert (await post_form(client, path + "/answer", answer="Khác.")).status_code == 409
    await signed_in("appraiser", agency_id=year.agencies["BNV"])
    page = (await client.get(leaf(year, "1.1", "TH"))).text
    assert "Số 12/KH-UBND." in page
    assert "Đã bổ sung" in page


async def test_the_rest_is_accepted_after_a_question(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("appraiser", agency_id=year.agencies["BNV"])
    asked = (await client.get(leaf(year, "1.1") + "/rest")).text
    assert "Thành phố Tân Hải, Tỉnh Hòa Lâm" in asked
    assert (await post_form(client, leaf(year, "1.1") + "/rest")).status_code == 409
    assert (await post_checked(client, leaf(year, "1.1") + "/rest")).status_code == 303
    assert "2/6 mục đã quyết định" in (await client.get(f"/work/appraisals/{year.cycle}")).text


async def test_an_unknown_agency_and_a_draft_are_told_apart(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("appraiser", agency_id=year.agencies["BNV"])
    unknown = await client.get(leaf(year, "1.1", "XX"))
    assert unknown.status_code == 404
    assert "Không tìm thấy cơ quan này" in unknown.text
    assert "Phiếu chưa được gửi thẩm định." in (await client.get(leaf(year, "1.1", "NL"))).text


@pytest.mark.parametrize("role", ["specialist", "leader", "administrator", "index_manager"])
async def test_others_do_not_appraise(client: AsyncClient, year: Year, signed_in: SignIn, role: str) -> None:
    await signed_in(role, agency_id=year.agencies["BNV"])
    assert (await client.get(leaf(year, "1.1", "TH"))).status_code == 403
    assert (await post_form(client, leaf(year, "1.1"), agency="TH", kind="accept")).status_code == 403


async def test_pages_make_a_fixed_number_of_queries(
    client: AsyncClient, year: Year, signed_in: SignIn, count_queries: Callable[[], int]
) -> None:
    await signed_in("appraiser", agency_id=year.agencies["BNV"])

    async def cost(path: str) -> int:
        await client.get(path)
        start = count_queries()
        await client.get(path)
        return count_queries() - start

    queue, page = f"/work/appraisals/{year.cycle}", leaf(year, "1.1", "TH")
    before = [await cost(queue), await cost(page)]
    for code in ("1.1", "1.2", "1.3"):
        await post_checked(client, leaf(year, code) + "/rest")
    assert [await cost(queue), await cost(page)] == before
    assert max(before) <= 24

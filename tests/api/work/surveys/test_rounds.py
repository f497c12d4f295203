"""Rounds at work: who sees them, the lock with its decision, the computation that may be left, links shown once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest
from httpx import AsyncClient, Response

from parindex.store.database import Database
from parindex.surveys.answers.group_commit import Intake
from parindex.surveys.rounds import invitations, lock
from parindex.text import TIME_ZONE
from tests.conftest import post_checked
from tests.surveys.survey_fields import Field, submission

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
SignIn = Callable[..., Awaitable[UUID]]

LOCKED = {"number": "5/QĐ", "date": f"{datetime.now(TIME_ZONE):%d/%m/%Y}", "reason": "Hết hạn"}
"""A decision as a form is filled in."""


async def send(client: AsyncClient, path: str, **fields: Any) -> Response:
    if "csrftoken" not in client.cookies:
        await client.get("/sign-in")
    return await client.post(path, data={"_csrf_token": client.cookies["csrftoken"], **fields})


def page(field: Field, rest: str = "") -> str:
    return f"/work/surveys/{field.round.id}{rest}"


async def shown_with(client: AsyncClient, field: Field, wanted: str) -> str:
    """The round's page once its computation is done and it says what is wanted."""
    async with asyncio.timeout(60):
        while wanted not in (shown := (await client.get(page(field))).text) or "<progress" in shown:
            await asyncio.sleep(0.05)
    return shown


@pytest.mark.parametrize("role", ["specialist", "leader", "appraiser", "council_member", "approver", "administrator"])
async def test_other_roles_see_no_survey(client: AsyncClient, signed_in: SignIn, field: Field, role: str) -> None:
    await signed_in(role)
    assert (await client.get("/work/surveys")).status_code == 403
    assert (await client.get(page(field))).status_code == 403
    for rest in ("/lock", "/estimates", "/invitations"):
        assert (await send(client, page(field, rest))).status_code == 403


async def test_a_visitor_is_asked_to_sign_in(client: AsyncClient, field: Field) -> None:
    asked = await client.get(page(field), headers={"accept": "text/html"})
    assert asked.status_code == 303
    assert asked.headers["location"].startswith("/sign-in")


async def test_an_auditor_reads_and_changes_nothing(client: AsyncClient, signed_in: SignIn, field: Field) -> None:
    await signed_in("auditor")
    shown = await client.get(page(field))
    assert shown.status_code == 200
    assert "Khóa đợt khảo sát" not in shown.text
    for rest in ("/lock", "/invitations"):
        assert (await send(client, page(field, rest))).status_code == 403


async def test_an_interviewer_reads_rounds_that_take_answers_and_changes_nothing(
    client: AsyncClient, signed_in: SignIn, field: Field, db: Database
) -> None:
    await signed_in("interviewer")
    assert 'href="/work/surveys"' in (await client.get("/work")).text
    listed = (await client.get("/work/surveys")).text
    assert page(field) in listed
    assert "Phiếu trên giấy được nhập tại liên kết của mã trả lời" in listed
    shown = await client.get(page(field))
    assert shown.status_code == 200
    assert "Tiến độ theo đơn vị" in shown.text
    assert "Tạo mã trả lời" not in shown.text
    for rest in ("/lock", "/estimates", "/invitations"):
        assert (await send(client, page(field, rest))).status_code == 403
    async with db.transaction(field.tenant_id) as connection:
        await lock.begin(connection, field.round.id, decision="5/QĐ", reason="Hết hạn", actor="system")
    for path in (page(field), page(field, "/sample.csv"), page(field, "/quality.csv"), page(field, "/exact-file")):
        assert (await client.get(path)).status_code == 403
    assert "Không có đợt khảo sát nào đang nhận phiếu." in (await client.get("/work/surveys")).text


async def test_progress_shows_drawn_invited_and_answered(
    client: AsyncClient, signed_in: SignIn, field: Field, intake: Intake
) -> None:
    for place in range(4):
        await intake.submit(field.tenant_id, field.round.id, submission(field, place))
    await signed_in("secretary")
    shown = (await client.get(page(field))).text
    assert "Tỉnh tinh-a" in shown
    assert "8 xã, 16 thôn" in shown
    assert "2,5% số người được chọn" in shown
    listed = (await client.get("/work/surveys")).text
    assert "Khảo sát thử" in listed
    assert ">160<" in listed


async def test_a_lock_needs_its_decision_and_its_confirmation(
    client: AsyncClient, signed_in: SignIn, field: Field, owner: Owner
) -> None:
    await signed_in("secretary")
    for left_out in ("number", "date", "reason"):
        refused = await post_checked(client, page(field, "/lock"), **LOCKED | {left_out: ""})
        assert refused.status_code == 422
        assert f'id="{left_out}-error"' in refused.text
    unread = await send(client, page(field, "/lock"), **LOCKED)
    assert unread.status_code == 409
    assert await owner.fetchval("select state from survey_rounds") == "open"
    done = await post_checked(client, page(field, "/lock"), **LOCKED)
    assert done.status_code == 303
    assert await owner.fetchval("select state from survey_rounds") == "locked"
    shown = (await client.get(page(field))).text
    assert f"5/QĐ ngày {LOCKED['date']}" in shown
    assert "Tính kết quả" in shown
    assert (await send(client, page(field, "/lock"), **LOCKED)).status_code == 403


async def test_the_computation_runs_beside_the_page_and_shows_results_with_errors(
    client: AsyncClient, signed_in: SignIn, field: Field, intake: Intake, owner: Owner
) -> None:
    for place in range(len(field.tokens)):
        one = submission(field, place)
        await intake.submit(field.tenant_id, field.round.id, one)
    await signed_in("secretary")
    assert (await send(client, page(field, "/estimates"))).status_code == 403
    await post_checked(client, page(field, "/lock"), **LOCKED)
    await asyncio.gather(*(send(client, page(field, "/estimates")) for _ in range(3)))
    shown = await shown_with(client, field, "Bậc tự do")
    assert "100,00" in shown
    assert "Hệ số thiết kế" in shown
    assert await owner.fetchval("select count(*) from estimate_runs") == 1


async def test_a_computation_without_answers_says_why(client: AsyncClient, signed_in: SignIn, field: Field) -> None:
    await signed_in("index_manager", "secretary")
    await post_checked(client, page(field, "/lock"), **LOCKED)
    await send(client, page(field, "/estimates"))
    await shown_with(client, field, "Đợt khảo sát chưa có phiếu trả lời")


async def test_links_are_shown_once_and_open_the_survey(
    client: AsyncClient, signed_in: SignIn, field: Field, owner: Owner
) -> None:
    await signed_in("index_manager")
    made = await send(client, page(field, "/invitations"), unit=str(field.units[0].id), count="3")
    links = re.findall(r"http://parindex\.test(/s/[A-Za-z0-9_-]{22})", made.text)
    assert len(set(links)) == 3
    assert made.text.count("<svg") >= 3
    assert made.headers["cache-control"] == "no-store"
    assert made.headers["referrer-policy"] == "no-referrer"
    token = links[0].removeprefix("/s/")
    assert (
        await owner.fetchval("select count(*) from invitations where token_hash = $1", invitations.token_hash(token))
        == 1
    )
    assert not await owner.fetchval("select count(*) from audit_rows where after::text like '%' || $1 || '%'", token)
    assert (await client.get(links[0])).status_code == 303


async def test_reloading_the_page_of_new_codes_makes_none(
    client: AsyncClient, signed_in: SignIn, field: Field, owner: Owner
) -> None:
    await signed_in("index_manager")
    asked = re.findall(r'name="asked" value="([0-9a-f-]{36})"', (await client.get(page(field))).text)
    assert len(asked) == 1
    before = await owner.fetchval("select count(*) from invitations")
    given = {"unit": str(field.units[0].id), "count": "3", "asked": asked[0]}
    assert (await send(client, page(field, "/invitations"), **given)).status_code == 200
    again = await send(client, page(field, "/invitations"), **given)
    assert again.status_code == 409
    assert "Tải lại trang không tạo thêm mã." in again.text
    assert await owner.fetchval("select count(*) from invitations") == before + 3
    assert asked[0] not in again.text
    assert (await send(client, page(field, "/invitations"), **given | {"count": "2"})).status_code == 200
    assert await owner.fetchval("select count(*) from invitations") == before + 5


@pytest.mark.parametrize("count", ["", "0", "501", "-3", "1.5", "nhiều", "٣"])
async def test_a_wrong_number_of_invitations_makes_none(
    client: AsyncClient, signed_in: SignIn, field: Field, owner: Owner, count: str
) -> None:
    await signed_in("index_manager")
    before = await owner.fetchval("select count(*) from invitations")
    refused = await send(client, page(field, "/invitations"), unit=str(field.units[0].id), count=count)
    assert refused.status_code == 422
    assert await owner.fetchval("select count(*) from invitations") == before


async def test_another_tenants_round_does_not_exist_here(
    client: AsyncClient, signed_in: SignIn, field: Field, db: Database
) -> None:
    await signed_in("secretary")
    asked = await client.get(f"/t/khac{page(field)}", headers={"accept": "text/html"})
    assert asked.headers["location"].startswith("/t/khac/sign-in")


async def test_a_lock_that_was_cut_short_is_shown_and_gone_on_with_from_the_page(
    client: AsyncClient, signed_in: SignIn, field: Field, db: Database, owner: Owner
) -> None:
    await signed_in("secretary")
    async with db.transaction(field.tenant_id) as connection:
        await lock.begin(connection, field.round.id, decision="5/QĐ", reason="Hết hạn", actor="system")
    shown = (await client.get(page(field))).text
    assert "Đang khóa" in shown
    assert "5/QĐ" in shown
    assert "Khóa tiếp" in shown
    assert "Đang khóa" in (await client.get("/work/surveys")).text
    assert (await send(client, page(field, "/invitations"), unit="", count="1")).status_code == 403
    assert (await send(client, page(field, "/lock"))).status_code == 303
    shown = (await client.get(page(field))).text
    assert "Khóa tiếp" not in shown
    assert "0 phiếu" in shown
    assert await owner.fetchval("select state from survey_rounds") == "locked"


async def test_the_page_says_of_which_kind_its_intervals_are_and_gives_no_certainty_to_a_share_of_100_percent(
    client: AsyncClient, signed_in: SignIn, field: Field, intake: Intake
) -> None:
    for place in range(len(field.tokens)):
        await intake.submit(field.tenant_id, field.round.id, submission(field, place))
    await signed_in("secretary")
    await post_checked(client, page(field, "/lock"), **LOCKED)
    await send(client, page(field, "/estimates"))
    shown = await shown_with(client, field, "Bậc tự do")
    assert "Loại khoảng tin cậy: Clopper–Pearson nơi tỷ lệ bằng 0 hoặc 100." in shown
    ends = re.findall(r'class="note">([\d,]+)–100,00<', shown)
    assert ends
    assert all(0 < float(end.replace(",", ".")) < 100 for end in ends)


async def test_the_page_tells_which_communes_stayed_silent_and_what_a_lone_commune_contributed(
    client: AsyncClient, signed_in: SignIn, field: Field, intake: Intake
) -> None:
    for place in range(6, len(field.tokens)):
        await intake.submit(field.tenant_id, field.round.id, submission(field, place))
    await signed_in("secretary")
    await post_checked(client, page(field, "/lock"), **LOCKED)
    await send(client, page(field, "/estimates"))
    shown = await shown_with(client, field, "Bậc tự do")
    assert "8 xã được chọn: 7 xã có phiếu, 1 xã không có phiếu." in shown
    assert "Xã không có phiếu được tính là" in shown
    assert re.search(r'Xã 0 <span class="soft">\(đã tạo mã, không có phiếu\)</span>', shown)
    assert "Tầng chỉ có một xã có phiếu: lấy trung bình của các tầng khác." in shown
    sample = (await client.get(page(field, "/sample.csv"))).text
    assert sample.count("silent,no_answer") == 1
    assert (await client.get(page(field, "/quality.csv"))).text.count("\r\n") == 3


async def test_while_the_round_is_open_no_commune_is_called_silent(
    client: AsyncClient, signed_in: SignIn, field: Field, intake: Intake
) -> None:
    await intake.submit(field.tenant_id, field.round.id, submission(field, 0))
    await signed_in("secretary")
    assert "Chất lượng mẫu" not in (await client.get(page(field))).text
    sample = (await client.get(page(field, "/sample.csv"))).text
    assert (sample.count("answered"), sample.count("awaited"), sample.count("silent")) == (1, 7, 0)


@pytest.mark.parametrize("name", ["sample.csv", "quality.csv"])
async def test_the_communes_of_a_sample_are_for_those_who_may_read_surveys(
    client: AsyncClient, signed_in: SignIn, field: Field, name: str
) -> None:
    await signed_in("specialist")
    assert (await client.get(page(field, f"/{name}"))).status_code == 403

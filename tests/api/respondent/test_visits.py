"""A citizen without JavaScript: link, answers, receipt, and everything that can be pressed twice."""

from __future__ import annotations

import asyncio
import re
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest
from httpx import AsyncClient, Response

from parindex.api.respondent import session, visits
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.store.database import Database
from parindex.surveys.answers.limits import Limit
from parindex.surveys.rounds import extending, lock
from parindex.text import TIME_ZONE
from tests.surveys.survey_fields import Field, a_field

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
STEPS = 10


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "today_in", lambda _: date(2026, 11, 21))
    monkeypatch.setattr(session, "GUESSES", Limit(burst=5, per_minute=1))
    monkeypatch.setattr(session, "LINK", Limit(burst=1000, per_minute=1000))


async def send(client: AsyncClient, path: str, **fields: Any) -> Response:
    token = client.cookies["csrftoken_khac" if path.startswith("/t/khac/") else "csrftoken"]
    return await client.post(path, data={"_csrf_token": token, **fields})


async def begin(client: AsyncClient, field: Field, place: int = 0) -> None:
    arrived = await client.get(f"/s/{field.tokens[place]}")
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/survey")
    await client.get("/survey")
    agreed = await send(client, "/survey")
    assert agreed.headers["location"] == "/survey/1"


def fields_of(field: Field, step: int, value: int = 4) -> dict[str, str]:
    group = field.layout.groups[field.layout.form("short").groups[step - 1]]
    return {f"q-{item.code}": str(value if group.area else 1) for item in group.items}


async def answer_all(client: AsyncClient, field: Field) -> str:
    """Answer every page; the content name that the review page shows."""
    for step in range(1, STEPS + 1):
        went = await send(client, f"/survey/{step}", **fields_of(field, step), then="next")
        assert went.status_code == 303, went.text
    review = await client.get("/survey/review")
    found = re.search(r'name="content" value="([0-9a-f]{64})"', review.text)
    assert found
    return found.group(1)


def code_of(page: str) -> str | None:
    found = (
        re.search(r"[2-9A-Z]{4} – [2-9A-Z]{4} – [2-9A-Z]{4}", page.rsplit("receipt-code", maxsplit=1)[-1])
        if "receipt-code" in page
        else None
    )
    return found.group(0) if found else None


async def test_from_the_link_to_the_receipt(client: AsyncClient, field: Field, owner: Owner) -> None:
    await begin(client, field)
    content = await answer_all(client, field)
    sent = await send(client, "/survey/review", content=content)
    assert sent.headers["location"] == "/survey/receipt"
    receipt = await client.get("/survey/receipt")
    assert code_of(receipt.text)
    row = await owner.fetchrow(
        "select r.answers, r.day, p.channel from responses r join response_paradata p on p.response_id = r.id"
    )
    assert row is not None
    assert row["day"] == date(2026, 11, 21)
    assert [row["answers"][p.first] for p in field.layout.scored] == [4] * 39
    assert await owner.fetchval("select count(*) from response_drafts") == 0


async def test_the_token_is_in_no_later_address_and_no_referrer(client: AsyncClient, field: Field) -> None:
    arrived = await client.get(f"/s/{field.tokens[0]}")
    assert arrived.headers["referrer-policy"] == "no-referrer"
    assert arrived.headers["cache-control"] == "no-store"
    cookie = arrived.headers["set-cookie"]
    assert field.tokens[0] not in cookie
    assert "HttpOnly" in cookie
    assert "Path=/survey" in cookie
    page = await client.get("/survey")
    assert field.tokens[0] not in page.text
    assert page.headers["referrer-policy"] == "no-referrer"


async def test_nothing_is_preselected_and_the_order_never_flips(client: AsyncClient, field: Field) -> None:
    await begin(client, field)
    for step in range(1, STEPS + 1):
        page = (await client.get(f"/survey/{step}")).text
        assert " checked" not in page
        for values in re.findall(r'name="q-\d+" value="(\d)"', page) and [
            re.findall(r'name="q-\d+" value="(\d)"', page)
        ]:
            assert values == ["1", "2", "3", "4", "5"] * (len(values) // 5)


async def test_a_page_with_a_gap_names_it_keeps_the_rest_and_may_be_skipped(client: AsyncClient, field: Field) -> None:
    await begin(client, field)
    gap = await send(client, "/survey/1", **{"q-1": "5"}, then="next")
    assert gap.status_code == 422
    assert "Còn 1 câu cần trả lời" in gap.text
    assert 'href="#q-2"' in gap.text
    assert 'name="q-1" value="5" checked' in gap.text
    skipped = await send(client, "/survey/1", **{"q-1": "5"}, then="skip")
    assert skipped.headers["location"] == "/survey/2"
    assert 'value="5" checked' in (await client.get("/survey/1")).text


async def test_stopping_keeps_answers_and_the_link_goes_on_from_another_browser(
    client: AsyncClient, field: Field
) -> None:
    await begin(client, field)
    await send(client, "/survey/1", **fields_of(field, 1), then="next")
    stopped = await send(client, "/survey/2", **{"q-3": "2"}, then="stop")
    assert stopped.headers["location"] == "/survey/paused"
    assert "Trả lời tiếp ngay" in (await client.get("/survey/paused")).text
    client.cookies.clear()
    await client.get(f"/s/{field.tokens[0]}")
    assert "Các câu đã trả lời vẫn được giữ" in (await client.get("/survey")).text
    assert (await send(client, "/survey")).headers["location"] == "/survey/2"
    assert 'name="q-3" value="2" checked' in (await client.get("/survey/2")).text


async def test_sending_with_a_gap_leads_to_the_page_that_has_it(
    client: AsyncClient, field: Field, owner: Owner
) -> None:
    await begin(client, field)
    await send(client, "/survey/1", **fields_of(field, 1), then="next")
    refused = await send(client, "/survey/review", content="0")
    assert refused.status_code == 422
    assert "Còn 9 phần chưa trả lời xong" in refused.text
    assert await owner.fetchval("select count(*) from responses") == 0


async def test_a_double_click_stores_once_and_both_see_the_same_receipt(
    client: AsyncClient, field: Field, owner: Owner
) -> None:
    await begin(client, field)
    content = await answer_all(client, field)
    both = await asyncio.gather(*(send(client, "/survey/review", content=content) for _ in range(5)))
    assert [each.status_code for each in both] == [303] * 5, [each.text for each in both]
    assert {each.headers["location"] for each in both} == {"/survey/receipt"}
    assert all("survey_visit" in each.headers.get("set-cookie", "") for each in both)
    code = code_of((await client.get("/survey/receipt")).text)
    again = await send(client, "/survey/review", content=content)
    assert again.headers["location"] == "/survey/receipt"
    assert code_of((await client.get("/survey/receipt")).text) == code
    assert await owner.fetchval("select count(*) from responses") == 1


async def test_whoever_only_holds_the_link_does_not_see_the_receipt(client: AsyncClient, field: Field) -> None:
    await begin(client, field)
    content = await answer_all(client, field)
    await send(client, "/survey/review", content=content)
    client.cookies.clear()
    await client.get(f"/s/{field.tokens[0]}")
    assert (await client.get("/survey")).headers["location"] == "/survey/receipt"
    page = (await client.get("/survey/receipt")).text
    assert "Đã nhận phiếu trả lời" in page
    assert code_of(page) is None
    await send(client, "/survey/review", content="f" * 64)
    assert code_of((await client.get("/survey/receipt")).text) is None
    assert (await client.get("/survey/3")).headers["location"] == "/survey/receipt"


async def test_every_page_before_sending_leads_to_the_receipt_once_it_is_sent(
    client: AsyncClient, field: Field
) -> None:
    await begin(client, field)
    for path in ("/survey", "/survey/1", "/survey/paused", "/survey/review"):
        assert (await client.get(path)).status_code == 200, path
    await send(client, "/survey/review", content=await answer_all(client, field))
    for path in ("/survey", "/survey/1", f"/survey/{STEPS + 1}", "/survey/paused", "/survey/review"):
        assert (await client.get(path)).headers["location"] == "/survey/receipt", path
    for path in ("/survey", "/survey/1"):
        assert (await send(client, path, then="next")).headers["location"] == "/survey/receipt", path


async def test_before_the_information_sheet_only_the_first_and_the_last_word_are_shown(
    client: AsyncClient, field: Field
) -> None:
    await client.get(f"/s/{field.tokens[0]}")
    for path in ("/survey", "/survey/paused", "/survey/information"):
        assert (await client.get(path)).status_code == 200, path
    for path in ("/survey/1", f"/survey/{STEPS + 1}", "/survey/review", "/survey/receipt"):
        assert (await client.get(path)).headers["location"] == "/survey", path


async def test_a_page_of_questions_that_there_is_not_leads_to_the_last_look(client: AsyncClient, field: Field) -> None:
    await begin(client, field)
    for step in (0, STEPS + 1):
        assert (await client.get(f"/survey/{step}")).headers["location"] == "/survey/review", step
    assert (await client.get(f"/survey/{STEPS}")).status_code == 200


async def test_a_receipt_withdraws_from_any_browser(client: AsyncClient, field: Field, owner: Owner) -> None:
    await begin(client, field)
    content = await answer_all(client, field)
    await send(client, "/survey/review", content=content)
    code = code_of((await client.get("/survey/receipt")).text)
    client.cookies.clear()
    await client.get("/survey/withdraw")
    wrong = await send(client, "/survey/withdraw", code="AAAA BBBB CCCC")
    assert wrong.status_code == 404
    assert "AAAA BBBB CCCC" in wrong.text
    gone = await send(client, "/survey/withdraw", code=code)
    assert "Đã xóa các câu trả lời" in gone.text
    assert await owner.fetchval("select count(*) from responses") == 0


async def test_consent_can_be_taken_back_before_sending(client: AsyncClient, field: Field, owner: Owner) -> None:
    await begin(client, field)
    await send(client, "/survey/1", **fields_of(field, 1), then="next")
    assert "Xóa các câu đã trả lời và dừng" in (await client.get("/survey/withdraw")).text
    await send(client, "/survey/forget")
    assert await owner.fetchval("select count(*) from response_drafts") == 0
    assert (await client.get("/survey")).status_code == 410


async def test_answers_that_the_questionnaire_does_not_have_are_refused_by_name(
    client: AsyncClient, field: Field, owner: Owner
) -> None:
    await begin(client, field)
    for value in ("6", "0", "-5", "abc", "1e1", "٣", "9" * 400):
        refused = await send(client, "/survey/1", **{"q-1": value, "q-2": "3"}, then="next")
        assert refused.status_code == 422, value
    twice = await client.post(
        "/survey/1", content=f"_csrf_token={client.cookies['csrftoken']}&q-1=1&q-1=2&q-2=3&then=next".encode(),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert twice.status_code == 422
    drafts = await owner.fetchval("select answers[$1] from response_drafts", field.layout.places["1"].first + 1)
    assert drafts is None


async def test_a_forged_or_foreign_cookie_opens_nothing(client: AsyncClient, field: Field) -> None:
    await client.get(f"/s/{field.tokens[0]}")
    value = client.cookies["survey_visit"]
    for forged in ("", "x", value[:-4] + "AAAA", "A" * len(value)):
        answer = await client.get("/survey", headers={"cookie": f"survey_visit={forged}"})
        assert answer.status_code == 410
    elsewhere = await client.get("/t/khac/survey", headers={"cookie": f"survey_visit={value}"})
    assert elsewhere.status_code == 410


async def test_guessing_tokens_runs_dry_while_a_valid_link_still_opens(client: AsyncClient, field: Field) -> None:
    tried = [(await client.get(f"/s/{'A' * 21}{c}")).status_code for c in "abcdefgh"]
    assert tried == [404] * 5 + [429] * 3
    assert (await client.get("/s/short")).status_code == 429
    opened = await client.get(f"/s/{field.tokens[0]}")
    assert (opened.status_code, opened.headers["location"]) == (303, "/survey")
    assert (await client.get("/survey")).status_code == 200
    assert (await client.get(f"/s/{'A' * 21}z")).status_code == 429


async def test_a_receipt_is_taken_back_behind_the_guesses_of_others(client: AsyncClient, field: Field) -> None:
    await begin(client, field)
    content = await answer_all(client, field)
    await send(client, "/survey/review", content=content)
    code = code_of((await client.get("/survey/receipt")).text)
    assert code
    wrong = [(await send(client, "/survey/withdraw", code="2" * 12)).status_code for _ in range(7)]
    assert wrong[-1] == 429
    assert (await send(client, "/survey/withdraw", code=code)).status_code == 200


async def test_after_the_lock_every_page_says_that_the_round_is_closed(
    client: AsyncClient, field: Field, db: Database
) -> None:
    await begin(client, field)
    content = await answer_all(client, field)
    await send(client, "/survey/review", content=content)
    await lock.lock(db, field.tenant_id, field.round.id, decision="1", reason="x", actor="system")
    for path in ("/survey", "/survey/1", "/survey/review", "/survey/receipt", "/survey/information"):
        assert (await client.get(path)).status_code == 410
    assert (await send(client, "/survey/review", content=content)).status_code == 410
    assert (await send(client, "/survey/1", **{"q-1": "1"})).status_code == 410


async def test_what_is_typed_after_the_last_day_is_kept_and_told_when_the_round_was_over(
    client: AsyncClient, field: Field, db: Database, owner: Owner
) -> None:
    await begin(client, field)
    first_day, over = datetime.now(TIME_ZONE).date() - timedelta(days=9), datetime.now(TIME_ZONE).date() - timedelta(1)
    await owner.execute("set session_replication_role = replica")
    await owner.execute("update survey_rounds set opens_on = $1, closes_on = $2", first_day, over)
    late = await send(client, "/survey/1", **fields_of(field, 1), then="next")
    assert late.status_code == 410
    assert f"24 giờ ngày {over:%d/%m/%Y}" in late.text
    for path in ("/survey", "/survey/1", "/survey/review"):
        assert f"{over:%d/%m/%Y}" in (await client.get(path)).text
    decided = ReasonedDecision(number="20/QĐ-KS", date=first_day, reason="Bão làm gián đoạn việc thu phiếu")
    async with db.transaction(field.tenant_id) as connection:
        await extending.extend(
            connection, field.round.id, last_day=over + timedelta(9), decided=decided, actor="system"
        )
    assert (await send(client, "/survey")).headers["location"] == "/survey/2"


async def test_the_pages_exist_in_english_too(client: AsyncClient, field: Field) -> None:
    await begin(client, field)
    page = (await client.get("/survey/6?lang=en")).text
    assert "Administrative procedures" in page
    assert "Very dissatisfied" in page


async def test_every_item_of_the_full_form_can_be_answered_and_written(
    client: AsyncClient, db: Database, other_tenant: UUID, owner: Owner
) -> None:
    field = await a_field(db, other_tenant, form="full", people=1)
    await client.get(f"/t/khac/s/{field.tokens[0]}")
    await client.get("/t/khac/survey")
    await send(client, "/t/khac/survey")
    groups = field.layout.form("full").groups
    for step, code in enumerate(groups, 1):
        given: dict[str, Any] = {}
        for item in field.layout.groups[code].items:
            name = f"q-{item.code}"
            given[name] = "Cần thêm ghế chờ.\r\nXin cảm ơn." if item.write else ["1", "7"] if item.many else "2"
        given |= {"w-A.2": "Tày", "w-A.5": "bị bỏ qua vì không chọn Khác", "w-B2": "mạng nội bộ"}
        went = await send(client, f"/t/khac/survey/{step}", **given, then="next")
        assert went.status_code == 303, went.text
    review = await client.get("/t/khac/survey/review")
    content = re.search(r'name="content" value="([0-9a-f]{64})"', review.text)
    assert content
    sent = await send(client, "/t/khac/survey/review", content=content.group(1))
    assert sent.headers["location"] == "/t/khac/survey/receipt"
    words = {row["item"]: row["words"] for row in await owner.fetch("select item, words from response_texts")}
    assert words == {"A.2": "Tày", "B2": "mạng nội bộ", "other": "Cần thêm ghế chờ.\nXin cảm ơn."}
    stored = await owner.fetchval("select answers from responses")
    many = field.layout.places["B2"]
    assert stored[many.first : many.first + 7] == [1, 0, 0, 0, 0, 0, 1]
    assert stored[-3:] == [None, None, None]

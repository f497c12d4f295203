"""Nothing typed is lost: a form gives back what was typed and not saved, until it is saved or dropped."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from parindex.store.database import Database
from tests.assessments.conftest import Year, open_year
from tests.assessments.sheets.test_declaring import complete, hand_in, submit
from tests.conftest import post_form

SignIn = Callable[..., Awaitable[UUID]]


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


def leaf(year: Year, code: str = "2.1.1") -> str:
    return f"/work/sheets/{year.sheets['HL']}/{code}"


async def kept(client: AsyncClient, form: str, **fields: str | list[str]) -> Response:
    return await post_form(client, "/work/drafts", _form=form, **fields)


async def test_what_was_typed_and_not_saved_stands_in_the_form_again_with_its_time(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    typed = {"fact:dossiers": "120", "explanation": "Theo <b>báo cáo</b>", "row_version": "1"}
    assert (await kept(client, leaf(year), **typed)).status_code == 204
    page = (await client.get(leaf(year))).text
    assert "Nhập dở lúc" in page
    assert "Theo &lt;b&gt;báo cáo&lt;/b&gt;</textarea>" in page
    assert 'value="120"' in page
    assert "Chưa ai kê khai mục này." in page


async def test_saving_ends_a_draft_and_dropping_shows_what_stands(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    await kept(client, leaf(year), explanation="Dở")
    dropped = await post_form(client, "/work/drafts/drop", _form=leaf(year))
    assert (dropped.status_code, dropped.headers["location"]) == (303, leaf(year))
    assert "Dở</textarea>" not in (await client.get(leaf(year))).text
    await kept(client, leaf(year), explanation="Dở lần hai")
    shown = (await client.get(leaf(year))).text
    hidden = dict(re.findall(r'<input type="hidden" name="((?:row_version|version:)[^"]*)" value="([^"]*)"', shown))
    assert (await post_form(client, leaf(year), **hidden, explanation="Dở lần hai")).status_code == 303
    after = (await client.get(leaf(year))).text
    assert "Nhập dở lúc" not in after
    assert "Dở lần hai</textarea>" in after


async def test_a_draft_that_says_what_stands_is_none(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    await kept(client, leaf(year), explanation="", row_version="1")
    assert "Nhập dở lúc" not in (await client.get(leaf(year))).text


async def test_a_draft_of_an_older_version_overwrites_nothing_unseen(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"], name="Phạm Văn Minh")
    await kept(client, leaf(year), explanation="Của Minh", row_version="1")
    minh = client.cookies
    session = {cookie.name: cookie.value for cookie in minh.jar}
    await signed_in("focal_point", agency_id=year.agencies["HL"], name="Lê Thị Lan")
    assert "Nhập dở lúc" not in (await client.get(leaf(year))).text
    saved = await post_form(client, leaf(year), explanation="Của Lan", row_version="1")
    assert saved.status_code == 303
    client.cookies.clear()
    client.cookies.update({name: str(value) for name, value in session.items()})
    shown = (await client.get(leaf(year))).text
    assert "Của Minh</textarea>" in shown
    assert 'name="row_version" value="1"' in shown
    stale = await post_form(client, leaf(year), explanation="Của Minh", row_version="1")
    assert stale.status_code == 409
    assert "Của Lan" in stale.text
    assert 'name="row_version" value="2"' in stale.text


async def test_a_refused_form_keeps_the_version_that_it_was_made_from(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    first = {"explanation": "Một", "row_version": "1"}
    assert (await post_form(client, leaf(year, "1.1"), **first)).status_code == 303
    refused = await post_form(client, leaf(year, "1.1"), row_version="1", **{"fact:1.1.issued": "có lẽ"})
    assert refused.status_code == 422
    assert 'name="row_version" value="1"' in refused.text


async def test_a_decision_and_an_answer_are_kept_as_they_are_typed(
    client: AsyncClient, year: Year, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    await hand_in(year, await complete(year, "HL"), "HL")
    await submit(year, await year.person("leader", agency="HL"), "HL")
    await signed_in("appraiser", agency_id=year.agencies["BNV"])
    page, form = f"/work/appraisals/{year.cycle}/1.1", f"/work/appraisals/{year.cycle}/1.1?agency=HL"
    await kept(client, form, kind="ask", **{"reason:ask": "Đề nghị gửi báo cáo quý IV", "row_version": "2"})
    shown = (await client.get(form)).text
    assert "Đề nghị gửi báo cáo quý IV</textarea>" in shown
    assert 'value="ask" checked' in shown
    decided = await post_form(
        client, page, agency="HL", kind="ask", row_version="2", **{"reason:ask": "Đề nghị gửi báo cáo quý IV"}
    )
    assert decided.status_code == 303
    assert "Nhập dở lúc" not in (await client.get(form)).text
    await signed_in("specialist", agency_id=year.agencies["HL"])
    answering = leaf(year, "1.1") + "/answer"
    await kept(client, answering, answer="Đã gửi ngày")
    assert "Đã gửi ngày</textarea>" in (await client.get(leaf(year, "1.1"))).text
    dropped = await post_form(client, "/work/drafts/drop", _form=answering)
    assert dropped.headers["location"] == leaf(year, "1.1")
    await kept(client, answering, answer="Đã gửi ngày 05/01")
    assert (await post_form(client, answering, answer="Đã gửi ngày 05/01")).status_code == 303
    assert "Nhập dở lúc" not in (await client.get(leaf(year, "1.1"))).text


async def test_any_form_that_names_its_draft_ends_it_once_it_is_taken_and_not_before(
    client: AsyncClient, signed_in: SignIn, tenant: UUID
) -> None:
    await signed_in("administrator")
    form = "/work/people/new"
    await kept(client, form, name="Trần Văn", role="secretary")

    async def held() -> list[dict[str, object]]:
        answer = await client.get("/work/drafts", params={"form": [form, "/work/people/review"]})
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        found: list[dict[str, object]] = answer.json()
        return [{name: one[name] for name in ("form", "fields")} for one in found]

    assert await held() == [{"form": form, "fields": {"name": "Trần Văn", "role": "secretary"}}]
    refused = await post_form(client, form, name="Trần Văn", role="", _form=form)
    assert refused.status_code == 422
    assert await held() != []
    unnamed = await post_form(client, form, name="Lê Lan", login="lan", role="secretary")
    assert unnamed.status_code == 303
    assert await held() != [], "a form without a script says nothing of drafts"
    done = await post_form(client, form, name="Trần Văn", login="van", role="secretary", _form=form)
    assert done.status_code == 303
    assert await held() == []


async def test_several_values_of_a_name_are_kept_as_lines_and_a_script_drops_without_a_page(
    client: AsyncClient, signed_in: SignIn, tenant: UUID
) -> None:
    await signed_in("administrator")
    form = "/work/people/review"
    assert (await kept(client, form, box=["a", "c"])).status_code == 204
    answer = await client.get("/work/drafts", params={"form": form})
    assert answer.json()[0]["fields"] == {"box": "a\nc"}
    token = {"_csrf_token": client.cookies["csrftoken"]}
    dropped = await client.post(
        "/work/drafts/drop", data={**token, "_form": form}, headers={"accept": "application/json"}
    )
    assert dropped.status_code == 204
    assert (await client.get("/work/drafts", params={"form": form})).json() == []


async def test_another_persons_drafts_are_not_told(client: AsyncClient, signed_in: SignIn, tenant: UUID) -> None:
    await signed_in("administrator", name="Một")
    await kept(client, "/work/people/new", name="Bí mật")
    await signed_in("administrator", name="Hai")
    assert (await client.get("/work/drafts", params={"form": "/work/people/new"})).json() == []


async def test_nobody_keeps_a_draft_without_signing_in(client: AsyncClient, tenant: UUID) -> None:
    refused = await post_form(client, "/work/drafts", _form="/work/sheets/x/1")
    assert refused.status_code == 401
    led = await client.get("/work/drafts", params={"form": "/work/people/new"})
    assert (led.status_code, led.headers["location"].partition("?")[0]) == (303, "/sign-in")

"""A form whose session has ended is given back: nothing is done in nobody's name, and nothing that was typed is lost."""

from __future__ import annotations

import html
import re
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.access import sessions
from parindex.store.database import Database
from tests.assessments.conftest import Year, open_year
from tests.conftest import PASSWORD, post_form

SignIn = Callable[..., Awaitable[UUID]]


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


def hidden(page: str) -> dict[str, str]:
    return {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    }


async def login_of(db: Database, tenant: UUID, person: UUID) -> str:
    async with db.transaction(tenant) as connection:
        return str(await connection.fetchval("select login from people where id = $1", person))


def origin(client: AsyncClient) -> dict[str, str]:
    return {"origin": str(client.base_url).rstrip("/"), "sec-fetch-site": "same-origin"}


async def test_a_form_of_an_ended_session_is_sent_again_after_signing_in(
    client: AsyncClient, year: Year, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    person = await signed_in("specialist", agency_id=year.agencies["HL"])
    leaf = f"/work/sheets/{year.sheets['HL']}/2.1.1"
    token = hidden((await client.get(leaf)).text)["_csrf_token"]
    async with db.transaction(tenant) as connection:
        await connection.execute("delete from sessions")
    typed = {"explanation": 'Nêu ở "Báo cáo" & <phụ lục>\r\nDòng hai', "fact:received": "120", "row_version": "1"}
    late = await client.post(leaf, data={"_csrf_token": token, **typed}, headers=origin(client))
    assert late.status_code == 401
    assert "Phiên làm việc đã hết hạn" in late.text
    form = hidden(late.text)
    assert form["next"] == leaf
    wrong = await client.post("/sign-in", data={**form, "login": "khong-co", "password": "x"}, headers=origin(client))
    assert wrong.status_code == 401
    assert hidden(wrong.text)["unsent"] == form["unsent"]
    login = await login_of(db, tenant, person)
    back = await client.post("/sign-in", data={**form, "login": login, "password": PASSWORD}, headers=origin(client))
    client.cookies.delete(sessions.COOKIE, domain="")
    assert back.status_code == 200
    assert "Nêu ở &#34;Báo cáo&#34; &amp; &lt;phụ lục&gt;" in back.text
    assert f'action="{leaf}"' in back.text
    assert f'data-given-back="{person}"' in back.text
    fields = hidden(back.text)
    assert {name: fields[name] for name in typed} == typed
    assert "Dòng hai" not in (await client.get(leaf)).text
    assert (await client.post(leaf, data=fields, headers=origin(client))).status_code == 303
    assert "Dòng hai" in (await client.get(leaf)).text


async def test_a_page_of_an_earlier_session_gives_its_form_back_to_whoever_is_signed_in_now(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    leaf = f"/work/sheets/{year.sheets['HL']}/2.1.1"
    token = hidden((await client.get(leaf)).text)["_csrf_token"]
    other = await signed_in("focal_point", agency_id=year.agencies["HL"])
    late = await client.post(
        leaf, data={"_csrf_token": token, "explanation": "Theo báo cáo", "row_version": "1"}, headers=origin(client)
    )
    assert late.status_code == 403
    assert "Theo báo cáo" in late.text
    assert f'data-given-back="{other}"' in late.text
    assert "Theo báo cáo" not in (await client.get(leaf)).text
    assert (await client.post(leaf, data=hidden(late.text), headers=origin(client))).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "https://parindex.test", "sec-fetch-site": "cross-site"},
    ],
)
async def test_what_the_browser_does_not_call_ours_is_not_given_back(
    client: AsyncClient, year: Year, signed_in: SignIn, headers: dict[str, str]
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    leaf = f"/work/sheets/{year.sheets['HL']}/2.1.1"
    late = await client.post(leaf, data={"_csrf_token": "x", "explanation": "Của kẻ lạ"}, headers=headers)
    assert late.status_code == 403
    assert "Của kẻ lạ" not in late.text


async def test_a_password_is_never_given_back(client: AsyncClient, tenant: UUID) -> None:
    late = await client.post(
        "/sign-in", data={"_csrf_token": "x", "login": "a", "password": "bí mật"}, headers=origin(client)
    )
    assert late.status_code == 403
    assert "bí mật" not in late.text


async def test_a_program_gets_a_problem_document(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    late = await client.post(
        f"/work/sheets/{year.sheets['HL']}/2.1.1", data={"_csrf_token": "x", "explanation": "a"},
        headers={**origin(client), "accept": "application/json"},
    )  # fmt: skip
    assert (late.status_code, late.json()["code"]) == (403, "stale_csrf")


async def test_fields_that_no_page_of_ours_packed_are_refused(
    client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    person = await signed_in("specialist")
    login = await login_of(db, tenant, person)
    client.cookies.delete(sessions.COOKIE)
    answer = await post_form(client, "/sign-in", login=login, password=PASSWORD, next="/work", unsent='{"a": 1}')
    assert answer.status_code == 400

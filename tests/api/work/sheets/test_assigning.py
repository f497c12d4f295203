"""The page of assigned leaves: given by the focal point, handed in by whoever has them, errors beside what was typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.access import people, sessions
from parindex.store.database import Database
from tests.assessments.conftest import Year, open_year
from tests.conftest import PASSWORD, post_form

SignIn: TypeAlias = Callable[..., Awaitable[UUID]]


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


async def test_the_focal_point_gives_leaves_and_their_specialist_hands_them_in(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    sheet = f"/work/sheets/{year.sheets['HL']}"
    specialist = await signed_in("specialist", agency_id=year.agencies["HL"], name="Vũ Lan Anh")
    assert "Phân công" not in (await client.get(sheet)).text
    await signed_in("focal_point", agency_id=year.agencies["HL"], name="Lê Minh Đức")
    page = (await client.get(f"{sheet}/assignments")).text
    assert "tiêu chí chưa có người chủ trì" in page
    given = {"deed": "assign", "person": str(specialist), "part": "owner", "leaf": ["1.1", "2.2"]}
    answer = await post_form(client, f"{sheet}/assignments", **given)  # type: ignore[arg-type]
    assert answer.headers["location"].endswith("assignments?done=given")
    page = (await client.get(answer.headers["location"])).text
    assert "Đã giao các tiêu chí." in page
    assert page.count("Vũ Lan Anh · Chủ trì") == 2
    token = await _session_of(client, year, specialist)
    client.cookies.set(sessions.COOKIE, token)
    work = (await client.get("/work")).text
    assert "2 tiêu chí được giao cho mình" in work
    refused = await post_form(client, f"{sheet}/leaves")
    assert refused.status_code == 409
    await post_form(client, f"{sheet}/1.1", **{"fact:1.1.issued": "true", "explanation": "Nêu rõ", "row_version": "1"})
    await post_form(client, f"{sheet}/2.2", **{"fact:2.2.share": "60", "explanation": "Nêu rõ", "row_version": "1"})
    handed = await post_form(client, f"{sheet}/leaves")
    assert handed.headers["location"].endswith("assignments?done=handed")
    assert (await client.get(f"{sheet}/assignments")).text.count("Đã nộp cho đầu mối</span>") == 2


async def test_a_form_that_says_nothing_comes_back_with_what_was_chosen(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("focal_point", agency_id=year.agencies["HL"])
    path = f"/work/sheets/{year.sheets['HL']}/assignments"
    answer = await post_form(client, path, deed="assign", part="monitor", leaf=["1.1"])
    assert answer.status_code == 422
    assert 'name="leaf"\nvalue="1.1" checked' in answer.text
    assert '<option value="monitor" selected>' in answer.text
    whole = await post_form(client, path, deed="assign", part="owner", area=["2"])
    assert 'name="area" value="2" checked' in whole.text
    nobody = await post_form(client, path, deed="release")
    assert nobody.status_code == 422


async def test_an_area_is_given_as_a_whole(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    focal = await signed_in("focal_point", agency_id=year.agencies["HL"], name="Lê Minh Đức")
    path = f"/work/sheets/{year.sheets['HL']}/assignments"
    await post_form(client, path, deed="assign", person=str(focal), part="owner", area=["2", "bonus"], leaf=["2.2"])
    assert (await client.get(path)).text.count("Lê Minh Đức · Chủ trì") == 4


async def test_who_may_give_nothing_sees_no_form(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("leader", agency_id=year.agencies["HL"])
    path = f"/work/sheets/{year.sheets['HL']}/assignments"
    assert 'name="deed"' not in (await client.get(path)).text
    assert (await post_form(client, path, deed="release", leaf=["1.1"])).status_code == 403
    await signed_in("focal_point", agency_id=year.agencies["TH"])
    assert (await client.get(path)).status_code == 404


async def _session_of(client: AsyncClient, year: Year, person: UUID) -> str:
    async with year.db.transaction(year.tenant) as connection:
        account = await people.by_actor(connection, str(person))
    assert account is not None
    return await sessions.sign_in(year.db, year.tenant, account.login, PASSWORD)

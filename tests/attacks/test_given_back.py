"""A form that is given back, attacked: it goes to no other site, and what nobody packed begins no session."""

from __future__ import annotations

import html
import re
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.access import sessions
from parindex.store.database import Database
from tests.conftest import PASSWORD, post_form

SignIn = Callable[..., Awaitable[UUID]]


@pytest.fixture
async def login(client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID) -> str:
    """Of somebody whose session has ended."""
    person = await signed_in("specialist")
    client.cookies.delete(sessions.COOKIE)
    async with db.transaction(tenant) as connection:
        await connection.execute("delete from sessions")
        return str(await connection.fetchval("select login from people where id = $1", person))


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/work/cycles?a=1&b=ế", "/work/cycles?a=1&b=ế"),
        ("/\t/evil.example/work", "/work"),
        ("/\n/evil.example/work", "/work"),
        ("/\r\\evil.example/work", "/work"),
        ("//evil.example/work", "/work"),
        ("/\\evil.example/work", "/work"),
        ("https://evil.example/work", "/work"),
    ],
)
async def test_a_form_that_is_given_back_goes_to_no_other_site(
    client: AsyncClient, login: str, asked: str, goes: str
) -> None:
    shown = await post_form(
        client, "/sign-in", login=login, password=PASSWORD, next=asked, unsent='[["explanation","Của tôi"]]'
    )
    assert shown.status_code == 200
    assert "Của tôi" in shown.text
    actions = [
        html.unescape(action)
        for action in re.findall(r'<form class="block" method="post" action="([^"]*)"', shown.text)
    ]
    assert actions == [goes]


@pytest.mark.parametrize("unsent", ['{"a": 1}', '[["a"]]', '[["a","\\u0000"]]', '[["a","\\ud800"]]', "[" * 50_000, "a"])
async def test_what_nobody_packed_is_refused_before_a_session_begins(
    client: AsyncClient, login: str, db: Database, tenant: UUID, unsent: str
) -> None:
    answer = await post_form(client, "/sign-in", login=login, password=PASSWORD, next="/work", unsent=unsent)
    assert answer.status_code == 400
    async with db.transaction(tenant) as connection:
        assert await connection.fetchval("select count(*) from sessions") == 0
